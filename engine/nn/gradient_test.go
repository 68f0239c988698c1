package nn_test

import (
	"fmt"
	"math"
	"testing"
	"time"

	"tandem/engine/cpu"
	"tandem/engine/device"
	"tandem/engine/nn"
	"tandem/engine/tensor"
)

// Each layer stands in a small network; what goes before it makes its input
// depend on parameters, so that its input gradient is judged too.
var gradientCases = map[string]string{
	"conv":           `{"name":"l","type":"conv","filters":6,"kernel":3,"stride":2,"pads":[1,0,2,1],"ceil":true,"groups":2,"weight":{"std":0.3,"rate_factor":1},"bias":{"std":0.3,"rate_factor":1}}`,
	"local":          `{"name":"l","type":"local","filters":4,"kernel":3,"pad":1,"weight":{"std":0.3,"rate_factor":1},"bias":{"std":0.3,"rate_factor":1}}`,
	"fc":             `{"name":"l","type":"fc","outputs":9,"weight":{"std":0.2,"rate_factor":1},"bias":{"std":0.3,"rate_factor":1}}`,
	"lrn":            `{"name":"l","type":"lrn","size":5,"alpha":0.3,"beta":0.75,"k":2,"groups":2}`,
	"lrn even":       `{"name":"l","type":"lrn","size":4,"alpha":0.3,"beta":0.6,"k":1}`,
	"lrn same map":   `{"name":"l","type":"lrn","size":3,"alpha":0.3,"beta":0.75,"k":1,"same_map":true}`,
	"max pool":       `{"name":"l","type":"pool","kind":"max","kernel":3,"stride":2,"ceil":true}`,
	"average pool":   `{"name":"l","type":"pool","kind":"average","kernel":3,"stride":2,"pad":1,"ceil":true}`,
	"relu":           `{"name":"l","type":"relu"}`,
	"tanh":           `{"name":"l","type":"tanh"}`,
	"sigmoid":        `{"name":"l","type":"sigmoid"}`,
	"dropout":        `{"name":"l","type":"dropout","keep":0.6}`,
	"dropout invert": `{"name":"l","type":"dropout","keep":0.6,"inverted":true}`,
	"concat":         `{"name":"t","type":"tanh","inputs":["conv0"]},{"name":"l","type":"concat","inputs":["conv0","t","conv0"]}`,
	"softmax":        `{"name":"l","type":"sigmoid"}`,
}

func TestGradientsAgreeWithFiniteDifferences(t *testing.T) {
	d := cpu.New(2)
	defer d.Close()
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	for name, layer := range gradientCases {
		t.Run(name, func(t *testing.T) {
			text := fmt.Sprintf(`{"name":"g","input":[2,7,6],"nodes":[
				{"name":"conv0","type":"conv","filters":8,"kernel":3,"pad":1,"weight":{"std":0.3,"rate_factor":1},"bias":{"std":0.3,"rate_factor":1}},
				%s,
				{"name":"fc","type":"fc","outputs":5,"weight":{"std":0.3,"rate_factor":1},"bias":{"std":0.3,"rate_factor":1}},
				{"name":"softmax","type":"softmax"}],
				"recipe":{"batch":4,"epochs":1,"rate":0.1,"momentum":0.9,"schedule":{"kind":"constant"},"images":{"subtract":"none","scale":1}}}`, layer)
			net, err := nn.ParseNetwork([]byte(text), "g.json")
			if err != nil {
				t.Fatal(err)
			}
			m, err := nn.New(net, nn.Options{Batch: 4, Devices: []device.Device{d}, InputGradient: true})
			if err != nil {
				t.Fatal(err)
			}
			defer m.Close()
			newProbe(t, m, seed).check()
		})
	}
}

// probe compares directional derivatives of the loss.
type probe struct {
	t      *testing.T
	m      *nn.Model
	stream tensor.Stream
	drawn  uint64
	images *tensor.Tensor
	labels []float32
}

func newProbe(t *testing.T, m *nn.Model, seed uint64) *probe {
	p := &probe{t: t, m: m, stream: tensor.NewStream(seed, 1, 0), images: tensor.New(4, 2, 7, 6), labels: []float32{0, 4, 2, 2}}
	p.normals(p.images.Data)
	m.Init(seed)
	m.SetStep(device.StepState{Seed: seed, Step: 3})
	return p
}

