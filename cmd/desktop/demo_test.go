package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestDemoTrainsInAWindow(t *testing.T) {
	unraced(t)
	dir := filepath.Join(t.TempDir(), "run")
	p := open(t, "Tandem: alexnet-mini", "--out", dir, "--steps", "40")
	until(t, "training", func() bool { return lastStep(t, dir) >= 2 })
	if got := p.link(); !strings.HasPrefix(got, viewLineOf(dir, "view=filters")) {
		t.Errorf("y prints %q", got)
	}
	p.key("q")
	r := p.end()
	if r.status != 0 || !strings.Contains(r.stdout, "alexnet-mini: ") || !strings.Contains(r.stderr, "train --resume --out "+dir) {
		t.Errorf("status %d, stderr %q, stdout %q", r.status, r.stderr, r.stdout)
	}
}

func TestDemoWithoutADisplay(t *testing.T) {
	unraced(t)
	dir := filepath.Join(t.TempDir(), "run")
	r := tandemWith(t, noDisplay, "--steps", "2", "--out", dir)
	if r.status != 0 || !strings.HasPrefix(r.stderr, "no window can open: DISPLAY is not set; training without one\n") || !strings.Contains(r.stdout, "after 2 steps,") || !exists(stepFile(dir, 2)) {
		t.Errorf("status %d, stderr %q, stdout %q", r.status, r.stderr, r.stdout)
	}
}

func TestHeadlessDemoSaysNothingOfDisplays(t *testing.T) {
	unraced(t)
	dir := filepath.Join(t.TempDir(), "run")
	cmd := command(t, "--headless", "--out", dir)
	cmd.Env = append(os.Environ(), noDisplay...)
	must(t, cmd.Start())
	until(t, "training", func() bool { return lastStep(t, dir) > 0 })
	must(t, cmd.Process.Signal(os.Interrupt))
	cmd.Wait()
	if r := outcome(cmd); r.status != 130 || strings.Contains(r.stderr, "window") {
		t.Errorf("status %d, stderr %q", r.status, r.stderr)
	}
}
