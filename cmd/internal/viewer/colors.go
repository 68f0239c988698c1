package viewer

import (
	"image"

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
	if button(ui.Button{ID: "scale", Label: "common scale", On: v.State.Scale == viz.Common, Tip: "one scale for all tiles, or one for each (s)"}) {
		v.toggleScale()
	}
	if button(ui.Button{ID: "map", Label: mapLabel(v.State.Map), Tip: "the next colour map (c)"}) {
		v.nextMap()
	}
	slider := image.Rect(right+4, r.Min.Y, min(r.Max.X, right+240), r.Min.Y+h)
	gain, changed := f.Slider(slider, ui.Slider{
		ID: "gain", Label: "contrast", Value: v.State.Gain, Min: 0.25, Max: 16, Log: true,
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

const (
	keyBar  = 40 // width of one arm of a colour key
	keyRoom = 46 // for the number at an end
)

// keyRowWidth is how wide drawKeyRow draws a key.
func keyRowWidth(p *viz.Picture) int {
	switch {
	case p == nil || p.Map == nil:
		return 0
	case p.Map.Signed:
		return 2*keyRoom + 2*keyBar + 16
	}
	return keyRoom + 16 + 2*keyBar
}

// drawKeyRow draws what a picture's colours mean from left to right, at the right end
// of r: the ends of the scale, and zero. Colour kernels have no key.
func (v *Viewer) drawKeyRow(f *ui.Frame, r image.Rectangle, p *viz.Picture) {
	if p == nil || p.Map == nil {
		return
	}
	low, high := keyEnds(p)
	colors := v.keyRow(p.Map)
	style := ui.Style{Size: ui.SmallSize, Color: f.Theme.Dim}
	r.Min.X = r.Max.X - keyRowWidth(p)
	put := func(width int, s string, align ui.Align) {
		style.Align = align
		f.Text(image.Rect(r.Min.X, r.Min.Y, r.Min.X+width, r.Max.Y), s, style)
		r.Min.X += width
	}
	bar := func(src image.Rectangle, width int) {
		at := image.Rect(r.Min.X+2, r.Min.Y+3, r.Min.X+width-2, r.Max.Y-3)
		f.Picture(colors, src, at, true)
		f.Stroke(at, f.Theme.Line)
		r.Min.X += width
	}
	all := colors.Bounds()
	if !p.Map.Signed {
		put(16, "0", ui.Right)
		bar(all, 2*keyBar)
		put(keyRoom, high, ui.Left)
		return
	}
	mid := all.Dx() / 2
	put(keyRoom, low, ui.Right)
	bar(image.Rect(0, 0, mid, 1), keyBar)
	put(16, "0", ui.Center)
	bar(image.Rect(mid+1, 0, all.Dx(), 1), keyBar)
	put(keyRoom, high, ui.Left)
}

// keyEnds returns what stands at the ends of a colour key.
func keyEnds(p *viz.Picture) (low, high string) {
	if p.Scale == viz.PerTile {
		return "-largest", "largest"
	}
	end := float64(p.Range.MaxAbs()) / p.Gain
	return number(-end), number(end)
}

type keyRowID struct{ colors *viz.ColorMap }

// keyRow returns a map's colours from the lowest on.
func (v *Viewer) keyRow(m *viz.ColorMap) *image.RGBA {
	return memo(v, keyRowID{m}, func() *image.RGBA {
		colors := m.Colors()
		img := image.NewRGBA(image.Rect(0, 0, len(colors), 1))
		for i, c := range colors {
			img.SetRGBA(i, 0, c)
		}
		return img
	})
}
