package viewer

import (
	"fmt"
	"image"

	"tandem/cmd/internal/scene"
	"tandem/cmd/internal/viewer/ui"
	"tandem/engine/nn"
	"tandem/engine/tensor"
	"tandem/engine/viz"
)

// gridState is what the grids remember from frame to frame.
type gridState struct {
	shape gridShape  // of the units shown last, for moveUnit
	seen  scene.Unit // that was brought into view
}

// drawActivations draws what the image makes of the selected layer.
func (v *Viewer) drawActivations(f *ui.Frame) {
	defer v.markSeen()
	a, n, layer := v.scene.Answer, v.scene.Network, v.State.Unit.Layer
	if a == nil || n == nil || a.Layers[layer] == nil {
		v.waiting(f, heading(f, "Activations", ""), v.noAnswer())
		return
	}
	r := heading(f, "Activations of "+layer, v.answerWhen(a))
	r.Min.Y += v.colorControls(f, r) + 4
	s := &sheet{id: "grid.activations", data: a.Layers[layer], colors: v.State.colors(), layer: layer, name: v.tileName(layer)}
	s.colors.Blocks = blocks(n.Net, n.Net.Node(layer))
	s.title = mapsText(s.data.Shape) + v.silence(s)
	v.drawSheet(f, r, s)
}

func (v *Viewer) markSeen() { v.panes.grid.seen = v.State.Unit }

// tileName returns what names a layer's units in tips.
func (v *Viewer) tileName(layer string) func(int) string {
	return func(tile int) string {
		u := scene.Unit{Layer: layer, Channel: tile}
		if tower := v.towerOf(u); tower != "" {
			return fmt.Sprintf("%s (%s)", v.unitName(u), tower)
		}
		return v.unitName(u)
	}
}

func mapsText(s tensor.Shape) string {
	if len(s) == 3 {
		return fmt.Sprintf("%d maps of %d×%d", s[0], s[1], s[2])
	}
	return fmt.Sprintf("%d units", s[0])
}

// silence says how many units never answer, and how many do not to this image.
func (v *Viewer) silence(s *sheet) string {
	text := ""
	if l := v.surveyOf(s.layer); l != nil && len(l.Dead) > 0 {
		text = fmt.Sprintf(" · %d dead (%s)", len(l.Dead), percent(float64(len(l.Dead))/float64(s.data.Shape[0])))
	}
	silent := memo(v, silentKey{s.data}, func() int { return countSilent(s.data) })
	if silent > 0 {
		text += fmt.Sprintf(" · %d silent here", silent)
	}
	return text
}

type silentKey struct{ data *tensor.Tensor }

// countSilent returns how many maps are zero everywhere.
func countSilent(x *tensor.Tensor) int {
	size, n := x.Shape[1:].Size(), 0
	for i := range x.Shape[0] {
		if energy(x.Data[i*size:][:size]) == 0 {
			n++
		}
	}
	return n
}

// drawFilters draws the kernels of the selected layer, or of the nearest before it.
func (v *Viewer) drawFilters(f *ui.Frame) {
	defer v.markSeen()
	n, w := v.scene.Network, v.scene.Weights
	if n == nil || w == nil {
		v.waiting(f, heading(f, "Filters", ""), "There are no weights yet.")
		return
	}
	node := kernelNode(n.Net, v.State.Unit.Layer)
	if node == nil {
		v.waiting(f, heading(f, "Filters", ""), "No layer of this network has weights.")
		return
	}
	r := heading(f, "Filters of "+node.Name, atStep(w.Step))
	r.Min.Y += v.colorControls(f, r) + 4
	t := v.weightsOf(node)
	if t == nil {
		v.waiting(f, r, "The weights of "+node.Name+" are not shown: they are too many to be copied while the network learns.")
		return
	}
	v.drawKernels(f, r, node, t)
}

