package data

import (
	"encoding/binary"
	"image"
	"image/color"
)

// flatJPEG writes an 8x8 JPEG of one colour with any number of components, as
// no encoder at hand writes four. adobe is the colour transform that Adobe's
// marker states; below zero there is no marker.
func flatJPEG(adobe int, components ...byte) []byte {
	file := []byte{0xFF, 0xD8}
	segment := func(marker byte, body ...byte) {
		file = append(file, 0xFF, marker)
		file = binary.BigEndian.AppendUint16(file, uint16(len(body)+2))
		file = append(file, body...)
	}
	if adobe >= 0 {
		segment(0xEE, append([]byte("Adobe"), 0, 100, 0, 0, 0, 0, byte(adobe))...)
	}
	quantisation := make([]byte, 65)
	for i := range quantisation[1:] {
		quantisation[1+i] = 8 // so that the DC coefficient is the level itself
	}
	segment(0xDB, quantisation...)
	n := byte(len(components))
	frame, scan := []byte{8, 0, 8, 0, 8, n}, []byte{n}
	for i := range n {
		frame = append(frame, i+1, 0x11, 0)
		scan = append(scan, i+1, 0)
	}
	segment(0xC0, frame...)
	// DC: sixteen codes of four bits, less one, for categories 0 to 14; AC: one
	// code of one bit, the end of the block.
	segment(0xC4, append([]byte{0, 0, 0, 0, 15, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14)...)
	segment(0xC4, append([]byte{0x10, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}, 0)...)
	segment(0xDA, append(scan, 0, 63, 0)...)
	var w bitWriter
	for _, c := range components {
		w.dc(int(c) - 128)
		w.high(0, 1) // end of block
	}
	w.high(0xFF, 7) // padding
	return append(append(file, w.bytes(true)...), 0xFF, 0xD9)
}

// bitWriter collects bits, first bit first.
type bitWriter []bool

// high appends the low n bits of v, highest first (JPEG).
func (w *bitWriter) high(v, n int) {
	for i := n - 1; i >= 0; i-- {
		*w = append(*w, v>>i&1 == 1)
	}
}

// low appends the low n bits of v, lowest first (WebP).
func (w *bitWriter) low(v, n int) {
	for i := range n {
		*w = append(*w, v>>i&1 == 1)
	}
}

// dc appends a DC coefficient: its category in four bits, then its bits, those
// of a negative one less one (ITU-T T.81, F.1.2.1).
func (w *bitWriter) dc(v int) {
	category := 0
	for a := max(v, -v); a > 0; a >>= 1 {
		category++
	}
	w.high(category, 4)
	if v < 0 {
		v--
	}
	w.high(v, category)
}

// bytes packs the bits; JPEG's are packed from the top and stuff a zero byte
// after every 0xFF.
func (w bitWriter) bytes(jpeg bool) (out []byte) {
	for ; len(w) >= 8; w = w[8:] {
		var b byte
		for i := range 8 {
			if place := i; w[i] {
				if jpeg {
					place = 7 - i
				}
				b |= 1 << place
			}
		}
		out = append(out, b)
		if jpeg && b == 0xFF {
			out = append(out, 0)
		}
	}
	return out
}

// flatWebP writes a lossless WebP of one colour: five prefix codes of a single
// symbol, after which a pixel takes no bits at all.
func flatWebP(width, height int, c color.NRGBA) []byte {
	var w bitWriter
	w.low(width-1, 14)
	w.low(height-1, 14)
	w.low(1, 1) // alpha is used
	w.low(0, 3) // version
	w.low(0, 3) // no transform, no colour cache, no meta prefix codes
	for _, symbol := range []uint8{c.G, c.R, c.B, c.A, 0} {
		w.low(1|0<<1|1<<2, 3) // a simple code, of one symbol, in eight bits
		w.low(int(symbol), 8)
	}
	w.low(0, 7) // padding
	body := append([]byte{0x2F}, w.bytes(false)...)
	if len(body)%2 == 1 {
		body = append(body, 0)
	}
	file := append([]byte("RIFF"), 0, 0, 0, 0)
	file = append(file, "WEBPVP8L"...)
	file = append(binary.LittleEndian.AppendUint32(file, uint32(len(body))), body...)
	binary.LittleEndian.PutUint32(file[4:], uint32(len(file)-8))
	return file
}

// withOrientation puts an EXIF segment right after the start of a JPEG.
func withOrientation(jpeg []byte, orientation uint16, order binary.AppendByteOrder) []byte {
	exif := []byte("Exif\x00\x00II*\x00")
	if order == binary.AppendByteOrder(binary.BigEndian) {
		exif = []byte("Exif\x00\x00MM\x00*")
	}
	exif = order.AppendUint32(exif, 8)
	exif = order.AppendUint16(exif, 2)
	for _, tag := range []uint16{0x0100, 0x0112} {
		exif = order.AppendUint16(exif, tag)
		exif = order.AppendUint16(exif, 3) // short
		exif = order.AppendUint32(exif, 1)
		exif = order.AppendUint16(exif, orientation)
		exif = order.AppendUint16(exif, 0)
	}
	file := append([]byte{0xFF, 0xD8, 0xFF, 0xE1}, byte((len(exif)+2)>>8), byte(len(exif)+2))
	return append(append(file, exif...), jpeg[2:]...)
}

// flatImage is a picture of one colour.
func flatImage(w, h int, c color.Color) *image.NRGBA {
	img := image.NewNRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			img.Set(x, y, c)
		}
	}
	return img
}
