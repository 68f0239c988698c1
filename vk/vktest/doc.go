// Package vktest gives tests Vulkan devices that any machine can have: lavapipe
// and SwiftShader, which compute on the processor, both in one process and under
// the validation layer.
//
// Environment variables change what tests run on:
//
//	TANDEM_VULKAN_TESTS=required     what is missing fails tests that it would skip
//	TANDEM_VULKAN_TESTS=none         tests that need a device are skipped
//	TANDEM_VULKAN_VALIDATION=off     no validation layer
//	VK_DRIVER_FILES=a.json:b.json    these drivers, such as a GPU's
package vktest
