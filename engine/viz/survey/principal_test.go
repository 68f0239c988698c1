package survey

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"

	"tandem/engine/tensor"
)

// stretched has variances that fall off slowly along directions of no axis.
func stretched(seed uint32, n, f int) *tensor.Tensor {
	x, turn := normals(seed, n, f), normals(seed+100, f, f)
	out := tensor.New(n, f)
	for i := range n {
		for j := range f {
			sum := float32(3)
			for k := range f {
				sum += x.Data[i*f+k] * turn.Data[k*f+j] / float32(k+1)
			}
			out.Data[i*f+j] = sum
		}
	}
	return out
}

func TestPrincipalComponentsAgreeWithGonum(t *testing.T) {
	for _, c := range []struct{ n, f, k int }{{40, 5, 5}, {200, 31, 3}, {12, 60, 2}, {2, 4, 1}, {90, 90, 4}} {
		x := stretched(7, c.n, c.f)
		dense := mat.NewDense(c.n, c.f, nil)
		for i, v := range x.Data {
			dense.Set(i/c.f, i%c.f, float64(v))
		}
		var ref stat.PC
		if !ref.PrincipalComponents(dense, nil) {
			t.Fatal("no reference")
		}
		var axes mat.Dense
		ref.VectorsTo(&axes)
		got, err := NewPrincipal(x, c.k)
		if err != nil {
			t.Fatal(err)
		}
		for a := range c.k {
			if want := ref.VarsTo(nil)[a]; math.Abs(got.Variances[a]-want) > 1e-9*want {
				t.Errorf("%+v: variance %d is %g, want %g", c, a, got.Variances[a], want)
			}
			checkAxis(t, got, dense, mat.Col(nil, a, &axes), a)
		}
	}
}

// checkAxis compares up to sign, and projects by hand.
func checkAxis(t *testing.T, got *Principal, x *mat.Dense, want []float64, a int) {
	t.Helper()
	n, f := x.Dims()
	if want[largest(want)] < 0 {
		for i := range want {
			want[i] = -want[i]
		}
	}
	for i := range want {
		if math.Abs(got.Axes[a][i]-want[i]) > 1e-5 {
			t.Errorf("%dx%d: axis %d is %v, want %v", n, f, a, got.Axes[a], want)
			return
		}
	}
	for r := range n {
		sum := 0.0
		for j := range f {
			sum += (x.At(r, j) - stat.Mean(mat.Col(nil, j, x), nil)) * want[j]
		}
		if math.Abs(got.Coordinates[r][a]-sum) > 1e-4*(1+math.Abs(sum)) {
			t.Errorf("%dx%d: vector %d lies at %g along axis %d, want %g", n, f, r, got.Coordinates[r][a], a, sum)
		}
	}
}

func TestPrincipalComponentsThatAreNotThere(t *testing.T) {
	line := tensor.New(9, 3) // varies along one direction only
	for i := range 9 {
		line.Data[3*i], line.Data[3*i+1], line.Data[3*i+2] = float32(i), float32(2*i), 1
	}
	p, err := NewPrincipal(line, 2)
	if err != nil || math.Abs(p.Variances[0]-5*7.5) > 1e-9 || p.Variances[1] > 1e-9 {
		t.Errorf("a line: %+v, %v", p, err)
	}
	if p, err := NewPrincipal(tensor.New(5, 3), 2); err != nil || p.Variances[0] != 0 || p.Coordinates[4][1] != 0 {
		t.Errorf("equal vectors: %+v, %v", p, err)
	}
	bad := tensor.New(5, 3)
	bad.Data[7] = float32(math.NaN())
	for _, c := range []struct {
		x *tensor.Tensor
		k int
	}{{bad, 1}, {line, 4}, {line, 0}, {tensor.New(1, 3), 1}} {
		if _, err := NewPrincipal(c.x, c.k); err == nil {
			t.Errorf("%d components of %v", c.k, c.x)
		}
	}
}
