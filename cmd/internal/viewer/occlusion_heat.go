package viewer

import (
	"image"

	"tandem/cmd/internal/viewer/ui"
	"tandem/engine/tensor"
	"tandem/engine/viz"
)

// heat is a map of values as a picture of one pixel a cell.
type heat struct {
	picture *image.RGBA
	colors  *viz.ColorMap
	end     float64 // the value at the end of the scale
}

type heatID struct {
	values *tensor.Tensor
	colors *viz.ColorMap
	gain   float64
}

// heat draws values, rows x columns or channels x rows x columns, of which it draws
// the sum. A nil map leaves the choice to the values.
func (v *Viewer) heat(t *tensor.Tensor, m *viz.ColorMap, gain float64) *heat {
	return memo(v, heatID{t, m, gain}, func() *heat { return newHeat(t, m, gain) })
}

func newHeat(t *tensor.Tensor, m *viz.ColorMap, gain float64) *heat {
	p, err := viz.Activations(sumChannels(t), viz.Options{Map: m, Gain: float32(gain), Zoom: 1})
	if err != nil {
		return &heat{colors: viz.BlueOrange} // larger than any picture
	}
	return &heat{
		picture: p.Image.SubImage(p.Layout.Tile(0)).(*image.RGBA), colors: p.Map, end: float64(p.Range.MaxAbs()) / p.Gain,
	}
}

// sumChannels returns the sum over all but the last two axes, 1 x rows x columns.
func sumChannels(t *tensor.Tensor) *tensor.Tensor {
	size := pixels(t).Size()
	sum := tensor.New(1, size.Y, size.X)
	for i, x := range t.Data {
		sum.Data[i%len(sum.Data)] += x
	}
	return sum
}

// pixels returns the bounds of a map whose last two axes are rows and columns.
func pixels(t *tensor.Tensor) image.Rectangle {
	n := len(t.Shape)
	return image.Rect(0, 0, t.Shape[n-1], t.Shape[n-2])
}

// channels returns how many maps there are; 1 for one without that axis.
func channels(t *tensor.Tensor) int {
	if len(t.Shape) < 3 {
		return 1
	}
	return t.Shape[len(t.Shape)-3]
}

const keyWidth = 58

// drawHeatKey draws a colour key with the values at its ends, and zero.
func drawHeatKey(f *ui.Frame, r image.Rectangle, colors *image.RGBA, h *heat) {
	r.Max.Y = min(r.Max.Y, r.Min.Y+240)
	bar := image.Rect(r.Min.X, r.Min.Y+7, r.Min.X+10, r.Max.Y-7)
	if bar.Dy() < 30 {
		return
	}
	f.Picture(colors, colors.Bounds(), bar, true)
	f.Stroke(bar, f.Theme.Line)
	label := func(y int, value float64) {
		f.Text(image.Rect(bar.Max.X+4, y-7, r.Max.X, y+8), number(value), ui.Style{Size: ui.SmallSize, Color: f.Theme.Dim})
	}
	label(bar.Min.Y, h.end)
	if h.colors.Signed {
		label((bar.Min.Y+bar.Max.Y)/2, 0)
		label(bar.Max.Y, -h.end)
		return
	}
	label(bar.Max.Y, 0)
}
