//go:build cgo

package vulkan

import (
	"runtime"
	"sync"

	"tandem/vk"
)

// courier carries messages between the device's host memory and links, in the
// order in which the device meets them, on an OS thread of its own: it waits in
// C for most of its life.
type courier struct {
	d        *Device
	timeline *vk.Timeline // grows as messages come in; segments wait for it
	arrived  uint64       // its value once every message asked for is in
	posted   uint64       // jobs given so far

	mu      sync.Mutex
	changed sync.Cond
	jobs    []job
	done    uint64
	stopped bool
	ended   sync.WaitGroup
}

// job is one message. Ready is when the device has it in host memory (outgoing)
// or no longer reads the one before (incoming), on the device's timeline.
type job struct {
	post   *post
	ready  uint64
	signal uint64 // incoming: the courier's timeline gets this value after it; 0 keeps it
	in     bool
}

func newCourier(d *Device) (*courier, error) {
	t, err := d.gpu.NewTimeline()
	if err != nil {
		return nil, err
	}
	c := &courier{d: d, timeline: t}
	c.changed.L = &c.mu
	c.ended.Go(c.work)
	return c, nil
}

// post queues a job and returns its number.
func (c *courier) post(j job) uint64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.jobs = append(c.jobs, j)
	c.posted++
	c.changed.Broadcast()
	return c.posted
}

// expect queues the fetching of messages and returns the value that the
// courier's timeline has when they are all there.
func (c *courier) expect(posts []*post) uint64 {
	c.arrived++
	for i, p := range posts {
		j := job{post: p, ready: p.read, in: true}
		if i == len(posts)-1 {
			j.signal = c.arrived
		}
		c.post(j)
	}
	return c.arrived
}

// wait returns when job number n is done.
func (c *courier) wait(n uint64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for c.done < n {
		c.changed.Wait()
	}
}

func (c *courier) work() {
	runtime.LockOSThread()
	c.mu.Lock()
	defer c.mu.Unlock()
	for {
		for len(c.jobs) == 0 && !c.stopped {
			c.changed.Wait()
		}
		if len(c.jobs) == 0 {
			return
		}
		j := c.jobs[0]
		c.jobs = append(c.jobs[:0], c.jobs[1:]...)
		c.mu.Unlock()
		c.carry(j)
		c.mu.Lock()
		c.done++
		c.changed.Broadcast()
	}
}

// carry does a job. The timeline moves on after a failure, too, so that the
// device is not left waiting.
func (c *courier) carry(j job) {
	c.d.wait(j.ready)
	switch {
	case c.d.failure() != nil:
		j.post.link.Fail(c.d.failure())
	case j.in:
		c.passOn(j.post.link.Take(len(j.post.words), j.post.use))
	default:
		c.passOn(j.post.link.Put(len(j.post.words), j.post.fill))
	}
	if j.signal > 0 {
		c.d.fail(c.timeline.Signal(j.signal))
	}
}

// passOn keeps a link's error, which names the device that failed.
func (c *courier) passOn(err error) {
	if err != nil {
		c.d.keep(err)
	}
}

// stop ends the courier after its last job.
func (c *courier) stop() {
	c.mu.Lock()
	c.stopped = true
	c.changed.Broadcast()
	c.mu.Unlock()
	c.ended.Wait()
}
