package main

import (
	"fmt"
	"strings"

	"tandem/engine/cpu"
	"tandem/engine/device"
)

// gpus are the Vulkan devices of this machine.
type gpus struct {
	found   []gpu
	missing string // why there are none
	close   func()
}

// gpu is a Vulkan device that can be opened, more than once.
type gpu struct {
	deviceLine
	open func(o gpuOptions) (opened device.Device, notes []string, err error)
}

// gpuOptions says how a GPU is opened.
type gpuOptions struct {
	kernels string // "tiled" or "direct"; "" leaves the choice to the device's kind
	budget  int64  // bytes of its memory; 0 for what it has to spare
}

// get returns the device that vulkan:index names.
func (g *gpus) get(index int) (gpu, error) {
	switch n := len(g.found); {
	case n == 0:
		return gpu{}, fmt.Errorf("--device vulkan:%d: %s", index, g.missing)
	case index >= n:
		return gpu{}, fmt.Errorf("--device vulkan:%d: there is no such device; the last one is %s", index, g.found[n-1].ID)
	}
	return g.found[index], nil
}

// automatic returns what auto would take, the best first: discrete GPUs, then
// integrated ones. Software drivers are slower than the CPU device.
func (g *gpus) automatic() []gpu {
	var list []gpu
	for _, kind := range []string{"discrete", "integrated"} {
		for _, d := range g.found {
			if d.Kind == kind && d.Usable {
				list = append(list, d)
			}
		}
	}
	return list
}

// opener opens the devices of a --device value.
type opener struct {
	gpus    *gpus
	kernels string // see gpuOptions
	note    func(string)
	devices []device.Device
	noted   map[string]bool
}

// openDevices starts the devices of a --device value; close stops them. What a
// user should know, though it is no error, goes to note.
func openDevices(list string, note func(string)) (devices []device.Device, closeAll func(), err error) {
	return openWith(list, "", note)
}

// openWith is openDevices with a choice of kernels.
func openWith(list, kernels string, note func(string)) ([]device.Device, func(), error) {
	specs, err := parseDevices(list)
	if err != nil {
		return nil, nil, err
	}
	o := &opener{kernels: kernels, note: note, noted: map[string]bool{}}
	twins := len(specs) == 2 && specs[0] == specs[1]
	for _, s := range specs {
		d, err := o.open(s, twins)
		if err != nil {
			o.close()
			return nil, nil, err
		}
		o.devices = append(o.devices, d)
	}
	return o.devices, o.close, nil
}

func (o *opener) close() {
	for _, d := range o.devices {
		d.Close() // what it could still report, Sync has reported
	}
	if o.gpus != nil {
		o.gpus.close()
	}
}

// open starts one device. One that is named twice gets half of the memory each
// time.
func (o *opener) open(s deviceSpec, twins bool) (device.Device, error) {
	if s.kind == "cpu" {
		return cpu.New(s.workers), nil
	}
	if o.gpus == nil {
		o.gpus = findGPUs()
	}
	if s.kind == "auto" {
		return o.openBest(), nil
	}
	g, err := o.gpus.get(s.index)
	if err != nil {
		return nil, err
	}
	if !g.Usable {
		return nil, fmt.Errorf("--device %s: %s (%s): take another; tandem devices shows them", g.ID, g.Name, g.Why)
	}
	var budget int64
	if twins {
		budget = g.local() * 4 / 10 // of the 80 % that one would get
	}
	return o.openGPU(g, budget)
}

// openBest opens what auto takes: the first GPU that does not refuse, or else
// the CPU.
func (o *opener) openBest() device.Device {
	for _, g := range o.gpus.found {
		if !g.Usable && (g.Kind == "discrete" || g.Kind == "integrated") {
			o.say(fmt.Sprintf("%s (%s) is left out: %s", g.ID, g.Name, g.Why))
		}
	}
	for _, g := range o.gpus.automatic() {
		d, err := o.openGPU(g, 0)
		if err == nil {
			return d
		}
		o.say(oneLine(err) + "; trying without it")
	}
	o.gpus.close()
	o.gpus = nil
	return cpu.New(0)
}

func (o *opener) openGPU(g gpu, budget int64) (device.Device, error) {
	d, notes, err := g.open(gpuOptions{o.kernels, budget})
	for _, text := range notes {
		o.say(g.ID + ": " + strings.TrimPrefix(text, g.ID+": "))
	}
	return d, err
}

// say passes a note on, but once.
func (o *opener) say(text string) {
	if !o.noted[text] {
		o.noted[text] = true
		o.note(text)
	}
}
