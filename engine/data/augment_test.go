package data

import (
	"math"
	"slices"
	"testing"

	"tandem/engine/tensor"
)

// A 3 x 4 image whose bytes name their row and column.
var handImage = []byte{
	11, 12, 13, 14,
	21, 22, 23, 24,
	31, 32, 33, 34,
}

var handShape = tensor.Shape{1, 3, 4}

func mustTransform(t testing.TB, in tensor.Shape, s *Stats, a Augment) *Transform {
	t.Helper()
	tr, err := NewTransform(in, s, a)
	if err != nil {
		t.Fatal(err)
	}
	return tr
}

func apply(t *Transform, image []byte, v View) []float32 {
	dst := slices.Repeat([]float32{float32(math.NaN())}, t.Shape().Size())
	t.Apply(dst, image, v)
	return dst
}

// Four corners and the centre, then the same mirrored: section 4.1.
func TestTenViews(t *testing.T) {
	tr := mustTransform(t, handShape, nil, Augment{Crop: 2})
	views, err := tr.Views(10)
	if err != nil {
		t.Fatal(err)
	}
	want := [][]float32{
		{11, 12, 21, 22}, {13, 14, 23, 24}, {21, 22, 31, 32}, {23, 24, 33, 34}, {12, 13, 22, 23},
		{12, 11, 22, 21}, {14, 13, 24, 23}, {22, 21, 32, 31}, {24, 23, 34, 33}, {13, 12, 23, 22},
	}
	for i, v := range views {
		if got := apply(tr, handImage, v); !slices.Equal(got, want[i]) {
			t.Errorf("view %d is %v, want %v", i, got, want[i])
		}
	}
	for n, which := range map[int][]int{1: {4}, 2: {4, 9}, 5: {0, 1, 2, 3, 4}} {
		some, err := tr.Views(n)
		if err != nil || len(some) != n {
			t.Fatalf("%d views: %v, %v", n, some, err)
		}
		for i, k := range which {
			if some[i] != views[k] {
				t.Errorf("%d views: number %d is %v, want %v", n, i, some[i], views[k])
			}
		}
	}
}

func TestSubtraction(t *testing.T) {
	stats := &Stats{
		Shape: handShape, Mean: []float64{10}, Eigenvalues: []float64{1}, Eigenvectors: [][]float64{{1}},
		MeanImage: []float32{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12},
	}
	straight, mirrored := View{Top: 1, Left: 2}, View{Top: 1, Left: 2, Flip: true}
	for _, c := range []struct {
		a    Augment
		view View
		want []float32
	}{
		{Augment{}, straight, []float32{23, 24, 33, 34}},
		{Augment{Subtract: SubtractNone, Scale: 2}, mirrored, []float32{48, 46, 68, 66}},
		{Augment{Subtract: SubtractMeanRGB}, straight, []float32{13, 14, 23, 24}},
		{Augment{Subtract: SubtractMeanRGB, Scale: 0.5}, mirrored, []float32{7, 6.5, 12, 11.5}},
		{Augment{Subtract: SubtractMeanImage}, straight, []float32{23 - 7, 24 - 8, 33 - 11, 34 - 12}},
		{Augment{Subtract: SubtractMeanImage}, mirrored, []float32{24 - 8, 23 - 7, 34 - 12, 33 - 11}},
		// The centre crop of the mean image is 2, 3, 6, 7.
		{Augment{Subtract: SubtractMeanCentre}, straight, []float32{23 - 2, 24 - 3, 33 - 6, 34 - 7}},
		{Augment{Subtract: SubtractMeanCentre}, mirrored, []float32{24 - 2, 23 - 3, 34 - 6, 33 - 7}},
	} {
		c.a.Crop = 2
		if got := apply(mustTransform(t, handShape, stats, c.a), handImage, c.view); !slices.Equal(got, c.want) {
			t.Errorf("%+v %+v: got %v, want %v", c.a, c.view, got, c.want)
		}
	}
}

