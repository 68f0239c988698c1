package devicetest

import (
	"math/rand/v2"
	"testing"

	"tandem/engine/device"
)

// A layer of AlexNet, merged onto one device, as a case.
type layer struct {
	name string
	Case
}

// Benchmark times every operation at AlexNet's shapes: GFLOP/s where products
// dominate, GB/s where every element moving once is the floor. The batch is the
// paper's 128, and 32 where the device is a processor.
func Benchmark(b *testing.B, open Open) {
	d := open(b)
	defer d.Close()
	batch := 128
	if kind := d.Info().Kind; kind == "cpu" || kind == "software" {
		batch = 32
	}
	for _, l := range alexNet(batch) {
		b.Run(l.Op+"/"+l.name, func(b *testing.B) { l.benchmark(b, d) })
	}
}

// alexNet lists the work of one training step (the paper's section 3.5).
func alexNet(n int) []layer {
	var list []layer
	add := func(name string, cases ...Case) {
		for _, c := range cases {
			list = append(list, layer{name, c})
		}
	}
	image := func(c, size int) device.Image { return device.Image{N: n, C: c, H: size, W: size} }

	conv1 := convOp(squareConv(image(3, 224), 96, 1, 11, 4, 0))
	add("conv1", conv1.forwardCase(true), conv1.weightsCase(true)) // no gradient of the picture
	add("conv2", convOp(squareConv(image(96, 27), 256, 2, 5, 1, 2)).passes()...)
	add("conv3", convOp(squareConv(image(256, 13), 384, 1, 3, 1, 1)).passes()...)
	add("conv4", convOp(squareConv(image(384, 13), 384, 2, 3, 1, 1)).passes()...)
	add("conv5", convOp(squareConv(image(384, 13), 256, 2, 3, 1, 1)).passes()...)
	add("fc6", fcOp(device.FC{N: n, In: 9216, Out: 4096}).passes()...)
	add("fc7", fcOp(device.FC{N: n, In: 4096, Out: 4096}).passes()...)
	add("fc8", fcOp(device.FC{N: n, In: 4096, Out: 1000}).passes()...)
	add("local3", localOp(squareConv(image(64, 6), 32, 1, 3, 1, 1)).passes()...) // cifar-13pct's

	for _, f := range []device.Function{device.ReLU, device.Tanh} {
		size := image(96, 55).Size()
		add(f.String()+"1", activateCase(size, f), activateBackwardCase(size, f))
	}
	lrn := device.LRN{Size: 5, Alpha: 1e-4, Beta: 0.75, K: 2, Groups: 2}
	lrn.Image = image(96, 55)
	add("lrn1", lrnPasses(lrn, 10)...)
	lrn.Image = image(256, 27)
	add("lrn2", lrnPasses(lrn, 10)...)
	lrn.Groups, lrn.SameMap = 1, true
	add("same-map2", lrnPasses(lrn, 10)...)
	add("pool1", poolPasses(squarePool(image(96, 55), 3, 2))...)
	add("pool2", poolPasses(squarePool(image(256, 27), 3, 2))...)
	add("pool5", poolPasses(squarePool(image(256, 13), 3, 2))...)
	add("fc6", dropoutCase(device.Dropout{Rows: n, Cols: 4096, Total: 4096, Keep: 0.5, Scale: 1}, device.StepState{}))
	add("fc8", objectivePasses(device.Classes{N: n, C: 1000}, normal(1), "")...)
	add("fc6", sgdCase(device.SGD{N: 9216 * 4096, RateFactor: 1, Decay: 5e-4}, "", 0.01, 0.9))
	half := device.Copy{Rows: n, Cols: 128 * 13 * 13, SrcStride: 128 * 13 * 13, DstStride: 256 * 13 * 13}
	add("join-towers", copyCase(half))
	half.Accumulate = true
	add("add-towers", copyCase(half))
	return list
}

// pending is how many calls are enqueued before the benchmark waits.
const pending = 16

func (l layer) benchmark(b *testing.B, d device.Device) {
	buf := buffers{}
	for _, o := range l.operands {
		if o.role == aside {
			continue
		}
		var err error
		if buf[o.name], err = d.Alloc(o.shape.Size()); err != nil {
			b.Fatal(err)
		}
		defer d.Free(buf[o.name])
		d.Upload(buf[o.name], 0, o.repeated())
	}
	d.SetStep(l.state)
	l.call(d, buf) // warm
	mustSync(b, d)
	l.timed(b, d, buf)
}

func (l layer) timed(b *testing.B, d device.Device, buf buffers) {
	b.ResetTimer()
	for i := range b.N {
		l.call(d, buf)
		if i%pending == pending-1 {
			mustSync(b, d)
		}
	}
	mustSync(b, d)
	seconds := b.Elapsed().Seconds() / float64(b.N)
	if l.flops > 0 {
		b.ReportMetric(l.flops/seconds/1e9, "GFLOP/s")
	} else {
		b.ReportMetric(l.bytes()/seconds/1e9, "GB/s")
	}
}

func mustSync(b *testing.B, d device.Device) {
	if err := d.Sync(); err != nil {
		b.Fatal(err)
	}
}

// repeated fills an operand with one drawn block over and over: drawing
// millions of numbers would take longer than the benchmark. Derived operands
// get 0, 1 and 2, which are places in a window, labels and outputs alike.
func (o operand) repeated() []float32 {
	draw := o.fill
	if draw == nil {
		draw = oneOf(0, 1, 2)
	}
	x := make([]float32, o.shape.Size())
	n := min(len(x), 65_521)
	draw(rand.New(rand.NewPCG(1, 2)), x[:n])
	for done := n; done < len(x); done += n {
		copy(x[done:], x[:n])
	}
	return x
}
