//go:build !cgo

package main

// vulkanSupport is what `tandem version` says of Vulkan.
const vulkanSupport = "left out: built without cgo"

// isOutOfMemory is for Vulkan devices; the CPU's memory is weighed before.
func isOutOfMemory(error) bool { return false }

// findGPUs finds none.
func findGPUs() *gpus {
	return &gpus{missing: "this build leaves Vulkan out: it was built without cgo", close: func() {}}
}
