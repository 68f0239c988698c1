// Package atomicfile writes files that are never seen half written: whoever
// opens the path finds the old content or the new one, also after a kill, a
// power cut or a full disk.
package atomicfile

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync/atomic"
	"syscall"
)

const tempSuffix = ".tmp"

// Write replaces the file at path by what write puts into the file it is given.
// That file lies hidden in the same folder; when write returns nil it is synced
// and renamed to path, and the folder is synced. On any error it is removed and
// path is as it was before. Errors name path and say what to do about it.
func Write(path string, write func(*os.File) error) error {
	f, err := createTemp(path)
	if err != nil {
		return explain(path, err)
	}
	err = fill(f, write)
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		os.Remove(f.Name())
		return explain(path, err)
	}
	if err := syncFolder(filepath.Dir(path)); err != nil {
		return explain(path, err)
	}
	return nil
}

// Clean removes from a folder the temporary files that killed writers left
// behind. pattern (as in filepath.Match) selects by the name of the file that
// was being written. No Write to such a file may be under way.
func Clean(dir, pattern string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, e := range entries {
		target, ok := targetOf(e.Name())
		if !ok || !matches(pattern, target) {
			continue
		}
		if err := os.Remove(filepath.Join(dir, e.Name())); err != nil {
			return err
		}
	}
	return nil
}

func matches(pattern, name string) bool {
	ok, err := filepath.Match(pattern, name)
	if err != nil {
		panic("atomicfile: pattern " + pattern + ": " + err.Error())
	}
	return ok
}

var serial atomic.Int64

// createTemp opens a fresh ".NAME.PID-SERIAL.tmp" beside path. os.CreateTemp
// would make it unreadable for other users, and so the final file.
func createTemp(path string) (*os.File, error) {
	dir, name := filepath.Split(path)
	for {
		temp := fmt.Sprintf("%s.%s.%d-%d%s", dir, name, os.Getpid(), serial.Add(1), tempSuffix)
		f, err := os.OpenFile(temp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
		if !errors.Is(err, fs.ErrExist) {
			return f, err
		}
	}
}

// targetOf takes the name of a temporary file apart.
func targetOf(temp string) (name string, ok bool) {
	s, hidden := strings.CutPrefix(temp, ".")
	s, suffixed := strings.CutSuffix(s, tempSuffix)
	dot := strings.LastIndexByte(s, '.')
	if !hidden || !suffixed || dot < 0 {
		return "", false
	}
	var pid, n int64
	if _, err := fmt.Sscanf(s[dot+1:], "%d-%d", &pid, &n); err != nil {
		return "", false
	}
	return s[:dot], true
}

func fill(f *os.File, write func(*os.File) error) error {
	err := write(f)
	if err == nil {
		err = f.Sync()
	}
	if closeErr := f.Close(); err == nil {
		err = closeErr
	}
	return err
}

// syncFolder makes a rename survive a power cut. Windows and the browser have
// no such call.
func syncFolder(dir string) error {
	if runtime.GOOS == "windows" || runtime.GOOS == "js" {
		return nil
	}
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	if err := d.Sync(); err != nil && !errors.Is(err, syscall.EINVAL) { // some network file systems refuse
		return err
	}
	return nil
}

// explain names path where the system names the temporary file, and adds the
// way out.
func explain(path string, err error) error {
	var pathErr *fs.PathError
	var linkErr *os.LinkError
	if errors.As(err, &linkErr) {
		err = linkErr.Err
	} else if errors.As(err, &pathErr) && isTemp(pathErr.Path) {
		err = pathErr.Err
	}
	return fmt.Errorf("writing %s: %w%s", path, err, wayOut(err))
}

func isTemp(path string) bool {
	_, ok := targetOf(filepath.Base(path))
	return ok
}

func wayOut(err error) string {
	switch {
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return "; what was there before is untouched: free some space or choose another folder"
	case errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.EROFS):
		return "; choose a folder that you may write to"
	case errors.Is(err, fs.ErrNotExist):
		return "; create the folder first"
	case errors.Is(err, syscall.ENOTDIR):
		return "; part of the path is a file"
	case errors.Is(err, syscall.EISDIR), errors.Is(err, fs.ErrExist):
		return "; a folder has that name: choose another"
	}
	return ""
}
