package viewer

import "math"

// gridShape is how a grid's tiles lie: left to right, then down, in blocks.
type gridShape struct{ tiles, perBlock, columns int }

// beside returns the tile some columns to the right of a tile, in reading order.
func (g gridShape) beside(tile, columns int) int { return clamp(tile+columns, 0, g.tiles-1) }

// below returns the tile some rows below a tile, from block to block; where there is
// none, the tile itself.
func (g gridShape) below(tile, rows int) int {
	high := (g.perBlock + g.columns - 1) / g.columns // rows of a block
	block, j := tile/g.perBlock, tile%g.perBlock
	row := block*high + j/g.columns + rows
	if row < 0 || row/high*g.perBlock+row%high*g.columns >= g.tiles {
		return tile
	}
	end := min(g.tiles, (row/high+1)*g.perBlock)
	return min(row/high*g.perBlock+row%high*g.columns+j%g.columns, end-1)
}

// moveUnit selects the unit dx columns to the right and dy rows down of the
// selected one, in the grid that was shown last.
func (v *Viewer) moveUnit(dx, dy int) {
	n := v.units(v.State.Unit.Layer)
	if n == 0 {
		return
	}
	g := v.panes.grid.shape
	if g.tiles != n {
		g = gridShape{n, n, int(math.Ceil(math.Sqrt(float64(n))))}
	}
	c := &v.State.Unit.Channel
	*c = g.below(g.beside(*c, dx), dy)
}

// units returns how many units a layer has, 0 where it is not of the network.
func (v *Viewer) units(layer string) int {
	if v.scene.Network == nil || len(v.scene.Network.Shapes[layer]) == 0 {
		return 0
	}
	return v.scene.Network.Shapes[layer][0]
}
