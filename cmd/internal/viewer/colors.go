package viewer

import (
	"image"
	"slices"

	"tandem/cmd/internal/viewer/ui"
	"tandem/engine/viz"
)

// colorControls draws what sets how values become colours, and returns the height.
func (v *Viewer) colorControls(f *ui.Frame, r image.Rectangle) int {
	const h = 22
	right := r.Min.X
	button := func(b ui.Button) bool {
		at := image.Rect(right, r.Min.Y, right+f.Measure(b.Label, ui.Style{Size: 12})+14, r.Min.Y+h)
		right = at.Max.X + 4
		return f.Button(at, b)
	}
	if button(ui.Button{ID: "color.scale", Label: "common scale", On: v.State.Scale == viz.Common, Tip: "one scale for all tiles, or one for each (s)"}) {
		v.toggleScale()
	}
	if button(ui.Button{ID: "color.map", Label: mapLabel(v.State.Map), Tip: "the next colour map (c)"}) {
		v.nextMap()
	}
	slider := image.Rect(right+4, r.Min.Y, min(r.Max.X, right+240), r.Min.Y+h)
	gain, changed := f.Slider(slider, ui.Slider{
		ID: "color.gain", Label: "contrast", Value: v.State.Gain, Min: 0.25, Max: 16, Log: true,
		Tip: "values are multiplied by this (+ and -)", Format: func(g float64) string { return "×" + number(g) },
	})
	if changed {
		v.State.Gain = gain
	}
	return h
}

func mapLabel(name string) string {
	if name == "" {
		return "usual colours"
	}
	return name
}

// keyArm is the width of a colour key from zero to an end.
const keyArm = 38

// drawKeyRow draws what a picture's colours mean, at the right end of r: the ends of
// the scale, and zero. It returns where the key begins. Colour kernels have none.
func (v *Viewer) drawKeyRow(f *ui.Frame, r image.Rectangle, p *viz.Picture) int {
	if p.Map == nil {
		return r.Max.X
	}
	style := ui.Style{Size: ui.SmallSize, Color: f.Theme.Dim, Align: ui.Right}
	colors := v.keyPicture(p.Map, false)
	put := func(s string) {
		r.Max.X = f.Text(r, s, style).Min.X - 3
	}
	bar := func(first, last, width int) {
		at := image.Rect(r.Max.X-width, r.Min.Y+3, r.Max.X, r.Max.Y-3)
		f.Picture(colors, image.Rect(first, 0, last, 1), at, true)
		f.Stroke(at, f.Theme.Line)
		r.Max.X -= width + 3
	}
	low, high := keyEnds(p)
	n := colors.Bounds().Dx()
	put(high)
	if p.Map.Signed {
		bar(n/2+1, n, keyArm)
		put("0")
		bar(0, n/2, keyArm)
		put(low)
		return r.Max.X
	}
	bar(0, n, 2*keyArm)
	put("0")
	return r.Max.X
}

// keyEnds returns what stands at the ends of a colour key.
func keyEnds(p *viz.Picture) (low, high string) {
	if p.Scale == viz.PerTile {
		return "-max", "max"
	}
	end := float64(p.Range.MaxAbs()) / p.Gain
	return number(-end), number(end)
}

type keyID struct {
	colors  *viz.ColorMap
	upright bool
}

// keyPicture returns a map's colours, one beside the other from the lowest on, or, if
// upright, one below the other from the highest on.
func (v *Viewer) keyPicture(m *viz.ColorMap, upright bool) *image.RGBA {
	return memo(v, keyID{m, upright}, func() *image.RGBA {
		colors := m.Colors()
		size := image.Pt(len(colors), 1)
		if upright {
			slices.Reverse(colors)
			size = image.Pt(1, len(colors))
		}
		img := image.NewRGBA(image.Rectangle{Max: size})
		for i, c := range colors {
			img.SetRGBA(i%size.X, i/size.X, c)
		}
		return img
	})
}
