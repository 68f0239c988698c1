package survey

import (
	"cmp"
	"fmt"
	"slices"

	"tandem/engine/data"
	"tandem/engine/nn"
)

// Outcome is what the network made of an image.
type Outcome struct {
	Image       int // its index in the dataset
	Label       int
	Predicted   int     // the class with the highest score; -1 if scores are NaN
	Probability float32 // of the predicted class
	Rank        int     // classes scored above the label: 0 is right, below 5 among the first five
	Loss        float32 // nats
}

// Right tells whether the best guess was the label.
func (o Outcome) Right() bool { return o.Rank == 0 }

func (s *Survey) addOutcomes(m *nn.Model, b *data.Batch) error {
	loss, rank := make([]float32, b.N), make([]float32, b.N)
	if err := m.Scores(loss, rank); err != nil {
		return err
	}
	probs, err := m.Probabilities(b.N)
	if err != nil {
		return err
	}
	for i := range b.N {
		label := int(b.Labels[i])
		if label < 0 || label >= s.classes {
			return fmt.Errorf("image %d has label %d, and network %s knows %d classes", b.Index[i], label, s.net.Name, s.classes)
		}
		o := Outcome{Image: b.Index[i], Label: label, Rank: int(rank[i]), Loss: loss[i]}
		o.Predicted, o.Probability = predict(probs.Data[i*s.classes:(i+1)*s.classes], label, o.Rank)
		s.Outcomes = append(s.Outcomes, o)
	}
	return nil
}

// predict returns the most probable class. Probabilities can be equal where the
// scores that the rank was taken from are not, so the rank decides whether it is
// the label.
func predict(p []float32, label, rank int) (class int, probability float32) {
	if rank == 0 {
		return label, p[label]
	}
	class = -1
	for c, v := range p {
		if c != label && v == v && (class < 0 || v > p[class]) {
			class = c
		}
	}
	if class < 0 {
		return -1, 0
	}
	return class, p[class]
}

// Wrong returns the outcomes whose best guess was not the label, the highest
// loss first, then by image.
func (s *Survey) Wrong() []Outcome {
	return s.Select(func(o Outcome) bool { return !o.Right() })
}

func sortByLoss(list []Outcome) {
	slices.SortFunc(list, func(a, b Outcome) int {
		return cmp.Or(cmp.Compare(b.Loss, a.Loss), cmp.Compare(a.Image, b.Image))
	})
}

// Confusion says which classes are taken for which: Confusion[label][predicted]
// lists the outcomes, the highest loss first. Those without a prediction are
// left out.
type Confusion [][][]Outcome

// Confusion sorts the outcomes into cells.
func (s *Survey) Confusion() Confusion {
	c := make(Confusion, s.classes)
	for label := range c {
		c[label] = make([][]Outcome, s.classes)
	}
	for _, o := range s.Outcomes {
		if o.Predicted >= 0 {
			c[o.Label][o.Predicted] = append(c[o.Label][o.Predicted], o)
		}
	}
	for _, row := range c {
		for _, cell := range row {
			sortByLoss(cell)
		}
	}
	return c
}
