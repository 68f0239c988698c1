//go:build cgo

package vulkan

// tile is what a workgroup makes of a product, and how: the specialization
// constants of gemm.glsl.
type tile struct {
	threads    int
	tiled      bool
	rows, cols int // BM, BN
	depth      int // BK
	tm, tn     int // what is in registers at a time
}

func (t tile) spec() []uint32 {
	return []uint32{uint32(t.threads), flag(t.tiled), uint32(t.rows), uint32(t.cols), uint32(t.depth), uint32(t.tm), uint32(t.tn)}
}

// count is the number of tiles that cover rows x cols.
func (t tile) count(rows, cols int) int { return ceilDiv(rows, t.rows) * ceilDiv(cols, t.cols) }

// sharedBytes is what gemm_tiled.glsl declares.
func (t tile) sharedBytes() int { return 16 * t.depth * (t.rows/4 + 1 + t.cols/4 + 1) }

// tiledTiles are the shapes for GPUs. Cost is what an element of the product
// costs: larger tiles multiply more for each element that they load. AlexNet has
// 96 and 192 filters, which leave a quarter of 128 rows idle.
var tiledTiles = []struct {
	tile
	cost float64
}{
	{tile{256, true, 128, 128, 16, 8, 8}, 1},
	{tile{192, true, 96, 128, 12, 8, 8}, 1},
	{tile{64, true, 64, 64, 16, 8, 8}, 1.2},
	{tile{64, true, 32, 64, 16, 4, 8}, 1.5},
}

// tileFor returns the tile that covers rows x cols at the least cost.
func (d *Device) tileFor(rows, cols int) tile {
	if !d.tiled {
		return d.directTile(rows)
	}
	var best tile
	least := 0.0
	for _, t := range tiledTiles {
		cost := t.cost * float64(t.count(rows, cols)*t.rows*t.cols)
		fits := t.threads <= d.bounds.invocations && t.sharedBytes() <= d.bounds.shared
		if fits && (least == 0 || cost < least) {
			best, least = t.tile, cost
		}
	}
	return best
}

// directTile is as high as four of the processor's vectors, unless there are
// fewer rows. Measured on lavapipe with 2 cores: 4x4 vectors of 8 lanes reach
// 35 GFLOP/s, 4x2 25, 8x8 40, but that takes 2 s to compile instead of 0.3.
func (d *Device) directTile(rows int) tile {
	lanes := max(1, d.bounds.subgroup)
	high := lanes
	for high < 4*lanes && high < rows {
		high *= 2
	}
	return tile{threads: lanes, rows: high, cols: 4 * lanes, depth: 4, tm: min(4, high), tn: 2}
}
