package viewer

import (
	"fmt"
	"image"

	"tandem/cmd/internal/scene"
	"tandem/cmd/internal/viewer/ui"
	"tandem/engine/viz"
)

// occlusionState is how the map is laid over the image.
type occlusionState struct {
	opacity float64 // 0: usualOpacity
}

const usualOpacity = 0.55

// drawOcclusion draws where hiding a part of the image changes the answer.
func (v *Viewer) drawOcclusion(f *ui.Frame) {
	o, a := v.scene.Occlusion, v.answer()
	if o == nil || a == nil || o.Photo != a.Number || a.Picture == nil {
		why := "A grey square is going over the image; the map shows what the network misses."
		if a == nil {
			why = v.noAnswer()
		}
		v.waiting(f, heading(f, "Occlusion", ""), why)
		return
	}
	title := fmt.Sprintf("Occlusion: %s, %s with nothing hidden", v.class(o.Class), percent(float64(o.Clear)))
	r := heading(f, title, atStep(o.Step))
	r.Min.Y += v.occlusionLine(f, r, o) + 4
	p := newOcclusionPanes(r, a.Picture.Bounds().Size())
	v.drawOverlay(f, p[0], o, a)
	v.drawDrop(f, p[1], o, a)
	v.drawLikeliest(f, p[2], o, a)
	v.drawOccludedUnit(f, p[3], o, a)
	v.hoverOcclusion(f, p, o, a.Picture.Bounds())
}

// occlusionLine says how the map was made, beside the slider, and returns the
// height.
func (v *Viewer) occlusionLine(f *ui.Frame, r image.Rectangle, o *scene.Occlusion) int {
	const h = 22
	s := &v.panes.occluded
	if s.opacity == 0 {
		s.opacity = usualOpacity
	}
	cut := r.Max.X - min(220, r.Dx()/2)
	next, changed := f.Slider(image.Rect(cut, r.Min.Y, r.Max.X, r.Min.Y+h), ui.Slider{
		ID: "occlusion.opacity", Label: "opacity", Value: s.opacity, Min: 0.05, Max: 1, Tip: "how much of the map covers the image",
		Format: func(x float64) string { return fmt.Sprintf("%.0f %%", 100*x) },
	})
	if changed {
		s.opacity = next
	}
	about := fmt.Sprintf("a square of %d, every %d pixels", o.Side, o.Stride)
	f.Text(image.Rect(r.Min.X+2, r.Min.Y, cut-6, r.Min.Y+h), about, ui.Style{Size: ui.SmallSize, Color: f.Theme.Dim})
	return h
}

func (v *Viewer) dropHeat(o *scene.Occlusion) *heat {
	m := v.State.colorMap()
	if m == nil {
		m = viz.BlueOrange
	}
	return v.heat(o.Drop, m, v.State.Gain)
}

func (v *Viewer) drawOverlay(f *ui.Frame, p occlusionPane, o *scene.Occlusion, a *scene.Answer) {
	p.caption(f, "on the image")
	v.drawLaid(f, p, a.Picture, v.dropHeat(o).picture, o.Stride, v.panes.occluded.opacity)
	f.Paragraph(p.beside, "Strong colours: what the network looks at. Positive: hiding it lowers the probability.", ui.Style{Size: ui.SmallSize, Color: f.Theme.Dim})
}

func (v *Viewer) drawDrop(f *ui.Frame, p occlusionPane, o *scene.Occlusion, a *scene.Answer) {
	h := v.dropHeat(o)
	p.caption(f, "drop in probability")
	v.drawLaid(f, p, a.Picture, h.picture, o.Stride, 1)
	drawHeatKey(f, p.beside, v.keyPicture(h.colors, true), h)
}

func (v *Viewer) drawLikeliest(f *ui.Frame, p occlusionPane, o *scene.Occlusion, a *scene.Answer) {
	type key struct{ o *scene.Occlusion }
	p.caption(f, "likeliest class")
	classes := memo(v, key{o}, func() *image.RGBA { return classPicture(o) })
	v.drawLaid(f, p, a.Picture, classes, o.Stride, 1)
	v.drawShares(f, p.beside, o)
}

func (v *Viewer) drawOccludedUnit(f *ui.Frame, p occlusionPane, o *scene.Occlusion, a *scene.Answer) {
	if o.Activation == nil || o.Unit != v.State.Unit {
		p.caption(f, v.unitName(v.State.Unit))
		f.Paragraph(image.Rectangle{p.picture.Min, p.beside.Max}, "Its map is not computed yet.", ui.Style{Size: ui.SmallSize, Color: f.Theme.Dim})
		return
	}
	p.caption(f, v.unitName(o.Unit))
	h := v.heat(o.Activation, v.State.colorMap(), v.State.Gain)
	v.drawLaid(f, p, a.Picture, h.picture, o.Stride, 1)
	drawHeatKey(f, p.beside, v.keyPicture(h.colors, true), h)
}

type laidID struct {
	photo, cells *image.RGBA
	stride       int
	opacity      float64
}

// drawLaid draws a map of cells over the image.
func (v *Viewer) drawLaid(f *ui.Frame, p occlusionPane, photo, cells *image.RGBA, stride int, opacity float64) {
	if cells == nil {
		return
	}
	img := memo(v, laidID{photo, cells, stride, opacity}, func() *image.RGBA { return lay(photo, cells, stride, opacity) })
	f.Picture(img, img.Bounds(), p.picture, false)
}

// hoverOcclusion frames the square under the mouse in all pictures, and says what
// the network made of it.
func (v *Viewer) hoverOcclusion(f *ui.Frame, panes [4]occlusionPane, o *scene.Occlusion, bounds image.Rectangle) {
	for _, p := range panes {
		at, over := pixelAt(f.In.Mouse, bounds, p.picture)
		cell, ok := cellAt(at.Sub(bounds.Min), o)
		if !over || !ok || !f.Hover(p.picture) {
			continue
		}
		square := hidden(cell, o, bounds.Size()).Add(bounds.Min)
		for _, q := range panes {
			drawField(f, onPicture(square, bounds, q.picture))
		}
		i := cell.Y*pixels(o.Drop).Dx() + cell.X
		f.Tip(fmt.Sprintf("hidden here: %s %s\nlikeliest: %s", v.class(o.Class), percent(float64(o.Clear-o.Drop.Data[i])), v.class(o.Likeliest[i])))
	}
}
