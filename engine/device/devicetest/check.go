package devicetest

import (
	"fmt"
	"math"

	"tandem/engine/device"
	"tandem/engine/tensor"
)

// guardBits is what guard cells hold: a NaN, so that an operation that reads
// them spoils its result, and one that no arithmetic produces, so that an
// operation that writes them is found out.
const guardBits = 0x7fc0dead

// guard is how many cells the operand's buffer has past its end.
func (o operand) guard() int {
	if o.role == whole {
		return 0
	}
	return 67
}

var nan = math.NaN()

// Check runs the case on a device and returns what is wrong with the result.
// It looks at the outputs, the inputs (which must not change) and the guard
// cells, runs the case again on other garbage for identical bits, and once more
// in place where the operation allows that.
func (c Case) Check(d device.Device) error {
	_, err := c.Measure(d)
	return err
}

// execute runs the case and returns what the buffers hold afterwards, guard
// cells included. Outputs hold filler before. With shared set, the output of
// inPlace is the same buffer as its input.
func (c Case) execute(d device.Device, data map[string][]float32, filler float32, shared bool) (map[string][]float32, error) {
	b := buffers{}
	var mine []device.Buffer
	defer func() {
		for _, buf := range mine {
			d.Free(buf)
		}
	}()
	for _, o := range c.operands {
		if o.role == aside {
			continue
		}
		if shared && o.name == c.inPlace[1] {
			b[o.name] = b[c.inPlace[0]]
			continue
		}
		buf, err := d.Alloc(o.shape.Size() + o.guard())
		if err != nil {
			return nil, err
		}
		mine = append(mine, buf)
		b[o.name] = buf
		d.Upload(buf, 0, o.guarded(data[o.name], filler))
	}
	d.SetStep(c.state)
	c.call(d, b)
	return c.download(d, b)
}

func (c Case) download(d device.Device, b buffers) (map[string][]float32, error) {
	got := map[string][]float32{}
	for _, o := range c.operands {
		if o.role == aside {
			continue
		}
		got[o.name] = make([]float32, o.shape.Size()+o.guard())
		if err := d.Download(b[o.name], 0, got[o.name]); err != nil {
			return nil, err
		}
	}
	return got, nil
}

// guarded returns the elements, from x or else the filler, and the guard cells.
func (o operand) guarded(x []float32, filler float32) []float32 {
	n := o.shape.Size()
	g := make([]float32, n+o.guard())
	for i := copy(g, x); i < n; i++ {
		g[i] = filler
	}
	for i := n; i < len(g); i++ {
		g[i] = math.Float32frombits(guardBits)
	}
	return g
}

func (c Case) judge(got, data map[string][]float32, want values, shared bool) error {
	for _, o := range c.operands {
		if o.role == aside || shared && o.name == c.inPlace[0] {
			continue
		}
		if err := o.judge(got[o.name], data[o.name], want[o.name]); err != nil {
			return fmt.Errorf("%s: %w", o.name, err)
		}
	}
	return nil
}

func (o operand) judge(got, before []float32, want []float64) error {
	n := o.shape.Size()
	for i, x := range got[n:] {
		if math.Float32bits(x) != guardBits {
			return fmt.Errorf("wrote %g at %d elements past its end", x, i)
		}
	}
	if o.role == in {
		if i := firstDifference(got[:n], before); i >= 0 {
			return fmt.Errorf("an input, was changed at %d from %g to %g", i, before[i], got[i])
		}
		return nil
	}
	if m := tensor.WorstAt(o.scale, got[:n], want); !(m.Error <= o.tol) {
		return fmt.Errorf("%v, allowed %.3g; that is element %v of %v", m, o.tol, o.position(m.Index), o.shape)
	}
	return nil
}

// position turns an index into coordinates.
func (o operand) position(index int) []int {
	at := make([]int, len(o.shape))
	for i := len(o.shape) - 1; i >= 0; i-- {
		at[i] = index % o.shape[i]
		index /= o.shape[i]
	}
	return at
}

// sameBits reports the first difference between two results of the case.
func (c Case) sameBits(a, b map[string][]float32) error {
	for _, o := range c.operands {
		if i := firstDifference(a[o.name], b[o.name]); i >= 0 {
			return fmt.Errorf("%s: element %d is %g and %g (bits %08x, %08x)", o.name, i, a[o.name][i], b[o.name][i],
				math.Float32bits(a[o.name][i]), math.Float32bits(b[o.name][i]))
		}
	}
	return nil
}

// firstDifference compares bits and returns -1 where there is none.
func firstDifference(a, b []float32) int {
	for i := range a {
		if math.Float32bits(a[i]) != math.Float32bits(b[i]) {
			return i
		}
	}
	return -1
}
