//go:build cgo

package vk

// #include <stdlib.h>
// #include "shim_instance.h"
import "C"

import (
	"fmt"
	"strings"
	"unsafe"
)

// Names that outlive every instance, as the shim asks for.
var (
	validationLayer       = C.CString("VK_LAYER_KHRONOS_validation")
	validationFeatures    = C.CString("VK_EXT_validation_features")
	debugUtils            = C.CString("VK_EXT_debug_utils")
	portabilityEnumerate  = C.CString("VK_KHR_portability_enumeration")
	validationInstallHint = "install the package vulkan-validationlayers, or LunarG's Vulkan SDK"
)

// addValidation has the instance check every call, and report what it finds.
func addValidation(setup *C.shimSetup, proc unsafe.Pointer, gpuAssisted bool) error {
	if C.shimHasLayer(proc, validationLayer) == 0 {
		return fmt.Errorf("the validation layer %s is not installed: %s", C.GoString(validationLayer), validationInstallHint)
	}
	for _, name := range []*C.char{debugUtils, validationFeatures} {
		if C.shimHasExtension(proc, nil, name) == 0 && C.shimHasExtension(proc, validationLayer, name) == 0 {
			return fmt.Errorf("the validation layer has no %s: %s", C.GoString(name), validationInstallHint)
		}
		C.shimAddExtension(setup, name)
	}
	var gpu C.int
	if gpuAssisted {
		gpu = 1
	}
	C.shimAddValidation(setup, validationLayer, gpu)
	return nil
}

// takeMessages turns the shim's list into text and frees it.
func takeMessages(setup *C.shimSetup) []string {
	list := C.shimTakeMessages(setup)
	defer C.shimFreeMessages(list)
	var all []string
	for m := list; m != nil; m = m.next {
		all = append(all, messageText(m.error != 0, C.GoString(m.id), C.GoString(m.text)))
	}
	return all
}

// messageText is one line: the layer's texts have several.
func messageText(isError bool, id, text string) string {
	severity := "warning"
	if isError {
		severity = "error"
	}
	text = strings.Join(strings.Fields(text), " ")
	if id != "" && !strings.Contains(text, id) {
		text = id + ": " + text
	}
	return severity + ": " + text
}
