//go:build !js

package data

import (
	"bytes"
	"context"
	"crypto/md5"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// remote is a server that can be told to misbehave.
type remote struct {
	*httptest.Server
	mu     sync.Mutex
	files  map[string][]byte
	asked  []string                                                    // "NAME RANGE" of every request
	answer func(w http.ResponseWriter, r *http.Request, b []byte) bool // false: go on as usual
}

func newRemote(t testing.TB) *remote {
	s := &remote{files: map[string][]byte{}}
	s.Server = httptest.NewServer(s)
	t.Cleanup(s.Close)
	return s
}

func (s *remote) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	name := strings.TrimPrefix(r.URL.Path, "/")
	s.asked = append(s.asked, strings.TrimSpace(name+" "+r.Header.Get("Range")))
	b, ok := s.files[name]
	switch {
	case s.answer != nil && s.answer(w, r, b):
	case !ok:
		http.NotFound(w, r)
	default:
		http.ServeContent(w, r, name, time.Time{}, bytes.NewReader(b))
	}
}

// cut sends the bytes of an answer up to a point and drops the connection.
func cut(w http.ResponseWriter, r *http.Request, b []byte, from, to int) {
	w.Header().Set("Content-Length", fmt.Sprint(len(b)-from))
	if from > 0 {
		w.Header().Set("Content-Range", fmt.Sprintf("bytes %d-%d/%d", from, len(b)-1, len(b)))
		w.WriteHeader(http.StatusPartialContent)
	}
	w.Write(b[from:to])
	w.(http.Flusher).Flush()
	panic(http.ErrAbortHandler)
}

// rangeStart reads the header that a resumed request sends.
func rangeStart(r *http.Request) (start int) {
	fmt.Sscanf(r.Header.Get("Range"), "bytes=%d-", &start)
	return start
}

// newSet puts random files on the server and describes them.
func newSet(r *rand.Rand, s *remote, sizes ...int) *download {
	d := &download{name: "test"}
	for i, n := range sizes {
		name := fmt.Sprintf("file%d.gz", i)
		s.files[name] = randomBytes(r, n)
		d.files = append(d.files, describe(name, s.files[name]))
	}
	return d
}

func describe(name string, b []byte) remoteFile {
	sum := md5.Sum(b)
	return remoteFile{name, int64(len(b)), hex.EncodeToString(sum[:])}
}

// impatient are options for a test server.
func impatient(s *remote) GetOptions {
	return GetOptions{BaseURL: s.URL + "/", patience: patience{attempts: 3, pause: time.Microsecond, stall: 5 * time.Second}}
}

func wantFiles(t *testing.T, dir string, s *remote) {
	t.Helper()
	want := map[string]string{}
	for name, b := range s.files {
		want["/"+name] = string(b)
	}
	wantSameFolder(t, dir, want)
}

func TestGet(t *testing.T) {
	r := newRand(t)
	s, dir := newRemote(t), filepath.Join(t.TempDir(), "new", "folder")
	d := newSet(r, s, 1, 300_000, 70_001)
	o := impatient(s)
	seen := map[string]int64{}
	o.Progress = func(file string, done, total int64) {
		if done <= seen[file] && done < total || total != int64(len(s.files[file])) {
			t.Errorf("progress of %s: %d of %d after %d", file, done, total, seen[file])
		}
		seen[file] = done
	}
	if err := d.get(context.Background(), dir, o); err != nil {
		t.Fatal(err)
	}
	wantFiles(t, dir, s)
	for name, b := range s.files {
		if seen[name] != int64(len(b)) {
			t.Errorf("progress of %s ended at %d of %d", name, seen[name], len(b))
		}
	}
	asked := len(s.asked)
	if err := d.get(context.Background(), dir, impatient(s)); err != nil || len(s.asked) != asked {
		t.Errorf("what is there was asked for again: %q, error %v", s.asked[asked:], err)
	}
	write(t, []byte("damaged"), dir, "file0.gz")
	if err := d.get(context.Background(), dir, impatient(s)); err != nil {
		t.Error(err)
	}
	wantFiles(t, dir, s)
}

