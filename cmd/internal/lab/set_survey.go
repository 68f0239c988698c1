package lab

import (
	"math"
	"slices"

	"tandem/cmd/internal/scene"
	"tandem/engine/nn"
	"tandem/engine/viz/survey"
)

// SurveyOptions says what a survey of a network must gather to serve all views.
func SurveyOptions(net *nn.Network) survey.Options {
	return survey.Options{Features: featureLayer(net)}
}

// surveyed is a finished survey. Nobody changes it.
type surveyed struct {
	*survey.Survey
	weights *scene.Weights // whose work it looked at; of a survey made elsewhere, the step alone
}

// known tells whether the weights are there to compute with.
func (s *surveyed) known() bool { return s.weights.Params != nil }

// has tells whether a layer was looked at.
func (s *surveyed) has(layer string) bool { return s.Layer(layer) != nil }

// row returns an image's row of Outcomes and Features; ok is false if the survey
// left it out.
func (s *surveyed) row(image int) (row int, ok bool) {
	row = slices.IndexFunc(s.Outcomes, func(o survey.Outcome) bool { return o.Image == image })
	return row, row >= 0
}

// fitsSurvey tells whether a survey is of models of this network.
func (n *network) fitsSurvey(s *surveyed) bool {
	for _, l := range s.Layers {
		if !l.Shape.Equal(n.shapes[l.Name]) {
			return false
		}
	}
	return len(s.Outcomes) > 0 && len(s.Layers) > 0
}

// scene returns the survey as a viewer shows it. Without labels there are no errors
// to count.
func (s *surveyed) scene(classes int, labelled bool) *scene.Survey {
	out := &scene.Survey{Step: s.weights.Step, Images: len(s.Outcomes), Top1Error: math.NaN()}
	for _, l := range s.Layers {
		out.Layers = append(out.Layers, layerOfSurvey(l))
	}
	if !labelled {
		return out
	}
	out.Top1Error = float64(len(s.Wrong())) / float64(len(s.Outcomes))
	out.Confusion = make([][]int, classes)
	for i := range out.Confusion {
		out.Confusion[i] = make([]int, classes)
	}
	for _, o := range s.Outcomes {
		if o.Predicted >= 0 {
			out.Confusion[o.Label][o.Predicted]++
		}
	}
	return out
}

func layerOfSurvey(l *survey.Layer) scene.LayerSurvey {
	all := l.Stats()
	out := scene.LayerSurvey{
		Name: l.Name, Mean: all.Mean, Std: all.Std(), Min: all.Min, Max: all.Max,
		Zeros: all.ZeroShare(), Dead: l.Silent(),
		Histogram: scene.Histogram{Width: l.Histogram.Width, First: l.Histogram.First, Counts: l.Histogram.Counts},
	}
	for i := range l.Units {
		u := &l.Units[i]
		out.Units = append(out.Units, scene.UnitSurvey{Mean: u.Mean, Std: u.Std(), Max: u.Max, Zeros: u.ZeroShare()})
	}
	return out
}
