package album

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/png"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"tandem/cmd/internal/scene"
	"tandem/engine/cpu"
	"tandem/engine/data"
	"tandem/engine/device"
	"tandem/engine/nn"
	"tandem/engine/tensor"
	"tandem/engine/train"
	"tandem/engine/train/metrics"
)

const smallNet = `{"name":"small","input":[3,12,12],"towers":2,"nodes":[
	{"name":"conv1","type":"conv","filters":8,"kernel":3,"weight":{"std":0.1,"rate_factor":1},"bias":{"rate_factor":2}},
	{"name":"relu1","type":"relu"},
	{"name":"pool1","type":"pool","kind":"max","kernel":2,"stride":2},
	{"name":"fc2","type":"fc","outputs":3,"tower":"a","weight":{"std":0.1,"rate_factor":1},"bias":{"rate_factor":1}},
	{"name":"softmax","type":"softmax","tower":"a"}],
	"recipe":{"batch":8,"epochs":10,"rate":0.01,"momentum":0.9,"schedule":{"kind":"constant"},"images":{"subtract":"mean-rgb","scale":0.01}}}`

// stains are images whose colour says their class.
type stains struct{ n int }

func (s stains) Len() int          { return s.n }
func (stains) Shape() tensor.Shape { return tensor.Shape{3, 12, 12} }
func (stains) Classes() []string   { return []string{"red", "green", "blue"} }
func (stains) Close() error        { return nil }
func (stains) Read(i int, dst []byte) (int, error) {
	for j := range dst {
		dst[j] = byte(40 + (i*31+j*17)%60)
		if j/144 == i%3 {
			dst[j] += 120
		}
	}
	return i % 3, nil
}

type quiet struct{}

func (quiet) Measuring(int, int)      {}
func (quiet) Start(train.Plan)        {}
func (quiet) Step(train.StepReport)   {}
func (quiet) Validating(int, int)     {}
func (quiet) Epoch(train.EpochReport) {}
func (quiet) Note(string)             {}

// trainInto trains in a folder up to a step, with a checkpoint every 5.
func trainInto(t testing.TB, dir string, steps int, resume bool) {
	t.Helper()
	trainWith(t, dir, steps, resume, func(*train.Config) {})
}

func trainWith(t testing.TB, dir string, steps int, resume bool, change func(*train.Config)) {
	t.Helper()
	net, err := nn.ParseNetwork([]byte(smallNet), "small.json")
	must(t, err)
	dev := cpu.New(1)
	defer dev.Close()
	c := train.Config{Net: net, Data: &data.Splits{Name: "stains", Train: stains{64}, Test: stains{15}}, Devices: []device.Device{dev},
		Seed: 3, Out: dir, MaxSteps: steps, SaveEvery: 5, Report: quiet{}}
	after := metrics.NewRun
	if resume {
		c.Resume, err = train.LoadCheckpoint(dir)
		must(t, err)
		c.Net, after = c.Resume.Net, int64(c.Resume.State.Step)
	}
	c.Metrics = func() (metrics.Writer, error) { return metrics.OpenJSONL(filepath.Join(dir, metrics.FileName), after) }
	change(&c)
	_, err = train.Run(context.Background(), c)
	must(t, err)
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// show runs an album until the test ends.
func show(t testing.TB, o Options) *Album {
	t.Helper()
	dev := cpu.New(1)
	o.Devices = []device.Device{dev}
	a, err := New(o)
	must(t, err)
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan bool)
	go func() { a.Run(ctx); close(ended) }()
	t.Cleanup(func() { cancel(); <-ended; dev.Close() })
	return a
}

func until(t testing.TB, a *Album, what string, ok func(*scene.Scene) bool) *scene.Scene {
	t.Helper()
	deadline := time.Now().Add(time.Minute)
	for time.Now().Before(deadline) {
		if s := a.Scene(); ok(s) {
			return s
		}
		time.Sleep(time.Millisecond)
	}
	t.Fatalf("%s: not so. The notices are %v", what, a.Scene().Notices)
	return nil
}

func testImages(c *train.Checkpoint) (data.Dataset, string, error) { return stains{15}, "stains", nil }

// Scrubbing takes every part of the scene to the checkpoint's weights.
func TestScrubbing(t *testing.T) {
	dir := t.TempDir()
	trainInto(t, dir, 20, false)
	a := show(t, Options{Path: dir, Images: testImages})
	s := until(t, a, "the newest is shown", func(s *scene.Scene) bool { return s.Answer != nil && s.Answer.Step == 20 })
	if s.Run.State != scene.Finished || s.Photos.Count != 15 || len(s.Series.Steps) < 4 || s.Series.Current != len(s.Series.Steps)-1 {
		t.Errorf("run %+v, photos %+v, series %+v", s.Run, s.Photos, s.Series)
	}
	if len(s.Curves) != 1 || len(s.Curves[0].Steps) != 20 || len(s.Curves[0].Validations) == 0 {
		t.Errorf("curves %+v", s.Curves)
	}
	for i, step := range s.Series.Steps {
		a.Want(scene.Want{Checkpoint: i})
		now := until(t, a, "another is shown", func(s *scene.Scene) bool { return s.Weights.Step == step && s.Answer != nil && s.Answer.Step == step })
		c, err := train.LoadCheckpoint(a.entries[i].path)
		must(t, err)
		for name, want := range c.Params() {
			if got := now.Weights.Params[name]; got.Data[0] != want.Data[0] {
				t.Errorf("step %d: %s is %g, want %g", step, name, got.Data[0], want.Data[0])
			}
		}
	}
	a.Want(scene.Want{Checkpoint: scene.Newest, View: scene.LensView})
	l := until(t, a, "the lens knows all checkpoints", func(s *scene.Scene) bool { return s.Lens != nil && len(s.Lens.History) >= len(s.Series.Steps) }).Lens
	if len(l.Towers) != 2 || math.IsNaN(l.Towers[0]) {
		t.Errorf("lens %+v", l)
	}
}

