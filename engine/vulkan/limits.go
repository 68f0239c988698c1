//go:build cgo

package vulkan

import (
	"fmt"
	"iter"
	"math"

	"tandem/vk"
)

// limits are those of a device that operations have to mind.
type limits struct {
	storageRange int // elements that a kernel sees of a buffer at most
	alignment    int // elements; views of buffers begin at its multiples
	shared       int // bytes of memory that a workgroup shares
	invocations  int // of a workgroup
	groups       [3]int
	subgroup     int
}

// largestView keeps indices within 32 bits, whatever the device allows.
const largestView = 1 << 30

func limitsOf(l vk.Limits) limits {
	return limits{
		storageRange: int(min(l.StorageRange/4, largestView)),
		alignment:    max(4, l.StorageAlignment/4), // kernels read by fours
		shared:       l.SharedMemory,
		invocations:  min(l.WorkgroupInvocations, l.WorkgroupSizeX),
		groups:       l.WorkgroupCount,
		subgroup:     l.SubgroupSize,
	}
}

// threads is the size of a workgroup that treats elements alike.
func (d *Device) threads() uint32 { return uint32(min(256, d.bounds.invocations)) }

// elementGroups returns a grid of workgroups of threads() invocations that has
// one for each of n elements, in two dimensions where one is too short.
func (d *Device) elementGroups(n int) [3]uint32 { return d.grid(ceilDiv(n, int(d.threads()))) }

// grid spreads n workgroups over two dimensions.
func (d *Device) grid(n int) [3]uint32 {
	rows := ceilDiv(n, d.bounds.groups[0])
	return [3]uint32{uint32(ceilDiv(n, rows)), uint32(rows), 1}
}

// chunks splits n images or rows into runs (first, count) so that count*size
// elements fit a view for every size, and first*size is where a view may begin.
func (d *Device) chunks(n int, sizes ...int) iter.Seq2[int, int] {
	step, unit := n, 1
	for _, size := range sizes {
		step = min(step, d.bounds.storageRange/size)
		unit = lcm(unit, d.bounds.alignment/gcd(d.bounds.alignment, size))
	}
	if step < n {
		step = step / unit * unit
	}
	if step == 0 && n > 0 {
		panic(fmt.Sprintf("vulkan: no run of units of %v elements fits views of %d elements at multiples of %d", sizes, d.bounds.storageRange, d.bounds.alignment))
	}
	return func(yield func(first, count int) bool) {
		for first := 0; first < n; first += step {
			if !yield(first, min(step, n-first)) {
				return
			}
		}
	}
}

func gcd(a, b int) int {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}

func lcm(a, b int) int { return a / gcd(a, b) * b }

func ceilDiv(a, b int) int { return (a + b - 1) / b }

// bits is a float as a push word or specialization constant.
func bits(f float32) uint32 { return math.Float32bits(f) }

func flag(b bool) uint32 {
	if b {
		return 1
	}
	return 0
}
