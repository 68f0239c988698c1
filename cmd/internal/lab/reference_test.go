package lab

import (
	"math"
	"testing"

	"tandem/cmd/internal/scene"
	"tandem/engine/device"
	"tandem/engine/nn"
	"tandem/engine/tensor"
)

// reference computes a network's pass forwards in float64, layer by layer, straight
// from the definitions. zero lists channels whose output is set to zero where the
// layer has computed it.
type reference struct {
	net    *nn.Network
	shapes nn.Shapes
	params map[string]*tensor.Tensor
	zero   map[scene.Unit]bool
	out    map[string][]float64
}

func newReference(t *testing.T, net *nn.Network, w *scene.Weights, input []float32, zero ...scene.Unit) *reference {
	r := &reference{net, must[nn.Shapes](t)(net.Infer()), w.Params, map[scene.Unit]bool{}, map[string][]float64{nn.DataNode: doubles(input)}}
	for _, u := range zero {
		r.zero[u] = true
	}
	for _, n := range net.Nodes {
		y := r.layer(t, n)
		channels := r.shapes[n.Name][0]
		for i := range y {
			if r.zero[scene.Unit{Layer: n.Name, Channel: i / (len(y) / channels)}] {
				y[i] = 0
			}
		}
		r.out[n.Name] = y
	}
	return r
}

func doubles(x []float32) []float64 {
	out := make([]float64, len(x))
	for i, v := range x {
		out[i] = float64(v)
	}
	return out
}

func (r *reference) layer(t *testing.T, n nn.Node) []float64 {
	x, in, out := r.out[n.Inputs[0]], r.shapes[n.Inputs[0]], r.shapes[n.Name]
	switch l := n.Layer.(type) {
	case *nn.Conv:
		return r.conv(l, r.params[n.Name+".weight"].Data, r.params[n.Name+".bias"].Data, x, in, out)
	case *nn.FC:
		return fc(r.params[n.Name+".weight"].Data, r.params[n.Name+".bias"].Data, x)
	case *nn.Pool:
		return maxPool(l, x, in, out)
	case *nn.LRN:
		return lrn(l, x, in)
	case *nn.Softmax:
		return softmax(x)
	case *nn.Concat:
		return append(append([]float64{}, x...), r.out[n.Inputs[1]]...)
	case *nn.Dropout:
		return each(x, func(v float64) float64 { return v * float64(l.Keep) })
	case *nn.Activation:
		if l.F == device.Tanh {
			return each(x, math.Tanh)
		}
		return each(x, func(v float64) float64 { return max(v, 0) })
	}
	t.Fatalf("no reference for layer %s", n.Name)
	return nil
}

func each(x []float64, f func(float64) float64) []float64 {
	y := make([]float64, len(x))
	for i, v := range x {
		y[i] = f(v)
	}
	return y
}

func (r *reference) conv(l *nn.Conv, w, b []float32, x []float64, in, out tensor.Shape) []float64 {
	groups := max(1, l.Groups)
	perGroup, size := in[0]/groups, in[0]/groups*l.Kernel*l.Kernel
	y := make([]float64, out.Size())
	for i := range y {
		k, row, col := i/(out[1]*out[2]), i/out[2]%out[1], i%out[2]
		kernel, bias := w[k*size:], float64(b[k%len(b)])
		if l.Local {
			kernel, bias = w[((row*out[2]+col)*out[0]+k)*size:], float64(b[i])
		}
		sum := bias
		for j := range size {
			c := k/(out[0]/groups)*perGroup + j/(l.Kernel*l.Kernel)
			yy, xx := row*max(1, l.Stride)-l.Pad+j/l.Kernel%l.Kernel, col*max(1, l.Stride)-l.Pad+j%l.Kernel
			if yy >= 0 && yy < in[1] && xx >= 0 && xx < in[2] {
				sum += float64(kernel[j]) * x[(c*in[1]+yy)*in[2]+xx]
			}
		}
		y[i] = sum
	}
	return y
}

func fc(w, b []float32, x []float64) []float64 {
	y := doubles(b)
	for i := range y {
		for j, v := range x {
			y[i] += float64(w[i*len(x)+j]) * v
		}
	}
	return y
}

func maxPool(l *nn.Pool, x []float64, in, out tensor.Shape) []float64 {
	y := make([]float64, out.Size())
	for i := range y {
		c, row, col := i/(out[1]*out[2]), i/out[2]%out[1], i%out[2]
		y[i] = math.Inf(-1)
		for j := range l.Kernel * l.Kernel {
			yy, xx := row*l.Stride+j/l.Kernel, col*l.Stride+j%l.Kernel
			if yy < in[1] && xx < in[2] {
				y[i] = max(y[i], x[(c*in[1]+yy)*in[2]+xx])
			}
		}
	}
	return y
}

func lrn(l *nn.LRN, x []float64, in tensor.Shape) []float64 {
	y, plane := make([]float64, len(x)), in[1]*in[2]
	for i := range y {
		sum := 0.0
		for c := i/plane - l.Size/2; c < i/plane-l.Size/2+l.Size; c++ {
			if c >= 0 && c < in[0] {
				v := x[c*plane+i%plane]
				sum += v * v
			}
		}
		y[i] = x[i] / math.Pow(float64(l.K)+float64(l.Alpha)*sum, float64(l.Beta))
	}
	return y
}

func softmax(x []float64) []float64 {
	sum := 0.0
	for _, v := range x {
		sum += math.Exp(v)
	}
	return each(x, func(v float64) float64 { return math.Exp(v) / sum })
}
