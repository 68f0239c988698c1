package survey

import (
	"math"

	"tandem/engine/tensor"
)

// rolled returns images (n, C, H, W) moved down and right; what leaves at one
// edge comes in at the other.
func rolled(t *tensor.Tensor, dy, dx int) *tensor.Tensor {
	h, w := t.Shape[2], t.Shape[3]
	out := tensor.New(t.Shape...)
	for i := range len(t.Data) / (h * w) {
		for y := range h {
			from := t.Data[(i*h+y)*w:][:w]
			to := out.Data[(i*h+wrap(y+dy, h))*w:][:w]
			for x, v := range from {
				to[wrap(x+dx, w)] = v
			}
		}
	}
	return out
}

func wrap(i, n int) int { return (i%n + n) % n }

// blur smooths an image (C, H, W) with a Gaussian, of which only what lies
// inside the image counts.
func blur(image []float32, shape tensor.Shape, sigma float64) {
	h, w := shape[1], shape[2]
	line := make([]float32, max(h, w))
	bell := gaussian(sigma)
	for c := range shape[0] {
		plane := image[c*h*w:][:h*w]
		for y := range h {
			blurLine(plane[y*w:], line[:w], 1, bell)
		}
		for x := range w {
			blurLine(plane[x:], line[:h], w, bell)
		}
	}
}

// gaussian returns the bell's heights at 0, 1, ... up to three deviations.
func gaussian(sigma float64) []float64 {
	bell := make([]float64, int(math.Ceil(3*sigma))+1)
	for i := range bell {
		bell[i] = math.Exp(-float64(i*i) / (2 * sigma * sigma))
	}
	return bell
}

// blurLine smooths len(line) pixels of x, stride apart; line is room to work in.
func blurLine(x, line []float32, stride int, bell []float64) {
	for i := range line {
		line[i] = x[i*stride]
	}
	for i := range line {
		sum, weight := 0.0, 0.0
		for j := max(0, i-len(bell)+1); j < min(len(line), i+len(bell)); j++ {
			b := bell[max(i-j, j-i)]
			sum += b * float64(line[j])
			weight += b
		}
		x[i*stride] = float32(sum / weight)
	}
}
