package viewer

import "tandem/cmd/internal/scene"

// Settled tells whether all that the state wants is on screen: nothing is being
// computed that would still change the picture. missing says what is not there yet.
func (v *Viewer) Settled() (ok bool, missing string) {
	s, st := v.scene, &v.State
	switch {
	case s == nil || s.Network == nil || s.Weights == nil:
		return false, "the network"
	case st.step != noStep:
		return false, "the checkpoints"
	case s.Series != nil && st.Checkpoint >= 0 && s.Series.Current != st.Checkpoint:
		return false, "the checkpoint"
	case s.Photos.Count == 0 && needsPhoto(st.View):
		return false, "an image to look at"
	case s.Photos.Count > 0 && !v.answered():
		return false, "the answer"
	case s.Photos.Count > 0 && st.Backward != scene.NoBackward && !v.wentBack():
		return false, "the backward view"
	}
	if part, there := v.part(); !there {
		return false, part
	}
	if s.Job != nil {
		return false, s.Job.Name
	}
	return true, ""
}

// needsPhoto tells whether a view shows nothing without an image.
func needsPhoto(view scene.View) bool {
	switch view {
	case scene.Activations, scene.BackwardView, scene.OcclusionView, scene.NeighboursView:
		return true
	}
	return false
}

func (v *Viewer) answered() bool {
	a := v.scene.Answer
	return a != nil && a.Number == v.State.Photo && a.Step == v.scene.Weights.Step && a.Ablated == v.switchedOff()
}

// switchedOff counts the units that are off; some may be named twice, see origin.
func (v *Viewer) switchedOff() int {
	off := map[scene.Unit]bool{}
	for _, u := range v.State.Ablated {
		off[origin(v.scene.Network.Net, u)] = true
	}
	return len(off)
}

func (v *Viewer) wentBack() bool {
	b := v.scene.Backward
	return b != nil && b.Photo == v.State.Photo && b.Unit == v.State.Unit && b.Mode == v.State.Backward && b.Step == v.scene.Weights.Step
}

// part tells whether what the view shows is there for the weights on show.
func (v *Viewer) part() (name string, there bool) {
	s, st, step := v.scene, &v.State, v.scene.Weights.Step
	switch st.View {
	case scene.BackwardView:
		return "the backward view", v.wentBack() || st.Backward == scene.NoBackward
	case scene.OcclusionView:
		return "the occlusion map", s.Occlusion != nil && s.Occlusion.Photo == st.Photo && s.Occlusion.Step == step
	case scene.PatchesView:
		return "the patches", s.Patches != nil && s.Patches.Layer == st.Unit.Layer && s.Patches.Step == step
	case scene.AscentView:
		return "the images that excite units", s.Ascent != nil && s.Ascent.Layer == st.Unit.Layer && s.Ascent.Step == step && s.Ascent.Steps >= s.Ascent.Total
	case scene.NeighboursView:
		return "the neighbours", s.Neighbours != nil && s.Neighbours.Photo == st.Photo && s.Neighbours.Step == step
	case scene.MapView:
		return "the map", s.Map != nil && s.Map.Step == step && s.Map.Steps >= s.Map.Total
	case scene.HealthView:
		return "the survey", s.Survey != nil && s.Survey.Step == step
	case scene.ConfusionView, scene.MistakesView:
		return "the survey", s.Survey != nil && s.Survey.Step == step && (v.hasImages() || !v.wantsImages())
	case scene.LensView:
		return "the lens", s.Network.Net.Input[0] != 3 || s.Lens != nil && v.measured()
	}
	return "", true
}

// wantsImages tells whether test images belong to the view: without labels there are
// none.
func (v *Viewer) wantsImages() bool {
	return len(v.scene.Survey.Confusion) > 0 && (v.State.View == scene.MistakesView || v.cellOpen())
}

func (v *Viewer) hasImages() bool {
	g := v.wantedGallery()
	return g != nil && g.Step == v.scene.Weights.Step
}

// manyMoments is how many moments of the lens' history are enough: it is thinned out
// beyond.
const manyMoments = 100

// measured tells whether the lens has all checkpoints.
func (v *Viewer) measured() bool {
	s := v.scene.Series
	return s == nil || s.Measured == len(s.Steps) && len(v.scene.Lens.History) >= min(s.Measured, manyMoments)
}
