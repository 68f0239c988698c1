package train

import (
	"math"

	"tandem/engine/device"
	"tandem/engine/nn"
	"tandem/engine/tensor"
)

// LayerHealth says whether a layer can still learn. Values are NaN where they
// mean nothing or are not known.
type LayerHealth struct {
	Name         string
	DeadReLUs    float64 // share of units that are zero for every image of the batch; ReLU layers only
	WeightNorm   float64 // Euclidean, layers with weights only, and so the next two
	GradientNorm float64
	UpdateRatio  float64 // norm of the last update of the weights over theirs; about 1e-3 in a healthy layer
}

// Diagnose measures a model after a step.
func Diagnose(m *nn.Model) ([]LayerHealth, error) {
	var all []LayerHealth
	for _, n := range m.Net.Nodes {
		var h LayerHealth
		var err error
		switch l := n.Layer.(type) {
		case *nn.Activation:
			if l.F != device.ReLU {
				continue
			}
			h, err = unitHealth(m, n.Name)
		case *nn.Conv, *nn.FC:
			h, err = readHealth(m, n.Name)
		default:
			continue
		}
		if err != nil {
			return nil, err
		}
		all = append(all, h)
	}
	return all, nil
}

// Health measures the layers with weights, by what a checkpoint holds: no
// gradients, and no updates where it is one to evaluate only.
func (c *Checkpoint) Health() []LayerHealth {
	var all []LayerHealth
	for _, n := range c.Net.Nodes {
		switch n.Layer.(type) {
		case *nn.Conv, *nn.FC:
			name := n.Name + ".weight"
			all = append(all, weightHealth(n.Name, c.tensors[name], nil, c.tensors[momentumPart+name]))
		}
	}
	return all
}

func unitHealth(m *nn.Model, layer string) (LayerHealth, error) {
	nan := math.NaN()
	dead, err := deadShare(m, layer)
	return LayerHealth{Name: layer, DeadReLUs: dead, WeightNorm: nan, GradientNorm: nan, UpdateRatio: nan}, err
}

func deadShare(m *nn.Model, layer string) (float64, error) {
	t, err := m.Activation(layer, m.Batch())
	if err != nil {
		return 0, err
	}
	units := len(t.Data) / m.Batch()
	alive := make([]bool, units)
	count := 0
	for i, v := range t.Data {
		if v != 0 && !alive[i%units] {
			alive[i%units] = true
			count++
		}
	}
	return 1 - float64(count)/float64(units), nil
}

func readHealth(m *nn.Model, layer string) (LayerHealth, error) {
	var read [nn.Velocity + 1]*tensor.Tensor
	for k := range read {
		var err error
		if read[k], err = m.ReadParam(layer+".weight", nn.Kind(k)); err != nil {
			return LayerHealth{}, err
		}
	}
	return weightHealth(layer, read[nn.Weights], read[nn.Gradient], read[nn.Velocity]), nil
}

// weightHealth measures a layer by its weights' tensors, nil where unknown.
func weightHealth(layer string, weights, gradient, velocity *tensor.Tensor) LayerHealth {
	w := norm(weights)
	return LayerHealth{Name: layer, DeadReLUs: math.NaN(), WeightNorm: w, GradientNorm: norm(gradient), UpdateRatio: norm(velocity) / w}
}

func norm(t *tensor.Tensor) float64 {
	if t == nil {
		return math.NaN()
	}
	sum := 0.0
	for _, v := range t.Data {
		sum += float64(v) * float64(v)
	}
	return math.Sqrt(sum)
}
