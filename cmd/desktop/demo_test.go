package main

import (
	"path/filepath"
	"strings"
	"testing"
)

func TestDemoTrainsInAWindow(t *testing.T) {
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
	for flag, says := range map[string]string{
		"--steps=2":  "no window can open: DISPLAY is not set; training without one\n",
		"--headless": "",
	} {
		dir := filepath.Join(t.TempDir(), "run")
		r := tandemWith(t, noDisplay, flag, "--steps", "1", "--out", dir)
		if r.status != 0 || r.stderr != says || !strings.Contains(r.stdout, "after 1 step,") || !exists(stepFile(dir, 1)) {
			t.Errorf("%s: status %d, stderr %q, stdout %q", flag, r.status, r.stderr, r.stdout)
		}
	}
}
