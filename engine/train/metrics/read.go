package metrics

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"math"
	"os"
	"strconv"
	"time"
)

// Point is one line of a JSON lines file.
type Point struct {
	Step   int64
	Wall   time.Time
	Values map[string]float64
}

// ReadJSONL reads what a JSONL wrote. A last line without its newline was not
// written to its end and is passed over; any other damage is an error that
// names path and line.
func ReadJSONL(path string) ([]Point, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return readPoints(path, file)
}

func readPoints(name string, r io.Reader) ([]Point, error) {
	var points []Point
	for line, err := range lines(name, r) {
		if err != nil {
			return nil, err
		}
		points = append(points, line.Point)
	}
	return points, nil
}

// line is a parsed line and the offset behind it.
type line struct {
	Point
	end int64
}

// lines parses line after line up to the first error, which names the file and
// the line.
func lines(name string, r io.Reader) iter.Seq2[line, error] {
	at := beginning
	return at.lines(name, r)
}

// place is how far a file was read.
type place struct {
	number int    // of lines
	end    int64  // of the last line
	step   int64  // of the last line, NewRun before the first
	text   []byte // of the last line, with its newline
}

var beginning = place{step: NewRun}

// lines parses what r holds behind the place, and moves the place along.
func (p *place) lines(name string, r io.Reader) iter.Seq2[line, error] {
	return func(yield func(line, error) bool) {
		in := bufio.NewReader(r)
		for {
			text, err := in.ReadBytes('\n')
			if err == io.EOF {
				return
			}
			var point Point
			if err == nil {
				point, err = parsePoint(text)
			}
			if err == nil && point.Step < p.step {
				err = fmt.Errorf("step %d after step %d", point.Step, p.step)
			}
			if err != nil {
				yield(line{}, fmt.Errorf("%s: line %d: %w", name, p.number+1, err))
				return
			}
			p.number, p.end, p.step, p.text = p.number+1, p.end+int64(len(text)), point.Step, text
			if !yield(line{point, p.end}, nil) {
				return
			}
		}
	}
}

func parsePoint(text []byte) (Point, error) {
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(text, &fields); err != nil {
		return Point{}, err
	}
	p := Point{Step: -1, Values: map[string]float64{}}
	for name, raw := range fields {
		var err error
		switch name {
		case stepKey:
			err = json.Unmarshal(raw, &p.Step)
		case timeKey:
			p.Wall, err = time.Parse(`"`+timeLayout+`"`, string(raw))
		default:
			p.Values[name], err = parseNumber(raw)
		}
		if err != nil {
			return Point{}, fmt.Errorf("%.40q: %w", name, err)
		}
	}
	if p.Step < 0 || p.Wall.IsZero() {
		return Point{}, errors.New("no step and time")
	}
	return p, nil
}

func parseNumber(raw []byte) (float64, error) {
	switch string(raw) {
	case `"NaN"`:
		return math.NaN(), nil
	case `"Infinity"`:
		return math.Inf(1), nil
	case `"-Infinity"`:
		return math.Inf(-1), nil
	}
	if bytes.ContainsAny(raw[:1], `"{[tfn`) {
		return 0, fmt.Errorf("%.40s is no number", raw)
	}
	return strconv.ParseFloat(string(raw), 64)
}
