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
// error names the path; after it the next call begins there, too.
func (t *Tail) Read() (points []Point, restarted bool, err error) {
	file, err := os.Open(t.path)
	if err != nil {
		return nil, false, err
	}
	defer file.Close()
	from := t.at
	points, err = t.rest(file)
	if !from.stands(file) { // asked last, so that nothing can change in between
		from, t.at = beginning, beginning
		points, err = t.rest(file)
	}
	if err != nil {
		t.at = beginning
		return nil, false, err
	}
	restarted = t.given && from.end == 0
	t.given = len(points) > 0 || t.given && !restarted
	return points, restarted, nil
}

// stands says whether the file still holds the last line that was read. Lines
// tell the time, so none comes twice.
func (p place) stands(file io.ReaderAt) bool {
	last := make([]byte, len(p.text))
	_, err := file.ReadAt(last, p.end-int64(len(last)))
	return err == nil && bytes.Equal(last, p.text)
}

// rest reads from the place to the end.
func (t *Tail) rest(file io.ReadSeeker) (points []Point, err error) {
	if _, err := file.Seek(t.at.end, io.SeekStart); err != nil {
		return nil, err
	}
	for line, err := range t.at.lines(t.path, file) {
		if err != nil {
			return nil, err
		}
		points = append(points, line.Point)
	}
	return points, nil
}
