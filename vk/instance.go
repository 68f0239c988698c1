//go:build cgo

package vk

import (
	"unsafe"

	vulkan "github.com/vulkan-go/vulkan"
)

// InstanceOptions says how Vulkan is opened. The zero value is right for use.
type InstanceOptions struct {
	// ProcAddr is a vkGetInstanceProcAddr at hand, such as GLFW's; nil opens the
	// system's loader.
	ProcAddr unsafe.Pointer
	// Validation turns VK_LAYER_KHRONOS_validation on, with its checks of
	// synchronization. Where it is not installed, NewInstance returns an error.
	Validation bool
	// GPUAssisted has the layer check shaders' accesses to memory as well.
	GPUAssisted bool
}

// Instance is an open Vulkan and its devices.
type Instance struct {
	procAddr unsafe.Pointer // vkGetInstanceProcAddr in use, as shim.h wants it
	handle   vulkan.Instance
	devices  []*PhysicalDevice
}

// NewInstance opens Vulkan. Without a loader its error wraps ErrNoLoader. That
// no device is there is not an error.
func NewInstance(o InstanceOptions) (*Instance, error) { return nil, ErrNoLoader }

// Devices returns the physical devices in Vulkan's order.
func (i *Instance) Devices() []*PhysicalDevice { return i.devices }

// Messages returns the validation layer's errors and warnings since the last
// call, oldest first.
func (i *Instance) Messages() []string { return nil }

// Close frees the instance. Its devices must be closed before. Closing again
// does nothing.
func (i *Instance) Close() error { return nil }
