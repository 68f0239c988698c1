package train_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"tandem/engine/cpu"
	"tandem/engine/data"
	"tandem/engine/device"
	"tandem/engine/nn"
	"tandem/engine/tensor"
	"tandem/engine/train"
	"tandem/engine/train/metrics"
)

// stripes is a dataset that a small network learns in seconds: the label says
// whether the stripes run across, down or slantwise, under noise.
type stripes struct {
	images, first int
	channels      int
	closed        bool
}

const stripesSide = 14

func (s *stripes) Len() int            { return s.images }
func (s *stripes) Shape() tensor.Shape { return tensor.Shape{s.channels, stripesSide, stripesSide} }
func (s *stripes) Classes() []string   { return []string{"across", "down", "slantwise"} }
func (s *stripes) Close() error        { s.closed = true; return nil }

func (s *stripes) Read(i int, dst []byte) (int, error) {
	noise := tensor.NewStream(99, 1, uint32(s.first+i))
	label := (s.first + i) % 3
	for j := range dst {
		y, x := j/stripesSide%stripesSide, j%stripesSide
		phase := [3]int{y, x, x + y}[label] + i
		dst[j] = byte(80*(phase/2%2) + noise.Intn(uint64(j), 150))
	}
	return label, nil
}

func stripesData() *data.Splits {
	return &data.Splits{Name: "stripes", Train: &stripes{images: 90, channels: 1}, Test: &stripes{images: 31, first: 1000, channels: 1}}
}

// smallNet has two towers, normalization, pooling and both kinds of dropout; it
// sees 12x12 crops. rate 0 keeps the recipe's.
func smallNet(t testing.TB, epochs int, rate float32) *nn.Network {
	t.Helper()
	if rate == 0 {
		rate = 0.05
	}
	text := fmt.Sprintf(`{"name":"small","input":[1,12,12],"towers":2,"nodes":[
	{"name":"conv1","type":"conv","filters":8,"kernel":3,"pad":1,"weight":{"std":0.3,"rate_factor":1,"decay":0.0005},"bias":{"rate_factor":2}},
	{"name":"relu1","type":"relu"},
	{"name":"norm1","type":"lrn","size":5,"alpha":0.01,"beta":0.75,"k":2,"groups":2},
	{"name":"pool1","type":"pool","kind":"max","kernel":3,"stride":2,"ceil":true},
	{"name":"conv2","type":"conv","filters":8,"kernel":3,"pad":1,"groups":2,"weight":{"std":0.2,"rate_factor":1},"bias":{"rate_factor":1}},
	{"name":"relu2","type":"relu"},
	{"name":"fc3","type":"fc","outputs":16,"weight":{"std":0.1,"rate_factor":1},"bias":{"rate_factor":1,"value":0.1}},
	{"name":"relu3","type":"relu"},
	{"name":"drop3","type":"dropout","keep":0.5},
	{"name":"fc4","type":"fc","outputs":3,"tower":"a","weight":{"std":0.1,"rate_factor":1},"bias":{"rate_factor":1}},
	{"name":"softmax","type":"softmax","tower":"a"}],
	"recipe":{"batch":8,"epochs":%d,"rate":%g,"momentum":0.9,"schedule":{"kind":"step","factor":0.5,"every":40},
	"images":{"flip":true,"subtract":"mean-image","scale":0.02}}}`, epochs, rate)
	return parse(t, text)
}

func parse(t testing.TB, text string) *nn.Network {
	t.Helper()
	net, err := nn.ParseNetwork([]byte(text), "small.json")
	if err != nil {
		t.Fatal(err)
	}
	return net
}

// listener keeps what a run reports, and can act on a step.
type listener struct {
	steps  []train.StepReport
	epochs []train.EpochReport
	notes  []string
	plan   train.Plan
	onStep func(train.StepReport)
}

func (l *listener) Start(p train.Plan)  { l.plan = p }
func (l *listener) Measuring(int, int)  {}
func (l *listener) Validating(int, int) {}
func (l *listener) Epoch(e train.EpochReport) {
	l.epochs = append(l.epochs, e)
}
func (l *listener) Note(s string) { l.notes = append(l.notes, s) }
func (l *listener) Step(s train.StepReport) {
	l.steps = append(l.steps, s)
	if l.onStep != nil {
		l.onStep(s)
	}
}

// setup is a run's configuration with its listener.
type setup struct {
	train.Config
	*listener
}

func newSetup(t testing.TB, epochs int) setup {
	t.Helper()
	l := &listener{}
	return setup{train.Config{
		Net: smallNet(t, epochs, 0), Data: stripesData(), Devices: cpus(t, 2), Seed: 5, Out: t.TempDir(), KeepLast: 2, Report: l,
	}, l}
}

// cpus opens one CPU device with that many workers.
func cpus(t testing.TB, workers ...int) []device.Device {
	t.Helper()
	var all []device.Device
	for _, w := range workers {
		d := cpu.New(w)
		t.Cleanup(func() { d.Close() })
		all = append(all, d)
	}
	return all
}

func (s setup) run(t testing.TB, ctx context.Context) *train.Summary {
	t.Helper()
	sum, err := train.Run(ctx, s.Config)
	if err != nil {
		t.Fatal(err)
	}
	return sum
}

// resume takes up the newest checkpoint of the run's folder.
func (s *setup) resume(t testing.TB) {
	t.Helper()
	c, err := train.LoadCheckpoint(s.Out)
	if err != nil {
		t.Fatal(err)
	}
	s.Resume = c
	s.Net = c.Net
}

func fileHash(t testing.TB, path string) [32]byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return sha256.Sum256(b)
}

// timeless returns a run's metrics without the fields that measure time.
func timeless(t testing.TB, dir string) string {
	t.Helper()
	points, err := metrics.ReadJSONL(filepath.Join(dir, metricsFile))
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	for _, p := range points {
		delete(p.Values, "seconds")
		delete(p.Values, "transfer/seconds")
		fmt.Fprintln(&b, p.Step, p.Values)
	}
	return b.String()
}

const metricsFile = "metrics.jsonl"

func (s *setup) record(after int64) {
	s.Metrics = func() (metrics.Writer, error) {
		return metrics.OpenJSONL(filepath.Join(s.Out, metricsFile), after)
	}
}
