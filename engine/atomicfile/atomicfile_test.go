package atomicfile

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func put(text string) func(*os.File) error {
	return func(f *os.File) error {
		_, err := f.WriteString(text)
		return err
	}
}

func wantContent(t *testing.T, path, want string) {
	t.Helper()
	if got, err := os.ReadFile(path); err != nil || string(got) != want {
		t.Fatalf("%s holds %q (%v), want %q", path, got, err, want)
	}
}

func wantNames(t *testing.T, dir string, want ...string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range entries {
		got = append(got, e.Name())
	}
	if strings.Join(got, " ") != strings.Join(want, " ") {
		t.Fatalf("%s holds %q, want %q", dir, got, want)
	}
}

func TestWriteReplaces(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a")
	for _, text := range []string{"first, and longer", "second"} {
		if err := Write(path, put(text)); err != nil {
			t.Fatal(err)
		}
		wantContent(t, path, text)
	}
	wantNames(t, filepath.Dir(path), "a")
}

func TestNothingIsVisibleBeforeTheEnd(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a")
	err := Write(path, func(f *os.File) error {
		if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("while writing, Stat says %v", err)
		}
		return put("x")(f)
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestFailureLeavesTheOldFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a")
	if err := Write(path, put("old")); err != nil {
		t.Fatal(err)
	}
	broken := errors.New("broken")
	err := Write(path, func(f *os.File) error {
		put("half")(f)
		return broken
	})
	if !errors.Is(err, broken) || !strings.Contains(err.Error(), path) {
		t.Errorf("error %v must wrap %v and name %s", err, broken, path)
	}
	wantContent(t, path, "old")
	wantNames(t, filepath.Dir(path), "a")
}

func TestAnErrorAboutAnotherFileKeepsItsName(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a")
	err := Write(path, func(*os.File) error {
		_, err := os.Open("/no/such/source")
		return err
	})
	if err == nil || !strings.Contains(err.Error(), "/no/such/source") {
		t.Errorf("error %v does not name the source", err)
	}
}

func TestErrorsNamePathAndWayOut(t *testing.T) {
	dir := t.TempDir()
	os.WriteFile(filepath.Join(dir, "file"), nil, 0o666)
	os.Mkdir(filepath.Join(dir, "folder"), 0o777)
	for path, way := range map[string]string{
		filepath.Join(dir, "missing", "a"): "create the folder",
		filepath.Join(dir, "file", "a"):    "part of the path is a file",
		filepath.Join(dir, "folder"):       "a folder has that name",
	} {
		err := Write(path, put("x"))
		if err == nil {
			t.Errorf("%s: no error", path)
			continue
		}
		msg := err.Error()
		if !strings.Contains(msg, path) || !strings.Contains(msg, way) || strings.Contains(msg, tempSuffix) || strings.Contains(msg, "\n") {
			t.Errorf("%s: unclear error %q", path, msg)
		}
	}
	wantNames(t, dir, "file", "folder")
}

func TestClean(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{".step-1.x.77-1.tmp", ".step-1.x.77-2.tmp", ".best.x.77-1.tmp", ".step-2.x.tmp", "step-3.x", ".step-4.x.a-b.tmp"} {
		os.WriteFile(filepath.Join(dir, name), nil, 0o666)
	}
	if err := Clean(dir, "step-*.x"); err != nil {
		t.Fatal(err)
	}
	wantNames(t, dir, ".best.x.77-1.tmp", ".step-2.x.tmp", ".step-4.x.a-b.tmp", "step-3.x")
}

func TestKilledWriterLeavesWhatCleanRemoves(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a")
	f, err := createTemp(path)
	if err != nil {
		t.Fatal(err)
	}
	f.Close()
	if err := Clean(filepath.Dir(path), "a"); err != nil {
		t.Fatal(err)
	}
	wantNames(t, filepath.Dir(path))
}