// A file that is not of a step is shown as it is named.
func TestNamedCheckpoint(t *testing.T) {
	dir := t.TempDir()
	trainInto(t, dir, 10, false)
	a := show(t, Options{Path: filepath.Join(dir, "best.safetensors"), Images: testImages})
	until(t, a, "it is shown", func(s *scene.Scene) bool { return s.Weights != nil && s.Answer != nil && s.Run != nil })
	a.Want(scene.Want{Checkpoint: 0})
	until(t, a, "the first is shown", func(s *scene.Scene) bool { return s.Weights.Step == 5 })
}

// A run elsewhere is followed: new checkpoints, new figures, a beginning anew.
func TestFollowing(t *testing.T) {
	dir := t.TempDir()
	a := show(t, Options{Path: dir, Follow: true, Images: testImages, Training: func(string) bool { return true }})
	until(t, a, "an empty folder is said to be", func(s *scene.Scene) bool { return hasNotice(s, false, "no checkpoint yet") })
	trainInto(t, dir, 10, false)
	until(t, a, "step 10 is shown", func(s *scene.Scene) bool {
		return s.Run != nil && s.Run.Step == 10 && s.Weights.Step == 10 && s.Run.State == scene.Elsewhere
	})
	trainInto(t, dir, 15, true)
	s := until(t, a, "step 15 is shown", func(s *scene.Scene) bool { return s.Run.Step == 15 && s.Weights.Step == 15 })
	if n := len(s.Curves[0].Steps); n != 15 {
		t.Errorf("the curve has %d steps", n)
	}
}

func hasNotice(s *scene.Scene, bad bool, words string) bool {
	for _, n := range s.Notices {
		if n.Bad == bad && strings.Contains(n.Text, words) {
			return true
		}
	}
	return false
}

// A trainer that dies in the middle is said to have.
func TestTrainerThatDies(t *testing.T) {
	dir := t.TempDir()
	trainInto(t, dir, 10, false)
	alive := make(chan bool, 100)
	a := show(t, Options{Path: dir, Follow: true, Training: func(string) bool {
		select {
		case <-alive:
			return true
		default:
			return false
		}
	}})
	for range 3 {
		alive <- true
	}
	s := until(t, a, "the end is told", func(s *scene.Scene) bool { return hasNotice(s, true, "--resume --out "+dir) })
	if s.Run.State != scene.Failed || s.Weights == nil {
		t.Errorf("run %+v", s.Run)
	}
}

// A checkpoint that is half written, damaged or gone is named, and what was on show
// stays.
func TestCheckpointsThatCannotBeRead(t *testing.T) {
	dir := t.TempDir()
	trainInto(t, dir, 15, false)
	a := show(t, Options{Path: dir, Follow: true, Images: testImages})
	shown := until(t, a, "the newest is shown", func(s *scene.Scene) bool { return s.Weights != nil && s.Weights.Step == 15 })
	whole, err := os.ReadFile(filepath.Join(dir, "step-00000015.safetensors"))
	must(t, err)
	half := filepath.Join(dir, "step-00000020.safetensors")
	must(t, os.WriteFile(half, whole[:len(whole)/2], 0o600))
	s := until(t, a, "the half is named", func(s *scene.Scene) bool { return hasNotice(s, true, "step-00000020.safetensors") })
	if s.Weights.Step != shown.Weights.Step {
		t.Errorf("weights of step %d", s.Weights.Step)
	}
	must(t, os.Remove(half))
	must(t, os.Remove(filepath.Join(dir, "step-00000005.safetensors")))
	s = until(t, a, "one is gone from the series", func(s *scene.Scene) bool { return slices.Equal(s.Series.Steps, []int{8, 10, 15}) })
	a.Want(scene.Want{Checkpoint: 0})
	until(t, a, "the window lives on", func(s *scene.Scene) bool { return s.Weights.Step == 8 && s.Answer != nil && s.Answer.Step == 8 })
}

// Images that cannot be had are said to be missing; those that the user opens are
// shown, and what is no image is named.
func TestImagesOfTheUser(t *testing.T) {
	dir := t.TempDir()
	trainInto(t, dir, 5, false)
	a := show(t, Options{Path: dir, Images: func(*train.Checkpoint) (data.Dataset, string, error) { return nil, "", errors.New("stains: not here") }})
	until(t, a, "that is said", func(s *scene.Scene) bool { return hasNotice(s, true, "not here") && s.Weights != nil })
	a.Tell(scene.Order{Do: scene.Open, Name: "letter.png", Data: []byte("Dear network")})
	until(t, a, "that is no image", func(s *scene.Scene) bool { return hasNotice(s, true, "letter.png") })
	a.Tell(scene.Order{Do: scene.Open, Name: "dot.png", Data: picture(t)})
	s := until(t, a, "that is shown", func(s *scene.Scene) bool { return s.Photos.Opened == 1 && s.Answer != nil })
	if s.Answer.Name != "dot.png" || s.Answer.Label != -1 {
		t.Errorf("answer to %+v", s.Answer.Photo)
	}
}

// picture is a PNG.
func picture(t testing.TB) []byte {
	t.Helper()
	var b bytes.Buffer
	must(t, png.Encode(&b, image.NewRGBA(image.Rect(0, 0, 20, 30))))
	return b.Bytes()
}

func TestNothingThere(t *testing.T) {
	if _, err := New(Options{Path: filepath.Join(t.TempDir(), "none")}); err == nil || !strings.Contains(err.Error(), "none") {
		t.Errorf("error %v", err)
	}
}
