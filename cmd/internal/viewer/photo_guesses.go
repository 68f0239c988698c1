package viewer

import (
	"cmp"
	"fmt"
	"image"
	"math"
	"slices"

	"tandem/cmd/internal/scene"
	"tandem/cmd/internal/viewer/ui"
)

// guess is a class that the network might take an image for.
type guess struct {
	class, rank int // rank counts from 1
	p           float32
	right       bool
}

// topGuesses returns the n likeliest classes, and the right one after them where it
// is not among them. NaN comes last; of equal ones, the lower class first.
func topGuesses(p []float32, n, label int) []guess {
	all := make([]guess, len(p))
	for i, q := range p {
		all[i] = guess{class: i, p: q, right: i == label}
	}
	slices.SortStableFunc(all, func(a, b guess) int { return cmp.Compare(b.p, a.p) })
	for i := range all {
		all[i].rank = i + 1
	}
	n = clamp(n, 0, len(all))
	top := all[:n:n]
	if i := slices.IndexFunc(all[n:], func(g guess) bool { return g.right }); i >= 0 {
		top = append(top, all[n+i])
	}
	return top
}

const (
	guessRow   = 18 // the height of a guess, in logical pixels
	guessCount = 5
)

// drawGuesses draws the likeliest classes as bars. With units switched off, thin
// bars say what each class had before.
func (v *Viewer) drawGuesses(f *ui.Frame, a *scene.Answer) {
	r := f.Bounds
	if a.Whole != nil {
		about := image.Rect(r.Min.X, r.Min.Y, r.Max.X, r.Min.Y+15)
		f.Text(about, fmt.Sprintf("units off: %d; thin: before", a.Ablated), ui.Style{Size: ui.SmallSize, Color: f.Theme.Dim})
		r.Min.Y = about.Max.Y
	}
	key := guessKey{a, clamp(r.Dy()/guessRow-1, 1, guessCount)}
	for i, g := range memo(v, key, func() []guess { return topGuesses(a.Probabilities, key.n, a.Label) }) {
		y := r.Min.Y + i*guessRow
		v.drawGuess(f, image.Rect(r.Min.X, y, r.Max.X, y+guessRow), g, a)
	}
}

type guessKey struct {
	answer *scene.Answer
	n      int
}

// drawGuess draws a class, its bar behind its name. A press selects its unit.
func (v *Viewer) drawGuess(f *ui.Frame, r image.Rectangle, g guess, a *scene.Answer) {
	value, tip := percent(float64(g.p)), fmt.Sprintf("%s: %s, place %d", v.class(g.class), percent(float64(g.p)), g.rank)
	ink := f.Theme.Dim
	if g.right {
		ink, tip = f.Theme.Good, tip+", the right one"
	}
	bar := r.Inset(1)
	f.Fill(bar, ui.Mix(f.Theme.Panel, f.Theme.Raised, 0.5))
	f.Fill(share(bar, g.p), ui.Mix(f.Theme.Panel, ink, 0.45))
	if g.class < len(a.Whole) {
		before := a.Whole[g.class]
		thin := share(bar, before)
		f.Fill(image.Rect(thin.Min.X, thin.Max.Y-3, thin.Max.X, thin.Max.Y), f.Theme.Warn)
		value += " " + points(g.p, before)
		tip += "\nbefore: " + percent(float64(before))
	}
	v.guessText(f, r, g, value)
	hover, pressed := f.Spot(ui.Control{ID: fmt.Sprint("guess.", g.class), Role: "option", Label: tip, Rect: r})
	if hover {
		f.Tip(tip)
	}
	if n := v.scene.Network; pressed && n != nil {
		v.State.Unit = scene.Unit{Layer: n.Net.Output().Name, Channel: g.class}
	}
}

// guessText writes a class's name and share; the right one has a tick.
func (v *Viewer) guessText(f *ui.Frame, r image.Rectangle, g guess, value string) {
	small := ui.Style{Size: 12, Align: ui.Right}
	w := f.Measure(value, small)
	f.Text(image.Rect(r.Max.X-w-4, r.Min.Y, r.Max.X-4, r.Max.Y), value, small)
	left := r.Min.X + 4
	if g.right {
		drawTick(f, image.Rect(left, r.Min.Y+4, left+10, r.Max.Y-4))
		left += 13
	}
	f.Text(image.Rect(left, r.Min.Y, r.Max.X-w-8, r.Max.Y), v.class(g.class), ui.Style{Size: 12})
}

// drawTick draws the sign for right, which the Go fonts lack.
func drawTick(f *ui.Frame, r image.Rectangle) {
	x, y, w, h := float64(r.Min.X), float64(r.Min.Y), float64(r.Dx()), float64(r.Dy())
	f.Polyline([]ui.Point{{X: x, Y: y + 0.55*h}, {X: x + 0.35*w, Y: y + 0.9*h}, {X: x + w, Y: y + 0.1*h}}, 2, f.Theme.Good)
}

// share returns the left part of a bar that stands for p, nothing for NaN.
func share(bar image.Rectangle, p float32) image.Rectangle {
	if !(p > 0) {
		p = 0
	}
	bar.Max.X = bar.Min.X + int(math.Round(float64(min(p, 1))*float64(bar.Dx())))
	return bar
}

// points writes a change of a share in percentage points, with its sign.
func points(after, before float32) string {
	d := 100 * (float64(after) - float64(before))
	if math.IsNaN(d) {
		return "–"
	}
	return fmt.Sprintf("%+.1f", d)
}
