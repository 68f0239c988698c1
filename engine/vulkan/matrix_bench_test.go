//go:build cgo

package vulkan

import (
	"testing"

	"tandem/engine/device"
	"tandem/engine/device/devicetest"
	"tandem/vk/vktest"
)

// BenchmarkOperations times every operation at AlexNet's shapes on each driver.
func BenchmarkOperations(b *testing.B) {
	for _, p := range vktest.Instance(b, false).Devices() {
		b.Run(p.Name, func(b *testing.B) { devicetest.Benchmark(b, opener(p, Options{})) })
	}
}

// BenchmarkProduct multiplies matrices of 512 x 512 elements on each driver.
func BenchmarkProduct(b *testing.B) {
	const n = 512
	for _, p := range vktest.Instance(b, false).Devices() {
		b.Run(p.Name, func(b *testing.B) {
			d := open(b, p, Options{})
			defer d.Close()
			var m [3]device.Buffer
			for i := range m {
				var err error
				if m[i], err = d.Alloc(n * n); err != nil {
					b.Fatal(err)
				}
				d.Fill(m[i], 0.5)
			}
			product := func() {
				d.FCForward(device.FC{N: n, In: n, Out: n}, m[0], m[1], nil, m[2])
				if err := d.Sync(); err != nil {
					b.Fatal(err)
				}
			}
			product() // compiles
			for b.Loop() {
				product()
			}
			b.ReportMetric(2*n*n*n*float64(b.N)/b.Elapsed().Seconds()/1e9, "GFLOP/s")
		})
	}
}
