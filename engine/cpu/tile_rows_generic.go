//go:build !(goexperiment.simd && go1.27 && !wasm)

package cpu

// multiplyTileRows is described in tile_rows_simd.go.
func multiplyTileRows(a *[tileRows][]float32, b, c []float32) { interleavedRows(a, b, c) }
