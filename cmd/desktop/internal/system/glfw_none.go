//go:build !(linux && cgo) || nowindow || noglfw

package system

import (
	"errors"
	"unsafe"
)

// Monitors returns an error: it takes GLFW, which this build leaves out.
func Monitors() ([]Monitor, error) {
	return nil, errors.New("no facts about monitors: this build leaves GLFW out")
}

// VulkanProcAddr returns nil: the caller opens Vulkan's loader by itself.
func VulkanProcAddr() unsafe.Pointer { return nil }
