package album

import (
	"errors"
	"io/fs"
	"path/filepath"
	"slices"

	"tandem/cmd/internal/scene"
	"tandem/engine/train/metrics"
)

// record is what a run has measured, read from its folder as it grows.
type record struct {
	tail    *metrics.Tail
	curve   scene.Curve
	seconds float64 // a step, a mean over the last ones
}

func newRecord(dir string) record {
	return record{tail: metrics.NewTail(filepath.Join(dir, metrics.FileName)), curve: scene.Curve{Name: dir}}
}

// ReadCurve returns what a run's folder has on record. The error names the file.
func ReadCurve(dir string) (*scene.Curve, error) {
	r := newRecord(dir)
	points, _, err := r.tail.Read()
	if err != nil {
		return nil, err
	}
	r.add(points)
	return &r.curve, nil
}

// Until returns what of a curve belongs to the first steps of a run.
func Until(c *scene.Curve, step int) *scene.Curve {
	first := *c
	first.Steps = slices.DeleteFunc(slices.Clone(c.Steps), func(p scene.CurvePoint) bool { return p.Step > step })
	first.Validations = slices.DeleteFunc(slices.Clone(c.Validations), func(v scene.Validation) bool { return v.Step > step })
	return &first
}

// read takes in what is new, and tells whether there was any. A folder without a
// record has no curves; one with a damaged record keeps those before.
func (r *record) read() (news bool, err error) {
	points, restarted, err := r.tail.Read()
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	if restarted {
		r.curve.Steps, r.curve.Validations = nil, nil
	}
	r.add(points)
	return restarted || len(points) > 0, nil
}

// newWeight is the weight of a new step in the mean of their durations.
const newWeight = 0.05

func (r *record) add(points []metrics.Point) {
	c := &r.curve
	for _, p := range points {
		v := p.Values
		if loss, ok := v["train/loss"]; ok {
			c.Steps = append(c.Steps, scene.CurvePoint{Step: int(p.Step), Epoch: v["epoch"], Loss: loss, Error: v["train/top1_error"], Rate: v["rate"]})
			if r.seconds == 0 {
				r.seconds = v["seconds"]
			}
			r.seconds += newWeight * (v["seconds"] - r.seconds)
		}
		if loss, ok := v["test/loss"]; ok {
			t := scene.Validation{Step: int(p.Step), Loss: loss, Top1: v["test/top1_error"], Top5: v["test/top5_error"]}
			if n := len(c.Steps); n > 0 {
				t.Epoch = c.Steps[n-1].Epoch
			}
			c.Validations = append(c.Validations, t)
		}
	}
}
