package viewer

import (
	"cmp"
	"fmt"
	"image"
	"slices"

	"tandem/cmd/internal/scene"
	"tandem/cmd/internal/viewer/ui"
)

// occlusionPane is where one of four pictures goes, its caption above it and its
// key beside it.
type occlusionPane struct{ above, picture, beside image.Rectangle }

const captionRow = 16

// newOcclusionPanes divides r for pictures of a size.
func newOcclusionPanes(r image.Rectangle, size image.Point) (panes [4]occlusionPane) {
	for i := range panes {
		w, h := (r.Dx()-8)/2, (r.Dy()-6)/2
		at := r.Min.Add(image.Pt(i%2*(w+8), i/2*(h+6)))
		cell := image.Rectangle{at, at.Add(image.Pt(w, h))}
		p := &panes[i]
		p.above = image.Rect(cell.Min.X, cell.Min.Y, cell.Max.X, cell.Min.Y+captionRow)
		cell.Min.Y += captionRow
		p.picture = ui.Fit(size, image.Rect(cell.Min.X, cell.Min.Y, cell.Max.X-keyWidth-6, cell.Max.Y))
		p.picture = p.picture.Add(cell.Min.Sub(p.picture.Min))
		p.beside = image.Rect(p.picture.Max.X+6, cell.Min.Y, cell.Max.X, cell.Max.Y)
	}
	return panes
}

func (p occlusionPane) caption(f *ui.Frame, line string) {
	f.Text(p.above, line, ui.Style{Size: ui.SmallSize})
}

// lay returns a photo with a map of cells over it, each stride pixels wide and
// high; the last may be cut off. An opacity of 1 hides the photo.
func lay(photo, cells *image.RGBA, stride int, opacity float64) *image.RGBA {
	b, c := photo.Bounds(), cells.Bounds()
	img := image.NewRGBA(b)
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			under := photo.RGBAAt(x, y)
			at := c.Min.Add(image.Pt((x-b.Min.X)/stride, (y-b.Min.Y)/stride))
			if at.In(c) {
				under = ui.Mix(under, cells.RGBAAt(at.X, at.Y), opacity)
			}
			img.SetRGBA(x, y, under)
		}
	}
	return img
}

// cellAt returns the cell that stands for a pixel of the image.
func cellAt(pixel image.Point, o *scene.Occlusion) (cell image.Point, ok bool) {
	cell = pixel.Div(max(1, o.Stride))
	return cell, cell.In(pixels(o.Drop))
}

// hidden returns the pixels that the square covered for a cell: it is in the middle
// of the cell, cut off at the image's borders.
func hidden(cell image.Point, o *scene.Occlusion, size image.Point) image.Rectangle {
	middle := cell.Mul(o.Stride).Add(image.Pt(o.Stride/2, o.Stride/2))
	middle = image.Pt(min(middle.X, size.X-1), min(middle.Y, size.Y-1))
	at := middle.Sub(image.Pt(o.Side/2, o.Side/2))
	return image.Rectangle{at, at.Add(image.Pt(o.Side, o.Side))}.Intersect(image.Rectangle{Max: size})
}

// classPicture draws the likeliest classes, one pixel a cell.
func classPicture(o *scene.Occlusion) *image.RGBA {
	img := image.NewRGBA(pixels(o.Drop))
	for i, class := range o.Likeliest {
		img.SetRGBA(i%img.Rect.Dx(), i/img.Rect.Dx(), classColor(class))
	}
	return img
}

// classShare is in how many places a class is the likeliest.
type classShare struct{ class, places int }

// shares counts classes, the most frequent first, then by number.
func shares(classes []int) []classShare {
	counts := map[int]int{}
	for _, c := range classes {
		counts[c]++
	}
	var list []classShare
	for c, n := range counts {
		list = append(list, classShare{c, n})
	}
	slices.SortFunc(list, func(a, b classShare) int {
		return cmp.Or(cmp.Compare(b.places, a.places), cmp.Compare(a.class, b.class))
	})
	return list
}

// drawShares draws the colours' key: classes with the share of places in which they
// are the likeliest.
func (v *Viewer) drawShares(f *ui.Frame, r image.Rectangle, o *scene.Occlusion) {
	type key struct{ o *scene.Occlusion }
	for _, s := range memo(v, key{o}, func() []classShare { return shares(o.Likeliest) }) {
		line := image.Rect(r.Min.X, r.Min.Y, r.Max.X, r.Min.Y+captionRow)
		if line.Max.Y > r.Max.Y {
			return
		}
		f.Fill(image.Rect(line.Min.X, line.Min.Y+4, line.Min.X+8, line.Max.Y-4), classColor(s.class))
		line.Min.X += 12
		f.Text(line, fmt.Sprintf("%d %% %s", 100*s.places/len(o.Likeliest), v.class(s.class)), ui.Style{Size: ui.SmallSize})
		r.Min.Y = line.Max.Y
	}
}
