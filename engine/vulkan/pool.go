//go:build cgo

package vulkan

import (
	"slices"

	"tandem/engine/device"
	"tandem/shaders"
)

// MaxPool takes the first largest element of each window.
func (d *Device) MaxPool(p device.Pool, x, y, index device.Buffer) {
	p.CheckBuffers("MaxPool", []device.Buffer{x}, []device.Buffer{y, index})
	d.pool(shaders.MaxPool, p, imageMaps(p, x), pooledMaps(p, y), pooledMaps(p, index))
}

// MaxPoolBackward adds up, for each element, the gradients of the windows that
// took it.
func (d *Device) MaxPoolBackward(p device.Pool, index, dy, dx device.Buffer) {
	p.CheckBuffers("MaxPoolBackward", []device.Buffer{dx}, []device.Buffer{index, dy})
	d.pool(shaders.MaxPoolBackward, p, pooledMaps(p, index), pooledMaps(p, dy), imageMaps(p, dx))
}

// AvgPool takes the mean of what each window has inside the image.
func (d *Device) AvgPool(p device.Pool, x, y device.Buffer) {
	p.CheckBuffers("AvgPool", []device.Buffer{x}, []device.Buffer{y})
	d.pool(shaders.AvgPool, p, imageMaps(p, x), pooledMaps(p, y))
}

// AvgPoolBackward adds up each element's shares of the gradients.
func (d *Device) AvgPoolBackward(p device.Pool, dy, dx device.Buffer) {
	p.CheckBuffers("AvgPoolBackward", []device.Buffer{dx}, []device.Buffer{dy})
	d.pool(shaders.AvgPoolBackward, p, pooledMaps(p, dy), imageMaps(p, dx))
}

// maps is a buffer of h x w maps, one for each channel of each image.
type maps struct {
	buf  device.Buffer
	h, w int
}

func imageMaps(p device.Pool, b device.Buffer) maps  { return maps{b, p.H, p.W} }
func pooledMaps(p device.Pool, b device.Buffer) maps { return maps{b, p.OutH, p.OutW} }

// some is a view of n maps.
func (m maps) some(first, n int) view { return at(m.buf, first*m.h*m.w, n*m.h*m.w) }

// pool starts a kernel with an invocation for each element of its last buffer.
func (d *Device) pool(k *shaders.Kernel, p device.Pool, args ...maps) {
	d.count().Operations++
	made := args[len(args)-1]
	push := slices.Concat(windowWords(p.Image, p.Window), divisor(made.w), divisor(made.h))
	for first, n := range d.chunks(p.N*p.C, p.H*p.W, p.OutH*p.OutW) {
		views := make([]view, len(args))
		for i, a := range args {
			views[i] = a.some(first, n)
		}
		d.elementwise(k, n*made.h*made.w, push, nil, views...)
	}
}
