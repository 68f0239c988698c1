package cpu

import (
	"math"
	"testing"

	"tandem/engine/device"
)

// What overflows normalizes its neighbours to zero, and NaN spreads to its
// neighbours alone.
func TestLRNOfExtremes(t *testing.T) {
	const width = 16 // a vector
	d := New(1)
	defer d.Close()
	p := device.LRN{
		Image: device.Image{N: 1, C: 7, H: 1, W: width},
		Size:  3, Alpha: 1e-4, Beta: 0.75, K: 2, Groups: 1,
	}
	x, y := filled(t, d, p.Image.Size()), filled(t, d, p.Image.Size())
	words := data(x)
	for i := range words {
		words[i] = 1
	}
	for i := range width {
		words[1*width+i] = 1e20
		words[5*width+i] = float32(math.NaN())
	}
	d.LRN(p, x, y)
	if err := d.Sync(); err != nil {
		t.Fatal(err)
	}
	for i, v := range data(y) {
		switch c := i / width; {
		case c <= 2 && v != 0:
			t.Errorf("channel %d, beside 1e20: got %g, want 0", c, v)
		case c == 3 && !(v > 0.5 && v < 0.6): // 2^-0.75
			t.Errorf("channel 3, between: got %g, want 2^-0.75", v)
		case c >= 4 && v == v:
			t.Errorf("channel %d, beside NaN: got %g, want NaN", c, v)
		}
	}
}
