//go:build cgo

package vulkan

import (
	"errors"
	"fmt"
	"sync"

	"tandem/engine/device"
	"tandem/vk"
)

// Options says how a device is opened. The zero value suits.
type Options struct {
	Kernels   Kernels
	Budget    int64  // bytes of device memory that may be used; 0 lets package vk decide
	CacheFile string // of compiled pipelines; "" keeps none
}

// Kernels names a way to compute matrix products.
type Kernels int

// Tiled kernels share tiles through a workgroup's memory, as GPUs want it;
// direct ones hold tiles in registers alone, which is faster on drivers that run
// on the processor.
const (
	Auto Kernels = iota // by the kind of device
	Tiled
	Direct
)

// Device is one logical device. Make it with Open.
type Device struct {
	id     string
	gpu    *vk.Device
	bounds limits
	tiled  bool

	pipelines map[string]*vk.Pipeline
	scratches map[scratchSlot]*buffer
	outgrown  []*buffer // scratch memory that recordings may use
	retired   []grave
	staging   staging
	fetched   *vk.Buffer         // where downloads land
	state     *buffer            // the step state, as kernels read it
	words     [stateWords]uint32 // what it is set to; not on the stack, for C reads it

	timeline  *vk.Timeline
	last      uint64 // its value once everything submitted has run
	submitter *worker[submission]
	courier   *worker[errand]
	open      *segment
	idle      []*segment
	pending   []*segment // submitted immediate ones, oldest first
	recording *recording
	posts     map[postKey]*post

	queries *vk.Queries // nil without timestamps
	marked  [device.MaxMarks]bool
	counts  device.Counts

	links  device.Links
	mu     sync.Mutex // guards err
	err    error      // first
	closed bool
}

var _ device.Device = (*Device)(nil)

// Open makes a logical device that is called id in messages. Errors name it.
func Open(id string, p *vk.PhysicalDevice, o Options) (*Device, error) {
	if why := p.Unsuitable(); why != "" {
		return nil, fmt.Errorf("%s (%s): %s", id, p.Name, why)
	}
	gpu, err := p.Open(vk.DeviceOptions{Budget: o.Budget, CacheFile: o.CacheFile})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", id, err)
	}
	d := &Device{
		id: id, gpu: gpu, bounds: limitsOf(p.Limits),
		tiled:     o.Kernels == Tiled || o.Kernels == Auto && p.Kind != "software",
		pipelines: map[string]*vk.Pipeline{}, scratches: map[scratchSlot]*buffer{},
		posts: map[postKey]*post{},
	}
	if err := d.equip(); err != nil {
		gpu.Close()
		return nil, d.named(err)
	}
	return d, nil
}

// equip makes what every device needs.
func (d *Device) equip() (err error) {
	if d.timeline, err = d.gpu.NewTimeline(); err != nil {
		return err
	}
	if d.queries, err = d.gpu.NewQueries(device.MaxMarks); err != nil && !errors.Is(err, vk.ErrNoTimestamps) {
		return err
	}
	if d.state, err = d.newBuffer(stateWords); err != nil {
		return err
	}
	d.submitter, d.courier = newWorker(d.launch), newWorker(d.deliver)
	d.SetStep(device.StepState{})
	d.clearMarks()
	return nil
}

// named puts the device's id before an error's text, which has its name.
func (d *Device) named(err error) error { return fmt.Errorf("%s: %w", d.id, err) }

// Info says what the device is.
func (d *Device) Info() device.Info {
	p := d.gpu.Physical()
	_, limit := d.gpu.Budget()
	return device.Info{ID: d.id, Name: p.Name, Kind: p.Kind, Driver: p.Driver, MemoryMB: limit >> 20}
}

// Notes returns what a user should know and no error tells, such as a pipeline
// cache that was damaged.
func (d *Device) Notes() []string { return d.gpu.Notes() }

var errClosed = errors.New("the device is closed")

// fail keeps an error of this device's own.
func (d *Device) fail(err error) {
	if err != nil {
		d.keep(d.named(err))
	}
}

// keep keeps the first error. Whoever waits at the other end of a link learns
// of it.
func (d *Device) keep(err error) {
	d.mu.Lock()
	if d.err == nil {
		d.err = err
	}
	err = d.err
	d.mu.Unlock()
	d.links.Fail(err)
}

func (d *Device) failure() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.err
}

// Sync waits for everything enqueued and returns the first error.
func (d *Device) Sync() error {
	d.mustNotRecord("Sync")
	d.flush()
	d.wait()
	d.courier.drain()
	d.reap()
	return d.failure()
}

// Close finishes what is enqueued and frees everything. Closing twice does no
// harm; Alloc, Sync and Download return errors from then on.
func (d *Device) Close() error {
	if d.closed {
		return nil
	}
	err := d.Sync()
	d.closed = true
	d.fail(errClosed) // and with it the links
	d.submitter.stop()
	d.courier.stop()
	d.settle()
	d.release()
	if closing := d.gpu.Close(); err == nil && closing != nil {
		err = d.named(closing)
	}
	return err
}

// settle returns when nothing submitted runs any more, after a failure too: what
// has failed may still run.
func (d *Device) settle() { d.fail(d.gpu.WaitIdle()) }

// release frees what the device owns; nothing runs any more.
func (d *Device) release() {
	if d.open != nil {
		d.pending = append(d.pending, d.open)
	}
	for _, s := range d.pending {
		d.recycle(s)
	}
	for _, s := range d.idle {
		s.close()
	}
	for _, p := range d.pipelines {
		p.Close()
	}
	for _, g := range d.retired {
		g.buf.close()
	}
	for _, s := range d.scratches {
		s.close()
	}
	for _, s := range d.outgrown {
		s.close()
	}
	for _, p := range d.posts {
		p.close()
	}
	d.staging.close()
	if d.fetched != nil {
		d.fetched.Close()
	}
	d.state.close()
	if d.queries != nil {
		d.queries.Close()
	}
	d.timeline.Close()
}
