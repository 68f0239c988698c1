//go:build cgo

package vk_test

import (
	"testing"

	"tandem/vk"
	"tandem/vk/vktest"
)

// Upload, two kernels that depend on each other, download.
func TestUploadComputeDownload(t *testing.T) {
	vktest.Each(t, func(t *testing.T, p *vk.PhysicalDevice) {
		d := openDevice(t, p)
		const n = 1003
		up, down := buffer(t, d, n, vk.ToDevice), buffer(t, d, n, vk.FromDevice)
		x, y := buffer(t, d, n, vk.OnDevice), buffer(t, d, n, vk.OnDevice)
		fillRandom(floats(up))
		fillNaN(floats(down))
		scale, square := affine(t, d), mix(t, d, -1)
		run(t, d, func(c *vk.Commands) {
			c.Copy(up, 0, x, 0, 4*n)
			c.Dispatch(scale, []vk.Arg{read(x), write(y)}, []uint32{n, word(3), word(.5)}, groups(n))
			c.Dispatch(square, []vk.Arg{read(x), read(x), both(y)}, []uint32{n}, groups(n))
			c.Copy(y, 0, down, 0, 4*n)
		})
		for i, x := range floats(up) {
			want := 3*float64(x) + .5 - float64(x)*float64(x)
			if diff := float64(floats(down)[i]) - want; !(diff < 2e-6 && diff > -2e-6) {
				t.Fatalf("element %d: %g, want %g", i, floats(down)[i], want)
			}
		}
	})
}
