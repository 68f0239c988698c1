package data

import (
	"encoding/binary"
	"image"
	"image/draw"
)

// exifOrientation returns the orientation, 1 to 8, that a JPEG file's EXIF
// segment states (Exif 2.3, tag 0x0112), and 1 where there is none.
func exifOrientation(jpeg []byte) int {
	const app1, startOfScan = 0xE1, 0xDA
	for rest := jpeg[min(2, len(jpeg)):]; len(rest) >= 4 && rest[0] == 0xFF && rest[1] != startOfScan; {
		size := int(binary.BigEndian.Uint16(rest[2:])) + 2
		if size > len(rest) {
			break
		}
		if body := rest[4:max(4, size)]; rest[1] == app1 && len(body) > 6 && string(body[:6]) == "Exif\x00\x00" {
			return tiffOrientation(body[6:])
		}
		rest = rest[size:]
	}
	return 1
}

// tiffOrientation looks the tag up in the first directory of a TIFF block.
func tiffOrientation(b []byte) int {
	const headerSize, entrySize, orientationTag = 8, 12, 0x0112
	if len(b) < headerSize {
		return 1
	}
	var order binary.ByteOrder = binary.LittleEndian
	if b[0] == 'M' {
		order = binary.BigEndian
	}
	at := int64(order.Uint32(b[4:]))
	if at+2 > int64(len(b)) {
		return 1
	}
	entries := b[at+2:]
	for range order.Uint16(b[at:]) {
		if len(entries) < entrySize {
			break
		}
		if v := int(order.Uint16(entries[8:])); order.Uint16(entries) == orientationTag && v >= 1 && v <= 8 {
			return v
		}
		entries = entries[entrySize:]
	}
	return 1
}

// upright undoes an EXIF orientation.
func upright(img image.Image, orientation int) image.Image {
	if orientation <= 1 {
		return img
	}
	b := img.Bounds()
	src := image.NewRGBA(image.Rect(0, 0, b.Dx(), b.Dy()))
	draw.Draw(src, src.Bounds(), img, b.Min, draw.Src)
	transposed := orientation >= 5
	w, h := b.Dx(), b.Dy()
	if transposed {
		w, h = h, w
	}
	fromRight := orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8
	fromBottom := orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7
	dst := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			sx, sy := x, y
			if transposed {
				sx, sy = y, x
			}
			if fromRight {
				sx = b.Dx() - 1 - sx
			}
			if fromBottom {
				sy = b.Dy() - 1 - sy
			}
			copy(dst.Pix[dst.PixOffset(x, y):][:4], src.Pix[src.PixOffset(sx, sy):])
		}
	}
	return dst
}
