package viewer

import (
	"image"
	"math"

	"tandem/cmd/internal/scene"
	"tandem/cmd/internal/viewer/ui"
)

// drawHealth draws whether the layers learn, and what they put out.
func (v *Viewer) drawHealth(f *ui.Frame) {
	when := ""
	if v.scene.Health != nil {
		when = atStep(v.scene.Health.Step)
	}
	r := heading(f, "Do the layers learn?", when)
	learning, put := v.learningRows(), v.outputRows()
	height := healthHeight(len(learning)) + healthHeight(len(put))
	table := f.Scroll("health", r, height)
	at := table.Bounds
	if len(learning) == 0 {
		v.waiting(table, image.Rect(at.Min.X, at.Min.Y, at.Max.X, at.Min.Y+healthHeight(0)), "Weights and gradients are measured every now and then while a network trains, and of each checkpoint.")
	} else {
		drawTable(table, at, v.learningColumns(), learning)
	}
	at.Min.Y += healthHeight(len(learning))
	if len(put) == 0 {
		v.waiting(table, at, "What the layers put out is counted over the test images.")
		return
	}
	drawTable(table, at, v.outputColumns(), put)
}

// healthHeight is what a table, or the words in its place, take.
func healthHeight(rows int) int {
	if rows == 0 {
		return 90
	}
	return tableHeight(rows) + 10
}

// learningRow is a layer with weights, and the ReLU after it, if there is one.
type learningRow struct {
	scene.LayerHealth
	relu string
}

// learningRows joins each layer with the ReLU behind it.
func (v *Viewer) learningRows() []learningRow {
	if v.scene.Health == nil {
		return nil
	}
	var rows []learningRow
	for _, h := range v.scene.Health.Layers {
		last := len(rows) - 1
		if math.IsNaN(h.WeightNorm) && last >= 0 && rows[last].relu == "" {
			rows[last].Dead, rows[last].relu = h.Dead, h.Name
			continue
		}
		rows = append(rows, learningRow{LayerHealth: h})
	}
	return rows
}

func (v *Viewer) outputRows() []scene.LayerSurvey {
	if v.scene.Survey == nil {
		return nil
	}
	return v.scene.Survey.Layers
}

const noGradient = "gradients are known only while a network trains: a checkpoint holds none"

func (v *Viewer) learningColumns() []column[learningRow] {
	return []column[learningRow]{
		{"layer", "click on a layer to look at it", 50, 1, func(f *ui.Frame, r image.Rectangle, h learningRow) { v.cellLayer(f, r, "learning", h.Name) }},
		{"dead", "the share of units that are zero for every image of a batch:\nit teaches them nothing, and if that stays so, nothing ever will", 40, 2, func(f *ui.Frame, r image.Rectangle, h learningRow) {
			cellShare(f, r, h.Dead, f.Theme.Bad, "no ReLU follows this layer, or it was not measured")
		}},
		{"norm", "the Euclidean norm of the layer's weights", 42, 1, func(f *ui.Frame, r image.Rectangle, h learningRow) {
			cellNumber(f, r, h.WeightNorm, "this layer has no weights")
		}},
		{"gradient", "the Euclidean norm of the gradient of the weights:\n0 learns nothing, much above that of other layers tears them apart", 46, 1, func(f *ui.Frame, r image.Rectangle, h learningRow) {
			cellNumber(f, r, h.GradientNorm, noGradient)
		}},
		{"update", "the norm of the last update over that of the weights, on a logarithmic scale from a millionth to 1.\nAbout a thousandth is good (up to ten times less or more is marked): far less hardly learns, far more forgets", 76, 4, func(f *ui.Frame, r image.Rectangle, h learningRow) {
			cellUpdate(f, r, h.Update)
		}},
		{"weights", "how many weights have which value", 40, 4, func(f *ui.Frame, r image.Rectangle, h learningRow) {
			cellHistogram(f, r, h.Weights, "weights were not counted")
		}},
		{"gradients", "how many gradients have which value", 48, 4, func(f *ui.Frame, r image.Rectangle, h learningRow) {
			cellHistogram(f, r, h.Gradients, noGradient)
		}},
	}
}

func (v *Viewer) outputColumns() []column[scene.LayerSurvey] {
	over := "over " + count(int64(v.scene.Survey.Images)) + " test images"
	return []column[scene.LayerSurvey]{
		{"puts out", "what each layer puts out, " + over + "\nclick on a layer to look at it", 50, 1, func(f *ui.Frame, r image.Rectangle, l scene.LayerSurvey) { v.cellLayer(f, r, "output", l.Name) }},
		{"mean", "the mean of all values " + over, 40, 1, func(f *ui.Frame, r image.Rectangle, l scene.LayerSurvey) {
			cellNumber(f, r, l.Mean, "nothing finite was put out")
		}},
		{"std", "their standard deviation: where it shrinks from layer to layer, the signal dies", 40, 1, func(f *ui.Frame, r image.Rectangle, l scene.LayerSurvey) {
			cellNumber(f, r, l.Std, "nothing finite was put out")
		}},
		{"zeros", "the share of values that are exactly zero, as after a ReLU", 48, 2, func(f *ui.Frame, r image.Rectangle, l scene.LayerSurvey) {
			cellShare(f, r, l.Zeros, f.Theme.Good, "nothing was put out")
		}},
		{"values", "how many values there are of which size", 50, 4, func(f *ui.Frame, r image.Rectangle, l scene.LayerSurvey) {
			cellHistogram(f, r, l.Histogram, "nothing finite was put out")
		}},
		{"dead units", "units that were never above zero, for any test image\nclick on one to look at it", 90, 6, v.cellDead},
	}
}
