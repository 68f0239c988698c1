//go:build cgo

package vk

import vulkan "github.com/vulkan-go/vulkan"

// Handle lets tests make calls that the package never would.
func (p *PhysicalDevice) Handle() vulkan.PhysicalDevice { return p.handle }
