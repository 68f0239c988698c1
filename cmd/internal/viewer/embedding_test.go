package viewer

import (
	"fmt"
	"image"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"tandem/cmd/internal/scene"
	"tandem/cmd/internal/viewer/ui"
)

func randomPoint() ui.Point { return ui.Point{X: 9 * rand.NormFloat64(), Y: 9 * rand.NormFloat64()} }

// randomPlane returns a plane that was zoomed and moved about, its world and its
// part of the screen.
func randomPlane() (p plane, r image.Rectangle, low, high ui.Point) {
	low = randomPoint()
	high = ui.Point{X: low.X + 0.1 + 9*rand.Float64(), Y: low.Y + 0.1 + 9*rand.Float64()}
	r = image.Rect(10, 20, 60+rand.IntN(500), 70+rand.IntN(500))
	for range rand.IntN(6) {
		p.zoomAt(r, low, high, image.Pt(10+rand.IntN(r.Dx()), 20+rand.IntN(r.Dy())), 0.5+2*rand.Float64())
		p.move(rand.NormFloat64(), rand.NormFloat64(), low, high)
	}
	return p, r, low, high
}

func TestProjectionGoesBothWays(t *testing.T) {
	for range 200 {
		p, r, low, high := randomPlane()
		to, w := p.project(r, low, high), randomPoint()
		back := to.world(to.at(w))
		if math.Abs(back.X-w.X)+math.Abs(back.Y-w.Y) > 1e-6 {
			t.Fatalf("%v comes back as %v", w, back)
		}
	}
}

// Without zoom, all of the world is in view and touches two borders.
func TestAllFits(t *testing.T) {
	for range 200 {
		_, r, low, high := randomPlane()
		var p plane
		to := p.project(r, low, high)
		a, b := to.at(low), to.at(high)
		const eps = 1e-6
		if a.X < float64(r.Min.X)-eps || a.Y < float64(r.Min.Y)-eps || b.X > float64(r.Max.X)+eps || b.Y > float64(r.Max.Y)+eps {
			t.Fatalf("the world is from %v to %v in %v", a, b, r)
		}
		if math.Abs(b.X-a.X-float64(r.Dx())) > eps && math.Abs(b.Y-a.Y-float64(r.Dy())) > eps {
			t.Fatalf("the world is from %v to %v, smaller than %v allows", a, b, r)
		}
	}
}

// What is under the mouse stays there, as long as no border holds it.
func TestZoomAtTheMouse(t *testing.T) {
	held := 0
	for range 500 {
		p, r, low, high := randomPlane()
		m := image.Pt(r.Min.X+rand.IntN(r.Dx()), r.Min.Y+rand.IntN(r.Dy()))
		s := ui.Point{X: float64(m.X), Y: float64(m.Y)}
		before := p.project(r, low, high).world(s)
		p.zoomAt(r, low, high, m, 0.7+rand.Float64())
		if p.zoom < 1 || p.zoom > mostZoom {
			t.Fatal("zoom", p.zoom)
		}
		most := 0.5 - 0.5/p.zoom
		if math.Abs(p.offset.X) > most+1e-12 || math.Abs(p.offset.Y) > most+1e-12 {
			t.Fatalf("at zoom %v the middle is %v off", p.zoom, p.offset)
		}
		if math.Abs(p.offset.X) > most-1e-9 || math.Abs(p.offset.Y) > most-1e-9 {
			held++
			continue
		}
		after := p.project(r, low, high).at(before)
		if math.Abs(after.X-s.X)+math.Abs(after.Y-s.Y) > 1e-6 {
			t.Fatalf("what was at %v is at %v", s, after)
		}
	}
	if held > 450 {
		t.Errorf("only %d of 500 cases say anything", 500-held)
	}
}

func TestScatterLeavesOutWhatIsNotFinite(t *testing.T) {
	inf := math.Inf(1)
	m := &scene.Map{Points: [][2]float64{{1, 5}, {math.NaN(), 0}, {3, 2}, {0, -inf}, {inf, -inf}}, Items: make([]scene.Thumbnail, 5)}
	s := newScatter(m)
	if s.low != (ui.Point{X: 1, Y: 2}) || s.high != (ui.Point{X: 3, Y: 5}) {
		t.Error(s.low, s.high)
	}
	s.project(image.Rect(0, 0, 300, 300), &mapState{})
	if got := s.inView(); !slices.Equal(got, []int{0, 2}) {
		t.Error("in view:", got)
	}
}

