package viewer

import (
	"fmt"
	"image"
	"slices"

	"tandem/cmd/internal/scene"
	"tandem/cmd/internal/viewer/ui"
	"tandem/engine/tensor"
	"tandem/engine/viz"
)

// drawUnit draws the selected unit: its kernel, its answer to the image, what in the
// image moved it, and the patches that excite it most.
func (v *Viewer) drawUnit(f *ui.Frame) {
	n, u := v.scene.Network, v.State.Unit
	if n == nil {
		v.waiting(f, heading(f, "Unit", ""), "There is no network yet.")
		return
	}
	v.panes.unit.follow(v.scene.Weights, v.scene.Answer)
	r := heading(f, v.unitName(u), v.towerOf(u))
	pictures := []unitPicture{v.kernelPicture(u), v.answerPicture(u), v.backwardPicture()}
	pictures = slices.DeleteFunc(pictures, func(p unitPicture) bool { return p.draw == nil })
	facts := flow(f, v.unitFacts(u), r.Dx()-4)
	parts := arrangeUnit(r, len(facts), len(pictures), len(v.patchesOf(u)) > 0)
	drawFacts(f, parts.facts, facts)
	for i, at := range parts.pictures {
		line := image.Rect(at.Min.X+2, at.Min.Y, at.Max.X, at.Min.Y+factLine)
		f.Text(line, pictures[i].name, ui.Style{Size: ui.SmallSize})
		at.Min.Y = line.Max.Y
		key := parts.key
		key.Max.X = min(key.Max.X, max(at.Max.X, key.Min.X+keyLeast)) // under its picture
		pictures[i].draw(f, at, key)
	}
	v.drawTop(f, parts.patches, u)
}

// unitPicture is one of the pictures of a unit; its key is drawn where there is room
// for that of one.
type unitPicture struct {
	name string
	draw func(f *ui.Frame, r, key image.Rectangle)
}

// kernelPicture shows what the unit multiplies its input with.
func (v *Viewer) kernelPicture(u scene.Unit) unitPicture {
	node, _ := summing(v.scene.Network.Net, u.Layer)
	if node == nil || v.scene.Weights == nil {
		return unitPicture{}
	}
	w := v.weightsOf(node)
	if w == nil {
		return unitPicture{}
	}
	input := v.scene.Network.Shapes[node.Inputs[0]]
	k := memo(v, derivedKey{w, "unit", u.Channel}, func() *tensor.Tensor { return unitKernel(w, u.Channel, input) })
	s := &sheet{data: k, colors: v.State.colors()}
	if s.colors.Map == nil && len(k.Shape) == 4 && k.Shape[0] > 1 {
		s.colors.Map = viz.BlueOrange
	}
	return unitPicture{"kernel", func(f *ui.Frame, r, _ image.Rectangle) { v.drawFitted(f, r, s) }}
}

// unitKernel is kernel, with the three channels of a colour kernel in one tile.
func unitKernel(w *tensor.Tensor, unit int, input tensor.Shape) *tensor.Tensor {
	if len(w.Shape) != 2 {
		w = kernelsAt(w)
	}
	k := kernel(w, unit, input)
	if len(k.Shape) == 4 && k.Shape[0] == 3 {
		k.Shape = tensor.Shape{1, 3, k.Shape[2], k.Shape[3]}
	}
	return k
}

// drawFitted draws a sheet as large as whole device pixels let it be, cut off where
// even the smallest is too large, and returns it.
func (v *Viewer) drawFitted(f *ui.Frame, r image.Rectangle, s *sheet) (tiles, bool) {
	p, err := v.fitted(f.Scale, r.Size(), s)
	if err != nil {
		return tiles{}, false
	}
	t := newTiles(p, r.Min, f.Scale)
	t.draw(f.Clip(r))
	return t, true
}

// backwardPicture shows what in the image moved the unit.
func (v *Viewer) backwardPicture() unitPicture {
	b := v.backward()
	if b == nil {
		return unitPicture{}
	}
	return unitPicture{b.Mode.String(), func(f *ui.Frame, r, _ image.Rectangle) {
		img := v.heat(b.Map, v.State.colorMap(), v.State.Gain).picture
		if channels(b.Map) == 3 {
			img = memo(v, backKey{b.Map, v.State.Gain}, func() *image.RGBA { return backPicture(b.Map, v.State.Gain) })
		}
		r.Max.Y = min(r.Max.Y, r.Min.Y+r.Dx())
		placed := drawPicture(f, r, img)
		drawField(f, onPicture(b.Field, pixels(b.Map), placed))
	}}
}

