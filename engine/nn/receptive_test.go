package nn_test

import (
	"image"
	"testing"

	"tandem/engine/nn"
	"tandem/engine/tensor"
)

// widening has every kind of window: strides, uneven pads, partial last
// windows, kernels of even size, squares of the same map, and two branches.
const widening = `{"name":"widening","input":[1,21,17],"nodes":[
	{"name":"conv1","type":"conv","filters":2,"kernel":4,"stride":2,"pads":[1,2,0,1],"weight":{"rate_factor":1},"bias":{"rate_factor":1}},
	{"name":"relu1","type":"relu"},
	{"name":"square","type":"lrn","size":4,"alpha":1e-5,"beta":0.75,"k":1,"same_map":true},
	{"name":"across","type":"lrn","size":3,"alpha":0.1,"beta":0.75,"k":1},
	{"name":"pool1","type":"pool","kind":"max","kernel":3,"stride":2,"ceil":true},
	{"name":"left","type":"conv","inputs":["pool1"],"filters":2,"kernel":3,"pad":1,"weight":{"rate_factor":1},"bias":{"rate_factor":1}},
	{"name":"right","type":"local","inputs":["pool1"],"filters":2,"kernel":2,"pads":[1,0,0,1],"weight":{"rate_factor":1},"bias":{"rate_factor":1}},
	{"name":"both","type":"concat","inputs":["left","right"]},
	{"name":"pool2","type":"pool","kind":"average","kernel":2,"stride":2,"pads":[1,0,0,0]},
	{"name":"fc","type":"fc","outputs":3,"weight":{"rate_factor":1},"bias":{"rate_factor":1}},
	{"name":"softmax","type":"softmax"}],
	"recipe":{"batch":1,"epochs":1,"rate":1,"momentum":0,"schedule":{"kind":"constant"},"images":{"subtract":"none","scale":1}}}`

// Each image of a batch has another pixel changed: the rectangle of a unit is
// the one around the pixels that change it. Weights and pixels are positive, so
// nothing is cut off; what is no window's maximum in one round is in another.
func TestReceptiveFieldsAreWhatChangesAUnit(t *testing.T) {
	net, err := nn.ParseNetwork([]byte(widening), "widening.json")
	if err != nil {
		t.Fatal(err)
	}
	shapes, err := net.Infer()
	if err != nil {
		t.Fatal(err)
	}
	size := net.Input.Size()
	m, err := nn.New(net, nn.Options{Batch: size + 1, Devices: cpus(t, 1), Inference: true})
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	changed := map[string][]image.Rectangle{}
	for round := range uint32(rounds) {
		positive(t, m, round)
		m.Load(changedPixels(size, round), make([]float32, size+1))
		m.Infer()
		for _, n := range net.Nodes[:len(net.Nodes)-1] { // a softmax adds up to one whatever comes
			all, err := m.Activation(n.Name, size+1)
			if err != nil {
				t.Fatal(err)
			}
			changed[n.Name] = unite(changed[n.Name], whatChanged(net, all))
		}
	}
	for name, want := range changed {
		w := 1
		if len(shapes[name]) == 3 {
			w = shapes[name][2]
		}
		for place := range want {
			at := image.Rect(0, 0, 1, 1).Add(image.Pt(place%w, place/w))
			if got := net.ReceptiveField(shapes, name, at); got != want[place] {
				t.Errorf("layer %s at %v: receptive field %v, but %v changes it", name, at.Min, got, want[place])
			}
		}
	}
}

const rounds = 60

// changedPixels returns size+1 equal images of size pixels; in image i pixel i
// is another, in the last one none.
func changedPixels(size int, round uint32) []float32 {
	draw := tensor.NewStream(5, tensor.Purpose("pixels"), round)
	x := make([]float32, (size+1)*size)
	for i := range x {
		x[i] = 0.5 + 20*draw.Uniform(uint64(i%size))
	}
	for i := range size {
		x[i*size+i] *= []float32{5, 0.05}[round%2]
	}
	return x
}

func positive(t *testing.T, m *nn.Model, round uint32) {
	draw := tensor.NewStream(6, tensor.Purpose("weights"), round)
	params, err := m.Net.Params()
	if err != nil {
		t.Fatal(err)
	}
	next := uint64(0)
	for _, p := range params {
		w := tensor.New(p.Shape...)
		for i := range w.Data {
			w.Data[i] = 0.1 + draw.Uniform(next)
			next++
		}
		if err := m.WriteParam(p.Name, nn.Weights, w); err != nil {
			t.Fatal(err)
		}
	}
}

// whatChanged returns, for each place of the maps, the rectangle around the
// pixels whose image differs there from the last one.
func whatChanged(net *nn.Network, all *tensor.Tensor) []image.Rectangle {
	units := all.Shape[1:].Size()
	places := units / all.Shape[1]
	last := all.Shape[0] - 1
	changed := make([]image.Rectangle, places)
	for pixel := range last {
		at := image.Rect(0, 0, 1, 1).Add(image.Pt(pixel%net.Input[2], pixel/net.Input[2]))
		for i := range units {
			if all.Data[pixel*units+i] != all.Data[last*units+i] {
				changed[i%places] = changed[i%places].Union(at)
			}
		}
	}
	return changed
}

func unite(a, b []image.Rectangle) []image.Rectangle {
	for i := range a {
		b[i] = b[i].Union(a[i])
	}
	return b
}

// The figures that are known for AlexNet: 11, 51, 99, 131 and 163 pixels of its
// convolutions in the middle of the image, and 195 after the last pool.
func TestReceptiveFieldsOfAlexNet(t *testing.T) {
	net, err := nn.Build("alexnet", nn.BuildOptions{})
	if err != nil {
		t.Fatal(err)
	}
	shapes, err := net.Infer()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name     string
		at, side int
	}{{"conv1", 27, 11}, {"conv2", 13, 51}, {"conv3", 6, 99}, {"conv4", 6, 131}, {"conv5", 6, 163}, {"pool5", 2, 195}} {
		got := net.ReceptiveField(shapes, c.name, image.Rect(c.at, c.at, c.at+1, c.at+1))
		if got.Dx() != c.side || got.Dy() != c.side {
			t.Errorf("%s sees %v, want %d pixels a side", c.name, got, c.side)
		}
	}
	if got := net.ReceptiveField(shapes, "fc6", image.Rect(0, 0, 1, 1)); got != image.Rect(0, 0, 224, 224) {
		t.Errorf("fc6 sees %v", got)
	}
	if got := net.ReceptiveField(shapes, "conv1", image.Rect(54, 0, 55, 1)); got != image.Rect(216, 0, 224, 11) {
		t.Errorf("the last window of conv1 sees %v", got)
	}
}
