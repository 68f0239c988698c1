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

// How much two pictures of the same may differ. Renderers round the edges of lines
// and of magnified pixels differently and everything else alike: Mesa's softpipe
// draws 0.15 % of the pixels otherwise than llvmpipe, 32 of the worst block's. A palette
// costs up to 25 levels.
const (
	goldenLevels = 40     // of 255; a pixel that is further off in any channel counts
	goldenShare  = 0.0025 // of all pixels may count
	goldenBlock  = 16     // the side of a block, in pixels
	blockMost    = 40     // of a block's pixels may count
)

// checkGolden fails t unless got looks like testdata/golden/NAME.png. Where it fails,
// what was drawn is kept in the system's folder for temporary files.
func checkGolden(t *testing.T, name string, got *image.RGBA) {
	t.Helper()
	path := goldenPath(name)
	if *update {
		must(t, writePNG(path, paletted(got)))
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

// sameLook tells how two pictures differ by more than goldenShare or blockMost lets them.
func sameLook(got, want *image.RGBA) error {
	size := got.Rect.Size()
	if w := want.Rect.Size(); size != w {
		return fmt.Errorf("drawn %v, want %v", size, w)
	}
	all, blocks := 0, map[image.Point]int{}
	for y := range size.Y {
		for x := range size.X {
			g, w := got.Rect.Min.Add(image.Pt(x, y)), want.Rect.Min.Add(image.Pt(x, y))
			if apart(got.RGBAAt(g.X, g.Y), want.RGBAAt(w.X, w.Y)) > goldenLevels {
				all++
				blocks[image.Pt(x/goldenBlock, y/goldenBlock)]++
			}
		}
	}
	if most := int(goldenShare * float64(size.X*size.Y)); all > most {
		return fmt.Errorf("%d of %d pixels differ by more than %d levels, %d may", all, size.X*size.Y, goldenLevels, most)
	}
	for at, n := range blocks {
		if n > blockMost {
			return fmt.Errorf("%d of %d pixels from %v on differ by more than %d levels, %d may", n, goldenBlock*goldenBlock, at.Mul(goldenBlock), goldenLevels, blockMost)
		}
	}
	return nil
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
