package main

import (
	"fmt"
	"math"

	"tandem/engine/device"
	"tandem/engine/nn"
)

// scale is a device that only counts what is allocated on it.
type scale struct {
	device.Device // nil: nothing else is asked for while a model is laid out
	bytes         int64
}

type weighed int

func (w weighed) Len() int { return int(w) }

func (s *scale) Alloc(n int) (device.Buffer, error) {
	s.bytes += 4 * int64(n)
	return weighed(n), nil
}

func (s *scale) Free(device.Buffer) {}

// weigh returns the bytes that a model takes on each of several devices.
func weigh(net *nn.Network, o nn.Options) ([]int64, error) {
	scales := make([]*scale, len(o.Devices))
	o.Devices = append([]device.Device(nil), o.Devices...)
	for i := range scales {
		scales[i] = &scale{}
		o.Devices[i] = scales[i]
	}
	m, err := nn.New(net, o)
	if err != nil {
		return nil, err
	}
	m.Close()
	bytes := make([]int64, len(scales))
	for i, s := range scales {
		bytes[i] = s.bytes
	}
	return bytes, nil
}

// checkMemory returns an error unless a model fits its devices, which names the
// largest batch that would.
func checkMemory(net *nn.Network, o nn.Options) error {
	one, err := weighBatch(net, o, 1)
	if err != nil {
		return nil // not about memory: making the model reports it
	}
	two, err := weighBatch(net, o, 2)
	if err != nil {
		return nil
	}
	var worst *misfit
	for i, d := range o.Devices {
		m := misfit{d.Info(), two[i] - one[i], one[i]}
		if n := m.largestBatch(); n < o.Batch && (worst == nil || n < worst.largestBatch()) {
			worst = &m
		}
	}
	if worst == nil {
		return nil
	}
	return worst.explain(net.Name, o.Batch)
}

func weighBatch(net *nn.Network, o nn.Options, batch int) ([]int64, error) {
	o.Batch = batch
	return weigh(net, o)
}

// misfit is a device that is too small for a batch: memory grows by the image.
type misfit struct {
	device.Info
	image, one int64 // bytes of one more image, and of a batch of one
}

// largestBatch is 0 where not even one image fits.
func (m misfit) largestBatch() int {
	if m.MemoryMB == 0 || m.image <= 0 {
		return math.MaxInt // unknown
	}
	return int(max(0, m.MemoryMB<<20-m.one+m.image) / m.image)
}

func (m misfit) explain(network string, batch int) error {
	way := "it is too small for this network"
	if n := m.largestBatch(); n > 0 {
		way = fmt.Sprintf("try --batch %d", roundBatch(n))
	}
	return fmt.Errorf("network %s at batch %s needs %s on %s (%s), which has %s: %s", network, count(batch),
		memory(m.one+int64(batch-1)*m.image), m.ID, m.Name, memory(m.MemoryMB<<20), way)
}

// roundBatch rounds down to 1, 2, 4, or a multiple of 8.
func roundBatch(n int) int {
	for _, small := range []int{1, 2, 4} {
		if n < 2*small {
			return small
		}
	}
	return n &^ 7
}
