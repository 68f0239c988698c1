// Package scene says what a viewer shows, as plain data that can be handed from
// goroutine to goroutine or sent to a page: a network, an image on its way through
// it, what was computed about it, and the run that trains it.
//
// A Source publishes scenes, and a viewer draws the newest one. What the viewer
// has on screen it tells as a Want; who computes works on the newest Want and
// leaves out what nobody looks at any more. So neither ever waits for the other,
// and when weights change, all that is wanted is computed anew.
package scene

import "tandem/engine/nn"

// Source is where a viewer gets what it shows. No method waits, and all are safe
// for concurrent use.
type Source interface {
	Scene() *Scene // the newest; nobody changes it any more
	Want(Want)     // replaces what was wanted before
	Tell(Order)    // orders are kept in their order
}

// Scene is all there is to show. Every part is replaced as a whole when it
// changes, so pointers tell what is new; parts are nil until there are any. Parts
// say which step's weights they were computed from, and may lag behind.
type Scene struct {
	Network    *Network
	Weights    *Weights
	Photos     Photos
	Answer     *Answer
	Backward   *Backward
	Occlusion  *Occlusion
	Ascent     *Ascent
	Survey     *Survey
	Patches    *Patches
	Gallery    *Gallery
	Neighbours *Neighbours
	Map        *Map
	Health     *Health
	Lens       *Lens
	Run        *Run
	Curves     []*Curve // this run first, then those it is compared with
	Series     *Series
	Job        *Job     // what is being computed that takes a while
	Notices    []Notice // oldest first; a viewer shows each for a while
}

// Network is the network on show.
type Network struct {
	Net       *nn.Network
	Shapes    nn.Shapes
	Summary   nn.Summary
	Transfers []nn.Transfer // what crosses between the towers, for one image; nil for one tower
	Classes   []string
	Data      string // the spec of the data it learned from
}

// Class returns the name of class i, its number where it has none.
func (n *Network) Class(i int) string {
	if i >= 0 && i < len(n.Classes) && n.Classes[i] != "" {
		return n.Classes[i]
	}
	return classNumber(i)
}

// Unit is a channel of a layer's maps, or one element of a vector.
type Unit struct {
	Layer   string
	Channel int
}

// Mode is a way to show what in an image moved a unit.
type Mode int

// The backward modes.
const (
	NoBackward Mode = iota
	Deconvolution
	Guided
	Gradient
	GradientTimesInput
	ClassSaliency // of the likeliest class, whatever the unit
	modes
)

var modeNames = [modes]string{"off", "deconvolution", "guided backpropagation", "gradient", "gradient x input", "class saliency"}

func (m Mode) String() string { return modeNames[m] }

// Modes returns how many modes there are, NoBackward included.
func Modes() int { return int(modes) }

// View is what the large pane shows, and so what is worth computing.
type View int

// The views.
const (
	Filters View = iota
	Activations
	BackwardView
	OcclusionView
	PatchesView
	AscentView
	NeighboursView
	MapView
	ConfusionView
	MistakesView
	CurvesView
	HealthView
	LensView
	views
)

var viewNames = [views]string{"filters", "activations", "backward", "occlusion", "patches", "ascent", "neighbours", "map", "confusion", "mistakes", "curves", "health", "lens"}

func (v View) String() string { return viewNames[v] }

// Views returns all views in their order.
func Views() []View {
	all := make([]View, views)
	for i := range all {
		all[i] = View(i)
	}
	return all
}

// ParseView returns the view of that name.
func ParseView(name string) (View, bool) {
	for i, n := range viewNames {
		if n == name {
			return View(i), true
		}
	}
	return 0, false
}

// ParseMode returns the mode that a link names by its first word.
func ParseMode(name string) (Mode, bool) {
	for i, n := range modeLinks {
		if n == name {
			return Mode(i), true
		}
	}
	return 0, false
}

var modeLinks = [modes]string{"off", "deconvolution", "guided", "gradient", "gradient-times-input", "class"}

// Link returns the mode's name in links and command lines.
func (m Mode) Link() string { return modeLinks[m] }

// ModeLinks lists the modes' names in links and command lines.
func ModeLinks() []string { return modeLinks[:] }
