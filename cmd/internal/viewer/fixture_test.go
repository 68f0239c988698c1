package viewer

import (
	"fmt"
	"image"
	"image/color"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"tandem/cmd/internal/scene"
	"tandem/cmd/internal/viewer/ui"
	"tandem/engine/nn"
	"tandem/engine/tensor"
)

// fixture is a source whose scene a test sets, and which remembers what the viewer
// has asked for.
type fixture struct {
	scene.Board
	wants  []scene.Want
	orders []scene.Order
}

func (f *fixture) Want(w scene.Want)  { f.wants = append(f.wants, w) }
func (f *fixture) Tell(o scene.Order) { f.orders = append(f.orders, o) }

// services remembers what a viewer has called for.
type services struct {
	pasted, chosen int
	exports        map[string][]byte
	links          []string
	complaints     []error
}

func (s *services) Paste()  { s.pasted++ }
func (s *services) Choose() { s.chosen++ }
func (s *services) Export(name string, data []byte) {
	if s.exports == nil {
		s.exports = map[string][]byte{}
	}
	s.exports[name] = data
}
func (s *services) Complain(err error) { s.complaints = append(s.complaints, err) }
func (s *services) Link(state string)  { s.links = append(s.links, state) }

// newFixture returns a source with every part of a scene filled, for a network that
// comes with the program and colour images of 10 classes.
func newFixture(t testing.TB, net string) *fixture {
	f := &fixture{}
	s := testScene(t, net)
	f.Update(func(to *scene.Scene) { *to = *s })
	return f
}

// frame draws one frame that only records.
func frame(v *Viewer, w, h int, in ui.Input) *ui.Frame {
	f, _ := v.Frame(nil, image.Pt(w, h), 1, in)
	return f
}

// press returns the input of a click in the middle of r.
func press(r image.Rectangle) ui.Input {
	return ui.Input{Mouse: r.Min.Add(r.Max).Div(2), Pressed: true, Down: true}
}

// control returns a control by its ID or label, and fails where there is none.
func control(t testing.TB, f *ui.Frame, name string) ui.Control {
	t.Helper()
	for _, c := range f.Controls {
		if c.ID == name || c.Label == name {
			return c
		}
	}
	t.Fatalf("no control %q among %d", name, len(f.Controls))
	return ui.Control{}
}

// checkTexts fails where a text leaves the part of the window that it belongs to, or
// covers another.
func checkTexts(t testing.TB, f *ui.Frame) {
	t.Helper()
	for i, a := range f.Texts {
		seen := a.Rect.Intersect(a.Clip)
		if seen.Empty() {
			continue
		}
		// Scrolled lines may be cut at the top and the bottom, never at the sides.
		if a.Rect.Min.X < a.Clip.Min.X || a.Rect.Max.X > a.Clip.Max.X {
			t.Errorf("%q at %v leaves its pane %v", a.Text, a.Rect, a.Clip)
		}
		for _, b := range f.Texts[:i] {
			// A line's box is higher than its ink.
			if c := b.Rect.Intersect(b.Clip).Inset(1).Intersect(seen.Inset(1)); c.Dx() > 1 && c.Dy() > 3 {
				t.Errorf("%q at %v covers %q at %v", a.Text, a.Rect, b.Text, b.Rect)
			}
		}
	}
}

const testStep = 1200

var testClasses = []string{"airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"}

func testScene(t testing.TB, name string) *scene.Scene {
	t.Helper()
	net, err := nn.Build(name, nn.BuildOptions{Classes: len(testClasses), Image: testImage(name)})
	if err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(1, 2))
	s := &scene.Scene{Network: testNetwork(t, net), Photos: scene.Photos{Count: 200, About: "test images of made-up data"}}
	s.Weights = testWeights(r, net)
	s.Answer = testAnswer(r, s.Network)
	testUnit(r, s)
	testSet(r, s)
	testRun(r, s)
	return s
}

// testImage is the size of images a network gets; nil leaves it to the network.
func testImage(name string) tensor.Shape {
	if name == "alexnet" {
		return nil
	}
	return tensor.Shape{3, 32, 32}
}

func testNetwork(t testing.TB, net *nn.Network) *scene.Network {
	shapes, err := net.Infer()
	if err != nil {
		t.Fatal(err)
	}
	sum, err := net.Summarize()
	if err != nil {
		t.Fatal(err)
	}
	n := &scene.Network{Net: net, Shapes: shapes, Summary: sum, Classes: testClasses, Data: "images:photos"}
	if net.Towers == 2 {
		if n.Transfers, err = net.Transfers(1); err != nil {
			t.Fatal(err)
		}
	}
	return n
}

func noise(r *rand.Rand, scale float64, shape ...int) *tensor.Tensor {
	x := &tensor.Tensor{Shape: shape, Data: make([]float32, tensor.Shape(shape).Size())}
	for i := range x.Data {
		x.Data[i] = float32(scale * r.NormFloat64())
	}
	return x
}

