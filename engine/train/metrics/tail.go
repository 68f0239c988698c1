package metrics

import (
	"bytes"
	"io"
	"os"
)

// Tail follows a file of JSON lines while another program writes it. It holds no
// file open between two reads. One goroutine at a time may use it.
type Tail struct {
	path  string
	at    place
	given bool // the caller has points
}

// NewTail follows the file at path from its beginning; it need not be there yet.
func NewTail(path string) *Tail { return &Tail{path: path, at: beginning} }

// Read returns the points of the lines that were added since the last call; a
// line that is not whole yet is left for the next one. restarted says that all
// points before no longer stand, since the file was cut off, as by a run that is
// taken up again, or replaced: the points are then those from its beginning. The
// error names the path; after one in a line the next call begins there, too.
func (t *Tail) Read() (points []Point, restarted bool, err error) {
	file, err := os.Open(t.path)
	if err != nil {
		return nil, false, err
	}
	defer file.Close()
	text, err := settled(file, t.at.end-int64(len(t.at.text)))
	if err == nil && !bytes.HasPrefix(text, t.at.text) { // lines tell the time, so none comes twice
		t.at = beginning
		text, err = settled(file, 0)
	}
	if err != nil {
		return nil, false, err
	}
	anew := t.at.end == 0
	if points, err = t.parse(text[len(t.at.text):]); err != nil {
		t.at = beginning
		return nil, false, err
	}
	restarted = t.given && anew
	t.given = len(points) > 0 || t.given && !anew
	return points, restarted, nil
}

// settled reads a file to its end until it finds twice the same there: else, if
// it is cut off and grows in the middle of a read, old lines would be among the
// new ones.
func settled(file io.ReadSeeker, from int64) ([]byte, error) {
	text, err := readFrom(file, from)
	for err == nil {
		var again []byte
		if again, err = readFrom(file, from); bytes.HasPrefix(again, text) {
			break
		}
		text = again
	}
	return text, err
}

func readFrom(file io.ReadSeeker, at int64) ([]byte, error) {
	if _, err := file.Seek(at, io.SeekStart); err != nil {
		return nil, err
	}
	return io.ReadAll(file)
}

func (t *Tail) parse(text []byte) (points []Point, err error) {
	for line, err := range t.at.lines(t.path, bytes.NewReader(text)) {
		if err != nil {
			return nil, err
		}
		points = append(points, line.Point)
	}
	return points, nil
}
