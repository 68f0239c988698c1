package weights

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/bits"
	"slices"
	"unicode/utf8"
)

// header is a parsed and checked header.
type header struct {
	meta    map[string]string
	tensors []entry // by place in the file, without holes or overlaps
}

// entry places one tensor in the file.
type entry struct {
	name       string
	kind       dtype
	shape      []int
	begin, end uint64 // bytes, counted from the end of the header
}

// parseHeader checks everything that the format demands. dataSize is the number
// of bytes that follow the header.
func parseHeader(raw []byte, dataSize uint64) (*header, error) {
	if !bytes.HasPrefix(raw, []byte("{")) || !utf8.Valid(raw) {
		return nil, errors.New("the header is not JSON")
	}
	fields, err := object(bytes.TrimRight(raw, " \t\r\n"))
	if err != nil {
		return nil, fmt.Errorf("header: %w", err)
	}
	h := &header{}
	for name, value := range fields {
		if name == metadataKey {
			h.meta, err = parseMeta(value)
		} else {
			err = h.addTensor(name, value)
		}
		if err != nil {
			return nil, fmt.Errorf("header: %.60q: %w", name, err)
		}
	}
	slices.SortFunc(h.tensors, func(a, b entry) int { // one without elements comes before its neighbour
		return cmp.Or(cmp.Compare(a.begin, b.begin), cmp.Compare(a.end, b.end))
	})
	return h, h.checkPlaces(dataSize)
}

// checkPlaces makes sure that the tensors cover the data exactly.
func (h *header) checkPlaces(dataSize uint64) error {
	at := uint64(0)
	for _, e := range h.tensors {
		if e.begin != at {
			return fmt.Errorf("tensor %q begins at byte %d of the data where %d was expected", e.name, e.begin, at)
		}
		at = e.end
	}
	switch {
	case at > dataSize:
		return fmt.Errorf("cut short: %d of %d bytes of data are missing", at-dataSize, at)
	case at < dataSize:
		return fmt.Errorf("%d bytes follow the last tensor", dataSize-at)
	}
	return nil
}

func parseMeta(raw json.RawMessage) (map[string]string, error) {
	fields, err := object(raw)
	if err != nil {
		return nil, err
	}
	meta := make(map[string]string, len(fields))
	for key, value := range fields {
		if value[0] != '"' {
			return nil, fmt.Errorf("%q is not a string", key)
		}
		var s string
		if err := json.Unmarshal(value, &s); err != nil {
			return nil, err
		}
		meta[key] = s
	}
	return meta, nil
}

func (h *header) addTensor(name string, raw json.RawMessage) error {
	fields, err := object(raw)
	if err != nil {
		return err
	}
	if len(fields) != 3 || fields["dtype"] == nil || fields["shape"] == nil || fields["data_offsets"] == nil {
		return errors.New("a tensor has dtype, shape and data_offsets, and nothing else")
	}
	e := entry{name: name}
	if e.kind, err = parseDtype(fields["dtype"]); err != nil {
		return err
	}
	elements, err := e.setShape(fields["shape"])
	if err != nil {
		return err
	}
	if err := e.setPlace(fields["data_offsets"], elements); err != nil {
		return err
	}
	h.tensors = append(h.tensors, e)
	return nil
}

func parseDtype(raw json.RawMessage) (dtype, error) {
	var name string
	if err := json.Unmarshal(raw, &name); err != nil {
		return dtype{}, err
	}
	kind, ok := dtypes[name]
	if !ok {
		return dtype{}, fmt.Errorf("numbers of type %.20q: only F32, F16, BF16 and F64 are read", name)
	}
	return kind, nil
}

// setShape also returns the number of elements.
func (e *entry) setShape(raw json.RawMessage) (uint64, error) {
	extents, err := naturals(raw)
	if err != nil {
		return 0, fmt.Errorf("shape: %w", err)
	}
	elements, overflow := uint64(1), uint64(0)
	e.shape = make([]int, len(extents))
	for i, d := range extents {
		var high uint64
		high, elements = bits.Mul64(elements, d)
		overflow |= high
		if d > math.MaxInt32 || overflow != 0 {
			return 0, fmt.Errorf("shape %v is too large", extents)
		}
		e.shape[i] = int(d)
	}
	return elements, nil
}

func (e *entry) setPlace(raw json.RawMessage, elements uint64) error {
	place, err := naturals(raw)
	if err != nil {
		return fmt.Errorf("data_offsets: %w", err)
	}
	if len(place) != 2 || place[0] > place[1] || place[1] > math.MaxInt64 {
		return fmt.Errorf("data_offsets %v are no range", place)
	}
	e.begin, e.end = place[0], place[1]
	high, size := bits.Mul64(elements, uint64(e.kind.size))
	if high != 0 || e.end-e.begin != size {
		return fmt.Errorf("%d bytes at data_offsets do not hold shape %v", e.end-e.begin, e.shape)
	}
	return nil
}

// naturals parses a JSON array of whole numbers from 0 on.
func naturals(raw json.RawMessage) ([]uint64, error) {
	var pointers []*uint64
	if err := json.Unmarshal(raw, &pointers); err != nil {
		return nil, err
	}
	if pointers == nil {
		return nil, errors.New("null is no list")
	}
	values := make([]uint64, len(pointers))
	for i, p := range pointers {
		if p == nil {
			return nil, errors.New("null is no number")
		}
		values[i] = *p
	}
	return values, nil
}

// object splits a JSON object into its fields and refuses a name that comes
// twice, which encoding/json would let pass.
func object(raw []byte) (map[string]json.RawMessage, error) {
	dec := json.NewDecoder(bytes.NewReader(raw))
	if start, err := dec.Token(); err != nil || start != json.Delim('{') {
		return nil, errors.New("not a JSON object")
	}
	fields := map[string]json.RawMessage{}
	for dec.More() {
		key, err := dec.Token()
		if err != nil {
			return nil, err
		}
		name := key.(string)
		if _, twice := fields[name]; twice {
			return nil, fmt.Errorf("%q comes twice", name)
		}
		var value json.RawMessage
		if err := dec.Decode(&value); err != nil {
			return nil, err
		}
		fields[name] = value
	}
	if _, err := dec.Token(); err != nil {
		return nil, err
	}
	if dec.InputOffset() != int64(len(raw)) {
		return nil, errors.New("something follows the JSON object")
	}
	return fields, nil
}
