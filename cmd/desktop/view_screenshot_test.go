package main

import (
	"image"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tandem/cmd/internal/xtest"
)

// shoot takes a screenshot of a window and returns its file.
func shoot(t *testing.T, args ...string) string {
	t.Helper()
	xtest.Need(t)
	path := filepath.Join(t.TempDir(), "shot.png")
	if out := succeed(t, append([]string{"view", "--screenshot", path}, args...)...); out != "" {
		t.Errorf("it prints %q", out)
	}
	return path
}

// Every view has its picture, which is the same each time.
func TestScreenshots(t *testing.T) {
	unraced(t)
	seen := map[string]string{}
	for _, at := range []string{
		"view=filters", "view=activations,photo=3,unit=pool1:2", "view=backward,back=deconvolution", "view=occlusion,unit=fc2:4", "view=patches",
		"view=ascent", "view=neighbours,zoom=1", "view=confusion,light=1", "view=mistakes", "view=curves,logloss=1", "view=health,step=20", "view=lens",
	} {
		one, other := shoot(t, trained(t), "--size", "800x600", "--at", at), shoot(t, trained(t), "--size", "800x600", "--at", at)
		checkPicture(t, one, image.Pt(800, 600))
		name, _, _ := strings.Cut(at, ",")
		text := read(t, one)
		if text != read(t, other) {
			t.Errorf("%s: another picture each time", name)
		}
		if twin, known := seen[text]; known {
			t.Errorf("%s looks as %s", name, twin)
		}
		seen[text] = name
	}
}

func TestScreenshotsOfOtherSizes(t *testing.T) {
	unraced(t)
	best := filepath.Join(trained(t), "best.safetensors")
	checkPicture(t, shoot(t, best, "--size", "901x703", "--at", "view=activations"), image.Pt(901, 703))
	checkPicture(t, shoot(t, best, "--size", "800x600", "--scale", "2"), image.Pt(1600, 1200))
	checkPicture(t, shoot(t, best, "--scale", "1.5", "--size", "801x600"), image.Pt(1202, 900))
	checkPicture(t, shoot(t, best), image.Pt(800, 600))
}

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	must(t, err)
	return string(text)
}
