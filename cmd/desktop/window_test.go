package main

import (
	"bufio"
	"bytes"
	"image"
	"image/color"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tandem/cmd/internal/xtest"
	"tandem/engine/train/metrics"
)

// The screen of the tests. Windows open at 0.8 of it, which is also their least size.
const screenWidth, screenHeight = 1000, 750

// Where things are in a window of 800x600.
const (
	noticeX, noticeY     = 92, 565  // the coloured edge of the newest notice
	pictureX, pictureY   = 600, 120 // in the image on its way through the network
	controlsX, controlsY = 524, 500 // in the line left of what steers a run
	rateX, rateY         = 740, 482 // in the slider of the learning rate
)

// patience is far more than anything takes that tests wait for.
const patience = time.Minute

// noDisplay is the environment of a machine without one.
var noDisplay = []string{"DISPLAY=", "WAYLAND_DISPLAY="}

// windowed is the program with its window.
type windowed struct {
	*xtest.Window
	t      *testing.T
	cmd    *exec.Cmd
	out    *os.File // the end of its standard output to read from
	reader *bufio.Reader
	said   strings.Builder // what was read there
}

// open starts the program in an empty folder and waits for its window.
func open(t *testing.T, title string, args ...string) *windowed {
	t.Helper()
	display := xtest.Need(t)
	p := &windowed{t: t, cmd: command(t, args...)}
	out, in, err := os.Pipe()
	must(t, err)
	p.cmd.Stdout, p.out, p.reader = in, out, bufio.NewReader(out)
	must(t, p.cmd.Start())
	in.Close()
	t.Cleanup(func() {
		p.cmd.Process.Kill() // it has ended by now, unless the test has failed
		p.cmd.Wait()
		out.Close()
	})
	if p.Window, err = display.Window(title); err != nil {
		t.Fatalf("tandem %s: %v; it says %s", strings.Join(args, " "), err, p.cmd.Stderr)
	}
	must(t, p.Move(image.Pt(1, 1))) // where nothing is
	return p
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// key presses and releases a key.
func (p *windowed) key(name string, modifiers ...string) {
	p.t.Helper()
	must(p.t, p.Key(name, modifiers...))
}

// line reads standard output up to a line with a text in it.
func (p *windowed) line(text string) string {
	p.t.Helper()
	must(p.t, p.out.SetReadDeadline(time.Now().Add(patience)))
	for {
		line, err := p.reader.ReadString('\n')
		p.said.WriteString(line)
		if err != nil {
			p.t.Fatalf("no line with %q: %v; it says %q and %q", text, err, p.said.String(), p.cmd.Stderr)
		}
		if strings.Contains(line, text) {
			return strings.TrimSuffix(line, "\n")
		}
	}
}

// link presses y and returns the command line that the program prints. What keys
// and mouse have done before has then taken effect.
func (p *windowed) link() string {
	p.t.Helper()
	p.key("y")
	return p.line(" --at ")
}

// state returns the part of the link that says what is on screen.
func (p *windowed) state() string {
	p.t.Helper()
	_, at, _ := strings.Cut(p.link(), " --at ")
	return at
}

// untilState presses y until what is on screen is as it should be.
func (p *windowed) untilState(what string, ok func(state string) bool) {
	p.t.Helper()
	until(p.t, what, func() bool { return ok(p.state()) })
}

// untilNotice waits until the newest notice has an edge of that colour.
func (p *windowed) untilNotice(c color.RGBA) {
	p.t.Helper()
	p.untilPixel("a notice", noticeX, noticeY, c)
}

// untilPixel waits until a place of the window has a colour.
func (p *windowed) untilPixel(what string, x, y int, c color.RGBA) {
	p.t.Helper()
	until(p.t, what, func() bool {
		shot, err := p.Screenshot()
		must(p.t, err)
		return shot.RGBAAt(x, y) == c
	})
}

// end waits for the program's end.
func (p *windowed) end() result {
	p.t.Helper()
	must(p.t, p.out.SetReadDeadline(time.Now().Add(patience)))
	rest, err := io.ReadAll(p.reader)
	if err != nil {
		p.t.Fatalf("it does not end: %v; it says %q", err, p.cmd.Stderr)
	}
	p.said.Write(rest)
	p.cmd.Wait()
	return result{p.said.String(), p.cmd.Stderr.(*bytes.Buffer).String(), p.cmd.ProcessState.ExitCode()}
}

// quit closes a window that only shows something, and demands that all was well.
func (p *windowed) quit() {
	p.t.Helper()
	p.key("q")
	if r := p.end(); r.status != 0 || r.stderr != "" {
		p.t.Errorf("status %d, stderr %q", r.status, r.stderr)
	}
}

// until looks for something again and again, until it is there.
func until(t *testing.T, what string, there func() bool) {
	t.Helper()
	for late := time.Now().Add(patience); !there(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(late) {
			t.Fatalf("not within %v: %s", patience, what)
		}
	}
}

// recorded returns the figures that a run has measured so far.
func recorded(t *testing.T, dir string) []metrics.Point {
	t.Helper()
	points, _, err := metrics.NewTail(filepath.Join(dir, metrics.FileName)).Read()
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	return points
}

// lastStep is the last step on record, 0 before the first.
func lastStep(t *testing.T, dir string) int {
	t.Helper()
	points := recorded(t, dir)
	if len(points) == 0 {
		return 0
	}
	return int(points[len(points)-1].Step)
}
