package curves

import (
	"bytes"
	"image"
	"image/color"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"tandem/engine/viz/curves/series"
	"tandem/engine/viz/internal/golden"
)

// learning returns a run that learns, overfits and is noisy: the same one every
// time.
func learning(epochs, stepsPerEpoch int) Run {
	rng := rand.New(rand.NewPCG(1, 2))
	r := Run{Title: "alexnet-mini, fashion-mnist, recipe paper, seed 1"}
	for i := range epochs * stepsPerEpoch {
		e := float64(i) / float64(stepsPerEpoch)
		loss := 0.2 + 2.1*math.Exp(-e/2) + 0.1*math.Abs(rng.NormFloat64())
		r.Steps = append(r.Steps, Step{e, loss, min(0.9, loss/3)})
		if i%stepsPerEpoch == stepsPerEpoch-1 {
			loss = 0.4 + 2*math.Exp(-e/2) + 0.01*e
			r.Validations = append(r.Validations, Validation{e, loss, min(0.9, loss/2.5), loss / 10})
		}
	}
	return r
}

// newRand returns a generator with a fresh seed, which it logs.
func newRand(t *testing.T) *rand.Rand {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	return rand.New(rand.NewPCG(seed, 0))
}

func mustDraw(t *testing.T, r Run, o Options) image.Image {
	t.Helper()
	img, err := Draw(r, o)
	if err != nil {
		t.Fatal(err)
	}
	return img
}

func TestGoldenCurves(t *testing.T) {
	r := learning(20, 200)
	r.Steps[700].Loss = 4 // one spike
	golden.Check(t, "linear", mustDraw(t, r, Options{Width: 800, Height: 600, References: ILSVRC2012()}), 24, 0.0003)
	golden.Check(t, "log", mustDraw(t, r, Options{Width: 640, Height: 480, LogEpochs: true, LogLoss: true}), 24, 0.0003)
	short := learning(3, 5)
	short.Steps[8].Loss = math.NaN()
	golden.Check(t, "short", mustDraw(t, short, Options{Width: 640, Height: 480}), 24, 0.0003)
}

func pix(t *testing.T, img image.Image) []byte {
	t.Helper()
	rgba, ok := img.(*image.RGBA)
	if !ok {
		t.Fatalf("the picture is a %T", img)
	}
	return rgba.Pix
}

func TestTheSameRunGivesTheSamePicture(t *testing.T) {
	a := mustDraw(t, learning(5, 50), Options{})
	b := mustDraw(t, learning(5, 50), Options{})
	if !bytes.Equal(pix(t, a), pix(t, b)) {
		t.Error("drawn twice, the picture differs")
	}
}

func TestOneSpikeAmongManyStepsIsSeen(t *testing.T) {
	r := learning(20, 2000)
	calm := mustDraw(t, r, Options{LogLoss: true})
	r.Steps[31000].Loss = r.Steps[0].Loss // no new range of the axis
	spiked := mustDraw(t, r, Options{LogLoss: true})
	differing := 0
	for y := range 450 {
		for x := range 1200 {
			if calm.At(x, y) != spiked.At(x, y) {
				differing++
			}
		}
	}
	if differing < 50 {
		t.Errorf("only %d pixels show a spike to the top of the plot", differing)
	}
}

func TestSize(t *testing.T) {
	for _, c := range []struct{ w, h, wantW, wantH int }{
		{0, 0, defaultWidth, defaultHeight}, {700, 501, 700, 501}, {1, 1, minWidth, minHeight},
	} {
		got := mustDraw(t, learning(1, 3), Options{Width: c.w, Height: c.h}).Bounds()
		if got != image.Rect(0, 0, c.wantW, c.wantH) {
			t.Errorf("%dx%d: %v", c.w, c.h, got)
		}
	}
}

func TestNothingMeasured(t *testing.T) {
	nan := math.NaN()
	for _, r := range []Run{{}, {Steps: []Step{{0, nan, nan}}}, {Validations: []Validation{{math.Inf(1), 1, 1, 1}}}} {
		if _, err := Draw(r, Options{}); err == nil || !strings.Contains(err.Error(), "at least one step") {
			t.Errorf("%+v: error %v", r, err)
		}
	}
}

// anything returns measurements as a run that went wrong may leave them.
func anything(rng *rand.Rand) float64 {
	switch rng.IntN(8) {
	case 0:
		return math.NaN()
	case 1:
		return math.Inf(1 - 2*rng.IntN(2))
	case 2:
		return 0
	case 3:
		return 1e38 * rng.Float64()
	case 4:
		return -rng.Float64()
	}
	return rng.Float64()
}

func TestAnyRunIsDrawn(t *testing.T) {
	rng := newRand(t)
	for range 30 {
		r := Run{Title: strings.Repeat("long ", rng.IntN(80))}
		for range rng.IntN(40) {
			r.Steps = append(r.Steps, Step{anything(rng), anything(rng), anything(rng)})
		}
		for range rng.IntN(6) {
			r.Validations = append(r.Validations, Validation{anything(rng), anything(rng), anything(rng), anything(rng)})
		}
		o := Options{
			Width: minWidth, Height: minHeight, LogEpochs: rng.IntN(2) == 0, LogLoss: rng.IntN(2) == 0,
			Smoothing:  rng.NormFloat64(),
			References: []Reference{{strings.Repeat("x", rng.IntN(100)), anything(rng)}},
		}
		if img, err := Draw(r, o); err == nil && img.Bounds().Dx() != minWidth {
			t.Fatalf("%v", img.Bounds())
		}
	}
}

// A run that ends in NaN shows where, though no curve reaches that far.
func TestTheEndOfABrokenRunIsMarked(t *testing.T) {
	r := Run{Steps: []Step{{0, 2, 0.9}, {1, 3, 0.9}, {2, math.NaN(), 0.9}}}
	img := mustDraw(t, r, Options{})
	marked := 0
	for y := range 450 {
		for x := range 1000 { // left of the legend
			if c := color.NRGBAModel.Convert(img.At(x, y)).(color.NRGBA); c == alarm {
				marked++
			}
		}
	}
	if marked < 100 {
		t.Errorf("%d pixels mark the NaN", marked)
	}
}

// Legends stand outside of the data: the column of pixels left of them is
// white from top to bottom.
func TestLegendIsApartFromTheData(t *testing.T) {
	img := mustDraw(t, learning(20, 100), Options{References: ILSVRC2012()})
	white := color.RGBA{255, 255, 255, 255}
	run, longest := 0, 0
	for x := 100; x < 1150; x++ {
		blank := true
		for y := 60; y < 900 && blank; y++ {
			blank = img.At(x, y) == white
		}
		if run++; !blank {
			run = 0
		}
		longest = max(longest, run)
	}
	if longest < 10 {
		t.Errorf("the widest white gap beside the plots is %d pixels", longest)
	}
}

func TestGaps(t *testing.T) {
	train := series.Points{X: []float64{0, 2, 4}, Y: []float64{90, 50, 10}}
	stems, last := gaps(train, series.Points{X: []float64{1, 3, 5}, Y: []float64{80, 60, 55}})
	if len(stems) != 2 || last != 30 {
		t.Fatalf("%d gaps, the last %g; want 2 and 30", len(stems), last)
	}
	if s := stems[0]; s.X[0] != 1 || s.X[1] != 1 || s.Y[0] != 70 || s.Y[1] != 80 {
		t.Errorf("first gap %v", s)
	}
}
