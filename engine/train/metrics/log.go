package metrics

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"syscall"
)

// log is a file that grows by whole records.
type log struct {
	file *os.File
	size int64
	step int64 // of the last record
}

// append writes a record of a step. What a full disk took of it is cut off
// again, so the file still ends with a whole record.
func (l *log) append(step int64, record []byte) error {
	if step < l.step {
		panic(fmt.Sprintf("metrics: step %d after step %d", step, l.step))
	}
	if _, err := l.file.WriteAt(record, l.size); err != nil {
		l.file.Truncate(l.size)
		return l.explain(err)
	}
	l.size += int64(len(record))
	l.step = step
	return nil
}

func (l *log) explain(err error) error {
	wayOut := ""
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) {
		wayOut = "; free some space or choose another folder"
	}
	var pathErr *fs.PathError
	if errors.As(err, &pathErr) {
		err = pathErr.Err
	}
	return fmt.Errorf("writing %s: %w%s", l.file.Name(), err, wayOut)
}

// Flush makes all records survive a power cut.
func (l *log) Flush() error {
	if err := l.file.Sync(); err != nil {
		return l.explain(err)
	}
	return nil
}

// Close flushes and closes the file.
func (l *log) Close() error {
	err := l.Flush()
	if closeErr := l.file.Close(); err == nil && closeErr != nil {
		err = l.explain(closeErr)
	}
	return err
}
