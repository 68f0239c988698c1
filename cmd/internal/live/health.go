package live

import (
	"math"

	"tandem/cmd/internal/scene"
	"tandem/engine/nn"
	"tandem/engine/train"
	"tandem/engine/viz/survey"
)

// Health returns how a layer is, without histograms.
func Health(l train.LayerHealth) scene.LayerHealth {
	return scene.LayerHealth{Name: l.Name, Dead: l.DeadReLUs, WeightNorm: l.WeightNorm, GradientNorm: l.GradientNorm, Update: l.UpdateRatio}
}

// histogramBins is how many bins the little histograms have at most.
const histogramBins = 32

// Histogram counts values for a small picture.
func Histogram(values []float32) scene.Histogram {
	h := survey.Count(values, histogramBins)
	return scene.Histogram{Width: h.Width, First: h.First, Counts: h.Counts}
}

func (s *Source) showHealth(m *train.Moment) error {
	layers, err := train.Diagnose(m.Model())
	if err != nil {
		return err
	}
	h := &scene.Health{Step: m.State().Step}
	for _, l := range layers {
		of := Health(l)
		if !math.IsNaN(l.WeightNorm) {
			if of.Weights, err = readHistogram(m.Model(), l.Name, nn.Weights); err != nil {
				return err
			}
			if of.Gradients, err = readHistogram(m.Model(), l.Name, nn.Gradient); err != nil {
				return err
			}
		}
		h.Layers = append(h.Layers, of)
	}
	s.Update(func(sc *scene.Scene) { sc.Health = h })
	return nil
}

func readHistogram(m *nn.Model, layer string, kind nn.Kind) (scene.Histogram, error) {
	t, err := m.ReadParam(layer+".weight", kind)
	if err != nil {
		return scene.Histogram{}, err
	}
	return Histogram(t.Data), nil
}
