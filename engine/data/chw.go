package data

import (
	"fmt"
	"image"

	"golang.org/x/image/draw"
)

// ToCHW turns a picture into channels planes (1: grey, 3: red, green, blue) of
// bytes. With size 0 it keeps the picture's own extents; otherwise the shortest
// side becomes size and the central square is kept, as in section 2 of the
// paper. Transparent parts are shown on white.
//
// Pictures are scaled by a triangle filter that widens as they shrink, so every
// source pixel counts. That is what PyTorch's transforms do by default; sharper
// kernels cost more time and ring at edges.
func ToCHW(img image.Image, size, channels int) []byte {
	from := img.Bounds()
	w, h := from.Dx(), from.Dy()
	if size > 0 {
		from = centralSquare(from)
		w, h = size, size
	}
	canvas := image.NewRGBA(image.Rect(0, 0, w, h))
	draw.Draw(canvas, canvas.Bounds(), image.White, image.Point{}, draw.Src)
	if from.Dx() == w && from.Dy() == h {
		draw.Draw(canvas, canvas.Bounds(), img, from.Min, draw.Over)
	} else {
		draw.BiLinear.Scale(canvas, canvas.Bounds(), img, from, draw.Over, nil)
	}
	out := make([]byte, channels*w*h)
	planes(out, canvas.Pix, channels)
	return out
}

func centralSquare(r image.Rectangle) image.Rectangle {
	side := min(r.Dx(), r.Dy())
	corner := r.Min.Add(image.Pt((r.Dx()-side)/2, (r.Dy()-side)/2))
	return image.Rectangle{corner, corner.Add(image.Pt(side, side))}
}

// planes splits pixels of four bytes (RGBA, opaque) into the planes of out.
func planes(out, rgba []byte, channels int) {
	n := len(rgba) / 4
	switch channels {
	case 1:
		for i := range n {
			out[i] = luma(rgba[4*i], rgba[4*i+1], rgba[4*i+2])
		}
	case 3:
		for i := range n {
			out[i], out[n+i], out[2*n+i] = rgba[4*i], rgba[4*i+1], rgba[4*i+2]
		}
	default:
		panic(fmt.Sprintf("data: %d channels, want 1 or 3", channels))
	}
}

// luma is the grey of a colour as ITU-R BT.601 weighs it; equal parts give
// themselves.
func luma(r, g, b byte) byte {
	return byte((19595*uint32(r) + 38470*uint32(g) + 7471*uint32(b) + 1<<15) >> 16)
}
