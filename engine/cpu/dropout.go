package cpu

import (
	"tandem/engine/device"
	"tandem/engine/tensor"
)

// Dropout multiplies by the mask of the current step, forward and backward
// alike: the mask is drawn again instead of being kept.
func (d *Device) Dropout(p device.Dropout, x, y device.Buffer) {
	p.CheckBuffers(x, y)
	from, to := data(x), data(y)
	rows := max(1, grain/8/p.Cols) // a random word costs as much as several elements
	d.enqueue(func() {
		stream := tensor.NewStream(d.state.Seed, p.Purpose, d.state.Step)
		d.parallelRange(p.Rows, rows, func(lo, hi int) {
			for r := lo; r < hi; r++ {
				first := uint64(r)*uint64(p.Total) + uint64(p.Offset)
				dropRow(p, stream, first, from[r*p.Cols:][:p.Cols], to[r*p.Cols:][:p.Cols])
			}
		})
	})
}

// dropRow masks x with the words of the stream from first on, a block of four
// at a time.
func dropRow(p device.Dropout, stream tensor.Stream, first uint64, x, y []float32) {
	threshold := p.Threshold()
	for i := 0; i < len(x); {
		word := first + uint64(i)
		block := stream.Block(word / 4)
		for _, w := range block[word%4:] {
			if i == len(x) {
				break
			}
			y[i] = keep(x[i]*p.Scale, uint64(w) < threshold)
			i++
		}
	}
}

func keep(v float32, kept bool) float32 {
	if kept {
		return v
	}
	return 0
}