func TestScatterOfOnePoint(t *testing.T) {
	for _, p := range [][2]float64{{4, -4}, {math.NaN(), 0}} {
		s := newScatter(&scene.Map{Points: [][2]float64{p}, Items: make([]scene.Thumbnail, 1)})
		s.project(image.Rect(0, 0, 100, 50), &mapState{})
		if s.shown(0) && center(s.rect(0)) != image.Pt(50, 25) {
			t.Error(p, "is at", s.rect(0))
		}
	}
	// More images than points, and the other way round.
	for _, m := range []*scene.Map{{Points: make([][2]float64, 3), Items: make([]scene.Thumbnail, 1)}, {Points: make([][2]float64, 1), Items: make([]scene.Thumbnail, 3)}} {
		if s := newScatter(m); len(s.points) != 1 {
			t.Error(len(s.points))
		}
	}
}

// The nearest of those under the mouse, by brute force.
func TestUnderTheMouse(t *testing.T) {
	for range 100 {
		m := &scene.Map{Items: make([]scene.Thumbnail, 40)}
		for range m.Items {
			p := randomPoint()
			m.Points = append(m.Points, [2]float64{p.X, p.Y})
		}
		s := newScatter(m)
		s.project(image.Rect(0, 0, 200, 200), &mapState{})
		at := image.Pt(rand.IntN(200), rand.IntN(200))
		got, nearest := s.under(at), math.MaxInt
		square := func(i int) int { // of the distance: roots of equal squares may differ by rounding
			d := center(s.rect(i)).Sub(at)
			return d.X*d.X + d.Y*d.Y
		}
		for i := range m.Items {
			if at.In(s.rect(i)) {
				nearest = min(nearest, square(i))
			}
		}
		if got < 0 != (nearest == math.MaxInt) || got >= 0 && (!at.In(s.rect(got)) || square(got) != nearest) {
			t.Fatalf("under %v is %d, the nearest is %d away", at, got, nearest)
		}
	}
}

func TestAtlas(t *testing.T) {
	items := testThumbnails(rand.New(rand.NewPCG(3, 4)), 7)
	items[6].Picture = nil
	plain, light := newAtlas(items, highlight{}, ui.Dark.Panel), newAtlas(items, highlight{true, items[2].Label}, ui.Dark.Panel)
	for i, item := range items {
		r := plain.cell(i)
		if !r.In(plain.picture.Rect) || i > 0 && r.Overlaps(plain.cell(i-1)) {
			t.Fatal("cell", i, "is", r)
		}
		border := plain.picture.RGBAAt(r.Min.X, r.Min.Y)
		if border != classColor(item.Label) {
			t.Errorf("the border of %d is %v", i, border)
		}
		if item.Picture != nil && plain.picture.RGBAAt(center(r).X, center(r).Y) != item.Picture.RGBAAt(16, 16) {
			t.Errorf("the middle of %d is another pixel", i)
		}
		want := border
		if item.Label != items[2].Label {
			want = ui.Mix(border, ui.Dark.Panel, 0.8)
		}
		if got := light.picture.RGBAAt(r.Min.X, r.Min.Y); got != want {
			t.Errorf("beside a highlighted class, the border of %d is %v, want %v", i, got, want)
		}
	}
	if many := newAtlas(make([]scene.Thumbnail, 30000), highlight{}, ui.Dark.Panel); many.picture.Rect.Dx() > atlasMost || many.picture.Rect.Dy() > atlasMost {
		t.Error("the atlas of 30000 images is", many.picture.Rect)
	}
}

func TestLabels(t *testing.T) {
	if got := labels([]scene.Thumbnail{{Label: 4}, {Label: -1}, {Label: 4}, {Label: 0}}); !slices.Equal(got, []int{-1, 0, 4}) {
		t.Error(got)
	}
}

// mapOnScreen returns where image i of the map is drawn.
func mapOnScreen(t *testing.T, v *Viewer, i int) image.Rectangle {
	v.State.Zoom = true
	f := frame(v, 1280, 800, ui.Input{})
	return control(t, f, fmt.Sprint("map.", i)).Rect
}

// alone returns an image that no other one covers the middle of.
func alone(t *testing.T, v *Viewer) int {
	for i := 1; i < 150; i++ {
		at, ok := center(mapOnScreen(t, v, i)), true
		for j := range 150 {
			ok = ok && (j == i || !at.In(mapOnScreen(t, v, j)))
		}
		if ok {
			return i
		}
		if i > 12 {
			break
		}
	}
	t.Skip("all images lie on others")
	return 0
}

