package viewer

import (
	"fmt"
	"image"
	"math"
	"slices"

	"tandem/cmd/internal/scene"
	"tandem/cmd/internal/viewer/ui"
)

// mapState is how the map of all images is looked at.
type mapState struct {
	plane
	light highlight
}

// drawMap draws test images on a plane, like beside like.
func (v *Viewer) drawMap(f *ui.Frame) {
	m := v.scene.Map
	if m == nil || len(m.Items) == 0 {
		v.waiting(f, heading(f, "Map of the test images", ""), "All test images go through the network; then those that look alike to it move together.")
		return
	}
	r := heading(f, "Map of the test images by "+m.Layer, atStep(m.Step))
	legend := r
	legend.Min.X = r.Max.X - clamp(r.Dx()/5, 92, 160)
	v.drawMapLegend(f, legend, m)
	r.Max.X = legend.Min.X - 6
	s := newScatter(m)
	top := image.Rect(r.Min.X, r.Min.Y, r.Max.X, r.Min.Y+24)
	r.Min.Y = top.Max.Y + 2
	s.project(r, &v.panes.maps)
	v.mapLine(f, top, s, m)
	v.drawScatter(f.Clip(r), s, m)
}

// mapLine draws the buttons that zoom, and how far the map has come.
func (v *Viewer) mapLine(f *ui.Frame, r image.Rectangle, s *scatter, m *scene.Map) {
	middle := s.area.Min.Add(s.area.Max).Div(2)
	if i := s.indexOf(m, v.State.Photo); i >= 0 && s.rect(i).Overlaps(s.area) {
		middle = center(s.rect(i))
	}
	const buttons = 96
	v.panes.maps.zoomButtons(f, image.Rect(r.Min.X, r.Min.Y, r.Min.X+buttons, r.Max.Y), s.inner(), s.low, s.high, middle, "map")
	line := count(int64(len(m.Items))) + " images"
	if m.Steps < m.Total {
		line += fmt.Sprintf(", step %d of %d of the layout", m.Steps, m.Total)
	}
	f.Text(image.Rect(r.Min.X+buttons, r.Min.Y, r.Max.X, r.Min.Y+22), line, ui.Style{Size: ui.SmallSize, Color: f.Theme.Dim})
}

// drawMapLegend draws the classes that occur; a press makes one stand out.
func (v *Viewer) drawMapLegend(f *ui.Frame, r image.Rectangle, m *scene.Map) {
	type key struct{ m *scene.Map }
	classes := memo(v, key{m}, func() []int { return labels(m.Items) })
	light := &v.panes.maps.light
	grid := cellGrid{len(classes), 1, image.Pt(cellWidth(r), 17), 1}
	v.cells(f, r, "map.legend", grid, slices.Index(classes, light.class), func(f *ui.Frame, r image.Rectangle, i int) {
		class := classes[i]
		on := light.on && light.class == class
		if drawClass(f, r, v.class(class), class, on, light.dims(class)) {
			*light = highlight{!on, class}
		}
	})
}

// drawClass draws a line of the legend and tells whether it was pressed.
func drawClass(f *ui.Frame, r image.Rectangle, name string, class int, on, dim bool) bool {
	hover, pressed := f.Spot(ui.Control{ID: fmt.Sprint("map.class.", class), Role: "option", Label: name, Pressed: on, Rect: r})
	style := ui.Style{Size: ui.SmallSize}
	if on || hover {
		f.Fill(r, f.Theme.Raised)
	}
	if dim {
		style.Color = f.Theme.Dim
	}
	f.Fill(image.Rect(r.Min.X+3, r.Min.Y+4, r.Min.X+12, r.Max.Y-4), classColor(class))
	f.Text(image.Rect(r.Min.X+16, r.Min.Y, r.Max.X, r.Max.Y), name, style)
	return pressed
}

// labels returns the classes of thumbnails, each once, in order.
func labels(items []scene.Thumbnail) []int {
	var all []int
	for _, t := range items {
		all = append(all, t.Label)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// scatter is where the images of a map are on screen.
type scatter struct {
	points    [][2]float64
	low, high ui.Point
	area      image.Rectangle
	to        projection
	side      int // of an image, in logical pixels
}

// newScatter finds how far the points reach. Those that are not finite are nowhere.
func newScatter(m *scene.Map) *scatter {
	s := &scatter{points: m.Points[:min(len(m.Points), len(m.Items))]}
	inf := math.Inf(1)
	s.low, s.high = ui.Point{X: inf, Y: inf}, ui.Point{X: -inf, Y: -inf}
	for i, p := range s.points {
		if s.shown(i) {
			s.low = ui.Point{X: min(s.low.X, p[0]), Y: min(s.low.Y, p[1])}
			s.high = ui.Point{X: max(s.high.X, p[0]), Y: max(s.high.Y, p[1])}
		}
	}
	if s.low.X > s.high.X {
		s.low, s.high = ui.Point{}, ui.Point{}
	}
	return s
}

// indexOf returns which of a map's images is a photo; -1 where it has no place.
func (s *scatter) indexOf(m *scene.Map, photo int) int {
	if i := indexOf(m.Items[:len(s.points)], photo); i >= 0 && s.shown(i) {
		return i
	}
	return -1
}

func (s *scatter) shown(i int) bool {
	sum := s.points[i][0] + s.points[i][1]
	return !math.IsNaN(sum) && !math.IsInf(sum, 0)
}

// project places the images in an area. They grow more slowly than the plane, so
// that zooming parts what lies close together.
func (s *scatter) project(area image.Rectangle, state *mapState) {
	s.area = area
	n := float64(max(1, len(s.points)))
	usual := 0.8 * math.Sqrt(float64(area.Dx()*area.Dy())/n)
	s.side = clamp(int(min(max(usual, 8), 36)*math.Pow(max(1, state.zoom), 0.6)), 8, 96)
	s.to = state.plane.project(s.inner(), s.low, s.high)
}

// inner is where the images' middles go when all are in view.
func (s *scatter) inner() image.Rectangle { return s.area.Inset(s.side / 2) }

// rect returns where an image is drawn.
func (s *scatter) rect(i int) image.Rectangle {
	p := s.to.at(ui.Point{X: s.points[i][0], Y: s.points[i][1]})
	at := image.Pt(int(math.Round(p.X))-s.side/2, int(math.Round(p.Y))-s.side/2)
	return image.Rectangle{at, at.Add(image.Pt(s.side, s.side))}
}

// under returns the image whose middle is nearest to a place that it covers, -1 for
// none.
func (s *scatter) under(p image.Point) int {
	best, nearest := -1, math.MaxInt
	for i := range s.points {
		if !s.shown(i) || !p.In(s.rect(i)) {
			continue
		}
		d := p.Sub(center(s.rect(i)))
		if far := d.X*d.X + d.Y*d.Y; far < nearest {
			best, nearest = i, far
		}
	}
	return best
}

func center(r image.Rectangle) image.Point { return r.Min.Add(r.Max).Div(2) }
