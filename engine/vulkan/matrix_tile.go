//go:build cgo

package vulkan

import "math"

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

// sharedBytes is what gemm_tiled.glsl declares at most: two blocks, and a table
// of what an element's place is, by depth.
func (t tile) sharedBytes() int {
	if !t.tiled {
		return 0
	}
	return 16*t.depth*(t.rows/4+1+t.cols/4+1) + 16*t.depth
}

// shape is a tile to choose from. Cost is what an element of the product costs.
type shape struct {
	tile
	cost float64
}

// tiledShapes are for GPUs: larger tiles multiply more for each element that they
// load. AlexNet has 96 and 192 filters, which leave a quarter of 128 rows idle.
var tiledShapes = []shape{
	{tile{256, true, 128, 128, 16, 8, 8}, 1},
	{tile{192, true, 96, 128, 12, 8, 8}, 1},
	{tile{64, true, 64, 64, 16, 8, 8}, 1.2},
	{tile{64, true, 32, 64, 16, 4, 8}, 1.5},
}

// directShapes are for drivers that run on the processor, in vectors of so many
// lanes. The costs are lavapipe's: with 2 cores, 4x4 vectors of 8 lanes reach 35
// GFLOP/s. Twice as high and wide they reach 40, but take 2 s to compile instead
// of 0.3.
func directShapes(lanes int) []shape {
	var shapes []shape
	for _, s := range []struct {
		high, wide int
		cost       float64
	}{{4, 4, 1}, {3, 6, 1}, {2, 8, 1.12}, {1, 16, 2.2}} {
		shapes = append(shapes, shape{tile{lanes, false, s.high * lanes, s.wide * lanes, 4, min(4, lanes), 2}, s.cost})
	}
	return shapes
}

// tileFor returns the tile that covers rows x cols at the least cost.
func (d *Device) tileFor(rows, cols int) tile {
	shapes := tiledShapes
	if !d.tiled {
		shapes = directShapes(max(1, d.bounds.subgroup))
	}
	var best tile
	least := math.Inf(1)
	for _, s := range shapes {
		cost := s.cost * float64(s.count(rows, cols)*s.rows*s.cols)
		if cost < least && s.threads <= d.bounds.invocations && s.sharedBytes() <= d.bounds.shared {
			best, least = s.tile, cost
		}
	}
	return best
}
