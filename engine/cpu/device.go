// Package cpu is the backend that needs nothing but Go: it trains on any
// machine and is what runs in the browser. Operations are enqueued and run in
// order by one goroutine per Device, which shares each of them out among a
// fixed set of workers.
//
// Work that has the shape of a matrix product goes through packed panels and
// one micro-kernel (gemm.go); the rest is plain loops.
package cpu

import (
	"fmt"
	"runtime"
	"time"

	"tandem/engine/device"
)

// Device computes on the processor's cores. Make one with New.
type Device struct {
	queue     *queue
	crew      *crew
	recording *recording // in the making, nil otherwise
	counts    device.Counts
	links     device.Links
	budget    int64 // bytes that Alloc may hand out
	used      int64

	// Of the queue's goroutine.
	state   device.StepState
	marks   [device.MaxMarks]time.Time
	panels  area // of a packed factor, see packAll
	partial area // sums of parts, see sumParts
}

var _ device.Device = (*Device)(nil)

// New starts a device with the given number of workers; 0 takes one for every
// core Go may use. Results do not depend on the number. Close stops it.
func New(workers int) *Device {
	if workers <= 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	return &Device{queue: newQueue(), crew: newCrew(workers), budget: memoryBytes()}
}

// buffer is device memory, which here is ordinary memory. Free empties it;
// operations still queued hold on to the words they were given.
type buffer struct {
	words []float32
	owner *Device
}

func (b *buffer) Len() int { return len(b.words) }

// data returns the words of b, nil for nil. It runs at the call of an
// operation, on the caller's goroutine.
func data(b device.Buffer) []float32 {
	if b == nil {
		return nil
	}
	return b.(*buffer).words
}

// words is data for a buffer that must be there.
func words(b device.Buffer) []float32 { return b.(*buffer).words }

// Alloc returns n elements of unspecified content.
func (d *Device) Alloc(n int) (device.Buffer, error) {
	if n < 0 {
		panic(fmt.Sprintf("cpu: Alloc of %d elements", n))
	}
	if d.queue.isClosed() {
		return nil, errClosed
	}
	if int64(n) > (d.budget-d.used)/4 {
		return nil, fmt.Errorf("cpu: out of memory: %d MiB wanted, %d of %d MiB in use",
			int64(n)>>18, d.used>>20, d.budget>>20)
	}
	d.used += 4 * int64(n)
	return &buffer{words: make([]float32, n), owner: d}, nil
}

// Free gives memory back. Operations already enqueued may still use it.
func (d *Device) Free(b device.Buffer) {
	if b == nil {
		return
	}
	own := b.(*buffer)
	if own.owner != d {
		panic("cpu: Free of another device's buffer")
	}
	d.used -= 4 * int64(len(own.words))
	own.words = nil
}

// Upload writes src to dst from element offset on.
func (d *Device) Upload(dst device.Buffer, offset int, src []float32) {
	d.outsideRecord("Upload")
	to := block("Upload", dst, offset, len(src))
	d.counts.Uploaded += 4 * int64(len(src))
	if d.queue.idle() { // nothing can come in between: one goroutine at a time calls
		copy(to, src)
		return
	}
	staged := append([]float32(nil), src...)
	d.push(func() { copy(to, staged) })
}

// Download waits for everything enqueued and reads len(dst) elements of src
// from element offset on.
func (d *Device) Download(src device.Buffer, offset int, dst []float32) error {
	d.outsideRecord("Download")
	from := block("Download", src, offset, len(dst))
	d.counts.Downloaded += 4 * int64(len(dst))
	if err := d.Sync(); err != nil {
		return err
	}
	copy(dst, from)
	return nil
}

func block(op string, b device.Buffer, offset, n int) []float32 {
	words := data(b)
	if offset < 0 || n > len(words)-offset {
		panic(fmt.Sprintf("cpu: %s: elements %d to %d of a buffer of %d", op, offset, offset+n, len(words)))
	}
	return words[offset : offset+n]
}

// Sync waits for everything enqueued and returns the first error.
func (d *Device) Sync() error {
	d.outsideRecord("Sync")
	return d.queue.wait()
}

// Close finishes what is enqueued and stops the device's goroutines. Closing
// twice does no harm; any other use afterwards is an error at the next Sync.
func (d *Device) Close() error {
	d.outsideRecord("Close")
	err := d.queue.close()
	if err == errClosed {
		return nil
	}
	d.links.Fail(errClosed)
	d.crew.stop()
	return err
}

// SetStep sets what Dropout and SGD read from here on.
func (d *Device) SetStep(s device.StepState) {
	d.outsideRecord("SetStep")
	d.push(func() { d.state = s })
}

// enqueue runs an operation after everything enqueued before it.
func (d *Device) enqueue(op func()) {
	d.count().Operations++
	d.push(op)
}

// parallel runs f(0) to f(n-1) on the device's workers and returns when all are
// done. It is called from queued operations alone. Which worker runs which i
// varies, so f(i) must not read what another f(j) writes; sums that cross
// indices are split by the problem's shape, never by the number of workers.
func (d *Device) parallel(n int, f func(i int)) {
	d.crew.run(n, func(_ *scratch, i int) { f(i) })
}

// parallelRange splits 0 to n into blocks of the given size, the last one
// shorter, and runs f(lo, hi) on each, as parallel does.
func (d *Device) parallelRange(n, size int, f func(lo, hi int)) {
	d.crew.run(ceilDiv(n, size), func(_ *scratch, i int) { f(i*size, min(i*size+size, n)) })
}
