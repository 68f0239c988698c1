package plot

import "tandem/engine/viz/curves/series"

// Mark is a tick of an axis as it is drawn.
type Mark struct {
	At    int    // pixels from the axis's beginning
	Label string // "" for a mark without one
}

// Marks returns the ticks of an axis length pixels long. Labels stand with their
// middle at their tick, size says how many pixels each covers along the axis, and
// those that would come closer than gap to the one before, or reach out beyond the
// axis by more than overhang, are left out.
func Marks(axis series.Axis, length, gap, overhang int, size func(label string) int) []Mark {
	wanted := max(2, length/(size("0.00")+2*gap))
	free := -overhang
	var marks []Mark
	for _, t := range axis.Ticks(min(wanted, 8)) {
		m := Mark{At: int(clamp(axis.At(t.Value))*float64(length) + 0.5)}
		if t.Label != "" {
			half := (size(t.Label) + 1) / 2
			if m.At-half >= free && m.At+half <= length+overhang {
				m.Label = t.Label
				free = m.At + half + gap
			}
		}
		marks = append(marks, m)
	}
	return marks
}

// Spread moves labels of a height, wanted at some pixels in rising order, apart so
// that none covers another, and keeps them between 0 and length where they fit.
func Spread(wanted []int, height, length int) []int {
	at := make([]int, len(wanted))
	low := 0
	for i, w := range wanted {
		at[i] = max(w, low)
		low = at[i] + height
	}
	high := length - height
	for i := len(at) - 1; i >= 0; i-- {
		at[i] = min(at[i], high)
		high = at[i] - height
	}
	return at
}
