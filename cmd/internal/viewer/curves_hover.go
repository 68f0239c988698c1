package viewer

import (
	"fmt"
	"strings"

	"tandem/cmd/internal/scene"
	"tandem/cmd/internal/viewer/ui"
	"tandem/engine/viz/curves/series"
)

// drawMoment marks the epoch under the mouse in all charts, and tells what each run
// measured then.
func (v *Viewer) drawMoment(f *ui.Frame, charts []*chart, runs []run) {
	for _, under := range charts {
		if !f.Hover(under.area.Rect) {
			continue
		}
		epoch := under.area.Time(f.In.Mouse.X)
		for _, c := range charts {
			c.drawHover(f.Clip(c.area.Rect.Inset(-3)), epoch, runs)
		}
		f.Tip(momentWords(epoch, runs))
	}
}

func (c *chart) drawHover(f *ui.Frame, epoch float64, runs []run) {
	if ends, ok := c.upright(epoch); ok {
		f.Line(ui.Point(ends[0]), ui.Point(ends[1]), 1, f.Theme.Dim)
	}
	for _, r := range runs {
		if p := stepAt(r.curve, epoch); p != nil && !series.Unbounded(c.measure.train(*p)) {
			f.Dot(ui.Point(c.area.At(p.Epoch, c.measure.train(*p))), 3, r.color)
		}
	}
}

// momentWords tells what runs measured at an epoch, a line or two for each.
func momentWords(epoch float64, runs []run) string {
	lines := []string{"epoch " + number(epoch)}
	for _, r := range runs {
		p := stepAt(r.curve, epoch)
		if p == nil {
			continue
		}
		lines = append(lines, fmt.Sprintf("%s, step %s: loss %s, error %s, learning rate %s",
			brief(r.curve.Name), count(int64(p.Step)), number(p.Loss), percent(p.Error), number(p.Rate)))
		if t := testBefore(r.curve, epoch); t != nil {
			lines = append(lines, "    "+testWords(t))
		}
	}
	return strings.Join(lines, "\n")
}

func testWords(t *scene.Validation) string {
	return fmt.Sprintf("test images at epoch %s: loss %s, error %s, top-5 %s", number(t.Epoch), number(t.Loss), percent(t.Top1), percent(t.Top5))
}

// brief shortens a long name in its middle, for runs' names often differ at their
// ends.
func brief(name string) string {
	const most = 28
	r := []rune(name)
	if len(r) <= most {
		return name
	}
	return string(r[:most/2-1]) + "…" + string(r[len(r)-most/2:])
}