func TestMapClickAndDrag(t *testing.T) {
	v, _, _ := viewerOf(t, scene.MapView)
	i := alone(t, v)
	at := center(mapOnScreen(t, v, i))
	clickAt(v, at)
	if v.State.Photo != i {
		t.Fatalf("a click on image %d chose %d", i, v.State.Photo)
	}
	// The wheel zooms at the mouse.
	frame(v, 1280, 800, ui.Input{Mouse: at, Wheel: image.Pt(0, -3)})
	if zoom := v.panes.maps.zoom; math.Abs(zoom-math.Pow(1.25, 3)) > 1e-9 {
		t.Error("zoom", zoom)
	}
	// Dragging moves by what the mouse moves, and chooses nothing.
	before := center(mapOnScreen(t, v, i))
	middle := center(control(t, frame(v, 1280, 800, ui.Input{}), "map.plane").Rect)
	from, to := middle, middle.Add(image.Pt(9, -7))
	frame(v, 1280, 800, ui.Input{Mouse: from, Pressed: true, Down: true})
	frame(v, 1280, 800, ui.Input{Mouse: to, Down: true})
	frame(v, 1280, 800, ui.Input{Mouse: to, Released: true})
	d := center(mapOnScreen(t, v, i)).Sub(before).Sub(to.Sub(from))
	if max(d.X, -d.X, d.Y, -d.Y) > 1 || v.State.Photo != i {
		t.Errorf("dragged by %v, it is off by %v; image %d", to.Sub(from), d, v.State.Photo)
	}
	// Let go: the mouse alone moves nothing.
	still := v.panes.maps.offset
	frame(v, 1280, 800, ui.Input{Mouse: middle})
	if v.panes.maps.offset != still {
		t.Error("the plane follows a mouse without a button")
	}
}

func TestMapHover(t *testing.T) {
	v, source, _ := viewerOf(t, scene.MapView)
	i := alone(t, v)
	f := frame(v, 1280, 800, ui.Input{Mouse: center(mapOnScreen(t, v, i))})
	if want := fmt.Sprintf("image %d: %s", i, testClasses[source.Scene().Map.Items[i].Label]); !hasText(f, want) {
		t.Errorf("no %q", want)
	}
}

func TestMapButtons(t *testing.T) {
	v, _, _ := viewerOf(t, scene.MapView)
	click(t, v, "map.in")
	if v.panes.maps.zoom != 1.6 {
		t.Error("closer:", v.panes.maps.zoom)
	}
	click(t, v, "map.out")
	click(t, v, "map.in")
	click(t, v, "map.all")
	if p := v.panes.maps.plane; p.zoom != 1 || p.offset != (ui.Point{}) {
		t.Errorf("all: %+v", p)
	}
}

func TestMapLegend(t *testing.T) {
	v, _, _ := viewerOf(t, scene.MapView)
	click(t, v, "map.class.4")
	if l := v.panes.maps.light; !l.on || l.class != 4 || l.dims(4) || !l.dims(3) {
		t.Errorf("%+v", l)
	}
	click(t, v, "map.class.4")
	if l := v.panes.maps.light; l.on || l.dims(3) {
		t.Errorf("%+v", l)
	}
}

// From the buttons, Tab goes on to the images, and Enter chooses one.
func TestMapByKeyboard(t *testing.T) {
	v, _, _ := viewerOf(t, scene.MapView)
	click(t, v, "map.in")
	want := -1
	f := frame(v, 1280, 800, ui.Input{})
	for i, c := range f.Controls {
		if c.ID == "map.all" {
			fmt.Sscanf(f.Controls[i+2].ID, "map.%d", &want)
		}
	}
	for range 4 { // past the other two buttons and the first image
		frame(v, 1280, 800, ui.Input{Keys: []string{"Tab"}})
	}
	if frame(v, 1280, 800, ui.Input{Keys: []string{"Enter"}}); want <= 0 || v.State.Photo != want {
		t.Errorf("Enter on image %d chose %d", want, v.State.Photo)
	}
}

// A layout that has fewer points than images places those that it has.
func TestMapWithoutAllItsPoints(t *testing.T) {
	s := testScene(t, "alexnet-mini")
	s.Map.Points = s.Map.Points[:20]
	source := &fixture{}
	source.Update(func(to *scene.Scene) { *to = *s })
	v := New(source, &services{}, NewState())
	v.State.View, v.State.Photo = scene.MapView, s.Map.Items[100].Photo
	if f := frame(v, 1280, 800, noInput); !hasText(f, "150 images") {
		t.Error("no map is drawn")
	}
}

// A button that came up while another view was shown is no click.
func TestADragThatEndsElsewhereIsNoClick(t *testing.T) {
	v, _, _ := viewerOf(t, scene.MapView)
	i := alone(t, v)
	at := center(mapOnScreen(t, v, i))
	frame(v, 1280, 800, ui.Input{Mouse: at, Pressed: true, Down: true})
	v.State.View = scene.Filters
	frame(v, 1280, 800, ui.Input{Mouse: at, Released: true})
	v.State.View, v.State.Photo = scene.MapView, i+1
	frame(v, 1280, 800, ui.Input{Mouse: at})
	if v.State.Photo == i {
		t.Error("to look at the map again chooses an image")
	}
}
