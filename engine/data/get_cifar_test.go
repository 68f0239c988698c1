//go:build !js

package data

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"math/rand/v2"
	"path/filepath"
	"testing"
)

// cifarArchiveOf makes an archive like the official one, with few images, and
// has them be what is expected.
func cifarArchiveOf(t *testing.T, r *rand.Rand, records int, more ...*tar.Header) (archive []byte, files map[string][]byte) {
	t.Helper()
	official := cifarFiles
	t.Cleanup(func() { cifarFiles = official })
	cifarFiles = map[string]int64{}
	files = map[string][]byte{}
	var b bytes.Buffer
	zip := gzip.NewWriter(&b)
	w := tar.NewWriter(zip)
	put := func(h *tar.Header, content []byte) {
		if err := w.WriteHeader(h); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(content); err != nil {
			t.Fatal(err)
		}
	}
	for _, h := range more {
		put(h, make([]byte, h.Size))
	}
	for name := range official {
		var content []byte
		for range records {
			content = append(content, byte(r.IntN(10)))
			content = append(content, randomBytes(r, 3*32*32)...)
		}
		files["/"+name] = content
		cifarFiles[name] = int64(len(content))
		put(&tar.Header{Name: cifarFolder + "/" + name, Size: int64(len(content)), Mode: 0o644}, content)
	}
	w.Close()
	zip.Close()
	return b.Bytes(), files
}

func TestGetCIFAR(t *testing.T) {
	r := newRand(t)
	s, dir := newRemote(t), filepath.Join(t.TempDir(), "sub")
	archive, files := cifarArchiveOf(t, r, 7,
		&tar.Header{Name: "../escaped.bin", Size: 5, Mode: 0o644},
		&tar.Header{Name: cifarFolder + "/test_batch.bin", Typeflag: tar.TypeSymlink, Linkname: "../../escaped.bin"},
		&tar.Header{Name: cifarFolder + "/readme.html", Size: 3, Mode: 0o644})
	s.files[cifarArchive] = archive
	d := downloads[1]
	d.files = []remoteFile{describe(cifarArchive, archive)}
	if err := d.get(context.Background(), dir, impatient(s)); err != nil {
		t.Fatal(err)
	}
	wantSameFolder(t, filepath.Join(dir, cifarFolder), name2string(files))
	if entries, _ := filepath.Glob(filepath.Join(dir, "..", "*", "*")); len(entries) != 1 {
		t.Errorf("beside the images there are %q", entries)
	}
	splits, err := Open("cifar10:"+dir, Options{})
	if err != nil || splits.Train.Len() != 35 || splits.Test.Len() != 7 {
		t.Fatalf("%v, error %v", splits, err)
	}
	if err := d.get(context.Background(), dir, impatient(s)); err != nil || len(s.asked) != 1 {
		t.Errorf("what is unpacked was asked for again: %q, error %v", s.asked, err)
	}
}

func name2string(files map[string][]byte) map[string]string {
	s := map[string]string{}
	for name, b := range files {
		s[name] = string(b)
	}
	return s
}

func TestUnpackErrors(t *testing.T) {
	r := newRand(t)
	whole, _ := cifarArchiveOf(t, r, 2)
	longer, _ := cifarArchiveOf(t, r, 2, &tar.Header{Name: "x/test_batch.bin", Size: 9, Mode: 0o644})
	small := cifarFiles
	cifarArchiveOf(t, r, 2)
	cifarFiles["more.bin"] = 5
	incomplete := cifarFiles
	dir := t.TempDir()
	for name, c := range map[string]struct {
		archive []byte
		sizes   map[string]int64
		want    string
	}{
		"cut":        {whole[:len(whole)/2], small, "unexpected EOF"},
		"other size": {longer, small, "test_batch.bin has 9 bytes"},
		"incomplete": {whole, incomplete, "lacks some of the files"},
		"no gzip":    {[]byte("hello, hello, hello"), small, "gzip: invalid header"},
		"no tar":     {gzipped(randomBytes(r, 2000)), small, "not a tar archive"},
	} {
		path := write(t, c.archive, dir, "a.tar.gz")
		err := unpackFiles(context.Background(), path, filepath.Join(dir, name), c.sizes)
		wantError(t, err, c.want)
	}
}
