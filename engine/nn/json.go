package nn

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"tandem/engine/device"
	"tandem/engine/tensor"
)

// layerTypes makes an empty layer of each type that a network file may name.
var layerTypes = map[string]func() Layer{
	"conv":    func() Layer { return &Conv{} },
	"local":   func() Layer { return &Conv{Local: true} },
	"fc":      func() Layer { return &FC{} },
	"lrn":     func() Layer { return &LRN{} },
	"pool":    func() Layer { return &Pool{} },
	"relu":    func() Layer { return &Activation{F: device.ReLU} },
	"tanh":    func() Layer { return &Activation{F: device.Tanh} },
	"sigmoid": func() Layer { return &Activation{F: device.Sigmoid} },
	"dropout": func() Layer { return &Dropout{} },
	"softmax": func() Layer { return &Softmax{} },
	"concat":  func() Layer { return &Concat{} },
}

// networkJSON is a network file.
type networkJSON struct {
	Name   string       `json:"name"`
	Input  tensor.Shape `json:"input"` // channels, height, width
	Towers int          `json:"towers"`
	Nodes  []nodeJSON   `json:"nodes"`
	Recipe Recipe       `json:"recipe"`
}

// nodeHead holds the fields that every node has.
type nodeHead struct {
	Name   string   `json:"name"`
	Type   string   `json:"type"`
	Inputs []string `json:"inputs,omitempty"` // the node before, if not given
	Tower  Tower    `json:"tower,omitempty"`
}

type nodeJSON struct {
	nodeHead
	layer Layer
}

// MarshalJSON writes the network as a file that ParseNetwork reads.
func (net *Network) MarshalJSON() ([]byte, error) {
	file := networkJSON{Name: net.Name, Input: net.Input, Towers: net.Towers, Recipe: net.Recipe}
	for _, n := range net.Nodes {
		head := nodeHead{Name: n.Name, Type: n.Layer.Type(), Inputs: n.Inputs, Tower: n.Tower}
		file.Nodes = append(file.Nodes, nodeJSON{head, n.Layer})
	}
	return json.Marshal(file)
}

// MarshalJSON writes head and layer as one object.
func (n nodeJSON) MarshalJSON() ([]byte, error) {
	head, err := json.Marshal(n.nodeHead)
	if err != nil {
		return nil, err
	}
	body, err := json.Marshal(n.layer)
	if err != nil || string(body) == "{}" {
		return head, err
	}
	return slices.Concat(head[:len(head)-1], []byte(","), body[1:]), nil
}

// UnmarshalJSON splits an object into head and layer, and knows every field.
func (n *nodeJSON) UnmarshalJSON(data []byte) error {
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(data, &fields); err != nil {
		return err
	}
	if err := json.Unmarshal(data, &n.nodeHead); err != nil {
		return err
	}
	make, ok := layerTypes[n.Type]
	if !ok {
		return fmt.Errorf("layer %q: no layer has the type %q; there are %s", n.Name, n.Type, typeNames())
	}
	for _, head := range []string{"name", "type", "inputs", "tower"} {
		delete(fields, head)
	}
	body, err := json.Marshal(fields)
	if err != nil {
		return err
	}
	n.layer = make()
	if err := decodeStrict(body, n.layer); err != nil {
		return fmt.Errorf("layer %q: %w", n.Name, err)
	}
	return nil
}

func typeNames() string {
	var all []string
	for name := range layerTypes {
		all = append(all, name)
	}
	slices.Sort(all)
	return strings.Join(all, ", ")
}

func decodeStrict(data []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return trimJSONError(err)
	}
	if d.More() {
		return fmt.Errorf("there is more after the end")
	}
	return nil
}

func trimJSONError(err error) error {
	switch {
	case errors.Is(err, io.EOF):
		return errors.New("it is empty")
	case errors.Is(err, io.ErrUnexpectedEOF):
		return errors.New("it ends too soon")
	}
	return fmt.Errorf("%s", strings.TrimPrefix(err.Error(), "json: "))
}

// ParseNetwork reads a network file. file names it in errors. The network
// returned has been checked.
func ParseNetwork(data []byte, file string) (*Network, error) {
	var f networkJSON
	if err := decodeStrict(data, &f); err != nil {
		return nil, fmt.Errorf("%s: not a network file: %w", file, err)
	}
	net := &Network{Name: f.Name, Input: f.Input, Towers: f.Towers, Recipe: f.Recipe}
	if net.Towers == 0 {
		net.Towers = 1
	}
	before := DataNode
	for _, n := range f.Nodes {
		inputs := n.Inputs
		if len(inputs) == 0 {
			inputs = []string{before}
		}
		net.Nodes = append(net.Nodes, Node{Name: n.Name, Layer: n.layer, Inputs: inputs, Tower: n.Tower})
		before = n.Name
	}
	if _, err := net.Infer(); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	if err := net.Recipe.Check(); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return net, nil
}
