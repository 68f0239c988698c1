package viewer

import (
	"cmp"
	"image"
	"image/color"
	"maps"
	"slices"
)

// paletted returns a picture with at most 256 colours, for it takes a quarter of the
// bytes. The most frequent ones stay as they are, the theme's among them; of the
// others those stay that are far from all that are more frequent.
func paletted(img *image.RGBA) *image.Paletted {
	counts := map[color.RGBA]int{}
	for y := img.Rect.Min.Y; y < img.Rect.Max.Y; y++ {
		for x := img.Rect.Min.X; x < img.Rect.Max.X; x++ {
			counts[img.RGBAAt(x, y)]++
		}
	}
	colors := slices.SortedFunc(maps.Keys(counts), func(a, b color.RGBA) int {
		return cmp.Or(cmp.Compare(counts[b], counts[a]), cmp.Compare(code(a), code(b)))
	})
	kept := colors
	for apart := 1; len(kept) > 256; apart++ {
		kept = distinct(colors, apart)
	}
	out := image.NewPaletted(img.Rect, make(color.Palette, len(kept)))
	for i, c := range kept {
		out.Palette[i] = c
	}
	indices := map[color.RGBA]uint8{}
	for _, c := range colors {
		indices[c] = uint8(nearest(kept, c))
	}
	for y := img.Rect.Min.Y; y < img.Rect.Max.Y; y++ {
		for x := img.Rect.Min.X; x < img.Rect.Max.X; x++ {
			out.SetColorIndex(x, y, indices[img.RGBAAt(x, y)])
		}
	}
	return out
}

func code(c color.RGBA) uint32 {
	return uint32(c.R)<<24 | uint32(c.G)<<16 | uint32(c.B)<<8 | uint32(c.A)
}

// frequent is how many colours stay as they are.
const frequent = 64

// distinct returns the first colours, and those of which no earlier one is less than
// some levels apart; at most one more than a palette holds.
func distinct(colors []color.RGBA, levels int) (kept []color.RGBA) {
	for i, c := range colors {
		if i < frequent || apart(kept[nearest(kept, c)], c) >= levels {
			kept = append(kept, c)
		}
		if len(kept) > 256 {
			break
		}
	}
	return kept
}

func nearest(kept []color.RGBA, c color.RGBA) int {
	best := 0
	for i := range kept {
		if apart(kept[i], c) < apart(kept[best], c) {
			best = i
		}
	}
	return best
}

// apart returns the largest difference of the channels of two colours.
func apart(a, b color.RGBA) int {
	most := 0
	for _, p := range [][2]uint8{{a.R, b.R}, {a.G, b.G}, {a.B, b.B}, {a.A, b.A}} {
		d := int(p[0]) - int(p[1])
		most = max(most, d, -d)
	}
	return most
}
