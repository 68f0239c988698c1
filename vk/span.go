//go:build cgo

package vk

import "time"

// Span returns the time from one tick of the device's clock to a later one; the
// counter may have wrapped once in between.
func (d *Device) Span(from, to uint64) time.Duration {
	unused := 64 - d.p.QueueFamilies[d.family].TimestampBits
	ticks := (to - from) << unused >> unused
	return time.Duration(float64(ticks) * d.p.Limits.TimestampPeriod)
}
