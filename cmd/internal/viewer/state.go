package viewer

import (
	"tandem/cmd/internal/scene"
	"tandem/engine/viz"
)

// State is what the user has chosen to look at. Its text form reopens this very
// view: see State.String and ParseState.
type State struct {
	View     scene.View
	Unit     scene.Unit
	Photo    int
	Backward scene.Mode // shown beside the image, too; see BackwardView
	Freeze   bool
	Zoom     bool // the large pane alone

	Checkpoint int // scene.Newest, or one of scene.Series
	step       int // of the checkpoint that a link has named; see Viewer.resolve

	Scale viz.Scale
	Map   string  // a colour map's name, "" for the usual one
	Gain  float64 // contrast: values are multiplied by it; 0 is 1

	Ablated []scene.Unit // sorted; never changed in place

	Label, Predicted int  // of the confusion matrix, scene.Any for all
	Wrong            bool // see onlyWrong

	LogEpochs, LogLoss bool
	Smoothing          float64 // share of the plot's width; 0 for the usual one, below 0 for none

	Light bool // the light theme
}

// NewState returns what a viewer shows first.
func NewState() State {
	return State{Checkpoint: scene.Newest, step: noStep, Label: scene.Any, Predicted: scene.Any, Gain: 1}
}

// want returns what is worth computing for a state.
func (s *State) want() scene.Want {
	return scene.Want{
		View: s.View, Unit: s.Unit, Photo: s.Photo, Backward: s.Backward, Freeze: s.Freeze,
		Ablated: s.Ablated, Label: s.Label, Predicted: s.Predicted, Wrong: s.onlyWrong(), Checkpoint: s.Checkpoint,
	}
}

// onlyWrong tells whether images that were taken for what they are are left out: where
// the user wants that, and among mistakes.
func (s *State) onlyWrong() bool { return s.Wrong || s.View == scene.MistakesView }

// colorMap returns the chosen colour map, nil for the usual one.
func (s *State) colorMap() *viz.ColorMap {
	for _, m := range []*viz.ColorMap{viz.BlueOrange, viz.Ember, viz.Grey} {
		if m.Name == s.Map {
			return m
		}
	}
	return nil
}

// colors returns the options with which maps are drawn.
func (s *State) colors() viz.Options {
	return viz.Options{Scale: s.Scale, Map: s.colorMap(), Gain: float32(s.Gain)}
}
