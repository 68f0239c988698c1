package main

import (
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"tandem/engine/device"
	"tandem/engine/tensor"
)

// maxSGEMM keeps the three matrices within 3 GiB.
const maxSGEMM = 16384

// productLine is a line of what `tandem bench --sgemm N --json` prints.
type productLine struct {
	N      int       `json:"sgemm"`
	Device benchLine `json:"device"`
	GFLOPS float64   `json:"gflops"` // median
	MS     []float64 `json:"ms"`     // a product, in each of several rounds
}

// benchLine says what was measured.
type benchLine struct {
	ID     string `json:"id"`
	Name   string `json:"name"`
	Kind   string `json:"kind"`
	Driver string `json:"driver"`
}

func describe(d device.Device) benchLine {
	i := d.Info()
	return benchLine{i.ID, i.Name, i.Kind, i.Driver}
}

// runSGEMM measures products of N x N matrices on each device by itself.
func (f *benchFlags) runSGEMM(cmd *cobra.Command) error {
	s := newScreen(cmd, f.asJSON)
	defer s.done()
	devices, closeDevices, err := openWith(f.device, f.kernels, s.note)
	if err != nil {
		return err
	}
	defer closeDevices()
	var lines []productLine
	for _, d := range devices {
		s.progress("multiplying on "+d.Info().ID, 0, 0, "")
		l, err := measureSGEMM(d, f.sgemm)
		if err != nil {
			return err
		}
		lines = append(lines, l)
	}
	s.done()
	if f.asJSON {
		return printJSON(cmd.OutOrStdout(), lines)
	}
	printProducts(cmd.OutOrStdout(), lines)
	return nil
}

const (
	productRounds  = 9
	productSeconds = 0.05 // a round takes about that
)

func measureSGEMM(d device.Device, n int) (productLine, error) {
	l := productLine{N: n, Device: describe(d)}
	var m [3]device.Buffer // x, w and y
	for i := range m {
		b, err := d.Alloc(n * n)
		if err != nil {
			return l, err
		}
		defer d.Free(b)
		m[i] = b
	}
	words := make([]float32, n*n)
	tensor.NewStream(1, tensor.Purpose("sgemm"), 0).FillNormal(words, 0, 1)
	d.Upload(m[0], 0, words)
	d.Upload(m[1], 0, words)
	product := func() { d.FCForward(device.FC{N: n, In: n, Out: n}, m[0], m[1], nil, m[2]) }
	if _, err := timeCalls(d, 1, product); err != nil { // kernels are compiled
		return l, err
	}
	once, err := timeCalls(d, 1, product)
	if err != nil {
		return l, err
	}
	calls, rounds := max(1, int(productSeconds/once.Seconds())), productRounds
	if once > time.Second {
		rounds = 3
	}
	for range rounds {
		took, err := timeCalls(d, calls, product)
		if err != nil {
			return l, err
		}
		l.MS = append(l.MS, milliseconds(took)/float64(calls))
	}
	l.GFLOPS = gflops(int64(n)*int64(n)*int64(n), median(l.MS))
	return l, nil
}

// timeCalls waits for the device after so many calls.
func timeCalls(d device.Device, calls int, call func()) (time.Duration, error) {
	began := time.Now()
	for range calls {
		call()
	}
	err := d.Sync()
	return time.Since(began), err
}

func printProducts(w io.Writer, lines []productLine) {
	for _, l := range lines {
		fmt.Fprintf(w, "sgemm %d: %.1f GFLOP/s, %.3f ms, on %s: %s, %s\n", l.N, l.GFLOPS, median(l.MS), l.Device.ID, l.Device.Name, l.Device.Driver)
	}
}
