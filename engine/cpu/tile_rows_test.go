package cpu

import (
	"fmt"
	"testing"
)

// Odd numbers of rows, columns and steps, and more than one chunk of the depth.
func TestRowsInPlace(t *testing.T) {
	rng := random(t)
	d := New(1)
	defer d.Close()
	for range 20 {
		rows, cols, depth := 1+rng.IntN(20), 1+rng.IntN(2*tileWidth()), 1+rng.IntN(2*depthBlock)
		a, b := randomWords(rng, rows*depth), randomWords(rng, cols*depth)
		want := newSums(rows * cols)
		for i := range rows * cols {
			for k := range depth {
				want.add(i, a[i/cols*depth+k], b[i%cols*depth+k])
			}
		}
		s := d.crew.scratch[0]
		c := s.newTiles(rows, cols)
		c.fillRows(nil)
		s.accumulateInPlace(c, depth, a, matrix(b, cols, depth, depth, false))
		got := make([]float32, rows*cols)
		c.store(got, strided(rows, cols), []run{{0, 0, cols}})
		want.check(t, fmt.Sprintf("%d x %d x %d", rows, cols, depth), got)
	}
}
