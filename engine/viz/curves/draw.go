package curves

import (
	"errors"
	"image"
	"image/color"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"

	"tandem/engine/viz/curves/series"
)

// Draw returns a picture of the run: loss above, error in percent below, each
// with its legend at the right, outside of the data. Training is a smoothed
// line inside the band of its smallest and largest values; points that are NaN
// or infinite are not drawn but told of. The same run gives the same picture.
// The error says that nothing was measured.
func Draw(r Run, o Options) (image.Image, error) {
	d := newDrawing(r, o)
	if d.empty() {
		return nil, errors.New("no finite loss or error to plot yet: train for at least one step")
	}
	width, height := o.size()
	canvas := vgimg.NewWith(vgimg.UseWH(pixels(width), pixels(height)), vgimg.UseDPI(dpi))
	d.onto(draw.New(canvas))
	return canvas.Image(), nil
}

const dpi = 96

func pixels(n int) vg.Length { return vg.Length(n) * vg.Inch / dpi }

func sans(points float64) font.Font {
	return font.Font{Typeface: "Liberation", Variant: "Sans", Size: vg.Points(points)}
}

// drawing is a run with its curves cleaned and its common axis found.
type drawing struct {
	run                                               Run
	o                                                 Options
	trainLoss, validationLoss, trainError, top1, top5 series.Points
	x                                                 series.Axis
}

func newDrawing(r Run, o Options) *drawing {
	d := &drawing{
		run: r, o: o,
		trainLoss: r.trainLoss().Finite(), validationLoss: r.validationLoss().Finite(),
		trainError: r.trainError().Finite(), top1: r.top1().Finite(), top5: r.top5().Finite(),
	}
	d.x = series.Over(r.epochs()).Axis(o.LogEpochs, false)
	return d
}

// empty reports whether there is nothing to draw.
func (d *drawing) empty() bool {
	return len(d.trainLoss.Y)+len(d.validationLoss.Y)+len(d.trainError.Y)+len(d.top1.Y)+len(d.top5.Y) == 0
}

// onto lays out title, plots and legends.
func (d *drawing) onto(c draw.Canvas) {
	const margin, gutter = 14, 16
	c = draw.Crop(c, margin, -margin, margin, -margin)
	if d.run.Title != "" {
		c.Max.Y -= drawTitle(c, d.run.Title) + gutter
	}
	loss, errs := d.lossPanel(), d.errorPanel()
	errs.plot.X.Label.Text = "epoch"
	side := max(loss.legend.Rectangle(c).Size().X, errs.legend.Rectangle(c).Size().X)
	side = min(side, c.Size().X/2)
	left := draw.Crop(c, 0, -side-gutter, 0, 0)
	tiles := draw.Tiles{Rows: 2, Cols: 1, PadY: gutter}
	places := plot.Align([][]*plot.Plot{{loss.plot}, {errs.plot}}, tiles, left)
	for i, p := range []*panel{loss, errs} {
		place := places[i][0]
		p.plot.Draw(place)
		place.Min.X, place.Max.X = c.Max.X-side, c.Max.X
		p.legend.Draw(place)
	}
}

// drawTitle writes a title at the top, in smaller letters where it is long, and
// returns its height.
func drawTitle(c draw.Canvas, title string) vg.Length {
	style := text.Style{Color: color.Black, Font: sans(13), YAlign: draw.YTop, Handler: plot.DefaultTextHandler}
	if wide := style.Width(title); wide > c.Size().X {
		style.Font.Size *= c.Size().X / wide
	}
	c.FillText(style, vg.Point{X: c.Min.X, Y: c.Max.Y}, title)
	return style.Height(title)
}
