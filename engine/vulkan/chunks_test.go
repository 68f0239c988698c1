//go:build cgo

package vulkan

import (
	"math/rand/v2"
	"slices"
	"testing"

	"tandem/engine/device"
	"tandem/engine/device/devicetest"
	"tandem/vk"
	"tandem/vk/vktest"
)

// Operations on elements and rows give the same results where a kernel sees so
// little of a buffer that they have to work in parts.
func TestElementsInParts(t *testing.T) {
	ops := []string{"Fill", "Copy", "Scale", "Activate", "ActivateBackward", "Dropout", "SGD",
		"Softmax", "CrossEntropy", "SoftmaxBackward", "Rank"}
	cases := devicetest.Cases(devicetest.Seed(t), false) // a short list has too few long ones
	vktest.Each(t, func(t *testing.T, p *vk.PhysicalDevice) {
		d := open(t, p, Options{})
		defer d.Close()
		d.bounds.storageRange = 9216 // the longest row of these cases
		parted := map[string]bool{}
		for _, c := range cases {
			if !slices.Contains(ops, c.Op) {
				continue
			}
			before := d.Counts()
			if err := c.Check(d); err != nil {
				t.Errorf("%s %s: %v", c.Op, c.Name, err)
			}
			after := d.Counts()
			if after.Dispatches-before.Dispatches > after.Operations-before.Operations {
				parted[c.Op] = true
			}
		}
		for _, op := range ops {
			if !parted[op] {
				t.Errorf("no case of %s was done in parts", op)
			}
		}
	})
}

// The parts of a copy move each element once, and fit a view wherever it begins.
func TestBlocksOfACopy(t *testing.T) {
	seed := devicetest.Seed(t)
	r := rand.New(rand.NewPCG(seed, 0))
	for range 2000 {
		d := &Device{bounds: limits{storageRange: 16 + r.IntN(100), alignment: 4 << r.IntN(2)}}
		p := device.Copy{Rows: 1 + r.IntN(9), Cols: 1 + r.IntN(200), SrcOffset: r.IntN(9), DstOffset: r.IntN(9)}
		p.SrcStride, p.DstStride = r.IntN(2*p.Cols), p.Cols+r.IntN(p.Cols)
		want, got := places(p), map[[2]int]int{}
		for b := range d.blocks(p) {
			for place := range places(b) {
				got[place]++
			}
			for _, v := range [][2]int{{b.SrcOffset, b.SrcStride}, {b.DstOffset, b.DstStride}} {
				if n := v[0]%d.bounds.alignment + (b.Rows-1)*v[1] + b.Cols; n > d.bounds.storageRange {
					t.Fatalf("%+v: part %+v needs a view of %d elements, %d are allowed", p, b, n, d.bounds.storageRange)
				}
			}
		}
		for place, n := range got {
			if n != 1 || !want[place] {
				t.Fatalf("%+v: %v is moved %d times", p, place, n)
			}
		}
		if len(got) != len(want) {
			t.Fatalf("%+v: %d elements are moved, want %d", p, len(got), len(want))
		}
	}
}

// places returns from where to where a copy moves.
func places(p device.Copy) map[[2]int]bool {
	m := map[[2]int]bool{}
	for r := range p.Rows {
		for c := range p.Cols {
			m[[2]int{p.SrcOffset + r*p.SrcStride + c, p.DstOffset + r*p.DstStride + c}] = true
		}
	}
	return m
}
