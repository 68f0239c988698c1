package viewer

import (
	"cmp"
	"image"
	"image/color"
	"slices"
	"strconv"

	"tandem/cmd/internal/scene"
	"tandem/cmd/internal/viewer/ui"
	"tandem/engine/tensor"
	"tandem/engine/viz"
)

// noiseColour is how coloured weights drawn at random are: of three directions, two
// are colour.
const noiseColour = 2.0 / 3

const lensWords = "In every run of the paper one GPU's kernels became largely colour-agnostic and the other's largely " +
	"colour-specific, whatever the initial weights (section 6.1). The figure is the share of a kernel's energy that answers to colour: " +
	"0 is grey, 1 is blind to brightness."

const oneTowerWords = "This network has one tower, so there is nothing to part (section 6.1 of the paper is about two). " +
	"The figure is the share of a kernel's energy that answers to colour: 0 is grey, 1 is blind to brightness."

// drawLens draws how coloured each tower's kernels are.
func (v *Viewer) drawLens(f *ui.Frame) {
	l := v.scene.Lens
	if l == nil {
		v.waiting(f, heading(f, "Two-tower lens", ""), v.noLens())
		return
	}
	r := heading(f, "Two-tower lens: the kernels of "+l.Layer, atStep(l.Step))
	words, small := lensWords, ui.Style{Size: ui.SmallSize, Color: f.Theme.Dim}
	if len(l.Towers) == 1 {
		words = oneTowerWords
	}
	p := planLens(r, l, f.Measure("0.00", lensNumber)+4, len(f.Wrap(words, r.Dx()-lensBar, small)))
	part := f.Scroll("lens", r, p.height)
	at := part.Bounds
	at.Max.Y = at.Min.Y + lensHead
	drawTowers(part, at, l)
	at.Min.Y, at.Max.Y = at.Max.Y, at.Max.Y+p.text
	part.Paragraph(at, words, small)
	at.Min.Y, at.Max.Y = at.Max.Y, at.Max.Y+p.plot
	drawLensHistory(part, at, l)
	at.Min.Y = at.Max.Y + gap
	for tower := range l.Towers {
		at.Max.Y = at.Min.Y + p.block
		v.drawTower(part, at, tower, p)
		at.Min.Y = at.Max.Y + gap
	}
}

// noLens says why there is nothing to measure.
func (v *Viewer) noLens() string {
	if n := v.scene.Network; n != nil && n.Net.Input[0] != 3 {
		return "This network looks at grey images: its kernels have no colour to measure."
	}
	return "How coloured the kernels of the first convolution are is measured when there are weights."
}

func towerColor(t *ui.Theme, tower int) color.RGBA {
	if tower == 0 {
		return t.TowerA
	}
	return t.TowerB
}

func towerName(l *scene.Lens, tower int) string {
	if len(l.Towers) == 1 {
		return "all kernels"
	}
	return "tower " + string(rune('a'+tower))
}

// colourWord says in a word how coloured kernels are.
func colourWord(share float64) string {
	switch {
	case share < 0.25:
		return "grey"
	case share < 0.5:
		return "some colour"
	}
	return "colour"
}

// drawTowers draws the mean of each tower in large figures.
func drawTowers(f *ui.Frame, r image.Rectangle, l *scene.Lens) {
	cell := image.Rect(r.Min.X, r.Min.Y, r.Min.X+r.Dx()/3, r.Max.Y)
	for tower, mean := range l.Towers {
		drawFigure(f, cell, towerName(l, tower), fixed(mean), colourWord(mean), towerColor(f.Theme, tower))
		cell = cell.Add(image.Pt(cell.Dx(), 0))
	}
	drawFigure(f, cell, "noise", fixed(noiseColour), "untrained", f.Theme.Dim)
}

// fixed writes a share with two digits, so that figures stand in line.
func fixed(share float64) string { return strconv.FormatFloat(share, 'f', 2, 64) }

func drawFigure(f *ui.Frame, r image.Rectangle, name, figure, word string, ink color.RGBA) {
	line := image.Rect(r.Min.X, r.Min.Y, r.Max.X-4, r.Min.Y+15)
	f.Text(line, name, ui.Style{Size: ui.SmallSize, Font: ui.Bold, Color: ink})
	line.Min.Y, line.Max.Y = line.Max.Y, r.Max.Y
	done := f.Text(line, figure, ui.Style{Size: 22, Font: ui.Bold, Color: ink})
	line.Min.X = done.Max.X + 6
	f.Text(line, word, ui.Style{Size: ui.SmallSize, Color: f.Theme.Dim})
}

