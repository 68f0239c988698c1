//go:build cgo

package vk_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"tandem/vk"
	"tandem/vk/vktest"
)

// Where barriers stand, case by case.
func TestBarriersStandWhereTheyMust(t *testing.T) {
	vktest.Each(t, func(t *testing.T, p *vk.PhysicalDevice) {
		d := openDevice(t, p)
		var b [5]*vk.Buffer
		for i := range b {
			b[i] = buffer(t, d, 64, vk.OnDevice)
		}
		scale, add := affine(t, d), mix(t, d, 1)
		kernel := func(from, to int) func(c *vk.Commands) {
			return func(c *vk.Commands) {
				c.Dispatch(scale, []vk.Arg{read(b[from]), write(b[to])}, []uint32{64, 0, 0}, groups(64))
			}
		}
		sum := func(x, y, z int) func(c *vk.Commands) {
			return func(c *vk.Commands) {
				c.Dispatch(add, []vk.Arg{read(b[x]), read(b[y]), both(b[z])}, []uint32{64}, groups(64))
			}
		}
		move := func(from, to int) func(c *vk.Commands) {
			return func(c *vk.Commands) { c.Copy(b[from], 0, b[to], 0, 64) }
		}
		fill := func(to int) func(c *vk.Commands) { return func(c *vk.Commands) { c.Fill(b[to], 0, 256, 0) } }
		update := func(to int) func(c *vk.Commands) {
			return func(c *vk.Commands) { c.Update(b[to], 0, []uint32{1}) }
		}
		for _, c := range []struct {
			name string
			want int64
			do   []func(c *vk.Commands)
		}{
			{"one command", 0, []func(*vk.Commands){kernel(0, 1)}},
			{"reads of the same", 0, []func(*vk.Commands){kernel(0, 1), kernel(0, 2), move(0, 3)}},
			{"independent", 0, []func(*vk.Commands){kernel(0, 1), kernel(2, 3), fill(4)}},
			{"read after write", 1, []func(*vk.Commands){kernel(0, 1), kernel(1, 2)}},
			{"write after write", 1, []func(*vk.Commands){kernel(0, 1), kernel(2, 1)}},
			{"write after read", 1, []func(*vk.Commands){kernel(0, 1), kernel(2, 0)}},
			{"a chain", 3, []func(*vk.Commands){kernel(0, 1), kernel(1, 2), kernel(2, 3), kernel(3, 4)}},
			{"one barrier serves two readers", 1, []func(*vk.Commands){kernel(0, 1), kernel(1, 2), kernel(1, 3)}},
			{"one barrier serves what was written before it", 1, []func(*vk.Commands){kernel(0, 1), kernel(0, 2), kernel(1, 3), kernel(2, 4)}},
			{"in place", 1, []func(*vk.Commands){sum(0, 1, 2), sum(0, 1, 2)}},
			{"in place, then read", 1, []func(*vk.Commands){sum(0, 1, 2), kernel(2, 3)}},
			{"read, then in place", 1, []func(*vk.Commands){kernel(2, 3), sum(0, 1, 2)}},
			{"second argument", 1, []func(*vk.Commands){kernel(0, 1), sum(2, 1, 3)}},
			{"copy, kernel, copy", 2, []func(*vk.Commands){move(0, 1), kernel(1, 2), move(2, 3)}},
			{"copies", 1, []func(*vk.Commands){move(0, 1), move(1, 2)}},
			{"fills", 1, []func(*vk.Commands){fill(0), fill(1), fill(0)}},
			{"update after read", 1, []func(*vk.Commands){kernel(0, 1), update(0)}},
			{"read after update", 1, []func(*vk.Commands){update(0), kernel(0, 1)}},
			{"read after copy's read", 0, []func(*vk.Commands){move(0, 1), kernel(0, 2)}},
		} {
			before := d.Counts().Barriers
			run(t, d, func(r *vk.Commands) {
				for _, f := range c.do {
					f(r)
				}
			})
			if got := d.Counts().Barriers - before; got != c.want {
				t.Errorf("%s: %d barriers, want %d", c.name, got, c.want)
			}
		}
	})
}

// step is a command of the random program below: z = x, z = 1, or z = z/2 + x y/4.
type step struct{ op, x, y, z int }

func (s step) touches() (reads, writes []int) {
	switch s.op {
	case 0:
		return []int{s.x}, []int{s.z}
	case 1:
		return nil, []int{s.z}
	}
	return []int{s.x, s.y, s.z}, []int{s.z}
}

// needed counts the barriers of a program by the rule itself, looking back at all
// commands since the last barrier.
func needed(program []step) (n int64) {
	since := 0
	for i, s := range program {
		reads, writes := s.touches()
		for _, earlier := range program[since:i] {
			r, w := earlier.touches()
			meet := func(a, b []int) bool {
				return slices.ContainsFunc(a, func(x int) bool { return slices.Contains(b, x) })
			}
			if meet(reads, w) || meet(writes, r) || meet(writes, w) {
				n++
				since = i
				break
			}
		}
	}
	return n
}

// Random programs give what they give in order on the host, with the barriers that
// the rule asks for and no others, and the validation layer has nothing to say.
func TestRandomPrograms(t *testing.T) {
	vktest.Each(t, func(t *testing.T, p *vk.PhysicalDevice) {
		d := openDevice(t, p)
		const n, buffers = 77, 6
		blend := kernel(t, d, vk.PipelineInfo{Name: "blend", Bindings: 3, PushWords: 1, Spec: []uint32{threads}})
		var b [buffers]*vk.Buffer
		host := make([][]float32, buffers)
		for i := range b {
			b[i], host[i] = buffer(t, d, n, vk.FromDevice), make([]float32, n)
			fillRandom(host[i])
			copy(floats(b[i]), host[i])
		}
		program := make([]step, 200)
		for i := range program {
			order := rand.Perm(buffers)
			program[i] = step{rand.IntN(3), order[0], order[1], order[2]}
		}
		before := d.Counts().Barriers
		run(t, d, func(c *vk.Commands) {
			for _, s := range program {
				switch s.op {
				case 0:
					c.Copy(b[s.x], 0, b[s.z], 0, 4*n)
				case 1:
					c.Fill(b[s.z], 0, 4*n, word(1))
				case 2:
					c.Dispatch(blend, []vk.Arg{read(b[s.x]), read(b[s.y]), both(b[s.z])}, []uint32{n}, groups(n))
				}
			}
		})
		if got, want := d.Counts().Barriers-before, needed(program); got != want {
			t.Errorf("%d barriers, want %d", got, want)
		}
		for _, s := range program {
			for k := range n {
				switch s.op {
				case 0:
					host[s.z][k] = host[s.x][k]
				case 1:
					host[s.z][k] = 1
				case 2:
					host[s.z][k] = host[s.z][k]/2 + host[s.x][k]*host[s.y][k]/4
				}
			}
		}
		for i := range b {
			for k, want := range host[i] {
				if got := floats(b[i])[k]; !(got-want < 1e-5 && want-got < 1e-5) {
					t.Fatalf("buffer %d, element %d: %g, want %g", i, k, got, want)
				}
			}
		}
	})
}
