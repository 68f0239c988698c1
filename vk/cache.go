//go:build cgo

package vk

// #include <stdlib.h>
// #include "shim_device.h"
import "C"

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"unsafe"

	vulkan "github.com/vulkan-go/vulkan"
)

// pipelineCache is the driver's store of compiled kernels.
type pipelineCache struct {
	handle vulkan.PipelineCache
	file   string // "": not kept
	loaded []byte // what the file held, to leave it alone when nothing is new
}

// cacheMagic begins a cache file; after it come the SHA-256 of the rest, and the
// rest as the driver gave it. Drivers trust such data, so damage must not reach them.
const cacheMagic = "tandem pipelines 1\n"

// open reads the file if there is one. What is wrong with it becomes a note.
func (c *pipelineCache) open(d *Device, file string) error {
	c.file = file
	if file != "" {
		data, err := os.ReadFile(file)
		if err == nil {
			c.loaded, err = d.checkCache(data)
		}
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			d.note(fmt.Sprintf("pipeline cache %s is not used: %v", file, err))
		}
	}
	return c.create(d)
}

func (c *pipelineCache) create(d *Device) error {
	info := vulkan.PipelineCacheCreateInfo{SType: vulkan.StructureTypePipelineCacheCreateInfo}
	if len(c.loaded) > 0 {
		data := C.CBytes(c.loaded)
		defer C.free(data)
		info.InitialDataSize, info.PInitialData = uint(len(c.loaded)), data
	}
	defer info.Free()
	d.called()
	var handle vulkan.PipelineCache // not &c.handle: cgo would refuse a struct that holds Go's pointers
	r := vulkan.CreatePipelineCache(d.handle, &info, nil, &handle)
	c.handle = handle
	return d.check("vkCreatePipelineCache", C.VkResult(r))
}

// checkCache returns the driver's data in a cache file that is whole and this
// driver's.
func (d *Device) checkCache(file []byte) ([]byte, error) {
	rest, ours := bytes.CutPrefix(file, []byte(cacheMagic))
	if !ours || len(rest) < sha256.Size {
		return nil, errors.New("it is damaged")
	}
	data := rest[sha256.Size:]
	if sha256.Sum256(data) != [sha256.Size]byte(rest) {
		return nil, errors.New("it is damaged")
	}
	if !bytes.HasPrefix(data, d.cacheHeader()) {
		return nil, errors.New("it is of another device or driver")
	}
	return data, nil
}

// cacheHeader is what data of this driver begins with, by Vulkan's
// VkPipelineCacheHeaderVersionOne: length, version, vendor, device, UUID.
func (d *Device) cacheHeader() []byte {
	var p vulkan.PhysicalDeviceProperties
	defer p.Free()
	d.called()
	vulkan.GetPhysicalDeviceProperties(d.p.handle, &p)
	p.Deref()
	var header []byte
	for _, word := range []uint32{32, 1, p.VendorID, p.DeviceID} {
		header = binary.LittleEndian.AppendUint32(header, word)
	}
	return append(header, p.PipelineCacheUUID[:]...)
}

func (c *pipelineCache) native() C.VkPipelineCache {
	return *(*C.VkPipelineCache)(unsafe.Pointer(&c.handle))
}

// save writes the file if there is something new. A failure becomes a note.
func (c *pipelineCache) save(d *Device) {
	if c.file == "" {
		return
	}
	data, err := c.data(d)
	if err == nil && !bytes.Equal(data, c.loaded) {
		err = writeCache(c.file, data)
	}
	if err != nil {
		d.note(fmt.Sprintf("pipeline cache %s is not saved: %v", c.file, err))
	}
}

func (c *pipelineCache) data(d *Device) ([]byte, error) {
	var size uint
	d.called()
	r := vulkan.GetPipelineCacheData(d.handle, c.handle, &size, nil)
	if err := d.check("vkGetPipelineCacheData", C.VkResult(r)); err != nil || size == 0 {
		return nil, err
	}
	data := make([]byte, size)
	d.called()
	r = vulkan.GetPipelineCacheData(d.handle, c.handle, &size, unsafe.Pointer(&data[0]))
	return data[:size], d.check("vkGetPipelineCacheData", C.VkResult(r))
}

// writeCache replaces the file at once, so that a reader finds the old one or the
// new one.
func writeCache(file string, data []byte) error {
	if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(file), ".pipelines-*")
	if err != nil {
		return err
	}
	sum := sha256.Sum256(data)
	_, err = f.Write(append(append([]byte(cacheMagic), sum[:]...), data...))
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(f.Name(), file)
	}
	if err != nil {
		os.Remove(f.Name())
	}
	return err
}

func (c *pipelineCache) destroy(d *Device) {
	d.called()
	vulkan.DestroyPipelineCache(d.handle, c.handle, nil)
}
