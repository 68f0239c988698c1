package data

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"testing"
)

// tarMember is a file to be put into a tar.
type tarMember struct {
	name    string
	content []byte
}

// makeTar writes a tar in the given format: long names and sizes are stored in
// ways that differ.
func makeTar(t testing.TB, format tar.Format, members ...tarMember) []byte {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, m := range members {
		h := &tar.Header{Name: m.name, Size: int64(len(m.content)), Mode: 0o644, Format: format}
		if err := w.WriteHeader(h); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(m.content); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func listed(archive []byte) (members []tarMember, err error) {
	err = listTar(bytes.NewReader(archive), int64(len(archive)), func(f tarFile) error {
		members = append(members, tarMember{f.name, archive[f.offset:][:f.size]})
		return nil
	})
	return members, err
}

func TestListTarFindsTheBytes(t *testing.T) {
	r := newRand(t)
	long := string(bytes.Repeat([]byte("long/"), 60)) + "a.JPEG" // beyond what a plain header holds
	for _, format := range []tar.Format{tar.FormatPAX, tar.FormatGNU} {
		want := []tarMember{
			{"a.JPEG", randomBytes(r, 1)},
			{"empty", nil},
			{"../../escape", randomBytes(r, 512)},
			{long, randomBytes(r, 513)},
			{"last", randomBytes(r, r.IntN(3000))},
		}
		got, err := listed(makeTar(t, format, want...))
		if err != nil {
			t.Fatal(err)
		}
		if len(got) != len(want) {
			t.Fatalf("%v: %d files, want %d", format, len(got), len(want))
		}
		for i := range want {
			if got[i].name != want[i].name || !bytes.Equal(got[i].content, want[i].content) {
				t.Errorf("%v: file %d is %q with %d bytes, want %q with %d", format, i, got[i].name, len(got[i].content), want[i].name, len(want[i].content))
			}
		}
	}
}

func TestListTarPassesOverWhatIsNoFile(t *testing.T) {
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, h := range []*tar.Header{
		{Name: "train/", Typeflag: tar.TypeDir},
		{Name: "link", Typeflag: tar.TypeSymlink, Linkname: "/etc/passwd"},
		{Name: "hard", Typeflag: tar.TypeLink, Linkname: "/etc/passwd"},
		{Name: "fifo", Typeflag: tar.TypeFifo},
	} {
		if err := w.WriteHeader(h); err != nil {
			t.Fatal(err)
		}
	}
	w.Close()
	if got, err := listed(b.Bytes()); err != nil || len(got) > 0 {
		t.Errorf("%v, error %v; want nothing", got, err)
	}
}

func TestACutTarIsRefused(t *testing.T) {
	r := newRand(t)
	whole := makeTar(t, tar.FormatUSTAR, tarMember{"a", randomBytes(r, 700)}, tarMember{"b", randomBytes(r, 512)})
	const closing = 512 // one of the two blocks of zeros is enough to know
	for n := range len(whole) - closing {
		if _, err := listed(whole[:n]); err == nil {
			t.Errorf("%d of %d bytes pass for whole", n, len(whole))
		}
	}
	if got, err := listed(whole); err != nil || len(got) != 2 {
		t.Errorf("%d files, error %v", len(got), err)
	}
}

func TestTarErrors(t *testing.T) {
	r := newRand(t)
	var gz bytes.Buffer
	w := gzip.NewWriter(&gz)
	w.Write(makeTar(t, tar.FormatUSTAR, tarMember{"a", nil}))
	w.Close()
	_, err := listed(gz.Bytes())
	wantError(t, err, "gunzip")
	_, err = listed(randomBytes(r, 5000))
	wantError(t, err, "is not a tar")
	_, err = listed(nil)
	wantError(t, err, "cut short")
	err = listTar(bytes.NewReader(makeTar(t, tar.FormatUSTAR, tarMember{"a", nil})), 1536, func(tarFile) error { return io.ErrNoProgress })
	if err != io.ErrNoProgress {
		t.Errorf("error %v, want that of the visitor", err)
	}
}

// withChecksums makes every block that is not all zeros pass for the header of a
// member, which mutation alone would hardly ever do.
func withChecksums(archive []byte) []byte {
	const block, at, width = 512, 148, 8
	archive = bytes.Clone(archive)
	for b := archive; len(b) >= block; b = b[block:] {
		if bytes.Equal(b[:block], make([]byte, block)) {
			continue
		}
		copy(b[at:], "        ")
		sum := 0
		for _, c := range b[:block] {
			sum += int(c)
		}
		copy(b[at:at+width], fmt.Sprintf("%06o\x00 ", sum))
	}
	return archive
}

func FuzzTarList(f *testing.F) {
	plain := makeTar(f, tar.FormatUSTAR, tarMember{"train/n00000001/a.JPEG", []byte("x")}, tarMember{"val/b.JPEG", nil})
	for _, archive := range [][]byte{
		plain,
		plain[:700],
		makeTar(f, tar.FormatUSTAR, tarMember{"n00000001.tar", plain}),
		makeTar(f, tar.FormatPAX, tarMember{string(bytes.Repeat([]byte("y"), 300)), []byte("z")}),
		makeTar(f, tar.FormatGNU, tarMember{string(bytes.Repeat([]byte("y"), 300)), []byte("z")}),
		{0x1f, 0x8b},
	} {
		f.Add(archive, false)
		f.Add(archive, true)
	}
	f.Fuzz(func(t *testing.T, archive []byte, repair bool) {
		if repair {
			archive = withChecksums(archive)
		}
		l := newLister(t.Context(), ".", PrepareOptions{Labels: "none"})
		r := bytes.NewReader(archive)
		inside := func(offset, size int64) {
			if offset < 0 || size < 0 || offset+size > r.Size() {
				t.Fatalf("%d bytes at %d of %d", size, offset, r.Size())
			}
		}
		listTar(r, r.Size(), func(m tarFile) error {
			inside(m.offset, m.size)
			l.addMember(r, "a.tar", m, "train", "")
			return nil
		})
		for _, refs := range l.splits {
			for _, ref := range refs {
				inside(ref.offset, ref.size)
			}
		}
	})
}
