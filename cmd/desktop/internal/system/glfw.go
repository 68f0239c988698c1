//go:build linux && cgo && !nowindow && !noglfw

// GLFW is for Linux alone. Ebiten has a GLFW of its own inside, and elsewhere the
// two do not bear each other: on macOS their Objective-C classes, and on Windows
// their window classes have the same names, and ebiten's cannot be made.

package system

import (
	"fmt"
	"unsafe"

	"github.com/go-gl/glfw/v3.3/glfw"
)

// Monitors returns the screens, the primary one first. Call it on the main
// goroutine, before the window opens.
func Monitors() (all []Monitor, err error) {
	if err := openGLFW(); err != nil {
		return nil, err
	}
	defer func() {
		if p := recover(); p != nil { // how the binding reports errors
			err = fmt.Errorf("GLFW cannot list the monitors: %v", p)
		}
	}()
	for _, m := range glfw.GetMonitors() {
		all = append(all, describe(m))
	}
	return all, nil
}

func describe(m *glfw.Monitor) Monitor {
	scale, _ := m.GetContentScale()
	d := Monitor{Name: m.GetName(), Scale: float64(scale)}
	if mode := m.GetVideoMode(); mode != nil {
		d.Width, d.Height, d.RefreshHz = mode.Width, mode.Height, mode.RefreshRate
	}
	return d
}

// VulkanProcAddr returns a vkGetInstanceProcAddr as vk.InstanceOptions wants it,
// nil where GLFW finds no Vulkan or no display. It is good as long as the process
// runs. The first call of it or of Monitors belongs on the main goroutine, before
// the window opens.
func VulkanProcAddr() unsafe.Pointer {
	if openGLFW() != nil || !glfw.VulkanSupported() {
		return nil
	}
	return glfw.GetVulkanGetInstanceProcAddress()
}

// openGLFW opens GLFW unless it is open. It is never closed: the address that
// VulkanProcAddr returns is that of a function of GLFW's, which after the end
// finds nothing any more, and the loader may be unloaded then. What stays open is
// one idle connection to the display.
func openGLFW() error {
	// Without a display the binding would print a line and return no error.
	if ok, reason := HasDisplay(); !ok {
		return fmt.Errorf("no display: %s", reason)
	}
	return glfw.Init()
}
