//go:build cgo

package vk

// #include "shim_device.h"
import "C"

import (
	"encoding/binary"
	"fmt"
	"unsafe"
)

// PipelineInfo describes a kernel. It runs main of the module, with descriptor
// set 0 holding storage buffers at bindings 0, 1, ...
type PipelineInfo struct {
	Name      string // in messages
	SPIRV     []byte
	Bindings  int
	PushWords int      // 32-bit words of push constants
	Spec      []uint32 // specialization constants 0, 1, ...
}

// Pipeline is a kernel compiled for a device.
type Pipeline struct {
	owned
	name                string
	bindings, pushWords int
	handles             C.shimPipeline
}

// NewPipeline compiles a kernel.
func (d *Device) NewPipeline(i PipelineInfo) (*Pipeline, error) {
	if err := d.enter(); err != nil {
		return nil, err
	}
	defer d.leave()
	if err := d.checkPipeline(i); err != nil {
		return nil, fmt.Errorf("%s: kernel %s: %w", d.p.Name, i.Name, err)
	}
	info := C.shimPipelineInfo{bindings: C.uint32_t(i.Bindings), pushWords: C.uint32_t(i.PushWords), specCount: C.uint32_t(len(i.Spec))}
	for k, v := range i.Spec {
		info.spec[k] = C.uint32_t(v)
	}
	code := words(i.SPIRV)
	p := &Pipeline{name: i.Name, bindings: i.Bindings, pushWords: i.PushWords}
	var failed *C.char
	d.called()
	r := C.shimCreatePipeline(d.native, d.cache.native(), &info, (*C.uint32_t)(&code[0]), C.size_t(len(i.SPIRV)), &p.handles, &failed)
	if r < 0 {
		return nil, d.failed("kernel "+i.Name+": ", &Error{C.GoString(failed), Result(r)})
	}
	d.adopt(&p.owned, "pipeline", p.release)
	return p, nil
}

func (d *Device) checkPipeline(i PipelineInfo) error {
	l := &d.p.Limits
	bindings, push := min(C.SHIM_BINDINGS, l.StorageBuffers), min(C.SHIM_PUSH, l.PushConstants/4)
	switch {
	case len(i.SPIRV) < 20 || len(i.SPIRV)%4 != 0 || binary.NativeEndian.Uint32(i.SPIRV) != 0x07230203:
		return fmt.Errorf("%d bytes that are not SPIR-V", len(i.SPIRV))
	case i.Bindings > bindings:
		return fmt.Errorf("it has %d buffers, %d are possible", i.Bindings, bindings)
	case i.PushWords > push:
		return fmt.Errorf("it has %d push constants, %d are possible", i.PushWords, push)
	case len(i.Spec) > C.SHIM_SPEC:
		return fmt.Errorf("it has %d specialization constants, %d are possible", len(i.Spec), C.SHIM_SPEC)
	}
	return nil
}

// words copies code to where 32-bit words may lie; an embedded file may start
// anywhere.
func words(code []byte) []uint32 {
	w := make([]uint32, len(code)/4)
	copy(unsafe.Slice((*byte)(unsafe.Pointer(&w[0])), len(code)), code)
	return w
}

func (p *Pipeline) release() {
	p.d.called()
	C.shimDestroyPipeline(p.d.native, &p.handles)
}
