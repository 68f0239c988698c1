package viewer

import (
	"slices"
	"testing"

	"tandem/cmd/internal/scene"
	"tandem/cmd/internal/viewer/ui"
	"tandem/cmd/internal/xtest"
)

// 22: the test images, those taken wrongly, and what was taken for what.
func driveMistakes(t *testing.T) {
	d := drive(t, "cifar-quick", nil, nil)
	d.key("9")
	d.state("9", func(s State) bool { return s.View == scene.ConfusionView })
	right := d.box("confusion.2.2")
	d.changes("mistakes only", right, func() { d.click("confusion.wrong") })
	if w := d.want(); !w.Wrong {
		t.Error("mistakes only are not wanted")
	}
	if n := inked(d.look(), right, ui.Dark.Panel); n < right.Dx()*right.Dy()/2 {
		t.Error("among mistakes only, what is right stands out")
	}
	d.key("0")
	d.state("0", func(s State) bool { return s.View == scene.MistakesView && s.Wrong })
	items := d.source.Scene().Gallery.Items
	d.shows("the worst", above(d, "images.-1.-1.0"), items[0].Picture.RGBAAt(16, 16))
	d.click("mistakes.4")
	if w := d.want(); w.Label != 4 || w.Predicted != scene.Any {
		t.Errorf("a press on a class wants those of %d taken for %d", w.Label, w.Predicted)
	}
	d.says("The images are being looked up.")
	d.publish(func(s *scene.Scene) {
		g := *s.Gallery
		g.Label, g.Items, g.Total = 4, g.Items[10:12], 2
		s.Gallery = &g
	})
	d.says("2 images, the highest loss first")
	d.shows("the worst of the class", above(d, "images.4.-1.0"), items[10].Picture.RGBAAt(16, 16))
	d.click("images.4.-1.1")
	d.state("a click on an image", func(s State) bool { return s.Photo == items[11].Photo })
}

// Drill-down: from the matrix to a cell, to its images, to the units and patches that
// made them what they are.
func driveDrill(t *testing.T) {
	d := drive(t, "cifar-quick", at(scene.ConfusionView), nil)
	d.point(center(d.box("confusion.3.5")))
	d.says("cat taken for dog:")
	d.press(xtest.Left, d.mouse)
	d.away()
	if w := d.want(); w.Label != 3 || w.Predicted != 5 {
		t.Errorf("a click on the cell of cats taken for dogs wants those of %d taken for %d", w.Label, w.Predicted)
	}
	d.changes("its images", d.panes().main, func() {
		d.publish(func(s *scene.Scene) { g := *s.Gallery; g.Label, g.Predicted, g.Wrong = 3, 5, false; s.Gallery = &g })
	})
	d.says("cat → dog: 50 images")
	d.click("images.3.5.1")
	d.state("a click on an image", func(s State) bool { return s.Photo == 1 })
	d.click("confusion.units")
	d.state("its units", func(s State) bool { return s.View == scene.Activations && s.Photo == 1 })
	d.key("9")
	d.click("confusion.patches")
	d.state("its patches", func(s State) bool { return s.View == scene.PatchesView && s.Unit.Layer == "conv1" })
	d.key("9", "Escape")
	d.state("Esc", func(s State) bool { return s.View == scene.ConfusionView && s.Label == scene.Any })
	d.click("confusion.-1.7")
	d.state("a column", func(s State) bool { return s.Label == scene.Any && s.Predicted == 7 })
}

// Ablation: units switched off, and what becomes of the likeliest classes.
func driveAblation(t *testing.T) {
	d := drive(t, "cifar-quick", nil, nil)
	_, tile := d.tileOf("grid.kernels")
	red := func() int { return inked(d.look(), tile, ui.Dark.Bad) }
	d.press(xtest.Right, center(tile))
	d.away()
	unit := scene.Unit{Layer: "conv1"}
	if w := d.want(); !slices.Equal(w.Ablated, []scene.Unit{unit}) {
		t.Errorf("the right button switches %v off", w.Ablated)
	}
	if red() < tile.Dx() {
		t.Error("the unit is not struck out")
	}
	before := d.panes().input
	if inked(d.look(), before, ui.Dark.Warn) > 0 {
		t.Error("there are bars of before, before there is an answer")
	}
	d.publish(ablated)
	d.says("thin: before", "0.0 % -32.7")
	a := d.source.Scene().Answer
	g := topGuesses(a.Probabilities, 1, -1)[0]
	bar := d.box("guess." + string(rune('0'+g.class)))
	if long, want := inked(d.look(), bar, ui.Dark.Warn)/3, int(float64(a.Whole[g.class])*float64(bar.Dx()-2)+0.5); long < want-1 || long > want+1 {
		t.Errorf("the bar of before is %d long, want %d", long, want)
	}
	d.key("x")
	d.state("x", func(s State) bool { return len(s.Ablated) == 0 })
	if red() > 0 {
		t.Error("the unit stays struck out")
	}
	d.key("x", "Right", "x")
	d.state("two", func(s State) bool { return len(s.Ablated) == 2 })
	d.key("r")
	d.state("r", func(s State) bool { return len(s.Ablated) == 0 })
}

// Patches come when a validation has gone over the test images; a click goes to the
// image.
func driveMining(t *testing.T) {
	mined := (*scene.Patches)(nil)
	d := drive(t, "cifar-quick", at(scene.PatchesView), func(s *scene.Scene) {
		mined, s.Patches = s.Patches, nil
		s.Job = &scene.Job{Name: "patches", Done: 50, Total: 200}
	})
	d.says("All test images go through the network; the parts", "computing patches … 50 of 200")
	bar := inked(d.look(), d.panes().main, ui.Dark.Accent)
	d.publish(func(s *scene.Scene) { s.Job = &scene.Job{Name: "patches", Done: 150, Total: 200} })
	if now := inked(d.look(), d.panes().main, ui.Dark.Accent); now != 3*bar {
		t.Errorf("a bar of %d pixels stands for 50 images, one of %d for 150", bar, now)
	}
	d.publish(func(s *scene.Scene) { s.Patches, s.Job = mined, nil })
	d.shows("the strongest", d.box("patches.1.0"), mined.Units[1][0].Picture.RGBAAt(5, 5))
	d.click("patches.1.3")
	d.state("a click", func(s State) bool { return s.Photo == mined.Units[1][3].Photo })
}
