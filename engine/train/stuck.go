package train

import (
	"fmt"
	"math"
	"strings"
)

// stuckDetector watches whether the loss leaves ln(classes), where a network
// stands that tells nothing apart.
type stuckDetector struct {
	level float64
	sum   float64
	steps int
	told  bool
}

func newStuckDetector(classes int) stuckDetector {
	return stuckDetector{level: math.Log(float64(classes))}
}

func (s *stuckDetector) add(loss float64) {
	s.sum += loss
	s.steps++
}

// stuckWindow is the number of steps after which the loss is looked at even
// within an epoch: ImageNet's has 10,000.
const stuckWindow = 5000

// verdict reports, once, that the mean loss since the last call was within 1 %
// of ln(classes) or above. It wants 50 steps to judge by.
func (s *stuckDetector) verdict() bool {
	if s.steps < 50 || s.told {
		return false
	}
	s.told = s.sum/float64(s.steps) > 0.99*s.level
	s.sum, s.steps = 0, 0
	return s.told
}

func (s *stuckDetector) message(layers []LayerHealth) string {
	var b strings.Builder
	fmt.Fprintf(&b, "the loss has not left ln(classes) = %.2f: the network still guesses.", s.level)
	for _, l := range layers {
		if l.DeadReLUs > 0.5 {
			fmt.Fprintf(&b, " %s: %.0f %% of its units are zero for the whole batch.", l.Name, 100*l.DeadReLUs)
		}
	}
	for _, l := range layers {
		if l.WeightNorm > 0 && l.GradientNorm < 1e-6*l.WeightNorm {
			fmt.Fprintf(&b, " %s: the gradient's norm is %.1e against %.1e of the weights.", l.Name, l.GradientNorm, l.WeightNorm)
		}
	}
	b.WriteString(" AlexNet itself needs some thousand steps to get going; else try a larger --rate, larger initial weights (std in the network file), or biases of 0.1 to 1 in front of dead units")
	return b.String()
}
