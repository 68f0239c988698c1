package saliency

import (
	"encoding/json"
	"image"
	"testing"

	"tandem/engine/device"
	"tandem/engine/nn"
	"tandem/engine/tensor"
)

const tolerance = 1e-5

// goldenCase is one unit that golden.py went back from.
type goldenCase struct {
	Layer   string
	Channel int
	Place   json.RawMessage // "strongest", "everywhere" or [column, row]
}

func (c goldenCase) unit(t *testing.T) Unit {
	u := Unit{Layer: c.Layer, Channel: c.Channel}
	switch string(c.Place) {
	case `"strongest"`:
		u.Place = Strongest
	case `"everywhere"`:
		u.Place = Everywhere
	default:
		var at [2]int
		parse(t, string(c.Place), &at)
		u.Place, u.At = Fixed, image.Pt(at[0], at[1])
	}
	return u
}

func parse(t *testing.T, text string, v any) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), v); err != nil {
		t.Fatal(err)
	}
}

var views = map[string]func(*nn.Model, Unit, int) (*tensor.Tensor, error){
	"gradient": InputGradient, "deconvolution": Deconvolution, "guided": GuidedBackpropagation,
}

func TestBackwardViewsAgreeWithPyTorch(t *testing.T) {
	g := readGolden(t)
	var cases []goldenCase
	parse(t, g.Meta["cases"], &cases)
	if len(cases) < 7 {
		t.Fatalf("only %d cases", len(cases))
	}
	everywhere(t, func(t *testing.T, devices ...device.Device) {
		m := g.model(t, 3, devices...) // one more than there are images
		show(m, g.Tensors["x"].Data)
		near(t, "logits", must[*tensor.Tensor](t)(m.Activation("fc6", 2)), g.Tensors["logits"], tolerance)
		for _, c := range cases {
			u := c.unit(t)
			for name, view := range views {
				near(t, c.Layer+"."+name, must[*tensor.Tensor](t)(view(m, u, 2)), g.Tensors[c.Layer+"."+name], tolerance)
			}
		}
		var classes []int
		parse(t, g.Meta["classes"], &classes)
		near(t, "class_saliency", must[*tensor.Tensor](t)(ClassSaliency(m, classes)), g.Tensors["class_saliency"], tolerance)
		logit := Logit(m.Net, 1)
		near(t, "times_input", must[*tensor.Tensor](t)(GradientTimesInput(m, logit, g.Tensors["x"])), g.Tensors["times_input"], tolerance)
	})
}
