//go:build goexperiment.simd && go1.27

package cpu

import "simd"

// Each function here is the vector form of the scalar loop in its caller: it
// handles leading elements and returns their number. Where no input is
// overwritten, the last vector overlaps the one before, so that nothing is left
// over. Vectors never pass through a call, which would send them through
// memory.

func addVector(dst, src []float32) int {
	lanes := simd.BroadcastFloat32s(0).Len()
	i := 0
	for ; i+lanes <= len(dst); i += lanes {
		simd.LoadFloat32s(dst[i:]).Add(simd.LoadFloat32s(src[i:])).Store(dst[i:])
	}
	return i
}

func reluVector(y, x []float32) int {
	zero := simd.BroadcastFloat32s(0)
	lanes := zero.Len()
	i := 0
	for ; i+lanes <= len(y); i += lanes {
		v := simd.LoadFloat32s(x[i:])
		zero.IfElse(v.Less(zero), v).Store(y[i:]) // NaN is not less
	}
	return i
}

func reluBackwardVector(dx, y, dy []float32) int {
	zero := simd.BroadcastFloat32s(0)
	lanes := zero.Len()
	i := 0
	for ; i+lanes <= len(dx); i += lanes {
		simd.LoadFloat32s(dy[i:]).Masked(simd.LoadFloat32s(y[i:]).Greater(zero)).Store(dx[i:])
	}
	return i
}

func updateVector(w, g, v []float32, momentum, decay, rate float32) int {
	m, d, r := simd.BroadcastFloat32s(momentum), simd.BroadcastFloat32s(-decay), simd.BroadcastFloat32s(-rate)
	lanes := m.Len()
	i := 0
	for ; i+lanes <= len(w); i += lanes {
		weight := simd.LoadFloat32s(w[i:])
		next := m.Mul(simd.LoadFloat32s(v[i:]))
		next = d.MulAdd(weight, next)
		next = r.MulAdd(simd.LoadFloat32s(g[i:]), next)
		next.Store(v[i:])
		weight.Add(next).Store(w[i:])
	}
	return i
}

func sumSquaresVector(dst, x []float32, rows, stride int) int {
	zero := simd.BroadcastFloat32s(0)
	lanes := zero.Len()
	if len(dst) < lanes {
		return 0
	}
	for i := 0; i < len(dst); i += lanes {
		i = min(i, len(dst)-lanes)
		sum := zero
		for r := range rows {
			v := simd.LoadFloat32s(x[r*stride+i:])
			sum = v.MulAdd(v, sum)
		}
		sum.Store(dst[i:])
	}
	return len(dst)
}

func sumRowsVector(dst, x []float32, rows, stride int) int {
	zero := simd.BroadcastFloat32s(0)
	lanes := zero.Len()
	if len(dst) < lanes {
		return 0
	}
	for i := 0; i < len(dst); i += lanes {
		i = min(i, len(dst)-lanes)
		sum := zero
		for r := range rows {
			sum = sum.Add(simd.LoadFloat32s(x[r*stride+i:]))
		}
		sum.Store(dst[i:])
	}
	return len(dst)
}

// normalizeVector is normalize for Beta = 0.75.
func normalizeVector(y, x, sums []float32, k, alpha float32) int {
	kk, a := simd.BroadcastFloat32s(k), simd.BroadcastFloat32s(alpha)
	lanes := kk.Len()
	if len(y) < lanes {
		return 0
	}
	for i := 0; i < len(y); i += lanes {
		i = min(i, len(y)-lanes)
		root := a.MulAdd(simd.LoadFloat32s(sums[i:]), kk).Sqrt()
		simd.LoadFloat32s(x[i:]).Div(root.Mul(root.Sqrt())).Store(y[i:])
	}
	return len(y)
}

// normalizeBackwardVector is normalizeBackward for Beta = 0.75.
func normalizeBackwardVector(dx, terms, x, dy, sums []float32, k, alpha float32) int {
	kk, a := simd.BroadcastFloat32s(k), simd.BroadcastFloat32s(alpha)
	lanes := kk.Len()
	if len(dx) < lanes {
		return 0
	}
	for i := 0; i < len(dx); i += lanes {
		i = min(i, len(dx)-lanes)
		s := a.MulAdd(simd.LoadFloat32s(sums[i:]), kk)
		root := s.Sqrt()
		direct := simd.LoadFloat32s(dy[i:]).Div(root.Mul(root.Sqrt()))
		direct.Store(dx[i:])
		direct.Mul(simd.LoadFloat32s(x[i:])).Div(s).Store(terms[i:])
	}
	return len(dx)
}

func subtractProductVector(dx, x, sums []float32, factor float32) int {
	f := simd.BroadcastFloat32s(-factor)
	lanes := f.Len()
	i := 0
	for ; i+lanes <= len(dx); i += lanes {
		product := f.Mul(simd.LoadFloat32s(x[i:]))
		product.MulAdd(simd.LoadFloat32s(sums[i:]), simd.LoadFloat32s(dx[i:])).Store(dx[i:])
	}
	return i
}

// maxVector sets best[i] and place[i] to the first largest element, NaN being
// largest, of the window of rows x columns at x[i], and its place counted from
// firstPlace on. Rows of x are stride apart. Runs shorter than a
// vector are left to the caller.
func maxVector(best, place, x []float32, rows, columns, stride, firstPlace int) bool {
	lanes := simd.BroadcastFloat32s(0).Len()
	if len(best) < lanes {
		return false
	}
	for i := 0; i < len(best); i += lanes {
		i = min(i, len(best)-lanes)
		top := simd.LoadFloat32s(x[i:])
		at := simd.BroadcastFloat32s(float32(firstPlace))
		for r := range rows {
			for c := range columns {
				v := simd.LoadFloat32s(x[r*stride+c+i:])
				wins := v.Greater(top).Or(v.NotEqual(v).And(top.Equal(top)))
				top = v.IfElse(wins, top)
				at = simd.BroadcastFloat32s(float32(firstPlace+r*columns+c)).IfElse(wins, at)
			}
		}
		top.Store(best[i:])
		at.Store(place[i:])
	}
	return true
}
