package viewer

import (
	stdbytes "bytes"
	"encoding/csv"
	"strconv"
	"strings"
	"unicode"

	"tandem/cmd/internal/scene"
)

var curveColumns = []string{"step", "epoch", "train_loss", "train_top1_error", "rate", "test_loss", "test_top1_error", "test_top5_error"}

// curveCSV returns a run's measurements as comma-separated values, a line for each
// step that has any, in order. Errors are fractions, and what was not measured at
// a step is left empty.
func curveCSV(c *scene.Curve) []byte {
	var out stdbytes.Buffer
	w := csv.NewWriter(&out)
	w.Write(curveColumns)
	steps, tests := c.Steps, c.Validations
	for len(steps) > 0 || len(tests) > 0 {
		row := make([]string, len(curveColumns))
		step := nextStep(steps, tests)
		if len(steps) > 0 && steps[0].Step == step {
			p := steps[0]
			fill(row[1:], p.Epoch, p.Loss, p.Error, p.Rate)
			steps = steps[1:]
		}
		if len(tests) > 0 && tests[0].Step == step {
			p := tests[0]
			fill(row[1:], p.Epoch)
			fill(row[5:], p.Loss, p.Top1, p.Top5)
			tests = tests[1:]
		}
		row[0] = strconv.Itoa(step)
		w.Write(row)
	}
	w.Flush() // a buffer takes everything
	return out.Bytes()
}

// nextStep returns the first step of which either list begins to tell.
func nextStep(steps []scene.CurvePoint, tests []scene.Validation) int {
	switch {
	case len(tests) == 0:
		return steps[0].Step
	case len(steps) == 0:
		return tests[0].Step
	}
	return min(steps[0].Step, tests[0].Step)
}

func fill(cells []string, values ...float64) {
	for i, v := range values {
		cells[i] = strconv.FormatFloat(v, 'g', -1, 64)
	}
}

// curveFile names a run's file by what of its name every system takes.
func curveFile(c *scene.Curve) string {
	name := strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || r == '-' || r == '.' {
			return r
		}
		return '-'
	}, c.Name)
	return "curve-" + name + ".csv"
}
