package viewer

import (
	"image"
	"testing"

	"tandem/engine/viz"
)

// A key shows the lowest value at the left or at the bottom, and each colour once.
func TestColorKeysRunUpwards(t *testing.T) {
	v := New(nil, nil, NewState())
	for _, m := range []*viz.ColorMap{viz.BlueOrange, viz.Ember, viz.Grey} {
		colors := m.Colors()
		row, column := v.keyPicture(m, false), v.keyPicture(m, true)
		if n := len(colors); row.Rect != image.Rect(0, 0, n, 1) || column.Rect != image.Rect(0, 0, 1, n) {
			t.Fatalf("%s: keys of %v and %v for %d colours", m.Name, row.Rect, column.Rect, n)
		}
		for i, c := range colors {
			if row.RGBAAt(i, 0) != c || column.RGBAAt(0, len(colors)-1-i) != c {
				t.Fatalf("%s: colour %d is %v, in the keys %v and %v", m.Name, i, c, row.RGBAAt(i, 0), column.RGBAAt(0, len(colors)-1-i))
			}
		}
	}
}
