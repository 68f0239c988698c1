//go:build unix && !darwin && !nowindow

package system

import (
	"bytes"
	"crypto/rand"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jezek/xgb/xproto"

	"tandem/cmd/internal/xtest"
)

// xclip runs the program of that name on the clipboard: another's reading of the
// protocol, with pieces for what is large.
func xclip(t *testing.T, input []byte, args ...string) []byte {
	t.Helper()
	cmd := exec.Command("xclip", append([]string{"-selection", "clipboard"}, args...)...)
	cmd.Stdin = bytes.NewReader(input)
	out, err := os.Create(filepath.Join(t.TempDir(), "out")) // it leaves a process behind, which would hold a pipe
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	cmd.Stdout = out
	if err := cmd.Run(); err != nil {
		if _, missing := exec.LookPath("xclip"); missing != nil && os.Getenv("TANDEM_WINDOW_TESTS") != "required" {
			t.Skip("xclip is not installed")
		}
		t.Fatal(err)
	}
	said, err := os.ReadFile(out.Name())
	if err != nil {
		t.Fatal(err)
	}
	return said
}

// copied has xclip own the clipboard, and returns once it does.
func copied(t *testing.T, data []byte, kind string) {
	t.Helper()
	x := client(t)
	before := x.owner(t)
	xclip(t, data, "-in", "-t", kind)
	for x.owner(t) == before { // its request is sent when the process has long returned
	}
}