func TestGetResumes(t *testing.T) {
	r := newRand(t)
	s, dir := newRemote(t), t.TempDir()
	d := newSet(r, s, 100_000)
	have := 1 + r.IntN(99_998)
	write(t, s.files["file0.gz"][:have], dir, "file0.gz.part")
	if err := d.get(context.Background(), dir, impatient(s)); err != nil {
		t.Fatal(err)
	}
	wantFiles(t, dir, s)
	if want := fmt.Sprintf("file0.gz bytes=%d-", have); len(s.asked) != 1 || s.asked[0] != want {
		t.Errorf("asked for %q, want %q", s.asked, want)
	}
}

func TestGetStartsAgainWhereItMust(t *testing.T) {
	r := newRand(t)
	for name, c := range map[string]struct {
		part   []byte
		answer func(w http.ResponseWriter, r *http.Request, b []byte) bool
	}{
		"the server knows no ranges": {randomBytes(r, 500), func(w http.ResponseWriter, r *http.Request, b []byte) bool {
			w.Write(b)
			return true
		}},
		"the part is of an older file": {randomBytes(r, 500), nil},
		"the part is whole but wrong":  {randomBytes(r, 10_000), nil},
		"the part is too long":         {randomBytes(r, 10_001), nil},
	} {
		t.Run(name, func(t *testing.T) {
			s, dir := newRemote(t), t.TempDir()
			s.answer = c.answer
			d := newSet(r, s, 10_000)
			write(t, c.part, dir, "file0.gz.part")
			if err := d.get(context.Background(), dir, impatient(s)); err != nil {
				t.Fatal(err)
			}
			wantFiles(t, dir, s)
		})
	}
}

func TestGetSurvivesABadConnection(t *testing.T) {
	r := newRand(t)
	s, dir := newRemote(t), t.TempDir()
	d := newSet(r, s, 100_000)
	busy := false
	s.answer = func(w http.ResponseWriter, req *http.Request, b []byte) bool {
		if busy = !busy; busy {
			w.WriteHeader(http.StatusServiceUnavailable)
			return true
		}
		from := rangeStart(req)
		cut(w, req, b, from, min(len(b), from+r.IntN(20_000)))
		return true
	}
	if err := d.get(context.Background(), dir, impatient(s)); err != nil {
		t.Fatal(err)
	}
	wantFiles(t, dir, s)
}

func TestGetUnknown(t *testing.T) {
	wantError(t, Get(context.Background(), "mnist", t.TempDir(), GetOptions{}), `"mnist"`, "fashion-mnist", "cifar10")
	if l := Downloads(); len(l) != 2 || l[0].Name != "fashion-mnist" || l[1].URL != "https://www.cs.toronto.edu/~kriz" {
		t.Errorf("%+v", l)
	}
}

// TestGetFashionMNIST serves the official files. Debian's package has them with
// the name and time taken out of their gzip headers; put back, they have the
// published checksums, so sizes and checksums here are right. That such files
// open is shown by TestEmbedded.
func TestGetFashionMNIST(t *testing.T) {
	if !isDir(debianFashion) {
		t.Skipf("%s is not here (Debian's dataset-fashion-mnist)", debianFashion)
	}
	s := newRemote(t)
	for name, modified := range map[string]uint32{
		"train-images-idx3-ubyte": 1504176606,
		"train-labels-idx1-ubyte": 1504176606,
		"t10k-images-idx3-ubyte":  1504176627,
		"t10k-labels-idx1-ubyte":  1504176627,
	} {
		debian, err := os.ReadFile(filepath.Join(debianFashion, name+".gz"))
		if err != nil {
			t.Fatal(err)
		}
		const hasName, unix, headerSize = 8, 3, 10
		official := binary.LittleEndian.AppendUint32([]byte{0x1f, 0x8b, 8, hasName}, modified)
		official = append(official, 0, unix)
		official = append(official, name...)
		official = append(official, 0)
		s.files[name+".gz"] = append(official, debian[headerSize:]...)
	}
	dir := t.TempDir()
	if err := Get(context.Background(), "fashion-mnist", dir, GetOptions{BaseURL: s.URL}); err != nil {
		t.Fatal(err)
	}
	wantFiles(t, dir, s)
}
