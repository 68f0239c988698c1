package viewer

import (
	"fmt"
	"image"
	"slices"
	"strings"

	"tandem/cmd/internal/scene"
	"tandem/cmd/internal/viewer/ui"
	"tandem/engine/nn"
)

// showSum shows, beside the pane, how a value of a unit's map came about.
func (v *Viewer) showSum(f *ui.Frame, u scene.Unit, at image.Point) {
	a := v.scene.Answer
	w := v.panes.unit.weightsFor(a)
	x := v.unitMap(u)
	shown := float64(x.Data[at.Y*x.Shape[2]+at.X])
	r, ok := work(v.scene.Network, w, a, u, at)
	if !ok {
		f.Tip(fmt.Sprintf("%s at row %d, column %d", number(shown), at.Y, at.X))
		return
	}
	p := sumPanel{arithmetic: r, channel: r.order()[0]}
	p.above = append([]string{sumTitle(&r, len(x.Data) > 1)}, p.channelLines()...)
	p.below = append(p.totalLines(), v.disagreement(&r, shown, w)...)
	size := p.size(f)
	corner := image.Pt(f.Bounds.Min.X-size.X-10, f.Bounds.Max.Y-size.Y)
	f.Popup(image.Rectangle{corner, corner.Add(size)}, p.draw)
}

func sumTitle(r *arithmetic, places bool) string {
	title := fmt.Sprintf("%s unit %d", r.Unit.Layer, r.Unit.Channel)
	if places {
		title += fmt.Sprintf(" at row %d, column %d", r.At.Y, r.At.X)
	}
	return title
}

// disagreement says why the sum is not the value on show, if so.
func (v *Viewer) disagreement(r *arithmetic, shown float64, w *scene.Weights) []string {
	a := v.scene.Answer
	off := func(u scene.Unit) bool { return origin(v.scene.Network.Net, u) == r.Unit }
	switch {
	case slices.ContainsFunc(v.State.Ablated, off):
		return []string{"switched off, so it puts out " + number(shown)}
	case w.Step != a.Step:
		return []string{fmt.Sprintf("with weights of %s; those of %s made it %s", atStep(w.Step), atStep(a.Step), number(shown))}
	}
	return nil
}

// single tells whether the unit reads one value of each channel.
func (r *arithmetic) single() bool { return r.Window.Size() == image.Pt(1, 1) }

// listed is how many products are listed where there are no windows to show.
const listed = 4

// channelLines names the channel whose products are shown, or lists the strongest
// products of channels that have one each.
func (p *sumPanel) channelLines() []string {
	if !p.single() {
		return []string{fmt.Sprintf("adds most: %s, of %d channels", p.inputName(p.channel), len(p.Sums))}
	}
	order := p.order()
	var lines []string
	rest := 0.0
	for i, c := range order {
		if i >= listed {
			rest += p.Sums[c]
			continue
		}
		x, w, _ := p.factors(c, image.Point{})
		lines = append(lines, fmt.Sprintf("%s: %s × %s = %s", p.inputName(c), number(float64(x)), number(float64(w)), number(p.Sums[c])))
	}
	if n := len(order) - listed; n > 0 {
		lines = append(lines, fmt.Sprintf("the other %s: %s", count(int64(n)), number(rest)))
	}
	return lines
}

// inputName names a channel, counted from the first that the unit reads.
func (r *arithmetic) inputName(channel int) string {
	c := r.First + channel
	if r.Input != nn.DataNode {
		return fmt.Sprintf("%s unit %d", r.Input, c)
	}
	if len(r.Sums) == 3 {
		return [...]string{"red", "green", "blue"}[channel] + " of the image"
	}
	return fmt.Sprintf("channel %d of the image", c)
}

// totalLines writes the sum and what becomes of it.
func (p *sumPanel) totalLines() []string {
	var lines []string
	products := p.Sum - p.Bias
	if n := len(p.Sums) - 1; n > 0 && !p.single() {
		own := p.Sums[p.channel]
		lines = append(lines, fmt.Sprintf("this channel's products: %s; the other %d channels': %s", number(own), n, number(products-own)))
	}
	var b strings.Builder
	sign, bias := "+", p.Bias
	if bias < 0 {
		sign, bias = "−", -bias
	}
	fmt.Fprintf(&b, "Σ = %s %s bias %s = %s", number(products), sign, number(bias), number(p.Sum))
	for _, s := range p.Then {
		fmt.Fprintf(&b, " → %s %s", s.Type, number(s.Value))
	}
	return append(lines, b.String())
}
