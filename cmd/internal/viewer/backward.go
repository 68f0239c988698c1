package viewer

import (
	"fmt"
	"image"

	"tandem/cmd/internal/scene"
	"tandem/cmd/internal/viewer/ui"
	"tandem/engine/tensor"
	"tandem/engine/viz"
)

// backwardState is how the way back is drawn.
type backwardState struct {
	sum bool // one map, not three channels
}

// drawBackward draws what in the image moved the selected unit, beside the image.
func (v *Viewer) drawBackward(f *ui.Frame) {
	b, a := v.scene.Backward, v.answer()
	if b == nil || a == nil || b.Photo != a.Number || b.Mode != v.State.Backward {
		r := heading(f, "What moved "+v.unitName(v.State.Unit), "")
		r.Min.Y += v.modeButtons(f, r) + 4
		v.waiting(f, r, v.noBackward(a))
		return
	}
	r := heading(f, "What moved "+v.unitName(b.Unit), v.backwardWhen(b))
	r.Min.Y += v.modeButtons(f, r) + 4
	r.Min.Y += v.backwardLine(f, r, b) + 4
	left, right := halves(r, v.backwardGap(b))
	bounds := pixels(b.Map)
	drawField(f, onPicture(b.Field, bounds, v.drawBack(f, left, b)))
	placed := drawPicture(f, right, a.Picture)
	drawField(f, onPicture(b.Field, bounds, placed))
}

func (v *Viewer) noBackward(a *scene.Answer) string {
	switch {
	case a == nil:
		return v.noAnswer()
	case v.State.Backward == scene.NoBackward:
		return "Looking back is off. Choose a way above, or press b."
	}
	return "Going back from " + v.unitName(v.State.Unit) + " to the image."
}

// backwardWhen says from when a picture is, and what is about to replace it.
func (v *Viewer) backwardWhen(b *scene.Backward) string {
	if v.backward() == nil {
		return "soon " + v.unitName(v.State.Unit)
	}
	return atStep(b.Step)
}

// modeButtons draws a button for each way back, and returns their height.
func (v *Viewer) modeButtons(f *ui.Frame, r image.Rectangle) int {
	var buttons []ui.Button
	for m := scene.NoBackward + 1; int(m) < scene.Modes(); m++ {
		buttons = append(buttons, ui.Button{
			ID: "mode." + m.Link(), Label: m.String(), On: v.State.Backward == m, Tip: modeTips[m] + "\nb: on and off; n, m: next, previous",
		})
	}
	pressed, h := f.Row(r, buttons)
	if pressed >= 0 {
		v.State.Backward = scene.NoBackward + 1 + scene.Mode(pressed)
	}
	return h
}

var modeTips = map[scene.Mode]string{
	scene.Deconvolution:      "back through the layers; ReLUs pass what is above zero (Zeiler and Fergus 2013)",
	scene.Guided:             "as deconvolution, and only where the units were active (Springenberg et al. 2014)",
	scene.Gradient:           "how the unit would change with each pixel",
	scene.GradientTimesInput: "the gradient times the pixel: what each contributed, about",
	scene.ClassSaliency:      "the largest gradient over the channels, of the likeliest class (Simonyan et al. 2013)",
}

// backwardLine says how strong the unit is and where, with a button that chooses
// how channels are drawn. It returns the height.
func (v *Viewer) backwardLine(f *ui.Frame, r image.Rectangle, b *scene.Backward) int {
	const h = 22
	right := r.Max.X
	if channels(b.Map) == 3 {
		sum := &v.panes.backward.sum
		right -= 108
		if f.Button(image.Rect(right, r.Min.Y, r.Max.X, r.Min.Y+h), ui.Button{
			ID: "backward.sum", Label: "sum of channels", On: *sum, Tip: "one map instead of red, green and blue around grey",
		}) {
			*sum = !*sum
		}
	}
	line := fmt.Sprintf("value %s at (%d, %d), sees %d×%d pixels", number(float64(b.Value)), b.At.X, b.At.Y, b.Field.Dx(), b.Field.Dy())
	f.Text(image.Rect(r.Min.X+2, r.Min.Y, right-6, r.Min.Y+h), line, ui.Style{Size: ui.SmallSize, Color: f.Theme.Dim})
	return h
}

// inColour tells whether a way back is drawn in colours around grey.
func (v *Viewer) inColour(b *scene.Backward) bool {
	return channels(b.Map) == 3 && !v.panes.backward.sum
}

// backwardGap is the room between the pictures, where a colour key goes.
func (v *Viewer) backwardGap(b *scene.Backward) int {
	if v.inColour(b) {
		return 8
	}
	return keyWidth + 12
}

// drawBack draws the picture that the way back ended in, and returns where.
func (v *Viewer) drawBack(f *ui.Frame, r image.Rectangle, b *scene.Backward) image.Rectangle {
	if v.inColour(b) {
		key := backKey{b.Map, v.State.Gain}
		return drawPicture(f, r, memo(v, key, func() *image.RGBA { return backPicture(b.Map, v.State.Gain) }))
	}
	h := v.heat(b.Map, v.State.colorMap(), v.State.Gain)
	placed := drawPicture(f, r, h.picture)
	drawHeatKey(f, image.Rect(placed.Max.X+6, placed.Min.Y, placed.Max.X+6+keyWidth, placed.Max.Y), v.keyPicture(h.colors, true), h)
	return placed
}

type backKey struct {
	values *tensor.Tensor
	gain   float64
}

// backPicture draws three channels as colours around grey, one pixel a cell.
func backPicture(t *tensor.Tensor, gain float64) *image.RGBA {
	one := &tensor.Tensor{Shape: append(tensor.Shape{1}, t.Shape...), Data: t.Data}
	p, err := viz.Filters(one, viz.Options{Zoom: 1, Gain: float32(gain)})
	if err != nil {
		return nil // larger than any picture
	}
	return p.Image.SubImage(p.Layout.Tile(0)).(*image.RGBA)
}

// backward returns what moved the selected unit in the answer's image, in the mode
// chosen; nil until there is that. The saliency of the likeliest class is that
// whatever unit is selected.
func (v *Viewer) backward() *scene.Backward {
	b, a := v.scene.Backward, v.answer()
	switch {
	case b == nil || a == nil || b.Photo != a.Number || b.Mode != v.State.Backward:
		return nil
	case b.Mode != scene.ClassSaliency && b.Unit != v.State.Unit:
		return nil
	}
	return b
}

// unitName says which unit is meant, by its class where it stands for one.
func (v *Viewer) unitName(u scene.Unit) string {
	if v.isClass(u.Layer) {
		return u.Layer + ": " + v.class(u.Channel)
	}
	return fmt.Sprintf("%s unit %d", u.Layer, u.Channel)
}

// halves divides r into a left and a right half.
func halves(r image.Rectangle, between int) (left, right image.Rectangle) {
	mid := (r.Min.X + r.Max.X) / 2
	left, right = r, r
	left.Max.X, right.Min.X = mid-between/2, mid+between-between/2
	return left, right
}