// unitFacts say what the unit does with this image, and with all.
func (v *Viewer) unitFacts(u scene.Unit) []string {
	var facts []string
	if x := v.unitMap(u); x != nil {
		facts = answerFacts(x)
	}
	if b, ok := v.bias(u); ok {
		facts = append(facts, "bias "+number(b))
	}
	if l := v.surveyOf(u.Layer); l != nil && u.Channel < len(l.Units) {
		s := l.Units[u.Channel]
		facts = append(facts, "test set: mean "+number(s.Mean), "max "+number(float64(s.Max)), "zero "+percent(s.Zeros))
	}
	return facts
}

// flow joins facts to lines that are as long as fits.
func flow(f *ui.Frame, facts []string, width int) []string {
	var lines []string
	for _, fact := range facts {
		last := len(lines) - 1
		if last >= 0 && f.Measure(lines[last]+" · "+fact, factStyle(f)) <= width {
			lines[last] += " · " + fact
			continue
		}
		lines = append(lines, fact)
	}
	return lines
}

func drawFacts(f *ui.Frame, r image.Rectangle, facts []string) {
	for i, line := range facts {
		y := r.Min.Y + i*factLine
		f.Text(image.Rect(r.Min.X+2, y, r.Max.X, y+factLine), line, factStyle(f))
	}
}

func factStyle(f *ui.Frame) ui.Style { return ui.Style{Size: ui.SmallSize, Color: f.Theme.Dim} }

// answerFacts say how strong a unit's answer is, 1 x H x W.
func answerFacts(x *tensor.Tensor) []string {
	if len(x.Data) == 1 {
		return []string{"value " + number(float64(x.Data[0]))}
	}
	r, at, mean := valueRange(x.Data), strongestCell(x), 0.0
	if r.Min > r.Max {
		return []string{"no value is finite"}
	}
	for _, y := range x.Data {
		mean += float64(y) / float64(len(x.Data))
	}
	return []string{
		number(float64(r.Min)) + " … " + number(float64(r.Max)), "mean " + number(mean),
		fmt.Sprintf("strongest at row %d, column %d", at.Y, at.X),
	}
}

// strongestCell returns where a map, 1 x H x W, is largest.
func strongestCell(x *tensor.Tensor) image.Point {
	best := 0
	for i, y := range x.Data {
		if y > x.Data[best] {
			best = i
		}
	}
	return image.Pt(best%x.Shape[2], best/x.Shape[2])
}

// bias returns the bias of a unit of a layer with weights, or of what it is applied to.
func (v *Viewer) bias(u scene.Unit) (float64, bool) {
	node, _ := summing(v.scene.Network.Net, u.Layer)
	if node == nil || v.scene.Weights == nil {
		return 0, false
	}
	b := v.scene.Weights.Params[node.Name+".bias"]
	if b == nil || len(b.Shape) != 1 || u.Channel >= len(b.Data) {
		return 0, false
	}
	return float64(b.Data[u.Channel]), true
}

// patchesOf returns the patches that excite a unit most, nil where they are not known.
func (v *Viewer) patchesOf(u scene.Unit) []scene.Patch {
	p := v.scene.Patches
	if p == nil || p.Layer != u.Layer || u.Channel >= len(p.Units) {
		return nil
	}
	return p.Units[u.Channel]
}

// drawTop draws the strongest patches of a unit in a row; a click shows the image.
func (v *Viewer) drawTop(f *ui.Frame, r image.Rectangle, u scene.Unit) {
	at := image.Rect(r.Min.X+2, r.Min.Y+3, r.Min.X+2+patchTile, r.Min.Y+3+patchTile)
	for i, p := range v.patchesOf(u) {
		if at.Max.X > r.Max.X || r.Empty() {
			return
		}
		placed := drawPicture(f, at, p.Picture)
		hover, pressed := f.Spot(ui.Control{ID: fmt.Sprint("unit.patch.", i), Role: "button", Label: fmt.Sprintf("patch %d of %s", i+1, v.unitName(u)), Rect: at})
		if hover {
			f.Tip(fmt.Sprintf("image %d, value %s\nclick: look at it", p.Photo, number(float64(p.Value))))
			f.Stroke(placed.Inset(-1), f.Theme.Ink)
		}
		if pressed {
			v.show(p.Photo)
		}
		at = at.Add(image.Pt(patchTile+3, 0))
	}
}
