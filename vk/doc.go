// Package vk is a thin layer over Vulkan 1.2 for compute: instances, devices,
// memory, pipelines, commands and timers. It knows no networks.
//
// It stands on vulkan-go, which covers Vulkan 1.0. What is newer, and what is
// called often, goes through a shim in C (shim*.h, shim*.c): vulkan-go's calls
// that take slices of structs free their C copies from a finalizer that can run
// before the call.
//
// The package needs cgo. Without it (CGO_ENABLED=0) it is empty.
package vk
