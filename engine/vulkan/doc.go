// Package vulkan is the backend for every device that speaks Vulkan: the
// kernels of package shaders, started through package vk. An operation is
// encoded into a command buffer at the call; buffers are submitted when a result
// is asked for, when enough has gathered, or as a recording that is replayed.
//
// Built without cgo the package is empty.
package vulkan
