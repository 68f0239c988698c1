package viewer

import (
	"tandem/cmd/internal/scene"
	"tandem/cmd/internal/viewer/ui"
)

// viewPanes draws each view.
var viewPanes = map[scene.View]func(*Viewer, *ui.Frame){
	scene.Filters:        (*Viewer).drawFilters,
	scene.Activations:    (*Viewer).drawActivations,
	scene.BackwardView:   (*Viewer).drawBackward,
	scene.OcclusionView:  (*Viewer).drawOcclusion,
	scene.PatchesView:    (*Viewer).drawPatches,
	scene.AscentView:     (*Viewer).drawAscent,
	scene.NeighboursView: (*Viewer).drawNeighbours,
	scene.MapView:        (*Viewer).drawMap,
	scene.ConfusionView:  (*Viewer).drawConfusion,
	scene.MistakesView:   (*Viewer).drawMistakes,
	scene.CurvesView:     (*Viewer).drawCurvesView,
	scene.HealthView:     (*Viewer).drawHealth,
	scene.LensView:       (*Viewer).drawLens,
}

// paneStates are what panes remember from frame to frame beyond the State: what no
// link needs to hold.
type paneStates struct {
	graph    graphState
	grid     gridState
	unit     unitState
	curves   curvesState
	scrub    scrubState
	knobs    [4]knob
	gallery  galleryState
	backward backwardState
	occluded occlusionState
	confused confusionState
	maps     mapState
}
