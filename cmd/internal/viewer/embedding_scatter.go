package viewer

import (
	"fmt"
	"image"

	"tandem/cmd/internal/scene"
	"tandem/cmd/internal/viewer/ui"
)

// tabbed is up to how many images in view the keyboard goes from one to the next;
// with more, the user zooms in first.
const tabbed = 200

// drawScatter draws the images and does what the user does with them.
func (v *Viewer) drawScatter(f *ui.Frame, s *scatter, m *scene.Map) {
	seen := s.inView()
	v.drawThumbnails(f, s, m, seen)
	chosen, down := -1, false
	if len(seen) <= tabbed {
		chosen, down = v.scatterSpots(f, s, m, seen)
	}
	hover, pressed := f.Spot(ui.Control{ID: "map.plane", Role: "img", Label: count(int64(len(seen))) + " images on a plane", Rect: s.area})
	under := -1
	if hover || f.Hover(s.area) || (down || v.panes.maps.dragged) && f.In.Mouse.In(s.area) {
		under = s.under(f.In.Mouse)
	}
	if v.panes.maps.drive(f, s.inner(), s.low, s.high, pressed || down) {
		chosen = under
	}
	if chosen >= 0 {
		v.show(m.Items[chosen].Photo)
	}
	if under >= 0 {
		v.enlarge(f, s, m.Items[under])
	}
}

// inView returns the images that are in the area, at least in part.
func (s *scatter) inView() []int {
	var seen []int
	for i := range s.points {
		if s.shown(i) && s.rect(i).Overlaps(s.area) {
			seen = append(seen, i)
		}
	}
	return seen
}

type atlasID struct {
	first *scene.Thumbnail
	n     int
	light highlight
	theme *ui.Theme
}

// drawThumbnails draws images from the atlas, larger ones themselves. A highlighted
// class and the image on show lie on top.
func (v *Viewer) drawThumbnails(f *ui.Frame, s *scatter, m *scene.Map, seen []int) {
	light := v.panes.maps.light
	id := atlasID{&m.Items[0], len(m.Items), light, f.Theme}
	all := memo(v, id, func() *atlas { return newAtlas(m.Items, light, f.Theme.Panel) })
	for _, top := range []bool{false, true} {
		for _, i := range seen {
			t := m.Items[i]
			switch {
			case top == light.dims(t.Label): // the turn of others
			case s.side > atlasCell && !light.dims(t.Label):
				drawPicture(f, s.rect(i), t.Picture)
				f.Stroke(s.rect(i).Inset(-1), classColor(t.Label))
			default:
				f.Picture(all.picture, all.cell(i), s.rect(i), true)
			}
		}
	}
	if i := s.indexOf(m, v.State.Photo); i >= 0 {
		drawField(f, s.rect(i).Inset(-2))
	}
}

// scatterSpots makes the images controls, and tells which one the keyboard has
// chosen, and whether the mouse went down on one.
func (v *Viewer) scatterSpots(f *ui.Frame, s *scatter, m *scene.Map, seen []int) (chosen int, down bool) {
	chosen = -1
	for _, i := range seen {
		t := m.Items[i]
		_, pressed := f.Spot(ui.Control{
			ID: fmt.Sprint("map.", t.Photo), Role: "option", Label: v.takenTip(t), Pressed: t.Photo == v.State.Photo, Rect: s.rect(i),
		})
		switch {
		case pressed && f.In.Pressed:
			down = true
		case pressed:
			chosen = i
		}
	}
	return chosen, down
}

// enlarge draws an image large beside the mouse, and says what it is.
func (v *Viewer) enlarge(f *ui.Frame, s *scatter, t scene.Thumbnail) {
	const side = 96
	at := f.In.Mouse.Sub(image.Pt(side+8, side+8))
	at = image.Pt(max(at.X, s.area.Min.X+3), max(at.Y, s.area.Min.Y+3))
	r := image.Rectangle{at, at.Add(image.Pt(side, side))}
	f.Fill(r.Inset(-3), classColor(t.Label))
	drawPicture(f, r, t.Picture)
	f.Tip(v.takenTip(t))
}
