package curves

import (
	"slices"

	"tandem/engine/viz/curves/series"
)

// Options say how a run is drawn. The zero value chooses everything.
type Options struct {
	Width, Height int  // of the picture in pixels; 0 is 1200x900, the least 640x480
	LogEpochs     bool // for the first epochs in detail
	LogLoss       bool
	Smoothing     float64 // share of the plot's width that the lines of training average over; 0 is 0.03, below 0 none
	References    []Reference
}

// Reference is a published result to draw beside the run's errors.
type Reference struct {
	Name  string
	Error float64 // as a fraction
}

// ILSVRC2012 returns the paper's results for one network on the validation
// images of ILSVRC-2012 (table 2).
func ILSVRC2012() []Reference {
	return []Reference{{"AlexNet 2012, top-1", 0.407}, {"AlexNet 2012, top-5", 0.182}}
}

const (
	minWidth, minHeight         = 640, 480
	defaultWidth, defaultHeight = 1200, 900
	maxSide                     = 16384
	columnPixels                = 2 // width of an envelope's column
)

// size returns the picture's extent, inside the bounds.
func (o Options) size() (width, height int) {
	width, height = o.Width, o.Height
	if width == 0 {
		width = defaultWidth
	}
	if height == 0 {
		height = defaultHeight
	}
	return min(max(width, minWidth), maxSide), min(max(height, minHeight), maxSide)
}

// columns returns how many columns an envelope has, and its smoothing window to
// either side.
func (o Options) columns() (n, window int) {
	width, _ := o.size()
	n = width / columnPixels
	return n, series.Window(n, o.Smoothing)
}

// references returns those that can be drawn.
func (o Options) references() []Reference {
	return slices.DeleteFunc(slices.Clone(o.References), func(r Reference) bool { return series.Unbounded(r.Error) })
}
