package viewer

import (
	"fmt"
	"math"
	"strings"

	"tandem/cmd/internal/scene"
	"tandem/cmd/internal/viewer/ui"
	"tandem/engine/nn"
	"tandem/engine/tensor"
)

// layerTip says what a layer is and how it does.
func (v *Viewer) layerTip(row *graphRow) string {
	n := v.scene.Network
	node := n.Net.Node(row.Layer)
	if node == nil {
		return "the image: " + shapeText(n.Net.Input)
	}
	lines := []string{
		node.Name + ": " + layerText(node.Layer),
		"puts out " + shapeText(n.Shapes[node.Name]),
	}
	for _, l := range n.Summary.Layers {
		if l.Name == node.Name {
			lines = append(lines, costText(l)...)
		}
	}
	for _, t := range row.Arrivals {
		lines = append(lines, fmt.Sprintf("%s goes from tower %c to tower %c: %s an image", t.Name, 'a'+t.From, 'a'+t.To, byteSize(t.Bytes)))
	}
	return strings.Join(append(lines, v.healthLines(node.Name)...), "\n")
}

func costText(l nn.LayerInfo) []string {
	lines := []string{fmt.Sprintf("a unit sees %d×%d pixels, its neighbour %d further", l.ReceptiveField, l.ReceptiveField, l.Jump)}
	if l.Parameters > 0 {
		return append([]string{fmt.Sprintf("%s parameters, %s multiply-adds an image", count(l.Parameters), count(l.MultiplyAdds))}, lines...)
	}
	return lines
}

// healthLines says how a layer learns, and which of its units are switched off.
func (v *Viewer) healthLines(layer string) []string {
	var lines []string
	if h := v.healthOf(layer); h != nil {
		add := func(value float64, text string) {
			if !math.IsNaN(value) {
				lines = append(lines, text)
			}
		}
		add(h.Dead, percent(h.Dead)+" of its units are zero for every image of the batch")
		add(h.Update, "an update is "+number(h.Update)+" of the weights; about 0.001 is good")
		add(h.GradientNorm, "norm of the gradient: "+number(h.GradientNorm))
	}
	off := 0
	for _, u := range v.State.Ablated {
		if u.Layer == layer {
			off++
		}
	}
	if off > 0 {
		lines = append(lines, fmt.Sprintf("%d switched off", off))
	}
	return lines
}

// healthOf returns how a layer learns, nil where that is not known.
func (v *Viewer) healthOf(layer string) *scene.LayerHealth {
	if v.scene.Health == nil {
		return nil
	}
	for i := range v.scene.Health.Layers {
		if l := &v.scene.Health.Layers[i]; l.Name == layer {
			return l
		}
	}
	return nil
}

// layerText says what a layer does.
func layerText(l nn.Layer) string {
	switch l := l.(type) {
	case *nn.Conv:
		text := "convolution, " + windowText(l.Window)
		if l.Local {
			text = "kernels of its own at every place, " + windowText(l.Window)
		}
		if l.Groups > 1 {
			text += fmt.Sprintf(", %d groups", l.Groups)
		}
		return text
	case *nn.Pool:
		return l.Kind + " pool, " + windowText(l.Window)
	case *nn.FC:
		return "fully connected"
	case *nn.LRN:
		if l.SameMap {
			return fmt.Sprintf("normalization over %d×%d places", l.Size, l.Size)
		}
		return fmt.Sprintf("normalization over %d maps", l.Size)
	case *nn.Dropout:
		return fmt.Sprintf("dropout, keeps %g", l.Keep)
	}
	return l.Type()
}

func windowText(w nn.Window) string {
	text := fmt.Sprintf("%d×%d", w.Kernel, w.Kernel)
	if w.Stride > 1 {
		text += fmt.Sprintf(", stride %d", w.Stride)
	}
	switch {
	case len(w.Pads) == 4:
		text += fmt.Sprintf(", pads %d %d %d %d", w.Pads[0], w.Pads[1], w.Pads[2], w.Pads[3])
	case w.Pad > 0:
		text += fmt.Sprintf(", pad %d", w.Pad)
	}
	return text
}

// shapeText writes a shape as people do.
func shapeText(s tensor.Shape) string { return strings.ReplaceAll(s.String(), "x", "×") }

// shapeFit writes a shape as fully as it fits: "96×55×55", "96×55²", "96".
func shapeFit(f *ui.Frame, s tensor.Shape, width int, style ui.Style) string {
	texts := []string{shapeText(s)}
	if len(s) == 3 && s[1] == s[2] {
		texts = append(texts, fmt.Sprintf("%d×%d²", s[0], s[1]))
	}
	for _, t := range texts {
		if f.Measure(t, style) <= width {
			return t
		}
	}
	return fmt.Sprint(s[0])
}
