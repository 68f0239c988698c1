package saliency

import (
	"image"
	"math"
	"strings"
	"testing"

	"tandem/engine/tensor"
)

func TestResponses(t *testing.T) {
	m := readGolden(t).model(t, 3, cpus(t, 1)...)
	show(m, normals(t, 3, 3, 19, 17).Data)
	maps := must[*tensor.Tensor](t)(m.Activation("pool1", 3)) // 8 x 4 x 3
	for _, u := range []Unit{{"pool1", 7, Strongest, image.Point{}}, {"pool1", 7, Everywhere, image.Point{}}, {"pool1", 7, Fixed, image.Pt(2, 3)}} {
		for i, got := range must[[]Response](t)(Responses(m, u, 3)) {
			value := func(x, y int) float32 { return maps.Data[((i*8+7)*4+y)*3+x] }
			sum, largest := 0.0, float32(math.Inf(-1))
			for y := range 4 {
				for x := range 3 {
					sum, largest = sum+float64(value(x, y)), max(largest, value(x, y))
				}
			}
			want := map[Place]float32{Strongest: largest, Everywhere: float32(sum), Fixed: value(2, 3)}[u.Place]
			if math.Abs(float64(got.Value-want)) > 1e-6 || u.Place != Everywhere && value(got.At.X, got.At.Y) != want {
				t.Errorf("image %d, place %d: got %v, want %g", i, u.Place, got, want)
			}
		}
	}
}

// Nothing is looked at that is not there.
func TestUnitsThatDoNotExist(t *testing.T) {
	m := readGolden(t).model(t, 2, cpus(t, 1)...)
	show(m, normals(t, 2, 3, 19, 17).Data)
	for _, c := range []struct {
		u    Unit
		n    int
		want string
	}{
		{Unit{Layer: "conv9"}, 1, "no layer conv9"},
		{Unit{Layer: "relu1", Channel: 8}, 1, "layer relu1 has channels 0 to 7, got 8"},
		{Unit{Layer: "fc6", Channel: -1}, 1, "layer fc6 has channels 0 to 4, got -1"},
		{Unit{Layer: "pool1", Place: Fixed, At: image.Pt(3, 0)}, 1, "maps of 3 columns and 4 rows, got column 3, row 0"},
		{Unit{Layer: "fc6", Place: Fixed, At: image.Pt(0, 1)}, 1, "maps of 1 columns and 1 rows, got column 0, row 1"},
		{Unit{Layer: "relu1"}, 3, "1 to 2 images, got 3"},
		{Unit{Layer: "relu1"}, 0, "1 to 2 images, got 0"},
		{Unit{Layer: "softmax"}, 1, "start from fc6"},
	} {
		for name, view := range views {
			if _, err := view(m, c.u, c.n); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%s of %+v: got %v, want %s", name, c.u, err, c.want)
			}
		}
	}
	for classes, want := range map[*[]int]string{{}: "got none", {5}: "channels 0 to 4, got 5", {0, 1, 2}: "1 to 2 images, got 3"} {
		if _, err := ClassSaliency(m, *classes); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("classes %v: got %v, want %s", *classes, err, want)
		}
	}
	if _, err := GradientTimesInput(m, Unit{Layer: "fc6"}, tensor.New(2, 3, 17, 19)); err == nil || !strings.Contains(err.Error(), "takes images of 3x19x17, got a batch of 2x3x17x19") {
		t.Error(err)
	}
}
