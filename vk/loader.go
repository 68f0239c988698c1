//go:build cgo

package vk

// #cgo linux LDFLAGS: -ldl
// #include "shim.h"
import "C"

import "errors"

// ErrNoLoader means that the machine has no Vulkan.
var ErrNoLoader = errors.New("Vulkan is not installed")
