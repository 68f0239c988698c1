package cpu

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// randomOperand draws a factor of lanes x depth: its words, and where element
// (lane, k) lies. The long dimension comes in runs, in a shuffled memory.
func randomOperand(rng *rand.Rand, lanes, depth int, across bool) (operand, func(lane, k int) float32) {
	short, long := lanes, depth
	if across {
		short, long = depth, lanes
	}
	var runs []run
	place := make([]int, long)
	src := 0
	for at := 0; at < long; {
		n := min(1+rng.IntN(40), long-at)
		src += rng.IntN(3)
		runs = append(runs, run{at, src, n})
		for i := range n {
			place[at+i] = src + i
		}
		at, src = at+n, src+n
	}
	starts := strided(short, src)
	rng.Shuffle(short, func(i, j int) { starts[i], starts[j] = starts[j], starts[i] })
	o := operand{words: randomWords(rng, short*src), starts: starts, runs: runs, across: across, distant: rng.IntN(2) == 0}
	return o, func(lane, k int) float32 {
		if across {
			lane, k = k, lane
		}
		return o.words[starts[lane]+place[k]]
	}
}

// Sizes on both sides of the edges of tiles and of packed panels.
func TestProducts(t *testing.T) {
	rng := random(t)
	d := New(1)
	defer d.Close()
	edge := func(n int) int { return max(1, n-1+rng.IntN(3)) }
	for i := range 40 {
		rows, cols := edge(tileRows*rng.IntN(6)), edge(tileWidth()*rng.IntN(4))
		depth := edge([]int{1, 2, 64, depthBlock, 2*depthBlock + 1}[rng.IntN(5)])
		a, atA := randomOperand(rng, rows, depth, i&1 == 0)
		b, atB := randomOperand(rng, cols, depth, i&2 == 0)
		want := newSums(rows * cols)
		for k := range depth {
			for r := range rows {
				for c := range cols {
					want.add(r*cols+c, atA(r, k), atB(c, k))
				}
			}
		}
		s := d.crew.scratch[0]
		for name, panels := range map[string]rowPanels{
			"packed by need": s.panelsOf(a, rows),
			"packed before":  d.packAll(a, rows, depth).from(0),
		} {
			c := s.newTiles(rows, cols)
			c.fillRows(nil)
			s.accumulate(c, depth, panels, b)
			got, transposed := make([]float32, rows*cols), make([]float32, rows*cols)
			c.store(got, strided(rows, cols), []run{{0, 0, cols}})
			want.check(t, fmt.Sprintf("%d x %d x %d, %s", rows, cols, depth, name), got)
			c.storeTransposed(transposed, rows)
			for j := range got {
				if r, c := j/cols, j%cols; transposed[c*rows+r] != got[j] {
					t.Fatalf("transposed element %d, %d differs", r, c)
				}
			}
		}
	}
}

// A block of a packed factor is that part of the whole.
func TestBlocksOfProducts(t *testing.T) {
	rng := random(t)
	d := New(3)
	defer d.Close()
	rows, cols, depth := 5*tileRows+1, 3*tileWidth()+1, depthBlock+5
	a, _ := randomOperand(rng, rows, depth, true)
	b, _ := randomOperand(rng, cols, depth, false)
	bias := randomWords(rng, cols)
	left := d.packAll(a, rows, depth)
	whole, pieces := make([]float32, rows*cols), make([]float32, rows*cols)
	d.product(grid{rows, cols, rows, cols}, depth, left, b, bias, whole, cols)
	d.product(grid{rows, cols, 2 * tileRows, tileWidth()}, depth, left, b, bias, pieces, cols)
	for i, want := range whole {
		if pieces[i] != want {
			t.Fatalf("element %d is %g in a block, %g in the whole", i, pieces[i], want)
		}
	}
}

func TestDots(t *testing.T) {
	rng := random(t)
	for n := range 200 {
		a, b := randomWords(rng, n), randomWords(rng, n)
		product, sum := newSums(1), newSums(n)
		for i := range n {
			product.add(0, a[i], b[i])
			sum.add(i, a[i], 1)
			sum.add(i, b[i], 3)
		}
		product.check(t, "dot", []float32{dot(a, b)})
		addScaled(a, b, 3)
		sum.check(t, "addScaled", a)
	}
}
