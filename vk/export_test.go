//go:build cgo

package vk

// LeaveOutBarriers plants the mistake that the alarm must report.
func (c *Commands) LeaveOutBarriers() { c.unordered = true }
