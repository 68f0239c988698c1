package series

import "testing"

func TestInterpolation(t *testing.T) {
	p := Points{[]float64{1, 2, 4}, []float64{10, 20, 0}}
	for x, want := range map[float64]float64{1: 10, 1.5: 15, 2: 20, 3: 10, 4: 0} {
		if v, ok := p.At(x); !ok || v != want {
			t.Errorf("at %g: %g, %v, want %g", x, v, ok, want)
		}
	}
	for _, x := range []float64{0.9, 4.1} {
		if v, ok := p.At(x); ok {
			t.Errorf("at %g, outside: %g", x, v)
		}
	}
}

func TestRecentIsTheMeanOfTheEnd(t *testing.T) {
	var p Points
	for i := range 1000 {
		p.Add(float64(i), float64(i))
	}
	if got := p.Recent(); got != 994 {
		t.Errorf("recent value %g, want the mean of 989 to 999", got)
	}
	if got := (Points{[]float64{1}, []float64{5}}).Recent(); got != 5 {
		t.Errorf("recent value of one is %g", got)
	}
}

func TestRingGoesOutAndBack(t *testing.T) {
	out, back := Points{[]float64{1, 2}, []float64{3, 4}}, Points{[]float64{1, 2}, []float64{5, 6}}
	got := Ring(out, back)
	if !same(got, Points{[]float64{1, 2, 2, 1}, []float64{3, 4, 6, 5}}) {
		t.Errorf("%v", got)
	}
	if len(out.X) != 2 || len(back.X) != 2 {
		t.Error("the curves have changed")
	}
}
