//go:build cgo

package vk_test

import (
	"embed"
	"math"
	"math/rand/v2"
	"testing"
	"unsafe"

	"tandem/vk"
)

//go:embed testdata/*.spv
var kernels embed.FS

const threads = 64

// openDevice opens a device that the test closes, with nothing left open on it.
func openDevice(t testing.TB, p *vk.PhysicalDevice) *vk.Device {
	t.Helper()
	d, err := p.Open(vk.DeviceOptions{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if n := d.Live(); n != 0 {
			t.Errorf("%d handles are still open", n)
		}
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	})
	return d
}

func kernel(t testing.TB, d *vk.Device, i vk.PipelineInfo) *vk.Pipeline {
	t.Helper()
	code, err := kernels.ReadFile("testdata/" + i.Name + ".spv")
	if err != nil {
		t.Fatal(err)
	}
	i.SPIRV = code
	p, err := d.NewPipeline(i)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Close)
	return p
}

// affine is y = a x + b; push constants n, a, b.
func affine(t testing.TB, d *vk.Device) *vk.Pipeline {
	return kernel(t, d, vk.PipelineInfo{Name: "affine", Bindings: 2, PushWords: 3, Spec: []uint32{threads}})
}

// mix is z = z + sign x y; push constant n.
func mix(t testing.TB, d *vk.Device, sign int32) *vk.Pipeline {
	return kernel(t, d, vk.PipelineInfo{Name: "mix", Bindings: 3, PushWords: 1, Spec: []uint32{threads, uint32(sign)}})
}

func buffer(t testing.TB, d *vk.Device, floats int, k vk.MemoryKind) *vk.Buffer {
	t.Helper()
	b, err := d.NewBuffer(4*int64(floats), k)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(b.Close)
	return b
}

func commands(t testing.TB, d *vk.Device) *vk.Commands {
	t.Helper()
	c, err := d.NewCommands()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

func timeline(t testing.TB, d *vk.Device) *vk.Timeline {
	t.Helper()
	l, err := d.NewTimeline()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(l.Close)
	return l
}

// record returns finished commands.
func record(t testing.TB, d *vk.Device, f func(c *vk.Commands)) *vk.Commands {
	t.Helper()
	c := commands(t, d)
	must(t, c.Begin())
	f(c)
	must(t, c.End())
	return c
}

// run records, submits and waits.
func run(t testing.TB, d *vk.Device, f func(c *vk.Commands)) {
	t.Helper()
	c, l := record(t, d, f), timeline(t, d)
	must(t, d.Submit(c, nil, vk.Point{Timeline: l, Value: 1}))
	must(t, l.Wait(1))
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// floats is a mapped buffer as numbers.
func floats(b *vk.Buffer) []float32 {
	m := b.Bytes()
	return unsafe.Slice((*float32)(unsafe.Pointer(&m[0])), len(m)/4)
}

func fillRandom(x []float32) {
	for i := range x {
		x[i] = rand.Float32()*4 - 2
	}
}

func fillNaN(x []float32) {
	for i := range x {
		x[i] = float32(math.NaN())
	}
}

func read(b *vk.Buffer) vk.Arg  { return vk.Arg{Buffer: b, Size: b.Size(), Access: vk.Read} }
func write(b *vk.Buffer) vk.Arg { return vk.Arg{Buffer: b, Size: b.Size(), Access: vk.Write} }
func both(b *vk.Buffer) vk.Arg {
	return vk.Arg{Buffer: b, Size: b.Size(), Access: vk.Read | vk.Write}
}

func word(f float32) uint32 { return math.Float32bits(f) }

func groups(n int) [3]uint32 { return [3]uint32{uint32(n+threads-1) / threads, 1, 1} }
