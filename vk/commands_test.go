//go:build cgo

package vk_test

import (
	"math"
	"math/rand/v2"
	"slices"
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
		scale, less := affine(t, d), mix(t, d, -1)
		run(t, d, func(c *vk.Commands) {
			c.Copy(up, 0, x, 0, 4*n)
			c.Dispatch(scale, []vk.Arg{read(x), write(y)}, []uint32{n, word(3), word(.5)}, groups(n))
			c.Dispatch(less, []vk.Arg{read(x), read(x), both(y)}, []uint32{n}, groups(n))
			c.Copy(y, 0, down, 0, 4*n)
		})
		for i, x := range floats(up) {
			want := 3*float64(x) + .5 - float64(x)*float64(x)
			if diff := math.Abs(float64(floats(down)[i]) - want); !(diff < 2e-6) {
				t.Fatalf("element %d: %g, want %g", i, floats(down)[i], want)
			}
		}
	})
}

// Specialization constants make kernels of one module differ.
func TestSpecializationConstants(t *testing.T) {
	vktest.Each(t, func(t *testing.T, p *vk.PhysicalDevice) {
		d := openDevice(t, p)
		for _, sign := range []int32{-7, 0, 3} {
			k, b := mix(t, d, sign), buffer(t, d, 3, vk.FromDevice)
			copy(floats(b), []float32{2, 5, float32(math.NaN())}) // x, y, z
			x, y := buffer(t, d, 1, vk.ToDevice), buffer(t, d, 1, vk.ToDevice)
			floats(x)[0], floats(y)[0] = 2, 5
			copy(floats(b), []float32{100, float32(math.NaN())})
			run(t, d, func(c *vk.Commands) {
				c.Dispatch(k, []vk.Arg{read(x), read(y), both(b)}, []uint32{1}, groups(1))
			})
			if got, want := floats(b)[0], 100+float32(sign)*10; got != want {
				t.Errorf("constant %d: %g, want %g", sign, got, want)
			}
		}
	})
}

func TestWorkgroupsInThreeDimensions(t *testing.T) {
	vktest.Each(t, func(t *testing.T, p *vk.PhysicalDevice) {
		d := openDevice(t, p)
		k := kernel(t, d, vk.PipelineInfo{Name: "grid", Bindings: 1, Spec: []uint32{threads}})
		b := buffer(t, d, 2*3*5, vk.FromDevice)
		fillNaN(floats(b))
		run(t, d, func(c *vk.Commands) { c.Dispatch(k, []vk.Arg{write(b)}, nil, [3]uint32{5, 3, 2}) })
		for i, got := range floats(b) {
			if want := float32(i%5 + 10*(i/5%3) + 100*(i/15)); got != want {
				t.Errorf("workgroup %d: %g, want %g", i, got, want)
			}
		}
	})
}

// A kernel sees the view that it is given and nothing beside it.
func TestViews(t *testing.T) {
	vktest.Each(t, func(t *testing.T, p *vk.PhysicalDevice) {
		d := openDevice(t, p)
		align := p.Limits.StorageAlignment
		const n = 33
		x, y := buffer(t, d, n+align, vk.ToDevice), buffer(t, d, n+2*align, vk.FromDevice)
		fillRandom(floats(x))
		fillNaN(floats(y))
		from, to := align/4, 2*align/4 // elements
		run(t, d, func(c *vk.Commands) {
			c.Dispatch(affine(t, d), []vk.Arg{
				{Buffer: x, Offset: 4 * int64(from), Size: 4 * n, Access: vk.Read},
				{Buffer: y, Offset: 4 * int64(to), Size: 4 * n, Access: vk.Write},
			}, []uint32{n, word(2), word(0)}, groups(n))
		})
		for i, got := range floats(y) {
			inside := i >= to && i < to+n
			if inside && got != 2*floats(x)[from+i-to] || !inside && got == got {
				t.Fatalf("element %d: %g", i, got)
			}
		}
	})
}

func TestFillCopyUpdate(t *testing.T) {
	vktest.Each(t, func(t *testing.T, p *vk.PhysicalDevice) {
		d := openDevice(t, p)
		const n = 40_000
		work, down := buffer(t, d, n, vk.OnDevice), buffer(t, d, n, vk.FromDevice)
		fillNaN(floats(down))
		many := make([]uint32, 65536/4)
		for i := range many {
			many[i] = word(float32(i))
		}
		run(t, d, func(c *vk.Commands) {
			c.Fill(work, 0, 4*n, word(-1))
			c.Update(work, 4*7, many)
			c.Fill(work, 4*9, 4*2, word(.25))
			c.Copy(work, 4*8, work, 4*30_000, 4*5)
			c.Copy(work, 0, down, 0, 4*n)
		})
		want := make([]float32, n)
		for i := range want {
			want[i] = -1
		}
		for i := range many {
			want[7+i] = float32(i)
		}
		want[9], want[10] = .25, .25
		copy(want[30_000:], want[8:13])
		if !slices.Equal(floats(down), want) {
			t.Error("not what was filled, updated and copied")
		}
	})
}

// A recording is submitted again and again, and reads what its buffers hold then.
func TestReplay(t *testing.T) {
	vktest.Each(t, func(t *testing.T, p *vk.PhysicalDevice) {
		d := openDevice(t, p)
		x, y, z := buffer(t, d, 10, vk.ToDevice), buffer(t, d, 10, vk.ToDevice), buffer(t, d, 10, vk.FromDevice)
		add := mix(t, d, 1)
		c := record(t, d, func(c *vk.Commands) {
			c.Dispatch(add, []vk.Arg{read(x), read(y), both(z)}, []uint32{10}, groups(10))
		})
		l := timeline(t, d)
		want := make([]float64, 10)
		clear(floats(z))
		for step := range uint64(30) {
			fillRandom(floats(x))
			fillRandom(floats(y))
			must(t, d.Submit(c, nil, vk.Point{Timeline: l, Value: step + 1}))
			must(t, l.Wait(step+1))
			for i := range want {
				want[i] += float64(floats(x)[i]) * float64(floats(y)[i])
				if diff := math.Abs(float64(floats(z)[i]) - want[i]); !(diff < 1e-4) {
					t.Fatalf("step %d, element %d: %g, want %g", step, i, floats(z)[i], want[i])
				}
			}
		}
	})
}

