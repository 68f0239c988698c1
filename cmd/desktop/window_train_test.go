package main

import (
	"fmt"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tandem/cmd/internal/viewer/ui"
	"tandem/cmd/internal/xtest"
	"tandem/engine/weights"
)

// longNet is tinyNet, but more than a thousand steps that take a while each.
func longNet(t *testing.T) string {
	return write(t, "long.json", strings.NewReplacer(`"batch": 500`, `"batch": 10`, `"filters": 4`, `"filters": 64`, `"rate": 0.05`, `"rate": 0.001`).Replace(tinyNet))
}

// trainWindowed opens a window on a new run, and waits for its first steps.
func trainWindowed(t *testing.T, net string, flags ...string) (p *windowed, dir string) {
	t.Helper()
	dir = filepath.Join(t.TempDir(), "run")
	p = open(t, "Tandem: tiny", append([]string{"train", "--window", "--data", "fashion-mnist", "--net", net, "--out", dir}, flags...)...)
	until(t, "training", func() bool { return lastStep(t, dir) > 0 })
	return p, dir
}

// pause holds the run, saves its first checkpoint and returns the step.
func (p *windowed) pause(dir string) (step int) {
	p.t.Helper()
	p.untilPixel("the run's controls", controlsX, controlsY, ui.Dark.Line) // before, keys do nothing to a run
	p.key("space")
	p.state()
	p.key("s", "Control") // is obeyed after the pause
	until(p.t, "a checkpoint", func() bool {
		steps, err := weights.Store{Dir: dir}.Steps()
		must(p.t, err)
		if len(steps) > 0 {
			step = int(steps[0])
		}
		return len(steps) > 0
	})
	if at := lastStep(p.t, dir); at != step {
		p.t.Errorf("held at step %d, it went on to %d", step, at)
	}
	return step
}

// step takes one step and returns its figures.
func (p *windowed) step(dir string) map[string]float64 {
	p.t.Helper()
	was := lastStep(p.t, dir)
	p.key("t")
	until(p.t, "a step", func() bool { return lastStep(p.t, dir) > was })
	p.state()
	points := recorded(p.t, dir)
	last := points[len(points)-1]
	if int(last.Step) != was+1 {
		p.t.Fatalf("one step from %d leads to %d", was, last.Step)
	}
	return last.Values
}

func TestWindowSteersTheRun(t *testing.T) {
	p, dir := trainWindowed(t, longNet(t))
	at := p.pause(dir)
	first := p.step(dir)
	if _, changed := first["change/rate"]; changed {
		t.Errorf("the rate changes by itself: %v", first)
	}
	p.key("s", "Control")
	until(t, "a checkpoint", func() bool { return exists(stepFile(dir, at+1)) })

	must(t, p.Wheel(image.Pt(rateX, rateY), 2))
	p.state()
	turned := p.step(dir)
	must(t, p.Drag(xtest.Left, image.Pt(rateX, rateY), image.Pt(rateX-30, rateY)))
	p.state()
	dragged := p.step(dir)
	for _, v := range []map[string]float64{turned, dragged} {
		if v["change/rate"] != v["rate"] || v["rate"] == 0 {
			t.Errorf("a step with another rate has the figures %v", v)
		}
	}
	if !(turned["rate"] > first["rate"] && dragged["rate"] < turned["rate"]) {
		t.Errorf("the rates are %g, %g and %g", first["rate"], turned["rate"], dragged["rate"])
	}

	p.key("space")
	until(t, "training again", func() bool { return lastStep(t, dir) > at+10 })
	p.key("q")
	p.stopped(dir)
}

// stopped demands that the run was saved, says how to go on, and does.
func (p *windowed) stopped(dir string) {
	p.t.Helper()
	r, at := p.end(), lastStep(p.t, dir)
	if want := goOn(dir, at); r.status != 0 || !strings.HasSuffix(r.stderr, want) {
		p.t.Fatalf("status %d, stderr %q does not end with %q", r.status, r.stderr, want)
	}
	succeed(p.t, "train", "--resume", "--out", dir, "--steps", fmt.Sprint(at+1))
	if now := lastStep(p.t, dir); now != at+1 || !exists(stepFile(dir, now)) {
		p.t.Errorf("the resumed run ended at step %d, not at %d", now, at+1)
	}
}

