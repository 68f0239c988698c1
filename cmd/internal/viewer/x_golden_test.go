package viewer

import (
	"image"
	"image/draw"
	"testing"
	"time"

	"tandem/cmd/internal/scene"
	"tandem/cmd/internal/viewer/ui"
	"tandem/engine/viz"
)

var large = image.Pt(1280, 800)

// golden is a picture of the window that is kept in testdata.
type golden struct {
	name  string
	net   string                       // "": alexnet-mini
	size  image.Point                  // logical pixels; zero: small
	scale int                          // 0: 1
	part  func(layout) image.Rectangle // nil: the whole window
	state func(*State)
	scene func(*scene.Scene)
	setup func(*Viewer)
}

// goldens are the large pane with each view in a small dark window, and the whole
// window as other things change it.
func goldens() []golden {
	var all []golden
	for _, view := range scene.Views() {
		all = append(all, golden{
			name: view.String(), state: func(s *State) { s.View = view },
			part: func(l layout) image.Rectangle { return l.tabs.Union(l.main) },
		})
	}
	return append(all, []golden{
		{name: "dark-filters"},
		{name: "light-filters", size: large, state: func(s *State) { s.Light = true }},
		{name: "light-confusion", size: large, state: func(s *State) { s.Light, s.View, s.Label, s.Predicted = true, scene.ConfusionView, 3, 5 },
			scene: func(s *scene.Scene) { g := *s.Gallery; g.Label, g.Predicted, g.Wrong = 3, 5, false; s.Gallery = &g }},
		{name: "light-curves", size: large, state: func(s *State) { s.Light, s.View, s.LogEpochs, s.LogLoss = true, scene.CurvesView, true, true }},
		{name: "light-health", size: large, state: func(s *State) { s.Light, s.View = true, scene.HealthView }},
		{name: "scale2-activations", scale: 2, state: func(s *State) { s.View = scene.Activations }},
		{name: "zoomed", state: func(s *State) { s.View, s.Zoom = scene.Activations, true }},
		{name: "help", setup: func(v *Viewer) { v.help = true }},
		{name: "notices", scene: notices, setup: func(v *Viewer) {
			for i := range 4 {
				v.shown[i] = time.Now().Add(time.Hour)
			}
		}},
		{name: "ablated-frozen", scene: ablated, state: func(s *State) {
			s.View, s.Freeze, s.Unit = scene.Activations, true, scene.Unit{Layer: "conv1", Channel: 3}
			s.Ablated = []scene.Unit{{Layer: "conv1", Channel: 2}, {Layer: "conv1", Channel: 3}}
		}},
		{name: "one-tower", net: "cifar-quick", state: func(s *State) { s.Unit.Layer = "conv2" }},
		{name: "large-network", net: "alexnet", size: large, state: func(s *State) { s.Backward = scene.NoBackward }},
		{name: "nothing-yet", scene: func(s *scene.Scene) { *s = scene.Scene{} }},
		{name: "failed", scene: func(s *scene.Scene) { r := *s.Run; r.State, r.Live = scene.Failed, false; s.Run = &r; s.Series = nil }},
	}...)
}

// notices fills a scene with as many lines as are shown at a time.
func notices(s *scene.Scene) {
	s.Notices = []scene.Notice{
		{Serial: 1, Text: "a checkpoint was written: runs/made-up/step-00001200.safetensors"},
		{Serial: 2, Text: "notes.txt is no image: it begins with neither of the signs of PNG, JPEG, GIF, BMP, TIFF or WebP, so nothing of it can be shown here", Bad: true},
		{Serial: 3, Text: "copied"},
	}
}

// ablated lets the answer be one with two units switched off.
func ablated(s *scene.Scene) {
	a := *s.Answer
	a.Ablated, a.Whole = 2, a.Probabilities
	a.Probabilities = append(a.Whole[5:len(a.Whole):len(a.Whole)], a.Whole[:5]...)
	s.Answer = &a
}

// viewer returns a viewer that shows what the picture does.
func (g *golden) viewer(t testing.TB) *Viewer {
	net := g.net
	if net == "" {
		net = "alexnet-mini"
	}
	source := fixtureOf(t, net)
	source.Update(func(s *scene.Scene) {
		s.Notices = nil
		if g.scene != nil {
			g.scene(s)
		}
	})
	state := NewState()
	state.Backward = scene.Deconvolution
	if g.state != nil {
		g.state(&state)
	}
	v := New(source, &services{}, state)
	if g.setup != nil {
		g.setup(v)
	}
	return v
}

// draw shows the viewer in the window, the mouse where nothing is, and returns what
// is seen.
func (g *golden) draw(t testing.TB, v *Viewer) *image.RGBA {
	size := g.size
	if size == (image.Point{}) {
		size = small
	}
	show(t, v, size, max(1, g.scale))
	img := window.picture()
	if g.part == nil {
		return img
	}
	var l layout
	window.ask(func() { l = arrange(size, v.State.Zoom, v.scene.Series != nil, v.live()) })
	return img.SubImage(g.part(l)).(*image.RGBA)
}

func TestGoldenPictures(t *testing.T) {
	for i, g := range goldens() {
		if testing.Short() && i%8 > 0 {
			continue // the race detector slows frames down
		}
		t.Run(g.name, func(t *testing.T) { checkGolden(t, g.name, g.draw(t, g.viewer(t))) })
	}
}

// What the comparison lets pass is no other picture: one without a pane, with other
// colours, with another choice.
func TestGoldenPicturesRefuseOthers(t *testing.T) {
	g := golden{name: "zoomed", state: func(s *State) { s.View, s.Zoom = scene.Activations, true }}
	changes := map[string]func(*State){
		"another colour map": func(s *State) { s.Map = viz.Grey.Name },
		"more contrast":      func(s *State) { s.Gain = 2 },
		"another unit":       func(s *State) { s.Unit.Channel = 9 },
		"another layer":      func(s *State) { s.Unit.Layer = "relu1" },
		"a checkpoint":       func(s *State) { s.Checkpoint = 1 },
		"a unit off":         func(s *State) { s.Ablated = []scene.Unit{{Layer: "conv1", Channel: 8}} },
		"the light theme":    func(s *State) { s.Light = true },
	}
	want, err := readPNG(goldenPath(g.name))
	must(t, err)
	v := g.viewer(t)
	must(t, sameLook(g.draw(t, v), want))
	for name, change := range changes {
		before := window.state()
		window.ask(func() { change(&v.State) })
		if sameLook(window.picture(), want) == nil {
			t.Errorf("with %s the picture passes for the one without", name)
		}
		window.ask(func() { v.State = before })
	}
}

func TestGoldenPicturesMissEveryPane(t *testing.T) {
	want, err := readPNG(goldenPath("dark-filters"))
	must(t, err)
	l := arrange(small, false, true, true)
	for _, pane := range []image.Rectangle{l.bar, l.graph, l.tabs, l.main, l.scrubber, l.input, l.unit, l.curves, l.controls, l.status} {
		got := image.NewRGBA(want.Rect)
		draw.Draw(got, got.Rect, want, image.Point{}, draw.Src)
		draw.Draw(got, pane, image.NewUniform(ui.Dark.Panel), image.Point{}, draw.Src)
		if sameLook(got, want) == nil {
			t.Errorf("without the pane at %v the picture passes for the whole", pane)
		}
	}
}