func testWeights(r *rand.Rand, net *nn.Network) *scene.Weights {
	w := &scene.Weights{Step: testStep, Epoch: 1.5, Params: map[string]*tensor.Tensor{}}
	params, _ := net.Params()
	for _, p := range params {
		if p.Shape.Size() <= 1<<20 {
			w.Params[p.Name] = noise(r, 0.05, p.Shape...)
		}
	}
	return w
}

func testAnswer(r *rand.Rand, n *scene.Network) *scene.Answer {
	in := n.Net.Input
	a := &scene.Answer{
		Photo: scene.Photo{Number: 0, Name: "test image 0", Picture: testPicture(r, in[2], in[1]), Label: 3},
		Step:  testStep, Input: noise(r, 50, in...), Low: make([]float32, in.Size()), High: make([]float32, in.Size()),
		Layers: map[string]*tensor.Tensor{},
	}
	for i := range a.Low {
		a.Low[i], a.High[i] = -120, 135
	}
	sum := float32(0)
	for range n.Classes {
		v := r.Float32()
		a.Probabilities = append(a.Probabilities, v*v*v)
		sum += v * v * v
	}
	for i := range a.Probabilities {
		a.Probabilities[i] /= sum
	}
	for _, node := range n.Net.Nodes {
		x := noise(r, 1, n.Shapes[node.Name]...)
		for i := range x.Data {
			x.Data[i] = max(0, x.Data[i])
		}
		a.Layers[node.Name] = x
	}
	return a
}

func testPicture(r *rand.Rand, w, h int) *image.RGBA {
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	base, cx, cy := color.RGBA{uint8(r.IntN(256)), uint8(r.IntN(256)), uint8(r.IntN(256)), 255}, r.IntN(w), r.IntN(h)
	for y := range h {
		for x := range w {
			c := base
			if math.Hypot(float64(x-cx), float64(y-cy)) < float64(w)/3 {
				c = color.RGBA{255 - base.R, base.G, 255 - base.B, 255}
			}
			img.SetRGBA(x, y, c)
		}
	}
	return img
}

func testThumbnails(r *rand.Rand, n int) []scene.Thumbnail {
	all := make([]scene.Thumbnail, n)
	for i := range all {
		all[i] = scene.Thumbnail{Photo: i, Picture: testPicture(r, 32, 32), Label: r.IntN(10), Predicted: r.IntN(10), Probability: r.Float32(), Distance: 10 * float64(i)}
	}
	return all
}

// testUnit fills what is computed about the first unit and the first image.
func testUnit(r *rand.Rand, s *scene.Scene) {
	in, first := s.Network.Net.Input, s.Network.Net.Nodes[0].Name
	u := scene.Unit{Layer: first}
	s.Backward = &scene.Backward{Unit: u, Mode: scene.Deconvolution, Step: testStep, Map: noise(r, 1, in...), Value: 2.5, At: image.Pt(3, 4), Field: image.Rect(1, 2, 6, 7)}
	drop := noise(r, 0.2, 8, 8)
	s.Occlusion = &scene.Occlusion{Step: testStep, Class: 3, Side: 6, Stride: 4, Clear: 0.8, Drop: drop, Likeliest: make([]int, 64), Activation: noise(r, 1, 8, 8), Unit: u}
	for i := range s.Occlusion.Likeliest {
		s.Occlusion.Likeliest[i] = r.IntN(3)
	}
	k := s.Network.Shapes[first][0]
	s.Ascent = &scene.Ascent{Layer: first, Walked: first, Step: testStep, Steps: 64, Total: 128}
	s.Patches = &scene.Patches{Layer: first, Values: first, Step: testStep, Units: make([][]scene.Patch, k)}
	for i := range k {
		s.Ascent.Units = append(s.Ascent.Units, i)
		s.Ascent.Pictures = append(s.Ascent.Pictures, testPicture(r, 32, 32))
		s.Ascent.Values = append(s.Ascent.Values, r.Float32())
		for j := range 9 {
			s.Patches.Units[i] = append(s.Patches.Units[i], scene.Patch{Photo: j, Label: j, Value: float32(9 - j), Field: image.Rect(0, 0, 11, 11), Picture: testPicture(r, 11, 11)})
		}
	}
	s.Patches.Units[k-1] = nil // a dead one
}

