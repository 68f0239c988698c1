package metrics

import (
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"math"
	"time"

	"google.golang.org/protobuf/encoding/protowire"
)

// Field numbers of TensorFlow's protocol buffers: Event and SessionLog
// (tensorflow/core/util/event.proto), Summary and HistogramProto
// (tensorflow/core/framework/summary.proto).
const (
	eventWallTime    protowire.Number = 1
	eventStep        protowire.Number = 2
	eventFileVersion protowire.Number = 3
	eventSummary     protowire.Number = 5
	eventSessionLog  protowire.Number = 7

	sessionLogStatus protowire.Number = 1
	sessionLogStart                   = 1 // value of the status

	summaryValue protowire.Number = 1

	valueTag         protowire.Number = 1
	valueSimpleValue protowire.Number = 2
	valueImage       protowire.Number = 4
	valueHisto       protowire.Number = 5

	imageHeight        protowire.Number = 1
	imageWidth         protowire.Number = 2
	imageColorspace    protowire.Number = 3
	imageEncodedString protowire.Number = 4
	colorspaceGray                      = 1
	colorspaceRGB                       = 3
	colorspaceRGBA                      = 4

	histoMin         protowire.Number = 1
	histoMax         protowire.Number = 2
	histoNum         protowire.Number = 3
	histoSum         protowire.Number = 4
	histoSumSquares  protowire.Number = 5
	histoBucketLimit protowire.Number = 6
	histoBucket      protowire.Number = 7
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// maskedCRC is the checksum of the TFRecord format
// (tensorflow/core/lib/hash/crc32c.h): rotated and shifted, so that a checksum
// of data that holds checksums stays sound.
func maskedCRC(b []byte) uint32 {
	crc := crc32.Checksum(b, castagnoli)
	return (crc>>15 | crc<<17) + 0xa282ead8
}

// appendRecord frames data as a TFRecord: length, its checksum, data, its
// checksum.
func appendRecord(b, data []byte) []byte {
	length := binary.LittleEndian.AppendUint64(nil, uint64(len(data)))
	b = append(b, length...)
	b = binary.LittleEndian.AppendUint32(b, maskedCRC(length))
	b = append(b, data...)
	return binary.LittleEndian.AppendUint32(b, maskedCRC(data))
}

func versionEvent(wall time.Time) []byte {
	b := appendDouble(nil, eventWallTime, unixSeconds(wall))
	return appendString(b, eventFileVersion, "brain.Event:2")
}

// startEvent announces that a session starts at a step: TensorBoard drops what
// was recorded for that step and later ones.
func startEvent(step int64, wall time.Time) []byte {
	return appendBytes(eventHead(step, wall), eventSessionLog, appendInt(nil, sessionLogStatus, sessionLogStart))
}

func summaryEvent(step int64, wall time.Time, summary []byte) []byte {
	return appendBytes(eventHead(step, wall), eventSummary, summary)
}

func eventHead(step int64, wall time.Time) []byte {
	return appendInt(appendDouble(nil, eventWallTime, unixSeconds(wall)), eventStep, step)
}

func unixSeconds(t time.Time) float64 { return float64(t.Unix()) + float64(t.Nanosecond())/1e9 }

// appendScalar adds a value to a Summary, and so do the two below.
func appendScalar(summary []byte, tag string, v float32) []byte {
	value := appendString(nil, valueTag, tag)
	value = protowire.AppendTag(value, valueSimpleValue, protowire.Fixed32Type)
	value = protowire.AppendFixed32(value, math.Float32bits(v))
	return appendBytes(summary, summaryValue, value)
}

func appendImage(summary []byte, tag string, img image.Image, png []byte) []byte {
	b := appendInt(nil, imageHeight, int64(img.Bounds().Dy()))
	b = appendInt(b, imageWidth, int64(img.Bounds().Dx()))
	b = appendInt(b, imageColorspace, colorspace(img))
	b = appendBytes(b, imageEncodedString, png)
	return appendBytes(summary, summaryValue, appendBytes(appendString(nil, valueTag, tag), valueImage, b))
}

func colorspace(img image.Image) int64 {
	switch img.ColorModel() {
	case color.GrayModel, color.Gray16Model:
		return colorspaceGray
	}
	if o, ok := img.(interface{ Opaque() bool }); ok && o.Opaque() {
		return colorspaceRGB
	}
	return colorspaceRGBA
}

func appendHistogram(summary []byte, tag string, h histogram) []byte {
	histo := appendDouble(nil, histoMin, h.min)
	histo = appendDouble(histo, histoMax, h.max)
	histo = appendDouble(histo, histoNum, h.num)
	histo = appendDouble(histo, histoSum, h.sum)
	histo = appendDouble(histo, histoSumSquares, h.sumSquares)
	histo = appendDoubles(histo, histoBucketLimit, h.limits)
	histo = appendDoubles(histo, histoBucket, h.counts)
	return appendBytes(summary, summaryValue, appendBytes(appendString(nil, valueTag, tag), valueHisto, histo))
}

func appendInt(b []byte, field protowire.Number, v int64) []byte {
	return protowire.AppendVarint(protowire.AppendTag(b, field, protowire.VarintType), uint64(v))
}

func appendDouble(b []byte, field protowire.Number, v float64) []byte {
	return protowire.AppendFixed64(protowire.AppendTag(b, field, protowire.Fixed64Type), math.Float64bits(v))
}

// appendDoubles adds a packed repeated field.
func appendDoubles(b []byte, field protowire.Number, values []float64) []byte {
	var packed []byte
	for _, v := range values {
		packed = protowire.AppendFixed64(packed, math.Float64bits(v))
	}
	return appendBytes(b, field, packed)
}

func appendString(b []byte, field protowire.Number, v string) []byte {
	return protowire.AppendString(protowire.AppendTag(b, field, protowire.BytesType), v)
}

func appendBytes(b []byte, field protowire.Number, v []byte) []byte {
	return protowire.AppendBytes(protowire.AppendTag(b, field, protowire.BytesType), v)
}