// Heights of the lens's parts, in logical pixels.
const (
	lensHead  = 46
	lensLine  = 16 // of the words
	lensPlot  = 96 // at least
	lensName  = 18 // of a tower's line
	lensLabel = 13 // of a kernel's figure
	lensTile  = 64 // a tile's side, at most
	lensBar   = 12 // width kept for a scroll bar and a tower's mark
)

var lensNumber = ui.Style{Size: 10}

// lensPlan is how large the lens's parts are.
type lensPlan struct {
	tile, columns int
	text          int // height of the words
	block         int // of a tower's tiles with its line
	plot          int
	height        int // of all
}

// planLens finds the largest tiles with which everything fits into r, down to
// least, below which their figures would not fit. Lines are those of the words.
func planLens(r image.Rectangle, l *scene.Lens, least, lines int) lensPlan {
	per := len(l.Kernels) / max(1, len(l.Towers))
	p := lensPlan{text: lines * lensLine}
	for p.tile = lensTile; p.tile >= least; p.tile-- {
		p.columns = max(1, (r.Dx()-lensBar)/(p.tile+3))
		rows := (per + p.columns - 1) / p.columns
		p.block = lensName + rows*(p.tile+lensLabel+2)
		p.height = lensHead + p.text + lensPlot + gap + len(l.Towers)*(p.block+gap)
		if p.height <= r.Dy() {
			break
		}
	}
	p.tile = max(p.tile, least)
	p.plot = lensPlot + max(0, min(r.Dy()-p.height, 100))
	p.height += p.plot - lensPlot
	return p
}

// drawTower draws a tower's kernels, the most coloured first.
func (v *Viewer) drawTower(f *ui.Frame, r image.Rectangle, tower int, p lensPlan) {
	l := v.scene.Lens
	f.Fill(image.Rect(r.Min.X, r.Min.Y, r.Min.X+2, r.Max.Y), towerColor(f.Theme, tower))
	r.Min.X += 6
	name := towerName(l, tower) + ", the most coloured first"
	f.Text(image.Rect(r.Min.X, r.Min.Y, r.Max.X, r.Min.Y+lensName), name, ui.Style{Size: ui.SmallSize, Color: f.Theme.Dim})
	picture := v.lensPicture()
	for i, k := range ranked(l, tower) {
		at := image.Pt(r.Min.X+i%p.columns*(p.tile+3), r.Min.Y+lensName+i/p.columns*(p.tile+lensLabel+2))
		v.drawKernel(f, image.Rectangle{at, at.Add(image.Pt(p.tile, p.tile))}, k, picture)
	}
}

// ranked returns a tower's kernels, the most coloured first, NaN last.
func ranked(l *scene.Lens, tower int) []int {
	per := len(l.Kernels) / len(l.Towers)
	order := make([]int, per)
	for i := range order {
		order[i] = tower*per + i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(l.Kernels[b], l.Kernels[a]) })
	return order
}

// lensPicture returns the kernels drawn, a pixel a weight; nil without weights.
func (v *Viewer) lensPicture() *viz.Picture {
	w := v.scene.Weights
	if w == nil {
		return nil
	}
	kernels := w.Params[v.scene.Lens.Layer+".weight"]
	if kernels == nil || len(kernels.Shape) != 4 || kernels.Shape[1] != 3 {
		return nil
	}
	type key struct{ of *tensor.Tensor }
	return memo(v, key{kernels}, func() *viz.Picture {
		p, err := viz.Filters(kernels, viz.Options{Zoom: 1})
		if err != nil {
			return nil // far too many to be looked at
		}
		return p
	})
}

// drawKernel draws a kernel with its figure; a click selects it.
func (v *Viewer) drawKernel(f *ui.Frame, r image.Rectangle, k int, p *viz.Picture) {
	l := v.scene.Lens
	u := scene.Unit{Layer: l.Layer, Channel: k}
	f.Fill(r, f.Theme.Raised)
	if p != nil && k < p.Layout.Tiles {
		f.Picture(p.Image, p.Layout.Tile(k), r, false)
	}
	if v.State.Unit == u {
		f.Stroke(r.Inset(-1), f.Theme.Accent)
	}
	figure := fixed(l.Kernels[k])
	style := lensNumber
	style.Align = ui.Center
	f.Text(image.Rect(r.Min.X-1, r.Max.Y, r.Max.X+1, r.Max.Y+lensLabel), figure, style)
	label := "kernel " + strconv.Itoa(k) + " of " + l.Layer + ", colour " + figure
	hover, pressed := f.Spot(ui.Control{ID: "lens." + strconv.Itoa(k), Role: "option", Label: label, Pressed: v.State.Unit == u, Rect: r})
	if hover {
		f.Tip(label + "\nclick to look at it")
	}
	if pressed {
		v.State.Unit = u
	}
}
