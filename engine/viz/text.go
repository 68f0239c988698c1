package viz

import (
	"image"
	"image/color"
	"image/draw"
	"sync"

	"golang.org/x/image/font"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"
)

// fonts are the Go fonts at the sizes of a sheet. Faces keep a glyph buffer, so
// each drawing has its own set.
type fonts struct {
	title, bold, plain, small font.Face
}

var parsedFonts = sync.OnceValues(func() (bold, regular *opentype.Font) {
	return mustParse(gobold.TTF), mustParse(goregular.TTF)
})

func mustParse(ttf []byte) *opentype.Font {
	f, err := opentype.Parse(ttf)
	if err != nil {
		panic("viz: the built-in font: " + err.Error())
	}
	return f
}

func newFonts() fonts {
	bold, regular := parsedFonts()
	return fonts{title: face(bold, 20), bold: face(bold, 14), plain: face(regular, 14), small: face(regular, 11)}
}

func face(f *opentype.Font, pixels float64) font.Face {
	// At 72 dots per inch a point is a pixel.
	face, err := opentype.NewFace(f, &opentype.FaceOptions{Size: pixels, DPI: 72, Hinting: font.HintingNone})
	if err != nil {
		panic("viz: the built-in font: " + err.Error())
	}
	return face
}

// textWidth returns the width of s in pixels, rounded up.
func textWidth(f font.Face, s string) int { return font.MeasureString(f, s).Ceil() }

// capHeight is how far capitals rise above the baseline.
func capHeight(f font.Face) int { return f.Metrics().CapHeight.Ceil() }

// shorten cuts s at the end, with an ellipsis, so that it is at most width wide.
func shorten(f font.Face, s string, width int) string {
	if textWidth(f, s) <= width {
		return s
	}
	runes := []rune(s)
	for n := len(runes) - 1; n > 0; n-- {
		if cut := string(runes[:n]) + "…"; textWidth(f, cut) <= width {
			return cut
		}
	}
	return ""
}

// drawText writes s with its baseline starting at p.
func drawText(dst draw.Image, f font.Face, c color.Color, p image.Point, s string) {
	d := font.Drawer{Dst: dst, Src: image.NewUniform(c), Face: f, Dot: fixed.P(p.X, p.Y)}
	d.DrawString(s)
}

// drawTextRight writes s with its baseline ending at p.
func drawTextRight(dst draw.Image, f font.Face, c color.Color, p image.Point, s string) {
	drawText(dst, f, c, p.Sub(image.Pt(textWidth(f, s), 0)), s)
}

// fillRect paints a rectangle.
func fillRect(dst draw.Image, r image.Rectangle, c color.Color) {
	draw.Draw(dst, r, image.NewUniform(c), image.Point{}, draw.Src)
}