func client(t *testing.T) *xClient {
	t.Helper()
	x, _, err := openX(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return x
}

func (x *xClient) owner(t *testing.T) xproto.Window {
	t.Helper()
	reply, err := xproto.GetSelectionOwner(x.Conn, x.clipboard).Reply()
	if err != nil {
		t.Fatal(err)
	}
	return reply.Owner
}

func noise(n int) []byte {
	b := make([]byte, n)
	rand.Read(b)
	return b
}

func TestPasteImages(t *testing.T) {
	xtest.Need(t)
	for _, kind := range []string{"image/png", "image/jpeg", "image/bmp"} {
		for _, n := range []int{1, 3001, 1<<18 + 1, 5_000_001} { // the last comes in pieces
			want := noise(n)
			copied(t, want, kind)
			name, data, err := PasteImage()
			if err != nil || name != "clipboard" || !bytes.Equal(data, want) {
				t.Errorf("%d bytes of %s: got %d of %q, error %v", n, kind, len(data), name, err)
			}
		}
	}
}

func TestPasteFiles(t *testing.T) {
	xtest.Need(t)
	path := filepath.Join(t.TempDir(), "an image, 100% grün.png")
	want := noise(1234)
	if err := os.WriteFile(path, want, 0o666); err != nil {
		t.Fatal(err)
	}
	link := (&url.URL{Scheme: "file", Path: path}).String()
	for _, c := range []struct{ kind, text string }{
		{"text/uri-list", "# a comment\r\n" + link + "\r\nfile:///another\r\n"},
		{"UTF8_STRING", path},
		{"UTF8_STRING", "\"" + path + "\"\n"},
		{"UTF8_STRING", "x-special/nautilus-clipboard\ncopy\n" + link + "\n"},
	} {
		copied(t, []byte(c.text), c.kind)
		name, data, err := PasteImage()
		if err != nil || name != path || !bytes.Equal(data, want) {
			t.Errorf("%s %q: got %d bytes of %q, error %v", c.kind, c.text, len(data), name, err)
		}
	}
}

func TestPasteRefuses(t *testing.T) {
	xtest.Need(t)
	dir := t.TempDir()
	large := filepath.Join(dir, "large")
	if err := os.WriteFile(large, nil, 0o666); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(large, maxPasted+1); err != nil { // takes no space
		t.Fatal(err)
	}
	for text, names := range map[string]string{
		"Just some text\nof two lines": "no image and no file",
		"relative.png":                 "no image and no file",
		"https://example.org/x.png":    "no image and no file",
		"file:///%zz":                  "no image and no file",
		filepath.Join(dir, "gone.png"): "gone.png",
		dir:                            dir,
		large:                          large,
	} {
		copied(t, []byte(text), "UTF8_STRING")
		if _, data, err := PasteImage(); err == nil || !strings.Contains(err.Error(), names) || strings.Contains(err.Error(), "\n") || data != nil {
			t.Errorf("%q: got %d bytes, error %v", text, len(data), err)
		}
	}
}

func TestPasteFromNobody(t *testing.T) {
	xtest.Need(t)
	x := client(t)
	xproto.SetSelectionOwner(x.Conn, 0, x.clipboard, xproto.TimeCurrentTime)
	x.owner(t)
	if _, _, err := PasteImage(); err == nil || !strings.Contains(err.Error(), "no image and no file") {
		t.Error(err)
	}
}

// An owner that says nothing, or stops amid the pieces, costs the limit and no more.
func TestPasteFromStalledOwner(t *testing.T) {
	xtest.Need(t)
	for _, begins := range []bool{false, true} {
		x := client(t)
		xproto.SetSelectionOwner(x.Conn, x.window, x.clipboard, xproto.TimeCurrentTime)
		if x.owner(t) != x.window {
			t.Fatal("the test does not own the clipboard")
		}
		if begins {
			go beginPieces(x)
		}
		if _, err := readClipboard(100 * time.Millisecond); err == nil || !strings.Contains(err.Error(), "no answer within") {
			t.Errorf("an owner that begins (%v) and stops: %v", begins, err)
		}
	}
}

// beginPieces announces pieces to the first that asks, and sends none.
func beginPieces(x *xClient) {
	pieces, _ := x.atom("INCR")
	for {
		event, err := x.next()
		if err != nil {
			return
		}
		if r, ok := event.(xproto.SelectionRequestEvent); ok {
			xproto.ChangeProperty(x.Conn, xproto.PropModeReplace, r.Requestor, r.Property, pieces, 32, 1, []byte{0, 0, 1, 0})
			done := xproto.SelectionNotifyEvent{Requestor: r.Requestor, Selection: r.Selection, Target: r.Target, Property: r.Property}
			xproto.SendEvent(x.Conn, false, r.Requestor, xproto.EventMaskNoEvent, string(done.Bytes()))
		}
	}
}

func TestCopyText(t *testing.T) {
	xtest.Need(t)
	for _, text := range []string{"tandem view runs/1 --unit 7", "zwölf Boxkämpfer\n", strings.Repeat("x", maxCopied)} {
		if err := CopyText(text); err != nil {
			t.Fatal(err)
		}
		if got := string(xclip(t, nil, "-out")); got != text {
			t.Errorf("%d bytes came back as %d: %.40q", len(text), len(got), got)
		}
	}
	if got := string(xclip(t, nil, "-out", "-t", "TARGETS")); got != "TARGETS\nUTF8_STRING\n" {
		t.Errorf("types: %q", got)
	}
	if err := CopyText(strings.Repeat("x", maxCopied+1)); err == nil {
		t.Error("too long a text was taken")
	}
}

// One who asks and is gone before the answer leaves the others what they asked for.
func TestCopiedTextOutlivesThoseWhoAsk(t *testing.T) {
	xtest.Need(t)
	if err := CopyText("still here"); err != nil {
		t.Fatal(err)
	}
	for range 20 {
		x := client(t)
		kind, err := x.atom("UTF8_STRING")
		if err != nil {
			t.Fatal(err)
		}
		xproto.ConvertSelection(x.Conn, x.window, x.clipboard, kind, kind, xproto.TimeCurrentTime)
		xproto.DestroyWindow(x.Conn, x.window)
		x.Sync()
	}
	if got := string(xclip(t, nil, "-out")); got != "still here" {
		t.Errorf("got %q", got)
	}
}

// A client ends when its text is replaced.
func TestCopiedTextIsGivenUp(t *testing.T) {
	xtest.Need(t)
	x := client(t)
	o, err := own(x, "old")
	if err != nil {
		t.Fatal(err)
	}
	if err := CopyText("new"); err != nil {
		t.Fatal(err)
	}
	o.serve() // returns
	if got := string(xclip(t, nil, "-out")); got != "new" {
		t.Errorf("got %q", got)
	}
}

func TestClipboardWithoutDisplay(t *testing.T) {
	t.Setenv("DISPLAY", t.TempDir()+"/x:0")
	_, _, err := PasteImage()
	for _, err := range []error{err, CopyText("x")} {
		if err == nil || !strings.Contains(err.Error(), "clipboard") || strings.Contains(err.Error(), "\n") {
			t.Error(err)
		}
	}
}