func TestChannelsStayApart(t *testing.T) {
	stats := &Stats{
		Shape: tensor.Shape{3, 1, 2}, Mean: []float64{1, 2, 3},
		Eigenvalues: []float64{1, 1, 1}, Eigenvectors: [][]float64{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}},
	}
	tr := mustTransform(t, stats.Shape, stats, Augment{Subtract: SubtractMeanRGB, Scale: 10})
	got := apply(tr, []byte{10, 20, 30, 40, 50, 60}, View{Flip: true, Colour: [3]float32{0.5, 1, 2}})
	if want := []float32{195, 95, 390, 290, 590, 490}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestRandomViewsCoverEverything(t *testing.T) {
	r := newRand(t)
	a := Augment{Crop: 5, Flip: true}
	g := newAugmenter(mustTransform(t, tensor.Shape{1, 8, 12}, nil, a), a, r.Uint64())
	count := map[View]int{}
	const rounds, kinds = 20_000, 4 * 8 * 2
	for p := range uint64(rounds) {
		count[g.view(p)]++
	}
	for top := range 4 {
		for left := range 8 {
			for _, flip := range []bool{false, true} {
				n := count[View{Top: top, Left: left, Flip: flip}]
				if n < rounds/kinds*2/3 || n > rounds/kinds*4/3 {
					t.Errorf("crop at %d, %d, flipped %v: %d times of about %d", top, left, flip, n, rounds/kinds)
				}
			}
		}
	}
	if len(count) != kinds {
		t.Errorf("%d kinds of view, want %d", len(count), kinds)
	}
	a.Flip = false
	still := newAugmenter(g.Transform, a, 1)
	for p := range uint64(100) {
		if still.view(p).Flip {
			t.Fatal("flipped without being asked to")
		}
	}
}

// The shifts have no mean, variance 0.01 * lambda_i along each eigenvector, and
// no correlation between the eigenvectors.
func TestColourNoise(t *testing.T) {
	r := newRand(t)
	ds := randomSet(r, 40, 3, 6, 6)
	for i := range ds.pixels { // channels of their own spread, correlated
		if c := i / 36 % 3; c > 0 {
			ds.pixels[i] = ds.pixels[i]>>c + ds.pixels[i-36]>>1
		}
	}
	s := mustStats(t, ds)
	a := Augment{ColourNoise: 0.1}
	g := newAugmenter(mustTransform(t, ds.shape, s, a), a, r.Uint64())
	const n = 40_000
	var mean [3]float64
	var cov [3][3]float64
	for p := range uint64(n) {
		along := projections(g.view(p).Colour, s)
		for i, x := range along {
			mean[i] += x / n
			for j, y := range along {
				cov[i][j] += x * y / n
			}
		}
	}
	for i := range 3 {
		sigma := 0.1 * math.Sqrt(s.Eigenvalues[i])
		if math.Abs(mean[i]) > 0.03*sigma || math.Abs(cov[i][i]/(sigma*sigma)-1) > 0.05 {
			t.Errorf("along eigenvector %d: mean %g, variance %g, want 0 and %g", i, mean[i], cov[i][i], sigma*sigma)
		}
		for j := range i {
			if rho := cov[i][j] / math.Sqrt(cov[i][i]*cov[j][j]); math.Abs(rho) > 0.03 {
				t.Errorf("eigenvectors %d and %d: correlation %g", i, j, rho)
			}
		}
	}
}

func projections(shift [3]float32, s *Stats) (along [3]float64) {
	for i, vector := range s.Eigenvectors {
		for c, x := range vector {
			along[i] += float64(shift[c]) * x
		}
	}
	return along
}

func TestColourNoiseStaysOutOfEvaluation(t *testing.T) {
	r := newRand(t)
	ds := randomSet(r, 4, 3, 3, 3)
	l, err := NewEvalLoader(ds, nil, Augment{ColourNoise: 0.1, Flip: true}, 4, 1, LoaderOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for k, x := range drain(t, l)[0].X {
		if x != float32(ds.pixels[k]) {
			t.Fatalf("pixel %d is %g, want %d", k, x, ds.pixels[k])
		}
	}
}
