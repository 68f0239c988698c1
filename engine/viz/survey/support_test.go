package survey

import (
	"testing"

	"tandem/engine/cpu"
	"tandem/engine/data"
	"tandem/engine/device"
	"tandem/engine/nn"
	"tandem/engine/tensor"
)

// noise is a dataset of random pictures, some of them brighter than others.
type noise struct{ images, channels, side int }

func (d noise) Len() int            { return d.images }
func (d noise) Shape() tensor.Shape { return tensor.Shape{d.channels, d.side, d.side} }
func (d noise) Classes() []string   { return []string{"a", "b", "c", "d"} }
func (d noise) Close() error        { return nil }

func (d noise) Read(i int, dst []byte) (int, error) {
	draw := tensor.NewStream(7, tensor.Purpose("noise"), uint32(i))
	for j := range dst {
		dst[j] = byte(draw.Intn(uint64(j), 64+(i*37)%190))
	}
	return (i*i + i/3) % 4, nil
}

// twoTowers sees 11x11 crops.
const twoTowers = `{"name":"two-towers","input":[1,11,11],"towers":2,"nodes":[
	{"name":"conv1","type":"conv","filters":6,"kernel":4,"stride":2,"pad":1,"ceil":true,"weight":{"std":0.3,"rate_factor":1},"bias":{"rate_factor":1}},
	{"name":"relu1","type":"relu"},
	{"name":"norm1","type":"lrn","size":3,"alpha":0.01,"beta":0.75,"k":2,"groups":2},
	{"name":"pool1","type":"pool","kind":"max","kernel":3,"stride":2,"ceil":true},
	{"name":"conv2","type":"conv","filters":8,"kernel":3,"pad":1,"groups":2,"weight":{"std":0.2,"rate_factor":1},"bias":{"rate_factor":1}},
	{"name":"tanh2","type":"tanh"},
	{"name":"fc3","type":"fc","outputs":10,"weight":{"std":0.3,"rate_factor":1},"bias":{"rate_factor":1}},
	{"name":"relu3","type":"relu"},
	{"name":"drop3","type":"dropout","keep":0.5},
	{"name":"fc4","type":"fc","outputs":4,"tower":"a","weight":{"std":0.5,"rate_factor":1},"bias":{"rate_factor":1}},
	{"name":"softmax","type":"softmax","tower":"a"}],
	"recipe":{"batch":8,"epochs":1,"rate":0.1,"momentum":0.9,"schedule":{"kind":"constant"},
	"images":{"subtract":"none","scale":0.02}}}`

func parse(t testing.TB, text string) *nn.Network {
	t.Helper()
	net, err := nn.ParseNetwork([]byte(text), "test.json")
	if err != nil {
		t.Fatal(err)
	}
	return net
}

func cpus(t testing.TB, n int) []device.Device {
	var all []device.Device
	for range n {
		d := cpu.New(1)
		t.Cleanup(func() { d.Close() })
		all = append(all, d)
	}
	return all
}

// newTowers has random weights; unit 2 of conv1 is off whatever it sees.
func newTowers(t testing.TB, batch int, devices []device.Device) *nn.Model {
	t.Helper()
	m, err := nn.New(parse(t, twoTowers), nn.Options{Batch: batch, Devices: devices, Inference: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(m.Close)
	m.Init(3)
	bias := tensor.New(6)
	bias.Data[2] = -1e4
	if err := m.WriteParam("conv1.bias", nn.Weights, bias); err != nil {
		t.Fatal(err)
	}
	return m
}

func loader(t testing.TB, ds data.Dataset, batch int) *data.Loader {
	t.Helper()
	l, err := data.NewEvalLoader(ds, nil, data.Augment{Crop: 11, Scale: 0.02}, batch, 1, data.LoaderOptions{Workers: 1})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(l.Close)
	return l
}
