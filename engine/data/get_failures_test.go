//go:build !js

package data

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"
)

func TestGetFailures(t *testing.T) {
	r := newRand(t)
	status := func(code int) func(w http.ResponseWriter, r *http.Request, b []byte) bool {
		return func(w http.ResponseWriter, r *http.Request, b []byte) bool {
			w.WriteHeader(code)
			return true
		}
	}
	for name, c := range map[string]struct {
		answer func(w http.ResponseWriter, r *http.Request, b []byte) bool
		part   int // bytes of it that are there before
		kept   int // and after
		want   []string
	}{
		"not there": {answer: status(404), part: 10, kept: 10, want: []string{"404 Not Found", "by hand"}},
		"forbidden": {answer: status(403), want: []string{"403 Forbidden"}},
		"overloaded": {answer: status(503), part: 10, kept: 10,
			want: []string{"after 10 of 1000 bytes", "goes on from here", "503 Service Unavailable"}},
		"always cut at the same place": {answer: func(w http.ResponseWriter, r *http.Request, b []byte) bool {
			cut(w, r, b, rangeStart(r), 700)
			return true
		}, kept: 700, want: []string{"after 700 of 1000 bytes", "goes on from here"}},
		"ends too soon": {answer: func(w http.ResponseWriter, r *http.Request, b []byte) bool {
			w.(http.Flusher).Flush() // so the length is not stated
			w.Write(b[:20])
			return true
		}, kept: 20, want: []string{"after 20 of 1000 bytes", "ends it too soon"}},
		"another file of the same size": {answer: func(w http.ResponseWriter, r *http.Request, b []byte) bool {
			w.Write(bytes.Repeat([]byte("x"), 1000))
			return true
		}, part: 10, want: []string{"checksum", "nothing was kept"}},
		"a longer file": {answer: func(w http.ResponseWriter, r *http.Request, b []byte) bool {
			w.Write(make([]byte, 1001))
			return true
		}, want: []string{"is 1001 bytes long", "has 1000 bytes"}},
		"a page instead": {answer: func(w http.ResponseWriter, r *http.Request, b []byte) bool {
			w.Write([]byte("<html>log in first</html>"))
			return true
		}, part: 10, want: []string{"is 25 bytes long"}},
		"shorter than the part": {answer: status(416), part: 900, want: []string{"shorter", "has 1000 bytes"}},
		"another part": {answer: func(w http.ResponseWriter, r *http.Request, b []byte) bool {
			w.Header().Set("Content-Range", "bytes 5-999/1000")
			w.WriteHeader(206)
			return true
		}, part: 10, kept: 10, want: []string{"another part"}},
		"a part of a longer file": {answer: func(w http.ResponseWriter, r *http.Request, b []byte) bool {
			w.Header().Set("Content-Range", "bytes 10-1999/2000")
			w.WriteHeader(206)
			w.Write(make([]byte, 1990))
			return true
		}, part: 10, want: []string{"is 2000 bytes long"}},
		"garbage": {answer: func(w http.ResponseWriter, r *http.Request, b []byte) bool {
			conn, _, _ := w.(http.Hijacker).Hijack()
			conn.Write([]byte("garbage\r\n\r\n"))
			conn.Close()
			return true
		}, want: []string{"after 0 of 1000 bytes", "malformed"}},
	} {
		t.Run(name, func(t *testing.T) {
			s, dir := newRemote(t), t.TempDir()
			d := newSet(r, s, 1000)
			s.answer = c.answer
			if c.part > 0 {
				write(t, s.files["file0.gz"][:c.part], dir, "file0.gz.part")
			}
			err := d.get(context.Background(), dir, impatient(s))
			wantError(t, err, append(c.want, s.URL+"/file0.gz")...)
			want := map[string]string{}
			if c.kept > 0 {
				want["/file0.gz.part"] = string(s.files["file0.gz"][:c.kept])
			}
			wantSameFolder(t, dir, want)
		})
	}
}

func TestGetFromNowhere(t *testing.T) {
	r := newRand(t)
	s := newRemote(t)
	d := newSet(r, s, 1000)
	s.Close()
	wantError(t, d.get(context.Background(), t.TempDir(), impatient(s)), s.URL, "after 0 of 1000 bytes", "refused")
}

func TestGetGivesUpOnAStalledServer(t *testing.T) {
	r := newRand(t)
	s, dir := newRemote(t), t.TempDir()
	d := newSet(r, s, 1000)
	s.answer = func(w http.ResponseWriter, req *http.Request, b []byte) bool {
		w.Header().Set("Content-Length", "1000")
		w.Write(b[:400])
		w.(http.Flusher).Flush()
		<-req.Context().Done()
		return true
	}
	o := impatient(s)
	o.patience.stall = 50 * time.Millisecond
	wantError(t, d.get(context.Background(), dir, o), "after 400 of 1000 bytes", "nothing arrived for 50ms")
}

func TestGetStopsAndGoesOn(t *testing.T) {
	r := newRand(t)
	s, dir := newRemote(t), t.TempDir()
	d := newSet(r, s, 2_000_000)
	for {
		ctx, cancel := context.WithCancel(context.Background())
		o := impatient(s)
		begun := int64(-1)
		o.Progress = func(file string, done, total int64) {
			if begun < 0 {
				begun = done
			}
			if done-begun > 400_000 {
				cancel()
			}
		}
		err := d.get(ctx, dir, o)
		cancel()
		if err == nil {
			break
		}
		if !errors.Is(err, context.Canceled) {
			t.Fatal(err)
		}
		wantError(t, err, "goes on from here")
	}
	wantFiles(t, dir, s)
	if len(s.asked) < 3 {
		t.Errorf("it was stopped %d times only", len(s.asked)-1)
	}
}

func TestGetIntoABadPlace(t *testing.T) {
	r := newRand(t)
	s := newRemote(t)
	d := newSet(r, s, 1000)
	file := write(t, nil, t.TempDir(), "file")
	wantError(t, d.get(context.Background(), filepath.Join(file, "sub"), impatient(s)), file, "choose a folder")

	if runtime.GOOS != "linux" {
		return
	}
	dir := t.TempDir()
	if err := os.Symlink("/dev/full", filepath.Join(dir, "file0.gz.part")); err != nil {
		t.Fatal(err)
	}
	wantError(t, d.get(context.Background(), dir, impatient(s)), filepath.Join(dir, "file0.gz.part"), "no space left", "free some space")
}
