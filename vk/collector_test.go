//go:build cgo

package vk_test

import (
	"runtime"
	"runtime/debug"
	"testing"

	"tandem/vk"
	"tandem/vk/vktest"
)

// Thousands of commands while the garbage collector runs without pause: nothing
// that C holds may be Go's.
func TestUnderTheGarbageCollector(t *testing.T) {
	defer debug.SetGCPercent(debug.SetGCPercent(1))
	stop, stopped := make(chan bool), make(chan bool)
	go func() {
		defer close(stopped)
		for {
			select {
			case <-stop:
				return
			default:
				runtime.GC()
			}
		}
	}()
	defer func() { close(stop); <-stopped }()
	vktest.Each(t, func(t *testing.T, p *vk.PhysicalDevice) {
		d := openDevice(t, p)
		const n, rounds = 70, 12
		l, c := timeline(t, d), commands(t, d)
		q, err := d.NewQueries(2)
		must(t, err)
		defer q.Close()
		for round := range uint64(rounds) {
			t.Run("", func(t *testing.T) { // kernels and buffers come and go
				x, y, z := buffer(t, d, n, vk.ToDevice), buffer(t, d, n, vk.ToDevice), buffer(t, d, n, vk.FromDevice)
				for i := range n {
					floats(x)[i], floats(y)[i] = float32(i), 1
				}
				add := mix(t, d, 1)
				must(t, c.Begin())
				c.Timestamp(q, 0)
				c.Fill(z, 0, 4*n, 0)
				for range 200 {
					c.Update(y, 0, append([]uint32(nil), word(1), word(1)))
					c.Dispatch(add, []vk.Arg{read(x), read(y), both(z)}, append([]uint32(nil), n), groups(n))
				}
				c.Timestamp(q, 1)
				must(t, c.End())
				must(t, d.Submit(c, []vk.Point{{Timeline: l, Value: round}}, vk.Point{Timeline: l, Value: round + 1}))
				must(t, l.Wait(round+1))
				must(t, q.Read(make([]uint64, 2)))
				for i, got := range floats(z) {
					if want := float32(200 * i); got != want {
						t.Fatalf("round %d, element %d: %g, want %g", round, i, got, want)
					}
				}
			})
		}
	})
}
