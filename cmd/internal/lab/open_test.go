package lab

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	pngs "image/png"
	"strings"
	"testing"

	"tandem/cmd/internal/scene"
	"tandem/engine/viz"
)

// png returns a picture as a file.
func png(t *testing.T, w, h int) []byte {
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	for i := range w * h {
		img.Set(i%w, i/w, color.RGBA{uint8(7 * i), uint8(i / w), uint8(i % w), 255})
	}
	var file bytes.Buffer
	if err := pngs.Encode(&file, img); err != nil {
		t.Fatal(err)
	}
	return file.Bytes()
}

// A picture of the stored size goes in as it is, after the test images.
func TestOpenedImages(t *testing.T) {
	visit(t, Options{Images: noise{shape: stored, n: 3}, About: "noise"}, func(t *testing.T, r *room) {
		r.Open("cat.png", png(t, 12, 14))
		if got := r.scene().Photos; got != (scene.Photos{Count: 4, Opened: 1, About: "noise"}) {
			t.Errorf("got %+v", got)
		}
		r.Want(scene.Want{Photo: 3})
		a := r.scene().Answer
		if a.Name != "cat.png" || a.Number != 3 || a.Label != viz.Unknown {
			t.Errorf("got %+v", a.Photo)
		}
		for i := range 121 { // the crop begins at row 1
			x, y := i%11, i/11
			j := (y+1)*12 + x
			if got, want := a.Picture.RGBAAt(x, y), (color.RGBA{uint8(7 * j), uint8(y + 1), uint8(x), 255}); got != want {
				t.Fatalf("pixel %d, %d is %v, want %v", x, y, got, want)
			}
		}
	})
}

// What comes before the network waits for it, and no test images are needed.
func TestOpenedBeforeTheNetwork(t *testing.T) {
	visitEmpty(t, Options{}, func(t *testing.T, r *room) {
		r.Open("cat.png", png(t, 12, 14))
		r.SetWeights(nil)
		if got := r.scene(); got.Photos.Count != 0 || len(got.Notices) > 0 {
			t.Errorf("got %+v", got)
		}
		net := tinyNet(t)
		if err := r.SetNetwork(net, statsOf(stored)); err != nil {
			t.Fatal(err)
		}
		if got := r.scene(); got.Photos.Count != 1 || got.Answer != nil {
			t.Errorf("without weights: %+v", got)
		}
		r.SetWeights(weightsOf(t, net, 1))
		if got := r.scene().Answer; got == nil || got.Name != "cat.png" {
			t.Errorf("got %+v", got)
		}
	})
}

// Files that are no pictures, and pictures that do not fit, are a notice that names
// them, and the lab lives on.
func TestOpenRefuses(t *testing.T) {
	huge := png(t, 3, 3)
	copy(huge[16:24], []byte{0, 1, 0, 0, 0, 1, 0, 0}) // the header's width and height
	binary.BigEndian.PutUint32(huge[29:], crc32.ChecksumIEEE(huge[12:29]))
	cut := png(t, 12, 14)
	for name, c := range map[string]struct {
		data []byte
		want string
	}{
		"text.png":  {[]byte("not a picture"), "text.png: is not a JPEG, PNG, GIF, BMP, TIFF or WebP picture"},
		"empty.png": {nil, "empty.png: "},
		"cut.png":   {cut[:len(cut)/2], "cut.png: "},
		"huge.png":  {huge, "huge.png: 65536x65536 is more than 100 million pixels"},
		"size.png":  {png(t, 14, 12), "size.png: the picture is 14x12, and only squares are cut out: bring it to 12x14"},
	} {
		t.Run(name, func(t *testing.T) {
			visit(t, Options{Images: noise{shape: stored, n: 3}}, func(t *testing.T, r *room) {
				r.Open(name, c.data)
				s := r.scene()
				if got := notices(s); len(got) != 1 || !strings.HasPrefix(got[0], c.want) || strings.Contains(got[0], "\n") {
					t.Errorf("got %q, want %s", got, c.want)
				}
				r.Open("good.png", png(t, 12, 14))
				r.Want(scene.Want{Photo: 3})
				if s := r.scene(); s.Photos.Count != 4 || s.Answer.Name != "good.png" {
					t.Errorf("got %+v, %+v", s.Photos, s.Answer.Photo)
				}
			})
		})
	}
}
