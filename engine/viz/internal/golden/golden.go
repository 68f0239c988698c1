// Package golden compares pictures with the ones kept in testdata.
package golden

import (
	"flag"
	"fmt"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"testing"
)

var update = flag.Bool("update", false, "replace the pictures in testdata by what is drawn now")

// Check fails t unless got looks like testdata/NAME.png: the same size, and at
// most share of its pixels further than tolerance levels (of 255) off in any
// channel. Processors round text and curves differently, plain cells never:
// for those, share is 0. Where it fails, what was drawn is kept in the system's
// folder for temporary files.
func Check(t *testing.T, name string, got image.Image, tolerance int, share float64) {
	t.Helper()
	path := filepath.Join("testdata", name+".png")
	if *update {
		write(t, path, got)
		return
	}
	want := read(t, path)
	if err := compare(got, want, tolerance, share); err != nil {
		kept := filepath.Join(os.TempDir(), "tandem-"+name+".png")
		write(t, kept, got)
		t.Errorf("%s: %v; see %s, and run the test with -update if the new picture is right", path, err, kept)
	}
}

func compare(got, want image.Image, tolerance int, share float64) error {
	size := got.Bounds().Size()
	if w := want.Bounds().Size(); size != w {
		return fmt.Errorf("drawn %v, want %v", size, w)
	}
	off := 0
	for y := range size.Y {
		for x := range size.X {
			if distance(got, want, x, y) > tolerance {
				off++
			}
		}
	}
	if most := int(share * float64(size.X*size.Y)); off > most {
		return fmt.Errorf("%d of %d pixels differ by more than %d levels, %d may", off, size.X*size.Y, tolerance, most)
	}
	return nil
}

// distance returns the largest difference of the channels at (x, y).
func distance(a, b image.Image, x, y int) int {
	p, q := a.Bounds().Min, b.Bounds().Min
	r1, g1, b1, a1 := a.At(p.X+x, p.Y+y).RGBA()
	r2, g2, b2, a2 := b.At(q.X+x, q.Y+y).RGBA()
	apart := func(u, v uint32) int { return max(int(u>>8)-int(v>>8), int(v>>8)-int(u>>8)) }
	return max(apart(r1, r2), apart(g1, g2), apart(b1, b2), apart(a1, a2))
}

func read(t *testing.T, path string) image.Image {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatalf("%v (run the test with -update to make it)", err)
	}
	defer f.Close()
	img, err := png.Decode(f)
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return img
}

func write(t *testing.T, path string, img image.Image) {
	t.Helper()
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	small := png.Encoder{CompressionLevel: png.BestCompression}
	if err := small.Encode(f, img); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
}