func goOn(dir string, step int) string {
	return fmt.Sprintf("stopped after step %s; go on with: %s train --resume --out %s\n", count(step), binary, dir)
}

func stepFile(dir string, step int) string {
	return filepath.Join(dir, fmt.Sprintf("step-%08d.safetensors", step))
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

func TestWindowPrintsAndExports(t *testing.T) {
	unraced(t)
	p, dir := trainWindowed(t, longNet(t))
	p.key("9")
	want := viewLineOf(dir, "view=confusion,unit=conv1:0")
	until(t, "the confusion matrix", func() bool { return p.link() == want })
	p.key("p")
	path := filepath.Join(p.cmd.Dir, "tandem-confusion.png")
	until(t, "the picture", func() bool { return exists(path) })
	checkPicture(t, path, image.Pt(800, 600))
	must(t, p.Close())
	p.stopped(dir)
}

func viewLineOf(dir, at string) string { return binary + " view " + dir + " --at " + at }

// checkPicture demands a picture of that size with something on it.
func checkPicture(t *testing.T, path string, size image.Point) {
	t.Helper()
	f, err := os.Open(path)
	must(t, err)
	defer f.Close()
	img, err := png.Decode(f)
	must(t, err)
	if got := img.Bounds().Size(); got != size {
		t.Errorf("%s is of size %v, not %v", path, got, size)
	}
	colors := map[color.Color]bool{}
	for y := range img.Bounds().Dy() {
		for x := range img.Bounds().Dx() {
			colors[img.At(x, y)] = true
		}
	}
	if len(colors) < 30 {
		t.Errorf("%s has %d colours", path, len(colors))
	}
}

func TestInterruptClosesTheWindow(t *testing.T) {
	p, dir := trainWindowed(t, longNet(t))
	must(t, p.cmd.Process.Signal(os.Interrupt))
	r := p.end()
	if want := goOn(dir, lastStep(t, dir)); r.status != 130 || !strings.HasSuffix(r.stderr, want) {
		t.Errorf("status %d, stderr %q does not end with %q", r.status, r.stderr, want)
	}
	if at := lastStep(t, dir); !exists(stepFile(dir, at)) {
		t.Errorf("step %d was not saved", at)
	}
}

func TestWindowStaysAfterTheEnd(t *testing.T) {
	unraced(t)
	p, dir := trainWindowed(t, write(t, "tiny.json", tinyNet), "--steps", "21")
	p.untilNotice(ui.Dark.Accent)
	p.key("t")
	p.key("space")
	p.key("2")
	p.untilState("activations", func(s string) bool { return strings.HasPrefix(s, "view=activations") })
	if at := lastStep(t, dir); at != 21 {
		t.Errorf("the run went to step %d", at)
	}
	p.key("q")
	r := p.end()
	if r.status != 0 || r.stderr != "" || !strings.Contains(r.stdout, "test error") || !strings.Contains(r.stdout, "the folder "+dir+" has best.safetensors, filters.png") {
		t.Errorf("status %d, stderr %q, stdout %q", r.status, r.stderr, r.stdout)
	}
}

// A run that fails says so in the window, which lives on.
func TestWindowOutlivesARunThatFails(t *testing.T) {
	unraced(t)
	p, dir := trainWindowed(t, longNet(t), "--rate", "1e30")
	p.untilNotice(ui.Dark.Bad)
	p.state()
	p.key("q")
	if r := p.end(); r.status != 1 || strings.Count(r.stderr, "tandem: ") != 1 {
		t.Errorf("status %d, stderr %q; the folder %s", r.status, r.stderr, dir)
	}
}
