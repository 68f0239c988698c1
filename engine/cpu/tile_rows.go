package cpu

// accumulateInPlace is accumulate for rows that lie side by side in memory, each
// depth words after the one before, and that meet few columns: copying them
// first would take about as long as the arithmetic.
func (s *scratch) accumulateInPlace(c tiles, depth int, rows []float32, b operand) {
	right := s.right.take(c.width*depthBlock + panelSlack)
	for k0 := 0; k0 < depth; k0 += depthBlock {
		k1 := min(k0+depthBlock, depth)
		for j := 0; j < c.cols; j += c.width {
			b.packCols(right, c.width, j, min(j+c.width, c.cols), k0, k1)
			c.multiplyRows(j, rows[k0:], depth, k1-k0, right)
		}
	}
}

// multiplyRows adds to the stripe from column j on the product of all rows, ld
// words apart, and one panel of columns. What would lie past the last row
// repeats it.
func (c tiles) multiplyRows(j int, rows []float32, ld, depth int, b []float32) {
	stripe := c.stripe(j)
	size := tileRows * c.width
	var a [tileRows][]float32
	for i := 0; i < c.rows; i += tileRows {
		for r := range a {
			a[r] = rows[min(i+r, c.rows-1)*ld:][:depth]
		}
		multiplyTileRows(&a, b, stripe[:size])
		stripe = stripe[size:]
	}
}

// interleavedRows is multiplyTileRows by way of multiplyTile.
func interleavedRows(a *[tileRows][]float32, b, c []float32) {
	var panel [tileRows*depthBlock + 1]float32
	for r, row := range a {
		for k, x := range row {
			panel[k*tileRows+r] = x
		}
	}
	multiplyTile(panel[:tileRows*len(a[0])+1], b, c)
}
