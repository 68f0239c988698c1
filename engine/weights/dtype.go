package weights

import (
	"encoding/binary"
	"math"
)

// dtype is one number format of a file.
type dtype struct {
	size   int // bytes of an element
	decode func(dst []float32, src []byte)
	encode func(dst []byte, src []float32) // nil where files are only read
}

// dtypes by their name in the header. Narrowing a float64 rounds to nearest and
// turns what float32 cannot hold into an infinity.
var dtypes = map[string]dtype{
	"F32":  {4, decodeF32, encodeF32},
	"F16":  {2, decodeF16, encodeF16},
	"BF16": {2, decodeBF16, nil},
	"F64":  {8, decodeF64, nil},
}

func decodeF32(dst []float32, src []byte) {
	for i := range dst {
		dst[i] = math.Float32frombits(binary.LittleEndian.Uint32(src[4*i:]))
	}
}

func encodeF32(dst []byte, src []float32) {
	for i, v := range src {
		binary.LittleEndian.PutUint32(dst[4*i:], math.Float32bits(v))
	}
}

func decodeBF16(dst []float32, src []byte) {
	for i := range dst {
		dst[i] = math.Float32frombits(uint32(binary.LittleEndian.Uint16(src[2*i:])) << 16)
	}
}

func decodeF64(dst []float32, src []byte) {
	for i := range dst {
		dst[i] = float32(math.Float64frombits(binary.LittleEndian.Uint64(src[8*i:])))
	}
}

func decodeF16(dst []float32, src []byte) {
	for i := range dst {
		dst[i] = fromHalf(binary.LittleEndian.Uint16(src[2*i:]))
	}
}

func encodeF16(dst []byte, src []float32) {
	for i, v := range src {
		binary.LittleEndian.PutUint16(dst[2*i:], toHalf(v))
	}
}

// fromHalf widens an IEEE 754 binary16, which is exact.
func fromHalf(h uint16) float32 {
	sign := uint32(h>>15) << 31
	exponent, fraction := uint32(h>>10&0x1f), uint32(h&0x3ff)
	switch exponent {
	case 0: // zero or subnormal: fraction * 2^-24
		return math.Float32frombits(sign | math.Float32bits(float32(fraction)*0x1p-24))
	case 0x1f: // infinity or NaN
		return math.Float32frombits(sign | 0xff<<23 | fraction<<13)
	}
	return math.Float32frombits(sign | (exponent+127-15)<<23 | fraction<<13)
}

// toHalf rounds to the nearest binary16, ties to even; beyond 65520 it is an
// infinity.
func toHalf(v float32) uint16 {
	bits := math.Float32bits(v)
	sign, magnitude := uint16(bits>>16&0x8000), bits&0x7fffffff
	switch {
	case magnitude > 0xff<<23: // NaN, kept quiet
		return sign | 0x7e00 | uint16(magnitude>>13&0x3ff)
	case magnitude >= 0x477ff000: // 65520
		return sign | 0x7c00
	case magnitude < 0x38800000: // below 2^-14: a multiple of 2^-24
		return sign | uint16(math.RoundToEven(float64(math.Float32frombits(magnitude))*0x1p24))
	}
	magnitude += 0xfff + magnitude>>13&1 // carries into the exponent as it should
	return sign | uint16((magnitude-(127-15)<<23)>>13)
}
