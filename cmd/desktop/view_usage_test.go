package main

import (
	encoding "encoding/binary"
	"hash/crc32"
	"path/filepath"
	"strings"
	"testing"

	"tandem/cmd/internal/xtest"
)

// What cannot be shown ends in one line, and no window stays.
func TestWrongUsageOfWindows(t *testing.T) {
	unraced(t)
	xtest.Need(t)
	dir := trained(t)
	best := filepath.Join(dir, "best.safetensors")
	empty, text, folder := t.TempDir(), write(t, "text.safetensors", "no checkpoint"), filepath.Dir(write(t, "read.me", "no picture"))
	half := write(t, "half.safetensors", read(t, best)[:1000])
	for _, b := range []bad{
		{"view", 2, "a checkpoint or a run's folder"},
		{"view /nix", 1, "/nix"},
		{"view " + text, 1, text},
		{"view " + half, 1, half},
		{"view " + empty, 1, empty},
		{"view --follow /nix", 1, "/nix"},
		{"view --follow " + best, 2, best},
		{"view --at nix " + best, 2, "nix"},
		{"view --at= " + best, 2, "--at"},
		{"view --at view=nix " + best, 2, "filters, activations"},
		{"view --at photo=-5 " + best, 2, "photo"},
		{"view --at unit=conv1 " + best, 2, "conv1:17"},
		{"view --at contrast=NaN " + best, 2, "contrast"},
		{"view --size 10x10 " + best, 2, "10x10"},
		{"view --size abc " + best, 2, "abc"},
		{"view --size 800x600x2 " + best, 2, "800x600x2"},
		{"view --size 99999x600 " + best, 2, "99999x600"},
		{"view --size= " + best, 2, "--size"},
		{"view --scale 0 " + best, 2, "--scale"},
		{"view --scale -1 " + best, 2, "--scale"},
		{"view --scale NaN " + best, 2, "--scale"},
		{"view --scale 9 " + best, 2, "--scale"},
		{"view --size 8192x600 --scale 2.1 " + best, 2, "--scale 2.1"},
		{"view --patience -1s " + best, 2, "--patience"},
		{"view --patience 5 " + best, 2, "5m"},
		{"view --screenshot= " + best, 2, "--screenshot"},
		{"view --screenshot a.png --follow " + dir, 2, "--follow"},
		{"view --screenshot " + empty + "/nix/a.png " + best, 1, empty + "/nix"},
		{"view --screenshot " + text + "/a.png " + best, 1, text},
		{"view --screenshot /proc/a.png " + best, 1, "/proc/a.png"}, // root, too, can write nothing there
		{"view --screenshot " + empty + " " + best, 1, empty},
		{"view --with " + empty + " " + best, 1, empty},
		{"view --with /nix " + best, 1, "/nix"},
		{"view --data nix " + best, 2, "nix"},
		{"view --data images " + best, 2, "images:DIR"},
		{"view --data images:/nix " + best, 1, "/nix"},
		{"view --data= " + best, 2, "--data"},
		{"view --image nix.png " + best, 1, "nix.png"},
		{"view --image= " + best, 2, "image"},
		{"view " + best + " nix.png", 1, "nix.png"},
		{"view " + best + " " + folder, 1, folder},
		{"view --device gpu " + best, 2, "gpu"},
		{"train --data fashion-mnist --window --headless", 2, "--headless"},
		{"train --data fashion-mnist --window --json", 2, "--json"},
		{"--window", 2, "--window"},
	} {
		b.try(t)
	}
}

func TestWithoutADisplay(t *testing.T) {
	for _, display := range []string{"DISPLAY=", "DISPLAY=:12345"} {
		for _, args := range [][]string{{"view", trained(t)}, {"train", "--data", "fashion-mnist", "--window"}} {
			r := tandemWith(t, []string{"WAYLAND_DISPLAY=", display}, args...)
			if r.status != 1 || !strings.HasPrefix(r.stderr, "tandem: no window can open: DISPLAY") || strings.Count(r.stderr, "\n") != 1 {
				t.Errorf("%s, %v: status %d, stderr %q", display, args, r.status, r.stderr)
			}
		}
	}
}

// A screenshot of what cannot be shown is not waited for.
func TestScreenshotsThatFail(t *testing.T) {
	unraced(t)
	xtest.Need(t)
	huge := chequered(t, 8, 8)
	encoding.BigEndian.PutUint64(huge[16:], 1<<49+1<<17) // width and height
	encoding.BigEndian.PutUint32(huge[29:], crc32.ChecksumIEEE(huge[12:29]))
	for _, b := range []bad{
		{write(t, "text.png", "no picture"), 1, "text.png"},
		{write(t, "huge.png", string(huge)), 1, "huge.png"},
		{"--at view=map --patience 1ms", 1, "1ms"},
	} {
		b.args = "view --screenshot a.png " + trained(t) + " " + b.args
		b.try(t)
	}
}
