//go:build cgo

package vulkan

import (
	"cmp"
	"errors"
	"fmt"
	"unsafe"

	"tandem/engine/device"
	"tandem/vk"
)

// buffer is device memory of n elements.
type buffer struct {
	gpu   *vk.Buffer // nil when its allocation failed
	owner *Device
	n     int
}

func (b *buffer) Len() int { return b.n }

func (b *buffer) close() {
	if b.gpu != nil {
		b.gpu.Close()
	}
}

// grave is a freed buffer that submitted work may still use.
type grave struct {
	buf   *buffer
	until uint64 // on the timeline
}

// Alloc returns n elements of unspecified content.
func (d *Device) Alloc(n int) (device.Buffer, error) {
	if n < 0 {
		panic(fmt.Sprintf("vulkan: Alloc of %d elements", n))
	}
	if err := d.failure(); err != nil {
		return nil, err
	}
	b, err := d.newBuffer(n)
	if err != nil {
		return nil, cmp.Or(d.failure(), d.named(err)) // something else may fail meanwhile
	}
	return b, nil
}

// newBuffer waits for freed memory where there is no other left.
func (d *Device) newBuffer(n int) (*buffer, error) {
	size := 4 * int64(max(1, n)) // Vulkan knows no empty buffers
	gpu, err := d.gpu.NewBuffer(size, vk.OnDevice)
	var full *vk.OutOfMemory
	if errors.As(err, &full) && len(d.retired) > 0 {
		d.flush()
		d.wait()
		d.reap()
		gpu, err = d.gpu.NewBuffer(size, vk.OnDevice)
	}
	if err != nil {
		return nil, err
	}
	return &buffer{gpu: gpu, owner: d, n: n}, nil
}

// Free gives memory back as soon as what is enqueued no longer needs it.
func (d *Device) Free(b device.Buffer) {
	if b == nil {
		return
	}
	own := b.(*buffer)
	if own.owner != d {
		panic("vulkan: Free of another device's buffer")
	}
	if d.closed {
		return // Close has freed it
	}
	d.flush()
	d.retired = append(d.retired, grave{own, d.last})
	d.reap()
}

// reap frees what is no longer in use.
func (d *Device) reap() {
	done, err := d.timeline.Value()
	if err != nil {
		d.fail(err)
		return
	}
	kept := d.retired[:0]
	for _, g := range d.retired {
		if g.until <= done {
			g.buf.close()
		} else {
			kept = append(kept, g)
		}
	}
	clear(d.retired[len(kept):])
	d.retired = kept
}

// pieceBytes bounds a single move between host and device, and so the staging
// memory.
const pieceBytes = 32 << 20

// Upload writes src to dst from element offset on.
func (d *Device) Upload(dst device.Buffer, offset int, src []float32) {
	d.mustNotRecord("Upload")
	to := block("Upload", dst, offset, len(src))
	d.counts.Uploaded += 4 * int64(len(src))
	for len(src) > 0 && d.failure() == nil {
		n := min(len(src), pieceBytes/4)
		d.upload(to, offset, src[:n])
		src, offset = src[n:], offset+n
	}
}

func (d *Device) upload(to *buffer, offset int, src []float32) {
	d.makeRoom() // first, so that the copy joins the segment whose staging memory it reads
	from, at, err := d.stage(4 * int64(len(src)))
	if err != nil {
		d.fail(err)
		return
	}
	copy(floats(from, at, len(src)), src)
	if c := d.commands(); c != nil {
		c.Copy(from, at, to.gpu, 4*int64(offset), 4*int64(len(src)))
	}
}

// Download waits for everything enqueued and reads len(dst) elements of src
// from element offset on.
func (d *Device) Download(src device.Buffer, offset int, dst []float32) error {
	d.mustNotRecord("Download")
	from := block("Download", src, offset, len(dst))
	d.counts.Downloaded += 4 * int64(len(dst))
	for len(dst) > 0 && d.failure() == nil {
		n := min(len(dst), pieceBytes/4)
		d.download(from, offset, dst[:n])
		dst, offset = dst[n:], offset+n
	}
	return d.Sync()
}

func (d *Device) download(from *buffer, offset int, dst []float32) {
	bytes := 4 * int64(len(dst))
	if err := d.growFetched(bytes); err != nil {
		d.fail(err)
		return
	}
	if c := d.commands(); c != nil {
		c.Copy(from.gpu, 4*int64(offset), d.fetched, 0, bytes)
	}
	if d.Sync() == nil {
		copy(dst, floats(d.fetched, 0, len(dst)))
	}
}

// growFetched makes the landing place of downloads large enough. Nothing uses
// it between downloads.
func (d *Device) growFetched(bytes int64) (err error) {
	if d.fetched != nil && d.fetched.Size() >= bytes {
		return nil
	}
	if d.fetched != nil {
		d.fetched.Close()
	}
	d.fetched, err = d.gpu.NewBuffer(max(bytes, 1<<20), vk.FromDevice)
	return err
}

func block(op string, b device.Buffer, offset, n int) *buffer {
	own := b.(*buffer)
	if offset < 0 || n > own.n-offset {
		panic(fmt.Sprintf("vulkan: %s: elements %d to %d of a buffer of %d", op, offset, offset+n, own.n))
	}
	return own
}

// floats is n elements of mapped memory from a byte on.
func floats(b *vk.Buffer, from int64, n int) []float32 {
	if n == 0 {
		return nil
	}
	return unsafe.Slice((*float32)(unsafe.Pointer(&b.Bytes()[from])), n)
}
