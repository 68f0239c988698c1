package data

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"reflect"
	"runtime"
	"testing"
)

// naiveStats takes two passes in float64.
func naiveStats(m *memory, channels int) (meanImage, mean []float64, cov [][]float64) {
	size := m.shape.Size()
	perChannel := size / channels
	meanImage, mean = make([]float64, size), make([]float64, channels)
	n := 0.0
	eachGood(m, func(image []byte) {
		n++
		for k, v := range image {
			meanImage[k] += float64(v)
		}
	})
	for k := range meanImage {
		meanImage[k] /= n
		mean[k/perChannel] += meanImage[k] / float64(perChannel)
	}
	for range channels {
		cov = append(cov, make([]float64, channels))
	}
	eachGood(m, func(image []byte) {
		for p := range perChannel {
			for a := range channels {
				for b := range channels {
					da := float64(image[a*perChannel+p]) - mean[a]
					db := float64(image[b*perChannel+p]) - mean[b]
					cov[a][b] += da * db / (n * float64(perChannel))
				}
			}
		}
	})
	return meanImage, mean, cov
}

func eachGood(m *memory, visit func(image []byte)) {
	for i := range m.Len() {
		if m.broken[i] == nil {
			visit(m.image(i))
		}
	}
}

func near(a, b, tolerance float64) bool {
	return math.Abs(a-b) <= tolerance*math.Max(1, math.Max(math.Abs(a), math.Abs(b)))
}

func TestStatsAgainstNaive(t *testing.T) {
	r := newRand(t)
	for _, channels := range []int{1, 3} {
		m := randomSet(r, 70, channels, 5, 7)
		m.breakImages(0, 33, 69)
		got := mustStats(t, m)
		meanImage, mean, cov := naiveStats(m, channels)
		if got.Images != 67 || !got.Shape.Equal(m.shape) {
			t.Errorf("counted %d images of %v", got.Images, got.Shape)
		}
		for k, want := range meanImage {
			if !near(float64(got.MeanImage[k]), want, 1e-6) {
				t.Fatalf("mean image at %d: %g, want %g", k, got.MeanImage[k], want)
			}
		}
		for a := range channels {
			if !near(got.Mean[a], mean[a], 1e-12) {
				t.Errorf("mean of channel %d: %g, want %g", a, got.Mean[a], mean[a])
			}
			for b := range channels {
				if !near(got.Cov[a][b], cov[a][b], 1e-10) {
					t.Errorf("covariance %d, %d: %g, want %g", a, b, got.Cov[a][b], cov[a][b])
				}
			}
		}
		checkEigen(t, got)
	}
}

// checkEigen checks A v = lambda v, unit length, descending order and sign.
func checkEigen(t *testing.T, s *Stats) {
	t.Helper()
	for i, v := range s.Eigenvectors {
		if i > 0 && s.Eigenvalues[i] > s.Eigenvalues[i-1] {
			t.Errorf("eigenvalues ascend: %v", s.Eigenvalues)
		}
		length, largest := 0.0, 0.0
		for a, x := range v {
			av := 0.0
			for b, y := range v {
				av += s.Cov[a][b] * y
			}
			if !near(av, s.Eigenvalues[i]*x, 1e-9) {
				t.Errorf("A v[%d] is %g at %d, lambda v is %g", i, av, a, s.Eigenvalues[i]*x)
			}
			length += x * x
			if math.Abs(x) > math.Abs(largest) {
				largest = x
			}
		}
		if !near(length, 1, 1e-12) || largest < 0 {
			t.Errorf("eigenvector %d is %v", i, v)
		}
	}
}

func TestStatsDoNotDependOnTheCores(t *testing.T) {
	m := randomSet(newRand(t), 500, 3, 8, 8)
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	want := mustStats(t, m)
	runtime.GOMAXPROCS(7)
	if got := mustStats(t, m); !reflect.DeepEqual(got, want) {
		t.Errorf("seven cores: %+v, one: %+v", got, want)
	}
}

func TestStatsOfOneColour(t *testing.T) {
	m := randomSet(newRand(t), 3, 3, 2, 2)
	for i := range m.pixels {
		m.pixels[i] = 255
	}
	s := mustStats(t, m)
	checkEigen(t, s)
	for i, v := range s.Eigenvalues {
		if v != 0 || s.Mean[i] != 255 {
			t.Errorf("eigenvalues %v, mean %v", s.Eigenvalues, s.Mean)
		}
	}
}

// The largest sums that 32 bits must hold.
func TestDotBytesDoesNotOverflow(t *testing.T) {
	const n = 3<<16 + 5
	white := make([]byte, n)
	for i := range white {
		white[i] = 255
	}
	if got := dotBytes(white, white); got != n*255*255 {
		t.Errorf("got %d, want %d", got, n*255*255)
	}
}

func TestStatsProgressAndEnd(t *testing.T) {
	m := randomSet(newRand(t), 333, 1, 2, 2)
	last := 0
	_, err := ComputeStats(context.Background(), m, func(done, total int) {
		if done <= last || total != 333 {
			t.Errorf("progress %d of %d after %d", done, total, last)
		}
		last = done
	})
	if err != nil || last != 333 {
		t.Errorf("ended at %d with %v", last, err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := ComputeStats(ctx, m, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	_, err = ComputeStats(context.Background(), failing{m, 200}, nil)
	wantError(t, err, "photo200.jpg")
	for i := range m.Len() {
		m.breakImages(i)
	}
	_, err = ComputeStats(context.Background(), m, nil)
	wantError(t, err, "no readable image")
}

func TestStatsSurviveJSON(t *testing.T) {
	s := mustStats(t, randomSet(newRand(t), 9, 3, 2, 2))
	text, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	back := &Stats{MeanImage: s.MeanImage}
	if err := json.Unmarshal(text, back); err != nil || !reflect.DeepEqual(back, s) {
		t.Errorf("came back as %+v (%v), was %+v", back, err, s)
	}
}
