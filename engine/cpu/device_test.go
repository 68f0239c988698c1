package cpu

import (
	"testing"

	"tandem/engine/device"
	"tandem/engine/device/devicetest"
)

func open(testing.TB) device.Device { return New(0) }

func TestDevice(t *testing.T) { devicetest.Run(t, open) }

func BenchmarkDevice(b *testing.B) { devicetest.Benchmark(b, open) }

// Sums have a fixed order however many workers share them out.
func TestWorkersDoNotChangeResults(t *testing.T) {
	devicetest.Equal(t,
		func(testing.TB) device.Device { return New(1) },
		func(testing.TB) device.Device { return New(5) })
}
