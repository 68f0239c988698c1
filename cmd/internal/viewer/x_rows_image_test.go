package viewer

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"math"
	"os"
	"path/filepath"
	"testing"

	"tandem/cmd/internal/scene"
	"tandem/cmd/internal/viewer/ui"
	"tandem/cmd/internal/xtest"
	"tandem/engine/tensor"
	"tandem/engine/viz"
)

// at starts a test at a view.
func at(v scene.View) func(*State) { return func(s *State) { s.View = v } }

// plain returns a picture of one colour.
func plain(c color.RGBA) *image.RGBA {
	img := image.NewRGBA(image.Rect(0, 0, 32, 32))
	draw.Draw(img, img.Rect, image.NewUniform(c), image.Point{}, draw.Src)
	return img
}

var teal = color.RGBA{10, 120, 130, 255}

// 6: an image of one's own, dropped, pasted or from a dialog. What opens it is not
// the viewer; it goes to the newest once it is there.
func driveOwnImage(t *testing.T) {
	d := drive(t, "cifar-quick", func(s *State) { s.Freeze = true }, nil)
	var file bytes.Buffer
	must(t, png.Encode(&file, plain(teal)))
	path := filepath.Join(t.TempDir(), "teal.png")
	must(t, os.WriteFile(path, file.Bytes(), 0o600))
	must(t, d.Drop(image.Pt(400, 300), path))
	window.frames(2)
	if got := d.orders(); len(got) != 1 || got[0].Do != scene.Open || got[0].Name != "teal.png" || !bytes.Equal(got[0].Data, file.Bytes()) {
		t.Errorf("a drop orders %+v", got)
	}
	d.key("ctrl+o", "ctrl+v")
	d.click("photo.open")
	d.click("photo.paste")
	if d.services.chosen != 2 || d.services.pasted != 2 {
		t.Errorf("%d dialogs and %d pastes, want 2 of each", d.services.chosen, d.services.pasted)
	}
	d.publish(func(s *scene.Scene) {
		a := *s.Answer
		a.Photo = scene.Photo{Number: 200, Name: "teal.png", Picture: plain(teal), Label: viz.Unknown}
		s.Answer, s.Photos = &a, scene.Photos{Count: 201, Opened: 1}
	})
	d.state("the image is there", func(s State) bool { return s.Photo == 200 && !s.Freeze })
	if r := d.box("photo"); inked(d.look(), r, teal) < r.Dx()*r.Dy()*9/10 {
		t.Error("the image is not on screen")
	}
	d.says("teal.png", "200 of 201")
	d.click("photo.previous")
	d.state("back", func(s State) bool { return s.Photo == 199 })
}

// 8: the patches that excite units most; a click leads to the unit and the image.
func drivePatches(t *testing.T) {
	d := drive(t, "cifar-quick", nil, nil)
	d.key("5")
	p := d.source.Scene().Patches.Units[2][4]
	d.shows("a patch", d.box("patches.2.4"), p.Picture.RGBAAt(5, 5))
	d.changes("another unit", d.panes().unit, func() { d.click("patches.2.4") })
	d.state("a click on a patch", func(s State) bool {
		return s.View == scene.PatchesView && s.Unit == scene.Unit{Layer: "conv1", Channel: 2} && s.Photo == p.Photo
	})
	d.shows("the same beside the unit", d.box("unit.patch.4"), p.Picture.RGBAAt(5, 5))
	d.click("unit.patch.1")
	d.state("a click beside the unit", func(s State) bool { return s.Photo == d.source.Scene().Patches.Units[2][1].Photo })
}

// above returns where the picture of a gallery's tile is.
func above(d *driven, name string) image.Rectangle {
	d.Helper()
	r := d.box(name)
	return image.Rect(r.Min.X, r.Min.Y+2, r.Max.X, r.Min.Y+2+tileSide)
}

// lone returns zeros with a single value.
func lone(at int, value float32, shape ...int) *tensor.Tensor {
	x := tensor.New(shape...)
	x.Data[at] = value
	return x
}

// back lets a scene have a way back that ends in one pixel of column 20 and row 6.
func back(mode scene.Mode, channels int) func(*scene.Scene) {
	return func(s *scene.Scene) {
		b := *s.Backward
		b.Mode, b.Map = mode, lone(6*32+20, 2, channels, 32, 32)
		s.Backward = &b
	}
}

// pixelIn fails unless the pixels of a part with a colour are those of column 20 and
// row 6 in a picture of 32 x 32 that begins where others have the other colour.
func (d *driven) pixelIn(r image.Rectangle, is func(color.RGBA) bool, others color.RGBA) {
	d.Helper()
	img := d.look()
	whole, got := where(img, r, exactly(others)), where(img, r, is)
	at := got.Min.Sub(whole.Min).Mul(32)
	side := whole.Dx()
	if whole.Empty() || (at.X+side/2)/side != 20 || (at.Y+side/2)/side != 6 || got.Dx() > side/32+1 {
		d.Errorf("the pixel is drawn at %v of %v", got, whole)
	}
}

