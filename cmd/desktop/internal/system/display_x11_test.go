//go:build unix && !darwin && !nowindow

package system

import (
	"io"
	"net"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tandem/cmd/internal/xtest"
)

func TestHasDisplay(t *testing.T) {
	d := xtest.Need(t)
	t.Setenv("DISPLAY", d.Name)
	if ok, reason := HasDisplay(); !ok || reason != "" {
		t.Errorf("Xvfb runs, but: %s", reason)
	}
}

func TestHasNoDisplay(t *testing.T) {
	frozen, rude := listen(t), listen(t)
	go func() { // refuses whoever comes, with the words of real servers
		conn, err := rude.Accept()
		if err != nil {
			return
		}
		io.ReadFull(conn, make([]byte, 12)) // the client's greeting
		reason := "Authorization required,\nbut no authorization protocol specified\n"
		head := []byte{0, byte(len(reason)), 11, 0, 0, 0, byte((len(reason) + 3) / 4), 0}
		body := make([]byte, (len(reason)+3)/4*4+8)
		copy(body, reason)
		conn.Write(append(head, body...))
		conn.Close()
	}()
	const short, long = 50 * time.Millisecond, time.Minute
	for _, c := range []struct {
		display, wayland string
		limit            time.Duration
		reason           string
	}{
		{"", "", long, "DISPLAY is not set"},
		{"", "wayland-0", long, "XWayland"},
		{"nonsense", "", long, "nonsense"},
		{t.TempDir() + "/x:0", "", long, "no such file"},
		{frozen.Addr().String(), "", short, "no answer within"},
		{rude.Addr().String(), "", long, "required, but no"},
	} {
		t.Setenv("DISPLAY", c.display)
		t.Setenv("WAYLAND_DISPLAY", c.wayland)
		ok, reason := hasDisplay(c.limit)
		if ok || !strings.Contains(reason, c.reason) || strings.Contains(reason, "\n") {
			t.Errorf("DISPLAY=%s: %v, reason %q, want one with %q", c.display, ok, reason, c.reason)
		}
	}
}

// listen opens a socket that can stand in DISPLAY, and accepts nothing.
func listen(t *testing.T) net.Listener {
	t.Helper()
	l, err := net.Listen("unix", filepath.Join(t.TempDir(), "x:0"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return l
}