// Descriptor pools grow to what a recording holds, also a second time. Every
// dispatch adds to an element of its own.
func TestThousandsOfDispatches(t *testing.T) {
	vktest.Each(t, func(t *testing.T, p *vk.PhysicalDevice) {
		d := openDevice(t, p)
		const n = 1500
		align := int64(max(p.Limits.StorageAlignment, 4))
		x, z := buffer(t, d, 1, vk.ToDevice), buffer(t, d, n*int(align)/4, vk.FromDevice)
		floats(x)[0] = 3
		clear(floats(z))
		add, c, l := mix(t, d, 1), commands(t, d), timeline(t, d)
		for round := range uint64(3) {
			must(t, c.Begin())
			for i := range int64(n) {
				c.Dispatch(add, []vk.Arg{read(x), read(x), {Buffer: z, Offset: i * align, Size: 4, Access: vk.Read | vk.Write}}, []uint32{1}, groups(1))
			}
			must(t, c.End())
			must(t, d.Submit(c, nil, vk.Point{Timeline: l, Value: round + 1}))
			must(t, l.Wait(round+1))
			for i := range n {
				if got, want := floats(z)[i*int(align)/4], 9*float32(round+1); got != want {
					t.Fatalf("round %d, dispatch %d: %g, want %g", round, i, got, want)
				}
			}
		}
	})
}

// Descriptors run out before sets do where kernels have many bindings.
func TestManyBindings(t *testing.T) {
	vktest.Each(t, func(t *testing.T, p *vk.PhysicalDevice) {
		d := openDevice(t, p)
		n := min(16, p.Limits.StorageBuffers)
		k := kernel(t, d, vk.PipelineInfo{Name: "grid", Bindings: n, Spec: []uint32{1}})
		x, y := buffer(t, d, 1, vk.FromDevice), buffer(t, d, 1, vk.OnDevice)
		args := slices.Repeat([]vk.Arg{read(y)}, n)
		args[0] = write(x)
		fillNaN(floats(x))
		run(t, d, func(c *vk.Commands) {
			for range 300 {
				c.Dispatch(k, args, nil, [3]uint32{1, 1, 1})
			}
		})
		if got := floats(x)[0]; got != 0 {
			t.Errorf("the kernel gives %g", got)
		}
	})
}

// A recording made again needs no more descriptor pools than the first time; where
// more are refused, End returns the error and nothing can be submitted.
func TestDescriptorPoolsAreUsedAgain(t *testing.T) {
	vktest.Each(t, func(t *testing.T, p *vk.PhysicalDevice) {
		d := openDevice(t, p)
		k, x, c := kernel(t, d, vk.PipelineInfo{Name: "grid", Bindings: 1, Spec: []uint32{1}}), buffer(t, d, 1, vk.OnDevice), commands(t, d)
		dispatches := func(n int) error {
			must(t, c.Begin())
			for range n {
				c.Dispatch(k, []vk.Arg{write(x)}, nil, [3]uint32{1, 1, 1})
			}
			return c.End()
		}
		must(t, dispatches(500))
		restore := vk.InjectFault("vkCreateDescriptorPool", 1, int32(vk.OutOfHostMemory))
		defer restore()
		for range 3 {
			must(t, dispatches(500))
		}
		wantError(t, dispatches(1000), p, "vkCreateDescriptorPool", vk.OutOfHostMemory)
		if err := d.Submit(c, nil, vk.Point{}); err == nil {
			t.Error("what could not be recorded was submitted")
		}
		restore()
		must(t, dispatches(1000))
	})
}

// Recordings that depend on each other by buffers alone follow in the order in
// which they are submitted.
func TestSubmissionsKeepTheirOrder(t *testing.T) {
	vktest.Each(t, func(t *testing.T, p *vk.PhysicalDevice) {
		d := openDevice(t, p)
		const n = 5000
		x, y, down := buffer(t, d, n, vk.OnDevice), buffer(t, d, n, vk.OnDevice), buffer(t, d, n, vk.FromDevice)
		k := affine(t, d)
		there := record(t, d, func(c *vk.Commands) {
			c.Dispatch(k, []vk.Arg{read(x), write(y)}, []uint32{n, word(2), word(1)}, groups(n))
		})
		back := record(t, d, func(c *vk.Commands) {
			c.Dispatch(k, []vk.Arg{read(y), write(x)}, []uint32{n, word(1), word(rand.Float32())}, groups(n))
			c.Dispatch(k, []vk.Arg{read(y), write(x)}, []uint32{n, word(1), word(0)}, groups(n))
		})
		must(t, d.Submit(record(t, d, func(c *vk.Commands) { c.Fill(x, 0, 4*n, 0) }), nil, vk.Point{}))
		for range 10 {
			must(t, d.Submit(there, nil, vk.Point{}))
			must(t, d.Submit(back, nil, vk.Point{}))
			run(t, d, func(c *vk.Commands) {})
		}
		run(t, d, func(c *vk.Commands) { c.Copy(x, 0, down, 0, 4*n) })
		for i, got := range floats(down) {
			if got != 1023 { // x := 2x + 1, ten times
				t.Fatalf("element %d: %g, want 1023", i, got)
			}
		}
	})
}
