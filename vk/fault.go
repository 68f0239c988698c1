//go:build cgo

package vk

// #include <stdlib.h>
// #include "shim_device.h"
import "C"

import "unsafe"

// InjectFault has a call fail with a VkResult from the after-th call on, on every
// device, until restore is called; for tests. It knows "vkQueueSubmit",
// "vkWaitSemaphores", "vkAllocateMemory", "vkCreateComputePipelines" and
// "vkCreateDescriptorPool".
func InjectFault(call string, after int, result int32) (restore func()) {
	setFault(call, after, result)
	return func() { setFault(call, 0, 0) }
}

func setFault(call string, after int, result int32) {
	name := C.CString(call)
	defer C.free(unsafe.Pointer(name))
	if C.shimFault(name, C.int(after), C.VkResult(result)) == 0 {
		panic("vk: InjectFault does not know " + call)
	}
}