func (p *probe) normals(dst []float32) {
	p.stream.FillNormal(dst, p.drawn, 1)
	p.drawn += uint64(len(dst))
}

// loss returns the mean cross-entropy in training mode; masks stay the same.
func (p *probe) loss() float64 {
	p.m.Load(p.images.Data, p.labels)
	p.m.Forward(true)
	loss, rank := make([]float32, 4), make([]float32, 4)
	if err := p.m.Scores(loss, rank); err != nil {
		p.t.Fatal(err)
	}
	return (float64(loss[0]) + float64(loss[1]) + float64(loss[2]) + float64(loss[3])) / 4
}

func (p *probe) check() {
	p.loss()
	p.m.Backward()
	dx, err := p.m.InputGradient()
	if err != nil {
		p.t.Fatal(err)
	}
	gradients := map[string]*tensor.Tensor{}
	for _, q := range p.m.Params() {
		if gradients[q.Name], err = p.m.ReadParam(q.Name, nn.Gradient); err != nil {
			p.t.Fatal(err)
		}
	}
	p.along("images", p.images.Clone(), dx, func(v *tensor.Tensor) { p.images = v })
	for name, g := range gradients {
		w, err := p.m.ReadParam(name, nn.Weights)
		if err != nil {
			p.t.Fatal(err)
		}
		p.along(name, w, g, func(v *tensor.Tensor) {
			if err := p.m.WriteParam(name, nn.Weights, v); err != nil {
				p.t.Fatal(err)
			}
		})
	}
}

// along checks the gradient g of the value v in its own direction and in random
// ones. Errors are judged against the gradient's length; kinks can spoil one
// direction, not most of them.
func (p *probe) along(name string, v, g *tensor.Tensor, set func(*tensor.Tensor)) {
	const directions, tolerance = 7, 4e-3
	length := norm(g.Data)
	if length == 0 {
		p.t.Errorf("%s: the gradient is zero", name)
		return
	}
	bad := 0
	for i := range directions {
		dir := g.Clone()
		if i > 0 {
			p.normals(dir.Data)
		}
		scale(dir.Data, 1/norm(dir.Data))
		want := dot(g.Data, dir.Data)
		if e := p.miss(v, dir, set, want) / length; e > tolerance {
			bad++
			p.t.Logf("%s, direction %d: %g by the gradient, off by %.2g of its length", name, i, want, e)
		}
	}
	if bad > directions/3 {
		p.t.Errorf("%s: %d of %d directions are off", name, bad, directions)
	}
}

// stepSizes are tried in turn: a kink of a ReLU or a pool that one step crosses
// lies outside another, and float32's rounding spoils the shortest; a wrong
// gradient is wrong at all of them.
var stepSizes = []float32{0x1p-9, 0x1p-11, 0x1p-13}

// miss returns the smallest distance between want and central differences, less
// what four units in the last place of the loss make of one.
func (p *probe) miss(v, dir *tensor.Tensor, set func(*tensor.Tensor), want float64) float64 {
	best := math.Inf(1)
	for _, h := range stepSizes {
		set(shifted(v, dir, h))
		up := p.loss()
		set(shifted(v, dir, -h))
		down := p.loss()
		noise := 4 * 0x1p-23 * up
		best = min(best, max(0, math.Abs(up-down-2*float64(h)*want)-noise)/(2*float64(h)))
	}
	set(v.Clone())
	return best
}

func shifted(v, dir *tensor.Tensor, h float32) *tensor.Tensor {
	s := v.Clone()
	for i := range s.Data {
		s.Data[i] += h * dir.Data[i]
	}
	return s
}

func dot(a, b []float32) float64 {
	sum := 0.0
	for i := range a {
		sum += float64(a[i]) * float64(b[i])
	}
	return sum
}

func norm(a []float32) float64 { return math.Sqrt(dot(a, a)) }

func scale(a []float32, f float64) {
	for i := range a {
		a[i] = float32(float64(a[i]) * f)
	}
}
