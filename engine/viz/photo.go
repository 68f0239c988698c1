package viz

import (
	"fmt"
	"image"
	"image/color"

	"tandem/engine/tensor"
)

// Photo turns an image tensor, C x H x W with C = 1 (grey) or 3 (red, green,
// blue), back into a picture: low becomes 0, high 255, values outside are
// clamped and values that are not finite become NotFinite. Add the mean image
// first where it was subtracted.
func Photo(t *tensor.Tensor, low, high float32) *image.RGBA {
	if len(t.Shape) != 3 || t.Shape[0] != 1 && t.Shape[0] != 3 || !(low < high) {
		panic(fmt.Sprintf("viz: photo of shape %v between %g and %g, want 1 or 3 x H x W", t.Shape, low, high))
	}
	h, w := t.Shape[1], t.Shape[2]
	green, blue := 0, 0 // where the channels begin
	if t.Shape[0] == 3 {
		green, blue = h*w, 2*h*w
	}
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	for i := range h * w {
		r, g, b := t.Data[i], t.Data[green+i], t.Data[blue+i]
		c := NotFinite
		if finite(r) && finite(g) && finite(b) {
			c = color.RGBA{unsignedByte(r, low, high), unsignedByte(g, low, high), unsignedByte(b, low, high), 255}
		}
		img.SetRGBA(i%w, i/w, c)
	}
	return img
}

func unsignedByte(v, low, high float32) uint8 {
	return uint8(255*min(max((v-low)/(high-low), 0), 1) + 0.5)
}
