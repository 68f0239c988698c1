package lab

import (
	"cmp"
	"context"
	"slices"

	"tandem/cmd/internal/scene"
	"tandem/engine/nn"
	"tandem/engine/viz/survey"
)

// lens measures how coloured the first convolution's kernels are, from the first
// weights on.
type lens struct {
	history []scene.LensPoint // by step
	heard   int               // points that came from elsewhere
}

type lensKey struct{ heard int }

// LensOf measures the kernels of a network's first convolution; History is left
// empty. It is nil where those see no three channels. Of the weights only that
// convolution's need be there.
func LensOf(net *nn.Network, w *scene.Weights) *scene.Lens {
	layer := firstConvolution(net)
	t := w.Params[layer+".weight"]
	if layer == "" || t == nil {
		return nil
	}
	found, err := survey.Look(t, net.Towers)
	if err != nil {
		return nil
	}
	return &scene.Lens{Layer: layer, Step: w.Step, Kernels: found.Kernels, Towers: found.Towers}
}

// firstConvolution returns the first layer whose kernels see colours, "" if there
// is none.
func firstConvolution(net *nn.Network) string {
	for _, n := range net.Nodes {
		conv, ok := n.Layer.(*nn.Conv)
		if ok && !conv.Local && n.Inputs[0] == nn.DataNode && net.Input[0] == 3 {
			return n.Name
		}
	}
	return ""
}

// AddLens adds moments of the past to the lens' history, such as those of earlier
// checkpoints, in any order: Step and Towers of what LensOf returns.
func (l *Lab) AddLens(points ...scene.LensPoint) {
	l.tell(func(n *news) { n.lens = append(n.lens, points...) })
}

func (*lens) name() string { return "lens" }
func (*lens) long() bool   { return false }

func (*lens) wish(b *bench) wish {
	if firstConvolution(b.net) == "" {
		return wish{}
	}
	return wish{lensKey{len(b.lens)}, b.weights}
}

func (l *lens) compute(_ context.Context, b *bench, weights *scene.Weights) error {
	for _, p := range b.lens[l.heard:] {
		l.add(p)
	}
	l.heard = len(b.lens)
	out := LensOf(b.net, weights)
	if out == nil {
		return nil // kernels in groups, that see one colour each
	}
	l.add(scene.LensPoint{Step: out.Step, Towers: out.Towers})
	out.History = slices.Clone(l.history)
	b.publish(func(s *scene.Scene) { s.Lens = out })
	return nil
}

// maxHistory is how many points a curve has use for.
const maxHistory = 500

// add puts a point in its place. When there are too many, which is an odd number,
// every other one goes, and the first and the last stay.
func (l *lens) add(p scene.LensPoint) {
	at, found := slices.BinarySearchFunc(l.history, p.Step, func(h scene.LensPoint, step int) int { return cmp.Compare(h.Step, step) })
	if found {
		l.history[at] = p
		return
	}
	l.history = slices.Insert(l.history, at, p)
	if len(l.history) <= maxHistory {
		return
	}
	kept := l.history[:0]
	for i, h := range l.history {
		if i%2 == 0 {
			kept = append(kept, h)
		}
	}
	l.history = kept
}