// 9: deconvolution and guided backpropagation.
func driveBackward(t *testing.T) {
	d := drive(t, "cifar-quick", nil, back(scene.Deconvolution, 3))
	d.key("3", "b")
	d.state("3 b", func(s State) bool { return s.View == scene.BackwardView && s.Backward == scene.Deconvolution })
	red := func(c color.RGBA) bool { return c.R > 240 && c.G < 140 && c.B < 140 }
	grey := color.RGBA{128, 128, 128, 255}
	d.pixelIn(d.panes().main, red, grey)
	d.key("n")
	d.state("n", func(s State) bool { return s.Backward == scene.Guided })
	d.says("Going back from conv1 unit 0 to the image.")
	d.publish(back(scene.Guided, 3))
	d.pixelIn(d.panes().main, red, grey)
	d.click("backward.sum")
	d.pixelIn(d.panes().main, exactly(viz.Ember.At(1)), viz.Ember.At(0))
	d.changes("m", d.panes().main, func() { d.key("m") })
	d.state("m", func(s State) bool { return s.Backward == scene.Deconvolution })
	d.key("b")
	d.says("Looking back is off.")
}

// 10: gradients of units and of classes.
func driveGradient(t *testing.T) {
	d := drive(t, "cifar-quick", at(scene.BackwardView), nil)
	for _, m := range []scene.Mode{scene.Gradient, scene.GradientTimesInput, scene.ClassSaliency} {
		d.click("mode." + m.Link())
		if got := d.want().Backward; got != m {
			t.Errorf("a press on %v wants %v", m, got)
		}
	}
	d.publish(back(scene.ClassSaliency, 1))
	d.pixelIn(d.panes().main, exactly(viz.Ember.At(1)), viz.Ember.At(0))
	d.says("value 2.5 at (3, 4), sees 5×5 pixels")
}

// 11: what hiding a part of the image changes.
func driveOcclusion(t *testing.T) {
	d := drive(t, "cifar-quick", nil, func(s *scene.Scene) {
		o := *s.Occlusion
		o.Drop, o.Likeliest = lone(2*8+5, 0.7, 8, 8), make([]int, 64)
		s.Occlusion = &o
	})
	d.key("4")
	caption := d.text("drop in probability")
	below := image.Rect(caption.Min.X, caption.Max.Y, caption.Min.X+90, caption.Max.Y+90) // not the key
	img := d.look()
	whole, cell := where(img, below, exactly(viz.BlueOrange.At(0))), where(img, below, exactly(viz.BlueOrange.At(1)))
	if side := float64(cell.Dx()); cell.Empty() || math.Round(float64(cell.Min.X-whole.Min.X)/side) != 5 || math.Round(float64(cell.Min.Y-whole.Min.Y)/side) != 2 {
		t.Fatalf("the part that counts is drawn at %v of %v", cell, whole)
	}
	d.point(center(cell))
	d.says("hidden here: cat 10.0 %", "likeliest: airplane")
	d.away()
	d.changes("opacity", d.panes().main, func() { d.slide("occlusion.opacity", 1) })
}

// 12: images that excite units.
func driveAscent(t *testing.T) {
	d := drive(t, "cifar-quick", nil, nil)
	d.key("6")
	a := d.source.Scene().Ascent
	r := d.box("ascent.1")
	d.shows("an image that excites a unit", above(d, "ascent.1"), a.Pictures[1].RGBAAt(16, 16))
	bar := inked(d.look(), image.Rect(r.Min.X-200, r.Min.Y-12, r.Max.X+200, r.Min.Y-2), ui.Dark.Accent)
	if done := bar / 4; done != 240*a.Steps/a.Total {
		t.Errorf("a bar %d long says %d of %d steps", done, a.Steps, a.Total)
	}
	d.click("ascent.1")
	d.state("a click on it", func(s State) bool { return s.Unit == scene.Unit{Layer: "conv1", Channel: 1} })
	if c := control(t, d.frame(), "ascent.1"); !c.Pressed {
		t.Error("the unit chosen does not stand out")
	}
}

// 13: the images nearest to this one.
func driveNeighbours(t *testing.T) {
	d := drive(t, "cifar-quick", nil, nil)
	d.key("7")
	items := d.source.Scene().Neighbours.Items
	d.shows("the third", above(d, "neighbours.2"), items[2].Picture.RGBAAt(16, 16))
	d.turn("neighbours.0", -4)
	if now := d.box("neighbours.6"); now.Min.Y >= d.panes().main.Max.Y || now.Max.Y <= d.panes().main.Min.Y {
		t.Errorf("after the wheel the seventh is at %v", now)
	}
	d.press(xtest.Left, center(d.box("neighbours.6").Intersect(d.panes().main)))
	d.state("a click on the seventh", func(s State) bool { return s.Photo == items[6].Photo })
	d.says(fmt.Sprintf("soon no. %d", items[6].Photo))
}

// 14: all images on a plane.
func driveMap(t *testing.T) {
	d := drive(t, "cifar-quick", nil, nil)
	d.key("8")
	d.changes("a press on a class", d.panes().main, func() { d.click("map.class.3") })
	d.click("map.class.3")
	plane := d.box("map.plane")
	d.changes("the wheel", plane, func() { d.turn("map.plane", 6) })
	seen := func() (n int) { fmt.Sscanf(control(t, d.frame(), "map.plane").Label, "%d", &n); return n }
	near := seen()
	if all := len(d.source.Scene().Map.Items); near >= all {
		t.Errorf("from near, %d of %d images are in view", near, all)
	}
	d.changes("dragging", plane, func() {
		d.drag(center(plane), center(plane).Add(image.Pt(60, 40)))
	})
	d.click("map.all")
	if now := seen(); now <= near {
		t.Errorf("from afar, %d images are in view, from near %d", now, near)
	}
	first := d.box("map.7")
	d.changes("the mouse enlarges an image", plane, func() { d.point(center(first)) })
	d.press(xtest.Left, center(first))
	d.away()
	d.state("a click on an image", func(s State) bool { return s.Photo != 0 })
}