// weightsOf returns a layer's weights, nil where they are not published, or are those
// of a network that was on show before.
func (v *Viewer) weightsOf(node *nn.Node) *tensor.Tensor {
	t := v.scene.Weights.Params[node.Name+".weight"]
	want := node.Layer.Params([]tensor.Shape{v.scene.Network.Shapes[node.Inputs[0]]})[0].Shape
	if t == nil || !t.Shape.Equal(want) {
		return nil
	}
	return t
}

// drawKernels draws kernels with one or three channels as they are. Of others it
// draws one tile to choose a unit by, and below that all that the unit multiplies.
func (v *Viewer) drawKernels(f *ui.Frame, r image.Rectangle, node *nn.Node, t *tensor.Tensor) {
	s := &sheet{id: "grid.kernels", data: t, colors: v.State.colors(), layer: node.Name, name: v.tileName(node.Name)}
	s.colors.Blocks = blocks(v.scene.Network.Net, node)
	if len(t.Shape) == 2 {
		s.title = fmt.Sprintf("squared weights of %d units", t.Shape[0])
		s.data = memo(v, derivedKey{t, "energies", 0}, func() *tensor.Tensor { return energies(t) })
		v.drawTwo(f, r, s, v.inputSheet(node, t))
		return
	}
	k := memo(v, derivedKey{t, "kernels", 0}, func() *tensor.Tensor { return kernelsAt(t) })
	if c := k.Shape[1]; c == 1 || c == 3 {
		s.data, s.title = k, kernelsText(t.Shape)
		v.drawSheet(f, r, s)
		return
	}
	s.title = kernelsText(t.Shape) + ": strongest channels"
	s.data = memo(v, derivedKey{t, "strongest", 0}, func() *tensor.Tensor { return strongest(k) })
	if s.colors.Map == nil {
		s.colors.Map = viz.BlueOrange
	}
	v.drawTwo(f, r, s, v.inputSheet(node, k))
}

// kernelsText says what is shown of weights of a shape.
func kernelsText(s tensor.Shape) string {
	if len(s) == 6 {
		return kernelsText(s[2:]) + " in the middle"
	}
	return fmt.Sprintf("%d kernels of %d×%d", s[0], s[2], s[3])
}

// derivedKey names a tensor made from another.
type derivedKey struct {
	from *tensor.Tensor
	how  string
	unit int
}

// inputSheet shows what the selected unit multiplies each input channel with.
func (v *Viewer) inputSheet(node *nn.Node, w *tensor.Tensor) *sheet {
	unit := clamp(v.State.Unit.Channel, 0, w.Shape[0]-1)
	input := v.scene.Network.Shapes[node.Inputs[0]]
	s := &sheet{id: "grid.channels", colors: v.State.colors()}
	s.data = memo(v, derivedKey{w, "kernel", unit}, func() *tensor.Tensor { return kernel(w, unit, input) })
	first := 0
	if conv, ok := node.Layer.(*nn.Conv); ok {
		first = unit / max(1, conv.Filters/max(1, conv.Groups)) * w.Shape[1]
	}
	s.title = fmt.Sprintf("unit %d: weights for %d channels of %s", unit, s.data.Shape[0], node.Inputs[0])
	s.name = func(tile int) string {
		return fmt.Sprintf("%s unit %d, weights for %s unit %d", node.Name, unit, node.Inputs[0], first+tile)
	}
	if s.colors.Map == nil {
		s.colors.Map = viz.BlueOrange
	}
	return s
}

// drawTwo draws the sheet to choose from in the upper part, and the chosen below.
func (v *Viewer) drawTwo(f *ui.Frame, r image.Rectangle, above, below *sheet) {
	cut := r.Min.Y + r.Dy()*9/20
	r.Min.Y += v.drawSheet(f, image.Rect(r.Min.X, r.Min.Y, r.Max.X, cut), above) + 6
	v.drawSheet(f, r, below)
}
