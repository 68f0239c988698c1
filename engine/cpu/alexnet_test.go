package cpu

import (
	"fmt"
	"testing"
	"time"

	"tandem/engine/device"
)

// pass is one pass of a layer, ready to be enqueued.
type pass struct {
	name  string
	flops float64
	run   func()
}

// alexNet returns the passes of the layers with weights, for images of 227
// pixels and the two towers merged (the paper's section 3.5).
func alexNet(tb testing.TB, d *Device, n int) []pass {
	var list []pass
	conv := func(name string, c, size, k, groups, kernel, stride, pad, out int) {
		p := device.Conv{
			Image: device.Image{N: n, C: c, H: size, W: size}, K: k, Groups: groups,
			Window: device.Window{
				KernelH: kernel, KernelW: kernel, StrideH: stride, StrideW: stride,
				PadTop: pad, PadLeft: pad, OutH: out, OutW: out,
			},
		}
		x, w, b, y := filled(tb, d, p.Size()), filled(tb, d, p.K*p.FilterSize()), filled(tb, d, k), filled(tb, d, p.OutSize())
		flops := 2 * float64(p.OutSize()) * float64(p.FilterSize())
		list = append(list, pass{name + "/forward", flops, func() { d.ConvForward(p, x, w, b, y) }})
		if c > 3 { // nobody asks for the gradient of the picture
			list = append(list, pass{name + "/input", flops, func() { d.ConvBackwardInput(p, y, w, x) }})
		}
		list = append(list, pass{name + "/weights", flops, func() { d.ConvBackwardWeights(p, x, y, w, b) }})
	}
	fc := func(name string, in, out int) {
		p := device.FC{N: n, In: in, Out: out}
		x, w, b, y := filled(tb, d, n*in), filled(tb, d, in*out), filled(tb, d, out), filled(tb, d, n*out)
		flops := 2 * float64(n) * float64(in) * float64(out)
		list = append(list,
			pass{name + "/forward", flops, func() { d.FCForward(p, x, w, b, y) }},
			pass{name + "/input", flops, func() { d.FCBackwardInput(p, y, w, x) }},
			pass{name + "/weights", flops, func() { d.FCBackwardWeights(p, x, y, w, b) }})
	}
	conv("conv1", 3, 227, 96, 1, 11, 4, 0, 55)
	conv("conv2", 96, 27, 256, 2, 5, 1, 2, 27)
	conv("conv3", 256, 13, 384, 1, 3, 1, 1, 13)
	conv("conv4", 384, 13, 384, 2, 3, 1, 1, 13)
	conv("conv5", 384, 13, 256, 2, 3, 1, 1, 13)
	fc("fc6", 9216, 4096)
	fc("fc7", 4096, 4096)
	fc("fc8", 4096, 1000)
	return list
}

func filled(tb testing.TB, d *Device, n int) device.Buffer {
	b, err := d.Alloc(n)
	if err != nil {
		tb.Fatal(err)
	}
	words := data(b)
	for i := range words {
		words[i] = float32(i%17)/8 - 1
	}
	return b
}

// BenchmarkAlexNet times each pass, and all of them: what a training step
// spends in layers with weights.
func BenchmarkAlexNet(b *testing.B) {
	for _, n := range []int{1, 32} {
		d := New(0)
		passes := alexNet(b, d, n)
		for _, p := range passes {
			b.Run(fmt.Sprintf("batch=%d/%s", n, p.name), func(b *testing.B) {
				elapsed := measure(b, d, []pass{p})
				b.ReportMetric(p.flops/elapsed.Seconds()/1e9, "GFLOP/s")
			})
		}
		b.Run(fmt.Sprintf("batch=%d/step", n), func(b *testing.B) {
			elapsed := measure(b, d, passes)
			b.ReportMetric(float64(n)/elapsed.Seconds(), "images/s")
			b.ReportMetric(float64(d.scratchWords())/(1<<18), "scratch-MiB")
		})
		d.Close()
	}
}

// measure returns the time that the passes take once.
func measure(b *testing.B, d *Device, passes []pass) time.Duration {
	for b.Loop() {
		for _, p := range passes {
			p.run()
		}
		d.Sync()
	}
	return b.Elapsed() / time.Duration(b.N)
}

// scratchWords returns what the device holds beside the caller's buffers.
func (d *Device) scratchWords() int {
	words := cap(d.panels.words) + cap(d.partial.words)
	for _, s := range d.crew.scratch {
		words += cap(s.left.words) + cap(s.right.words) + cap(s.product.words) + cap(s.image.words)
	}
	return words
}
