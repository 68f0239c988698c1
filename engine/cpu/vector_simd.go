//go:build goexperiment.simd && go1.27

package cpu

import (
	"math"
	"simd"
)

// Each function here is the vector form of the scalar loop in its caller: it
// handles leading elements and returns their number. Where no input is
// overwritten, the last vector overlaps the one before, so that nothing is left
// over. Vectors never pass through a call that is not inlined, which would send
// them through memory.

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
	i := 0
	for ; i+4*lanes <= len(dst); i += 4 * lanes {
		s0, s1, s2, s3 := zero, zero, zero, zero
		for r := range rows {
			row := x[r*stride+i:][:4*lanes]
			v0 := simd.LoadFloat32s(row[0*lanes:])
			s0 = v0.MulAdd(v0, s0)
			v1 := simd.LoadFloat32s(row[1*lanes:])
			s1 = v1.MulAdd(v1, s1)
			v2 := simd.LoadFloat32s(row[2*lanes:])
			s2 = v2.MulAdd(v2, s2)
			v3 := simd.LoadFloat32s(row[3*lanes:])
			s3 = v3.MulAdd(v3, s3)
		}
		s0.Store(dst[i:])
		s1.Store(dst[i+lanes:])
		s2.Store(dst[i+2*lanes:])
		s3.Store(dst[i+3*lanes:])
	}
	if len(dst) < lanes {
		return 0
	}
	for ; i < len(dst); i += lanes {
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
	i := 0
	for ; i+4*lanes <= len(dst); i += 4 * lanes {
		s0, s1, s2, s3 := zero, zero, zero, zero
		for r := range rows {
			row := x[r*stride+i:][:4*lanes]
			s0 = s0.Add(simd.LoadFloat32s(row[0*lanes:]))
			s1 = s1.Add(simd.LoadFloat32s(row[1*lanes:]))
			s2 = s2.Add(simd.LoadFloat32s(row[2*lanes:]))
			s3 = s3.Add(simd.LoadFloat32s(row[3*lanes:]))
		}
		s0.Store(dst[i:])
		s1.Store(dst[i+lanes:])
		s2.Store(dst[i+2*lanes:])
		s3.Store(dst[i+3*lanes:])
	}
	if len(dst) < lanes {
		return 0
	}
	for ; i < len(dst); i += lanes {
		i = min(i, len(dst)-lanes)
		sum := zero
		for r := range rows {
			sum = sum.Add(simd.LoadFloat32s(x[r*stride+i:]))
		}
		sum.Store(dst[i:])
	}
	return len(dst)
}

// fourthRoots computes s^(-1/4) of positive numbers to some 1e-7 without the
// slow square roots and divisions: an estimate from the bits, then three of
// Newton's steps. Infinity gives zero; NaN passes.
type fourthRoots struct {
	estimate      simd.Uint32s  // less a quarter of the bits of s
	quarter, five simd.Float32s // -1/4 and 5/4
	infinity      simd.Float32s
}

func newFourthRoots() fourthRoots {
	return fourthRoots{
		simd.BroadcastUint32s(0x4f58ca00),
		simd.BroadcastFloat32s(-0.25), simd.BroadcastFloat32s(1.25),
		simd.BroadcastFloat32s(float32(math.Inf(1))),
	}
}

func (f fourthRoots) of(s simd.Float32s) simd.Float32s {
	finite := s.NotEqual(f.infinity)
	r := f.estimate.Sub(s.ToBits().ShiftAllRight(2)).BitsToFloat32()
	s = s.Mul(f.quarter)
	r2 := r.Mul(r)
	r = s.Mul(r2).MulAdd(r2, f.five).Mul(r)
	r2 = r.Mul(r)
	r = s.Mul(r2).MulAdd(r2, f.five).Mul(r)
	r2 = r.Mul(r)
	return s.Mul(r2).MulAdd(r2, f.five).Mul(r).Masked(finite)
}

// normalizeVector is normalize for Beta = 0.75.
func normalizeVector(y, x, sums []float32, k, alpha float32) int {
	kk, a := simd.BroadcastFloat32s(k), simd.BroadcastFloat32s(alpha)
	f := newFourthRoots()
	lanes := kk.Len()
	if len(y) < lanes {
		return 0
	}
	for i := 0; i < len(y); i += lanes {
		i = min(i, len(y)-lanes)
		r := f.of(a.MulAdd(simd.LoadFloat32s(sums[i:]), kk))
		simd.LoadFloat32s(x[i:]).Mul(r.Mul(r).Mul(r)).Store(y[i:])
	}
	return len(y)
}

// normalizeBackwardVector is normalizeBackward for Beta = 0.75.
func normalizeBackwardVector(dx, terms, x, dy, sums []float32, k, alpha float32) int {
	kk, a := simd.BroadcastFloat32s(k), simd.BroadcastFloat32s(alpha)
	f := newFourthRoots()
	lanes := kk.Len()
	if len(dx) < lanes {
		return 0
	}
	for i := 0; i < len(dx); i += lanes {
		i = min(i, len(dx)-lanes)
		r := f.of(a.MulAdd(simd.LoadFloat32s(sums[i:]), kk))
		r2 := r.Mul(r)
		direct := simd.LoadFloat32s(dy[i:]).Mul(r2.Mul(r))
		direct.Store(dx[i:])
		direct.Mul(simd.LoadFloat32s(x[i:])).Mul(r2.Mul(r2)).Store(terms[i:])
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
// firstPlace on. Rows of x are stride apart. Runs shorter than a vector are
// left to the caller. Each row of a window is compared by itself first: the
// rows' chains of comparisons run at once.
func maxVector(best, place, x []float32, rows, columns, stride, firstPlace int) bool {
	one := simd.BroadcastFloat32s(1)
	lanes := one.Len()
	if len(best) < lanes {
		return false
	}
	for i := 0; i < len(best); i += lanes {
		i = min(i, len(best)-lanes)
		var top, at simd.Float32s
		next := simd.BroadcastFloat32s(float32(firstPlace))
		for r := range rows {
			row := x[r*stride+i:][:columns-1+lanes]
			rowTop, rowAt := simd.LoadFloat32s(row), next
			next = next.Add(one)
			for len(row) > lanes {
				row = row[1:]
				v := simd.LoadFloat32s(row)
				stays := rowTop.GreaterEqual(v).Or(rowTop.NotEqual(rowTop))
				rowTop, rowAt = rowTop.IfElse(stays, v), rowAt.IfElse(stays, next)
				next = next.Add(one)
			}
			if r == 0 {
				top, at = rowTop, rowAt
				continue
			}
			stays := top.GreaterEqual(rowTop).Or(top.NotEqual(top))
			top, at = top.IfElse(stays, rowTop), at.IfElse(stays, rowAt)
		}
		top.Store(best[i:])
		at.Store(place[i:])
	}
	return true
}
