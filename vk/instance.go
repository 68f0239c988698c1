//go:build cgo

package vk

// #include "shim_instance.h"
import "C"

import (
	"errors"
	"fmt"
	"sync"
	"unsafe"

	vulkan "github.com/vulkan-go/vulkan"
)

// InstanceOptions says how Vulkan is opened. The zero value is right for use.
type InstanceOptions struct {
	// ProcAddr is a vkGetInstanceProcAddr at hand, such as GLFW's; nil opens a
	// loader. The first one in a process serves all that follow.
	ProcAddr unsafe.Pointer
	// Loader is the library to open, "" what LoaderVariable of the environment
	// says, or the system's.
	Loader string
	// Validation turns VK_LAYER_KHRONOS_validation on, with its checks of
	// synchronization. Where it is not installed, NewInstance returns an error.
	Validation bool
	// GPUAssisted has the layer check shaders' accesses to memory as well.
	GPUAssisted bool
}

// needVersion is what Tandem is written for.
var needVersion = MakeVersion(1, 2, 0)

// Instance is an open Vulkan and its devices.
type Instance struct {
	procAddr unsafe.Pointer // vkGetInstanceProcAddr in use, as shim.h wants it
	handle   vulkan.Instance
	loader   Version
	devices  []*PhysicalDevice

	lock  sync.Mutex // guards what follows
	setup *C.shimSetup
	users int      // open devices
	late  []string // messages of vkDestroyInstance
}

// NewInstance opens Vulkan. Without a loader its error wraps ErrNoLoader, and
// without drivers it may wrap ErrNoDriver or have no devices, as the loader
// likes.
func NewInstance(o InstanceOptions) (*Instance, error) {
	proc, err := openLoader(o)
	if err != nil {
		return nil, err
	}
	i := &Instance{procAddr: proc, loader: Version(C.shimLoaderVersion(proc))}
	if err := i.create(o); err != nil {
		i.free()
		return nil, err
	}
	if i.devices, err = i.findDevices(); err != nil {
		i.free()
		return nil, err
	}
	return i, nil
}

// wantedVersion is 1.2 unless the loader is of Vulkan 1.0, which refuses all
// others; later loaders pass newer versions on to the driver.
func wantedVersion(loader Version) Version {
	if loader < MakeVersion(1, 1, 0) {
		return MakeVersion(1, 0, 0)
	}
	return needVersion
}

func (i *Instance) create(o InstanceOptions) error {
	i.setup = C.shimNewSetup(C.uint32_t(wantedVersion(i.loader)))
	if i.setup == nil {
		return &Error{"vkCreateInstance", OutOfHostMemory}
	}
	if C.shimHasExtension(i.procAddr, nil, portabilityEnumerate) != 0 {
		C.shimAddExtension(i.setup, portabilityEnumerate)
		i.setup.info.flags = C.VK_INSTANCE_CREATE_ENUMERATE_PORTABILITY_BIT_KHR
	}
	if o.Validation || o.GPUAssisted {
		if err := addValidation(i.setup, i.procAddr, o.GPUAssisted); err != nil {
			return err
		}
	}
	// The structure is the shim's: vulkan-go's copies of lists of names can be
	// freed under the call.
	info := vulkan.NewInstanceCreateInfoRef(unsafe.Pointer(&i.setup.info))
	var handle vulkan.Instance
	if err := instanceError(Result(vulkan.CreateInstance(info, nil, &handle))); err != nil {
		return err
	}
	i.handle = handle
	if err := initInstance(i.handle); err != nil {
		return err
	}
	if i.setup.info.enabledLayerCount == 0 {
		return nil
	}
	return check("vkCreateDebugUtilsMessengerEXT", Result(C.shimListen(i.setup, i.procAddr, i.cHandle())))
}

func (i *Instance) cHandle() C.VkInstance { return C.VkInstance(unsafe.Pointer(i.handle)) }

func instanceError(r Result) error {
	if r == IncompatibleDriver {
		return fmt.Errorf("%w: install your GPU's (Debian: mesa-vulkan-drivers), or look whether VK_DRIVER_FILES or VK_ICD_FILENAMES name files that are not there", ErrNoDriver)
	}
	if err := check("vkCreateInstance", r); err != nil {
		return fmt.Errorf("cannot open Vulkan: %w", err)
	}
	return nil
}

// Devices returns the physical devices in Vulkan's order.
func (i *Instance) Devices() []*PhysicalDevice { return i.devices }

// Messages returns the validation layer's errors and warnings since the last
// call, oldest first. After Close it has what closing brought up.
func (i *Instance) Messages() []string {
	i.lock.Lock()
	defer i.lock.Unlock()
	all := i.late
	i.late = nil
	if i.setup != nil {
		all = append(all, takeMessages(i.setup)...)
	}
	return all
}

// retain keeps the instance open for a device; each calls release once.
func (i *Instance) retain() error {
	i.lock.Lock()
	defer i.lock.Unlock()
	if i.handle == nil {
		return errors.New("Vulkan's instance is closed")
	}
	i.users++
	return nil
}

func (i *Instance) release() {
	i.lock.Lock()
	defer i.lock.Unlock()
	i.users--
}

// Close frees the instance, and is refused while devices of it are open. Closing
// again does nothing.
func (i *Instance) Close() error {
	i.lock.Lock()
	defer i.lock.Unlock()
	if i.users > 0 {
		return fmt.Errorf("Vulkan's instance cannot close: %d of its devices are open", i.users)
	}
	i.free()
	return nil
}

func (i *Instance) free() {
	if i.handle != nil {
		C.shimStopListening(i.setup, i.procAddr, i.cHandle())
		vulkan.DestroyInstance(i.handle, nil)
		i.handle = nil
	}
	if i.setup != nil {
		i.late = append(i.late, takeMessages(i.setup)...)
		C.shimFreeSetup(i.setup)
		i.setup = nil
	}
}
