package cpu

// A matrix product is computed in blocks, the way of Goto and van de Geijn
// ("Anatomy of high-performance matrix multiplication", 2008): the factors are
// copied ("packed") into panels that the micro-kernel reads from first to last,
// a panel of columns short enough to stay in the first-level cache while all
// panels of rows pass by it.
//
// Every element is summed in the same order whatever the blocks are: chunks of
// depthBlock steps, each summed from zero, added up from first to last.

// depthBlock is the depth of a packed panel: 24 KiB for the widest tile.
const depthBlock = 192

// panelSlack is what follows the last panel of a buffer. The micro-kernels end
// with a step from a panel to a non-empty rest, which spares them the checks of
// a step to the very end.
const panelSlack = 32

// rowPanels returns the packed rows of a factor for steps k0 to k1.
type rowPanels func(k0, k1 int) []float32

// accumulate adds to c the product of two factors.
func (s *scratch) accumulate(c tiles, depth int, a rowPanels, b operand) {
	group := c.width // columns packed at a time
	if b.distant {
		group = roundUp(c.cols, c.width)
	}
	right := s.right.take(group*depthBlock + panelSlack)
	for k0 := 0; k0 < depth; k0 += depthBlock {
		k1 := min(k0+depthBlock, depth)
		left := a(k0, k1)
		for j := 0; j < c.cols; j += c.width {
			at := j % group * (k1 - k0)
			if at == 0 {
				b.packCols(right, c.width, j, min(j+group, c.cols), k0, k1)
			}
			multiplyPanels(k1-k0, left, right[at:], c.stripe(j))
		}
	}
}

// multiplyPanels adds to a stripe of tiles the product of all panels of rows
// and one panel of columns.
func multiplyPanels(depth int, a, b, c []float32) {
	size := tileRows * tileWidth()
	for len(c) > 0 {
		multiplyTile(a[:tileRows*depth+1], b, c[:size])
		a = a[tileRows*depth:]
		c = c[size:]
	}
}

// panelsOf returns the first rows of a factor, packed when asked for.
func (s *scratch) panelsOf(o operand, rows int) rowPanels {
	return func(k0, k1 int) []float32 {
		panels := s.left.take(roundUp(rows, tileRows)*(k1-k0) + panelSlack)
		o.packRows(panels, 0, rows, k0, k1)
		return panels
	}
}

// packed is a whole factor in panels of rows, for all workers to read: chunks
// of depthBlock steps, the panels of each one after the other.
type packed struct {
	words []float32
	tall  int // rows, padded
}

// packAll packs rows 0 to rows of a factor, sharing the work. The panels are
// valid until the next call.
func (d *Device) packAll(o operand, rows, depth int) packed {
	const height = 16 * tileRows // rows a task
	p := packed{tall: roundUp(rows, tileRows)}
	p.words = d.panels.take(p.tall*depth + panelSlack)
	chunks, blocks := ceilDiv(depth, depthBlock), ceilDiv(rows, height)
	d.parallel(chunks*blocks, func(i int) {
		k0, i0 := i/blocks*depthBlock, i%blocks*height
		k1, n := min(k0+depthBlock, depth), min(height, rows-i0)
		o.packRows(p.from(i0)(k0, k1), i0, n, k0, k1)
	})
	return p
}

// from returns the rows from i0, a multiple of tileRows, on.
func (p packed) from(i0 int) rowPanels {
	return func(k0, k1 int) []float32 { return p.words[k0*p.tall+i0*(k1-k0):] }
}
