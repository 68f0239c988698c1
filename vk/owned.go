//go:build cgo

package vk

import (
	"fmt"
	"sync/atomic"
)

// owned is what the handles of a device have in common. The device knows those
// that are open and how each is freed.
type owned struct {
	d      *Device
	kind   string
	closed atomic.Bool
}

// adopt makes o an open handle of the device.
func (d *Device) adopt(o *owned, kind string, release func()) {
	o.d, o.kind = d, kind
	d.mu.Lock()
	defer d.mu.Unlock()
	d.live[o] = release
}

// Close frees the handle; the device must no longer be using it. Closing again,
// or after the device, does nothing.
func (o *owned) Close() {
	o.d.life.RLock()
	defer o.d.life.RUnlock()
	o.d.mu.Lock()
	release := o.d.live[o]
	delete(o.d.live, o)
	o.d.mu.Unlock()
	if release != nil {
		o.closed.Store(true)
		release()
	}
}

// usable returns an error if the handle is closed.
func (o *owned) usable() error {
	if o.closed.Load() {
		return fmt.Errorf("%s: the %s is closed", o.d.p.Name, o.kind)
	}
	return nil
}

// mustUse panics if the handle is closed or another device's: a programmer's error.
func (o *owned) mustUse(d *Device, user string) {
	if err := o.usable(); err != nil {
		panic(fmt.Sprintf("vk: %s: %v", user, err))
	}
	if o.d != d {
		panic(fmt.Sprintf("vk: %s: a %s of %s on %s", user, o.kind, o.d.p.Name, d.p.Name))
	}
}

// Live returns how many handles are open.
func (d *Device) Live() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return len(d.live)
}

// idPool gives out small numbers, smallest known first.
type idPool struct {
	free []int
	next int
}

func (p *idPool) take() int {
	if n := len(p.free); n > 0 {
		id := p.free[n-1]
		p.free = p.free[:n-1]
		return id
	}
	p.next++
	return p.next - 1
}

func (p *idPool) give(id int) { p.free = append(p.free, id) }
