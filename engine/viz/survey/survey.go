package survey

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"

	"tandem/engine/data"
	"tandem/engine/nn"
	"tandem/engine/tensor"
)

// Options say what a survey gathers. The zero value chooses everything but
// feature vectors.
type Options struct {
	Layers   []string // nodes to look at; nil: those that DefaultLayers names
	Patches  int      // images kept for each unit; 0: 9
	Bins     int      // of histograms, at most; 0: 64
	Features string   // node whose output is kept for every image, "fc7" say; "" for none
}

const (
	defaultPatches = 9
	defaultBins    = 64
)

// DefaultLayers names the nodes that show what units put out: each nonlinearity,
// and the scores that the softmax reads.
func DefaultLayers(net *nn.Network) []string {
	var names []string
	for _, n := range net.Nodes {
		if _, ok := n.Layer.(*nn.Activation); ok {
			names = append(names, n.Name)
		}
	}
	scores := net.Output().Inputs[0]
	if scores != nn.DataNode && !slices.Contains(names, scores) {
		names = append(names, scores)
	}
	return names
}

// Survey gathers. Its memory grows with the number of images only by an Outcome
// and, where asked for, a feature vector each.
type Survey struct {
	Layers   []*Layer
	Outcomes []Outcome // in the order observed

	net      *nn.Network
	shapes   nn.Shapes
	classes  int
	features string
	vectors  []float32 // a row for each outcome
}

// New prepares a survey of models of a network. The error names a layer that
// the network does not have.
func New(net *nn.Network, o Options) (*Survey, error) {
	shapes, err := net.Infer()
	if err != nil {
		return nil, err
	}
	if o.Layers == nil {
		o.Layers = DefaultLayers(net)
	}
	if o.Patches < 0 || o.Bins < 0 {
		panic(fmt.Sprintf("survey: %d patches, %d bins", o.Patches, o.Bins))
	}
	s := &Survey{net: net, shapes: shapes, classes: shapes[net.Output().Name].Size(), features: o.Features}
	for _, name := range slices.Concat(o.Layers, []string{o.Features}) {
		if name != "" && net.Node(name) == nil {
			return nil, fmt.Errorf("network %s has no layer %s to survey", net.Name, name)
		}
	}
	for _, name := range o.Layers {
		s.Layers = append(s.Layers, newLayer(name, shapes[name], orDefault(o.Patches, defaultPatches), orDefault(o.Bins, defaultBins)))
	}
	return s, nil
}

func orDefault(v, otherwise int) int {
	if v == 0 {
		return otherwise
	}
	return v
}

// Run surveys all batches of an evaluation loader in one pass of the model.
func (s *Survey) Run(ctx context.Context, m *nn.Model, l *data.Loader) error {
	for {
		b, err := l.Next(ctx)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		m.Load(b.X, b.Labels)
		m.Infer()
		if err := s.Observe(m, b); err != nil {
			return err
		}
		l.Recycle(b)
	}
}

// Observe takes in a batch that the model has just been given and passed
// forwards. It waits for the pass. After an error the survey holds part of the
// batch and is of no further use.
func (s *Survey) Observe(m *nn.Model, b *data.Batch) error {
	if b.Views != 1 {
		return fmt.Errorf("a survey takes one view of each image, got %d: evaluate with 1 view", b.Views)
	}
	if err := s.addOutcomes(m, b); err != nil {
		return err
	}
	for _, l := range s.Layers {
		t, err := m.Activation(l.Name, b.N)
		if err != nil {
			return err
		}
		l.add(t, b.Index)
	}
	if s.features == "" {
		return nil
	}
	t, err := m.Activation(s.features, b.N)
	if err != nil {
		return err
	}
	s.vectors = append(s.vectors, t.Data...)
	return nil
}

// Layer returns what was gathered of a layer, nil if it was not asked for.
func (s *Survey) Layer(name string) *Layer {
	for _, l := range s.Layers {
		if l.Name == name {
			return l
		}
	}
	return nil
}

// Features returns the vectors of Options.Features, (images, F), row i that of
// Outcomes[i]; maps are flattened. It shares the survey's storage.
func (s *Survey) Features() *tensor.Tensor {
	if s.features == "" {
		panic("survey: Features of a survey that was not asked for any")
	}
	return &tensor.Tensor{Shape: tensor.Shape{len(s.Outcomes), s.shapes[s.features].Size()}, Data: s.vectors}
}
