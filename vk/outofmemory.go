//go:build cgo

package vk

import "fmt"

// OutOfMemory is a buffer that did not fit.
type OutOfMemory struct {
	Device              string
	Wanted, Used, Limit int64 // bytes
	cause               error
}

func (e *OutOfMemory) Error() string {
	used, limit, unit := float64(e.Used)/(1<<30), float64(e.Limit)/(1<<30), "GiB"
	if e.Limit < 1<<30 {
		used, limit, unit = used*1024, limit*1024, "MiB"
	}
	return fmt.Sprintf("%s: out of memory: %s wanted, %.1f of %.1f %s in use", e.Device, bytesText(e.Wanted), used, limit, unit)
}

func (e *OutOfMemory) Unwrap() error { return e.cause }

func bytesText(n int64) string {
	switch {
	case n >= 10<<30:
		return fmt.Sprintf("%.1f GiB", float64(n)/(1<<30))
	case n >= 1<<20:
		return fmt.Sprintf("%d MiB", (n+1<<20-1)>>20)
	}
	return fmt.Sprintf("%d KiB", (n+1<<10-1)>>10)
}
