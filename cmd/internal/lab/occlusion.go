package lab

import (
	"context"

	"tandem/cmd/internal/scene"
	"tandem/engine/data"
	"tandem/engine/tensor"
	"tandem/engine/viz/saliency"
)

// occlusion hides parts of the answer's image and asks again.
type occlusion struct{}

type occlusionKey struct {
	question
	unit         scene.Unit // none where there is no such unit
	side, stride int
}

// maxPlaces bounds the places that are tried unless the user chooses.
const maxPlaces = 600

func (occlusion) name() string { return "occlusion" }
func (occlusion) long() bool   { return true }

func (occlusion) wish(b *bench) wish {
	if b.want.View != scene.OcclusionView || b.shown == nil {
		return wish{}
	}
	return wish{b.occlusionKey(), b.shown.weights}
}

func (b *bench) occlusionKey() occlusionKey {
	k := occlusionKey{question: b.shown.question, side: b.want.OccludeSide, stride: b.want.OccludeStride}
	if b.checkUnit(b.want.Unit) == nil {
		k.unit = b.want.Unit
	}
	h, w := b.net.Input[1], b.net.Input[2]
	side, stride := squares(h, w)
	if k.side == 0 {
		k.side = side
	}
	if k.stride == 0 {
		k.stride = stride
	}
	k.side, k.stride = min(k.side, 2*max(h, w)), min(k.stride, max(h, w)) // no more makes a difference
	return k
}

// squares chooses for images of h x w: a sixth of the image hides an eye or a wheel,
// and not the whole.
func squares(h, w int) (side, stride int) {
	for stride = 1; ((h-1)/stride+1)*((w-1)/stride+1) > maxPlaces; {
		stride++
	}
	return max(1, (min(h, w)+3)/6), stride
}

func (occlusion) compute(ctx context.Context, b *bench, weights *scene.Weights) error {
	k, answer := b.occlusionKey(), b.shown.Answer
	m, err := b.batched(weights, k.off)
	if err != nil {
		return err
	}
	o := saliency.Occlusion{
		Class: likeliest(answer.Probabilities),
		Unit:  saliency.Unit{Layer: k.unit.Layer, Channel: k.unit.Channel},
		Side:  k.side, Stride: k.stride, Grey: b.grey(),
		// Run ends by ctx, which pause cancels.
		Progress: func(done, total int) { b.pause(done, total) },
	}
	found, err := o.Run(ctx, m, answer.Input)
	if err != nil {
		return err
	}
	b.publish(func(s *scene.Scene) {
		s.Occlusion = &scene.Occlusion{
			Photo: answer.Number, Step: weights.Step, Class: o.Class, Side: k.side, Stride: k.stride,
			Clear: found.ClearProbability, Drop: found.Drop(), Likeliest: found.Likeliest,
			Activation: found.Activation, Unit: k.unit,
		}
	})
	return nil
}

// grey returns what hides: the mean, which is zero, where one is subtracted, and
// half of white elsewhere.
func (n *network) grey() *tensor.Tensor {
	if s := n.augment.Subtract; s != data.SubtractNone && s != "" {
		return nil
	}
	g := tensor.New(n.net.Input...)
	for i := range g.Data {
		g.Data[i] = (n.low[i] + n.high[i]) / 2
	}
	return g
}
