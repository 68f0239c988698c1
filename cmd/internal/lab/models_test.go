package lab

import (
	"errors"
	"strings"
	"testing"

	"tandem/cmd/internal/scene"
	"tandem/engine/cpu"
	"tandem/engine/data"
	"tandem/engine/device"
)

// stingy is a device with little memory.
type stingy struct {
	device.Device
	left int // elements
}

func (d *stingy) Alloc(n int) (device.Buffer, error) {
	if n > d.left {
		return nil, errors.New("stingy: out of memory")
	}
	d.left -= n
	return d.Device.Alloc(n)
}

func (d *stingy) Free(b device.Buffer) {
	d.left += b.Len()
	d.Device.Free(b)
}

// Where memory is short, long products make do with smaller batches; where there is
// none, that is a notice, and the lab lives on. All of it is given back.
func TestLittleMemory(t *testing.T) {
	for name, c := range map[string]struct {
		elements int
		works    bool
	}{"enough": {1 << 30, true}, "little": {60_000, true}, "none": {3000, false}} {
		t.Run(name, func(t *testing.T) {
			d := &stingy{left: c.elements}
			net := tinyNet(t)
			visitEmpty(t, Options{Devices: []device.Device{d}, Images: noise{shape: stored, n: 2}}, func(t *testing.T, r *room) {
				d.Device = cpu.New(1)
				t.Cleanup(func() { d.Device.Close() })
				if err := r.SetNetwork(net, statsOf(stored)); err != nil {
					t.Fatal(err)
				}
				r.SetWeights(weightsOf(t, net, 1))
				r.Want(scene.Want{View: scene.OcclusionView})
				s := r.scene()
				if c.works != (s.Occlusion != nil) || c.works != (len(notices(s)) == 0) {
					t.Errorf("map %v, notices %q", s.Occlusion, notices(s))
				}
				if !c.works && !strings.Contains(notices(s)[0], "stingy: out of memory") {
					t.Errorf("got %q", notices(s))
				}
			})
			if d.left != c.elements {
				t.Errorf("%d elements were not given back", c.elements-d.left)
			}
		})
	}
}

// faulty is a device that fails for a while.
type faulty struct {
	device.Device
	fails bool
}

func (d *faulty) Download(b device.Buffer, offset int, to []float32) error {
	if d.fails {
		return errors.New("faulty: lost")
	}
	return d.Device.Download(b, offset, to)
}

// After an answer that failed midway nothing goes back from what is left of it.
func TestDeviceErrors(t *testing.T) {
	d, net := &faulty{}, tinyNet(t)
	visitEmpty(t, Options{Devices: []device.Device{d}, Images: noise{shape: stored, n: 3}}, func(t *testing.T, r *room) {
		d.Device = cpu.New(1)
		t.Cleanup(func() { d.Device.Close() })
		if err := r.SetNetwork(net, statsOf(stored)); err != nil {
			t.Fatal(err)
		}
		r.SetWeights(weightsOf(t, net, 1))
		r.scene()
		d.fails = true
		r.Want(scene.Want{Photo: 1})
		r.scene()
		d.fails = false
		w := scene.Want{Photo: 1, Backward: scene.Gradient, Unit: scene.Unit{Layer: "conv1"}}
		r.Want(w)
		if s := r.scene(); s.Backward != nil || strings.Join(notices(s), "|") != "faulty: lost" {
			t.Errorf("back from %+v, %q", s.Backward, notices(s))
		}
		w.Photo = 2
		r.Want(w)
		if s := r.scene(); s.Answer.Number != 2 || s.Backward == nil || s.Backward.Photo != 2 {
			t.Errorf("got %+v", s.Backward)
		}
	})
}

func TestBatches(t *testing.T) {
	for multiplyAdds, want := range map[int64]int{0: 32, 1e6: 32, 100e6: 20, 724e6: 4, 1e12: 4} {
		if got := batchFor(multiplyAdds); got != want {
			t.Errorf("%d multiply-adds: a batch of %d, want %d", multiplyAdds, got, want)
		}
	}
}

// An image that cannot be read is a notice, and the next one can be.
func TestBrokenTestImages(t *testing.T) {
	images := noise{shape: stored, n: 4, broken: map[int]error{
		1: &data.BrokenImage{Path: "folder/dog.jpg", Err: errors.New("is cut short")}, 2: errors.New("input/output error"),
	}}
	visit(t, Options{Images: images}, func(t *testing.T, r *room) {
		for i := range 4 {
			r.Want(scene.Want{Photo: i})
			r.scene()
		}
		s := r.scene()
		if got := strings.Join(notices(s), "|"); got != "folder/dog.jpg: is cut short|test image 2: input/output error" || s.Answer.Number != 3 {
			t.Errorf("got %q and image %d", got, s.Answer.Number)
		}
	})
}

// named images are those of a folder.
type named struct{ noise }

func (named) Name(i int) string { return []string{"cat.png", "dog.png"}[i] }

func TestImagesOfAFolder(t *testing.T) {
	visit(t, Options{Images: named{noise{shape: stored, n: 2}}}, func(t *testing.T, r *room) {
		r.Want(scene.Want{Photo: 1})
		if got := r.scene().Answer.Name; got != "dog.png" {
			t.Errorf("got %s", got)
		}
	})
}
