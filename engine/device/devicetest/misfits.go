package devicetest

import (
	"fmt"
	"math"
	"runtime"

	"tandem/engine/device"
)

// misfitsPanic checks that arguments which do not fit panic at the call, with a
// message of the device's own, and leave the device as good as before.
func misfitsPanic(d device.Device) error {
	for _, c := range firstOfEach(Cases(1, true)) {
		if err := shortBuffers(d, c); err != nil {
			return err
		}
	}
	if err := badParameters(d); err != nil {
		return err
	}
	b, err := upload(d, 1, 2)
	if err != nil {
		return err
	}
	return holds(d, b, 1, 2)
}

// firstOfEach returns each operation's first case whose buffers can be
// shortened.
func firstOfEach(cases []Case) []Case {
	var list []Case
	seen := map[string]bool{}
	for _, c := range cases {
		if !seen[c.Op] && c.smallest() > 1 {
			seen[c.Op] = true
			list = append(list, c)
		}
	}
	return list
}

func (c Case) smallest() int {
	n := math.MaxInt
	for _, o := range c.operands {
		n = min(n, o.shape.Size())
	}
	return n
}

// shortBuffers takes one element from each buffer in turn.
func shortBuffers(d device.Device, c Case) error {
	for _, short := range c.operands {
		if short.role == aside || short.role == whole {
			continue
		}
		b := buffers{}
		for _, o := range c.operands {
			n := o.shape.Size()
			if o.name == short.name {
				n--
			}
			var err error
			if b[o.name], err = d.Alloc(n); err != nil {
				return err
			}
		}
		if err := mustPanic(func() { c.call(d, b) }); err != nil {
			return fmt.Errorf("%s %s with %s one element short: %w", c.Op, c.Name, short.name, err)
		}
	}
	return nil
}

// mustPanic returns an error unless f panics with a message of its own.
func mustPanic(f func()) (err error) {
	defer func() {
		switch r := recover().(type) {
		case nil:
			err = fmt.Errorf("no panic")
		case runtime.Error:
			err = fmt.Errorf("panics without a message of its own: %w", r)
		}
	}()
	f()
	return nil
}

// badParameters calls operations on buffers that hold enough of anything.
func badParameters(d device.Device) error {
	big, err := d.Alloc(1 << 12)
	if err != nil {
		return err
	}
	for _, m := range []struct {
		name string
		call func()
	}{
		{"Upload past the end", func() { d.Upload(big, 1<<12-1, make([]float32, 2)) }},
		{"Upload before the start", func() { d.Upload(big, -1, make([]float32, 2)) }},
		{"Download past the end", func() { d.Download(big, 1<<12-1, make([]float32, 2)) }},
		{"Download before the start", func() { d.Download(big, -1, make([]float32, 2)) }},
		{"Scale of no elements", func() { d.Scale(0, 1, big, big) }},
		{"Activate with an unknown function", func() { d.Activate(device.Activation{N: 4, F: 99}, big, big) }},
		{"SGD of no elements", func() { d.SGD(device.SGD{}, big, big, big) }},
		{"Softmax of no classes", func() { d.Softmax(device.Classes{N: 3}, big, big) }},
	} {
		if err := mustPanic(m.call); err != nil {
			return fmt.Errorf("%s: %w", m.name, err)
		}
	}
	return firstError(badWindows(d, big), badMasks(d, big), badCopies(d, big))
}

func firstError(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// badWindows spoils one number of a good convolution and a good pool at a time.
func badWindows(d device.Device, big device.Buffer) error {
	good := squareConv(device.Image{N: 2, C: 4, H: 6, W: 6}, 4, 2, 3, 2, 1)
	for _, spoil := range []func(p *device.Conv){
		func(p *device.Conv) { p.N = 0 },
		func(p *device.Conv) { p.StrideH = 0 },
		func(p *device.Conv) { p.KernelW = 0 },
		func(p *device.Conv) { p.OutW = 0 },
		func(p *device.Conv) { p.PadTop = -1 },
		func(p *device.Conv) { p.Groups = 3 },
		func(p *device.Conv) { p.Groups = 0 },
		func(p *device.Conv) { p.K = 3 },
	} {
		p := good
		spoil(&p)
		if err := mustPanic(func() { d.ConvForward(p, big, big, big, big) }); err != nil {
			return fmt.Errorf("ConvForward %+v: %w", p, err)
		}
	}
	for _, spoil := range []func(p *device.Pool){
		func(p *device.Pool) { p.StrideW = 0 },
		func(p *device.Pool) { p.PadLeft = 3 },
		func(p *device.Pool) { p.OutH = 9 },
	} {
		p := device.Pool{Image: good.Image, Window: good.Window}
		spoil(&p)
		if err := mustPanic(func() { d.AvgPool(p, big, big) }); err != nil {
			return fmt.Errorf("AvgPool %+v: %w", p, err)
		}
		if err := mustPanic(func() { d.MaxPool(p, big, big, big) }); err != nil {
			return fmt.Errorf("MaxPool %+v: %w", p, err)
		}
	}
	lrn := device.LRN{Image: good.Image, Size: 5, K: 2, Alpha: 1, Beta: 1, Groups: 3}
	if err := mustPanic(func() { d.LRN(lrn, big, big) }); err != nil {
		return fmt.Errorf("LRN of 4 channels in 3 groups: %w", err)
	}
	return nil
}

func badMasks(d device.Device, big device.Buffer) error {
	good := device.Dropout{Rows: 3, Cols: 4, Total: 8, Offset: 4, Keep: 0.5, Scale: 1}
	for _, spoil := range []func(p *device.Dropout){
		func(p *device.Dropout) { p.Keep = 0 },
		func(p *device.Dropout) { p.Keep = 1.5 },
		func(p *device.Dropout) { p.Keep = float32(nan) },
		func(p *device.Dropout) { p.Offset = 5 },
		func(p *device.Dropout) { p.Offset = -1 },
		func(p *device.Dropout) { p.Rows = 0 },
	} {
		p := good
		spoil(&p)
		if err := mustPanic(func() { d.Dropout(p, big, big) }); err != nil {
			return fmt.Errorf("Dropout %+v: %w", p, err)
		}
	}
	return nil
}

func badCopies(d device.Device, big device.Buffer) error {
	other, err := d.Alloc(big.Len())
	if err != nil {
		return err
	}
	good := device.Copy{Rows: 3, Cols: 4, SrcStride: 4, DstStride: 4}
	for _, spoil := range []func(p *device.Copy){
		func(p *device.Copy) { p.Rows = 0 },
		func(p *device.Copy) { p.SrcOffset = -1 },
		func(p *device.Copy) { p.DstOffset = -1 },
		func(p *device.Copy) { p.SrcStride = -4 },
		func(p *device.Copy) { p.DstStride = 3 },
		func(p *device.Copy) { p.DstOffset = 1<<12 - 11 },
	} {
		p := good
		spoil(&p)
		if err := mustPanic(func() { d.Copy(p, big, other) }); err != nil {
			return fmt.Errorf("Copy %+v: %w", p, err)
		}
	}
	return nil
}
