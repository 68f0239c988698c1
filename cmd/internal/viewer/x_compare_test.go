package viewer

import (
	stdflag "flag"
	"fmt"
	"image"
	"image/draw"
	"image/png"
	"os"
	"path/filepath"
	"testing"
)

var update = stdflag.Bool("update", false, "replace the pictures in testdata/golden by what is drawn now")

// How much two pictures of the same may differ. Other versions of Mesa, other
// renderers and other processors round the edges of lines and letters differently
// and everything else alike.
const (
	goldenLevels = 24    // of 255; a pixel that is further off in any channel counts
	goldenShare  = 0.005 // of all pixels may count
	goldenBlock  = 32    // the side of parts of which none may be another picture
	blockShare   = 0.25  // of a part's pixels may count
)

// checkGolden fails t unless got looks like testdata/golden/NAME.png. Where it fails,
// what was drawn is kept in the system's folder for temporary files.
func checkGolden(t *testing.T, name string, got *image.RGBA) {
	t.Helper()
	path := goldenPath(name)
	if *update {
		must(t, writePNG(path, got))
		return
	}
	want, err := readPNG(path)
	if err != nil {
		t.Fatalf("%v (run the test with -update to make it)", err)
	}
	if err := sameLook(got, want); err != nil {
		kept := filepath.Join(os.TempDir(), "tandem-viewer-"+name+".png")
		must(t, writePNG(kept, got))
		t.Errorf("%s: %v; see %s, and run the test with -update if the new picture is right", path, err, kept)
	}
}

func goldenPath(name string) string { return filepath.Join("testdata", "golden", name+".png") }

// sameLook tells how two pictures differ by more than goldenShare or blockShare let them.
func sameLook(got, want *image.RGBA) error {
	size := got.Rect.Size()
	if w := want.Rect.Size(); size != w {
		return fmt.Errorf("drawn %v, want %v", size, w)
	}
	all, blocks := 0, map[image.Point]int{}
	for y := range size.Y {
		for x := range size.X {
			if distance(got, want, x, y) > goldenLevels {
				all++
				blocks[image.Pt(x/goldenBlock, y/goldenBlock)]++
			}
		}
	}
	if most := int(goldenShare * float64(size.X*size.Y)); all > most {
		return fmt.Errorf("%d of %d pixels differ by more than %d levels, %d may", all, size.X*size.Y, goldenLevels, most)
	}
	for at, n := range blocks {
		if most := int(blockShare * goldenBlock * goldenBlock); n > most {
			return fmt.Errorf("%d of %d pixels around %v differ by more than %d levels, %d may", n, goldenBlock*goldenBlock, at.Mul(goldenBlock), goldenLevels, most)
		}
	}
	return nil
}

// distance returns the largest difference of the channels at (x, y).
func distance(a, b *image.RGBA, x, y int) int {
	p, q := a.Pix[a.PixOffset(a.Rect.Min.X+x, a.Rect.Min.Y+y):], b.Pix[b.PixOffset(b.Rect.Min.X+x, b.Rect.Min.Y+y):]
	most := 0
	for i := range 4 {
		d := int(p[i]) - int(q[i])
		most = max(most, d, -d)
	}
	return most
}

func readPNG(path string) (*image.RGBA, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	img, err := png.Decode(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	rgba := image.NewRGBA(img.Bounds())
	draw.Draw(rgba, rgba.Rect, img, rgba.Rect.Min, draw.Src)
	return rgba, nil
}

func writePNG(path string, img image.Image) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		return err
	}
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer f.Close()
	small := png.Encoder{CompressionLevel: png.BestCompression}
	if err := small.Encode(f, img); err != nil {
		return err
	}
	return f.Close()
}