// testSet fills what is computed about all images.
func testSet(r *rand.Rand, s *scene.Scene) {
	s.Survey = &scene.Survey{Step: testStep, Images: 200, Top1Error: 0.25, Confusion: make([][]int, len(testClasses))}
	for i := range s.Survey.Confusion {
		s.Survey.Confusion[i] = make([]int, len(testClasses))
		for j := range s.Survey.Confusion[i] {
			s.Survey.Confusion[i][j] = r.IntN(4)
		}
		s.Survey.Confusion[i][i] = 15
	}
	for _, n := range s.Network.Net.Nodes {
		l := scene.LayerSurvey{Name: n.Name, Mean: 0.5, Std: 1, Max: 8, Zeros: 0.6, Histogram: testHistogram(r)}
		for c := range s.Network.Shapes[n.Name][0] {
			l.Units = append(l.Units, scene.UnitSurvey{Mean: r.Float64(), Std: 1, Max: 3, Zeros: r.Float64()})
			if c%17 == 16 {
				l.Dead = append(l.Dead, c)
			}
		}
		s.Survey.Layers = append(s.Survey.Layers, l)
	}
	s.Gallery = &scene.Gallery{Step: testStep, Label: scene.Any, Predicted: scene.Any, Wrong: true, Total: 50, Items: testThumbnails(r, 50)}
	s.Neighbours = &scene.Neighbours{Layer: "fc7", Step: testStep, Items: testThumbnails(r, 12)}
	s.Map = &scene.Map{Layer: "fc7", Step: testStep, Items: testThumbnails(r, 150), Steps: 750, Total: 750}
	for range s.Map.Items {
		s.Map.Points = append(s.Map.Points, [2]float64{r.NormFloat64(), r.NormFloat64()})
	}
}

func testHistogram(r *rand.Rand) scene.Histogram {
	h := scene.Histogram{Width: 0.125, First: -16}
	for i := range 32 {
		h.Counts = append(h.Counts, int64(1000*math.Exp(-float64((i-16)*(i-16))/40))+int64(r.IntN(20)))
	}
	return h
}

// testRun fills what belongs to the run.
func testRun(r *rand.Rand, s *scene.Scene) {
	s.Health = &scene.Health{Step: testStep}
	for _, n := range s.Network.Net.Nodes {
		h := scene.LayerHealth{Name: n.Name, Dead: math.NaN(), WeightNorm: math.NaN(), GradientNorm: math.NaN(), Update: math.NaN()}
		switch n.Layer.(type) {
		case *nn.Activation:
			h.Dead = 0.3 * r.Float64()
		case *nn.Conv, *nn.FC:
			h.WeightNorm, h.GradientNorm, h.Update = 3+r.Float64(), r.Float64(), 1e-3
			h.Weights, h.Gradients = testHistogram(r), testHistogram(r)
		default:
			continue
		}
		s.Health.Layers = append(s.Health.Layers, h)
	}
	first := s.Network.Net.Nodes[0].Name
	s.Lens = &scene.Lens{Layer: first, Step: testStep, Towers: []float64{0.2, 0.7}}
	for i := range s.Network.Shapes[first][0] {
		s.Lens.Kernels = append(s.Lens.Kernels, min(1, 0.02*float64(i)))
	}
	for i := range 20 {
		s.Lens.History = append(s.Lens.History, scene.LensPoint{Step: 60 * i, Towers: []float64{0.66 - 0.02*float64(i), 0.66 + 0.005*float64(i)}})
	}
	s.Run = &scene.Run{
		State: scene.Training, Live: true, Step: testStep, Steps: 10938, Epoch: 1.5, Epochs: 14, Loss: 1.234, Error: 0.4, TestError: 0.45,
		ImagesPerSecond: 1234, Remaining: 7 * time.Minute, Bytes: 73 << 20, Devices: []string{"cpu (2 threads)"}, Folder: "runs/made-up",
		Rate: 0.01, Momentum: 0.9, Decay: 0.0005, Keep: 0.5,
	}
	for n := range 2 {
		s.Curves = append(s.Curves, testCurve(r, n))
	}
	s.Curves[0].References = []scene.Reference{{Name: "a published result", Error: 0.18}}
	s.Series = &scene.Series{Steps: []int{300, 600, 900, testStep}, Current: 3}
	s.Notices = []scene.Notice{{Serial: 1, Text: "a checkpoint was written: runs/made-up/step-00001200.safetensors", At: time.Now()}}
}

func testCurve(r *rand.Rand, n int) *scene.Curve {
	c := &scene.Curve{Name: fmt.Sprintf("run %d", n+1)}
	for i := range testStep {
		e := float64(i) * 1.5 / testStep
		level := 0.5 + 1.8*math.Exp(-2*e) + 0.1*float64(n)
		c.Steps = append(c.Steps, scene.CurvePoint{Step: i + 1, Epoch: e, Loss: level + 0.2*r.Float64(), Error: min(1, level/2.4), Rate: 0.01})
	}
	for i := range 3 {
		c.Validations = append(c.Validations, scene.Validation{Step: 400 * (i + 1), Epoch: 0.5 * float64(i+1), Loss: 1.5 - 0.3*float64(i), Top1: 0.5 - 0.1*float64(i), Top5: 0.1})
	}
	return c
}
