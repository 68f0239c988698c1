package scene

import "strconv"

// Want is what the viewer has on screen: it is worth computing, and nothing else is.
type Want struct {
	View     View
	Unit     Unit
	Photo    int // of Scene.Photos
	Backward Mode
	Freeze   bool // keep the answer and all that follows from it as they are

	OccludeSide, OccludeStride int // pixels; 0 leaves the choice to who computes

	// Ablated lists units that are switched off: their channels put out zero.
	// Nobody changes the slice any more.
	Ablated []Unit

	// Cell selects the images of Gallery: those of a label taken for a class, -1 for
	// any. Wrong leaves out the right ones.
	Label, Predicted int
	Wrong            bool

	Checkpoint int // of Scene.Series; Newest follows the newest
}

// Newest is the checkpoint that a viewer shows unless the user scrubs.
const Newest = -1

// Any stands for every label, or every class.
const Any = -1

// Order is something for the run or its images to do, once.
type Order struct {
	Do    Action
	Value float64 // of Set...
	Name  string  // of Open: the file's name
	Data  []byte  // of Open: its bytes
}

// Action is a kind of order.
type Action int

// The actions. Open adds an image to Photos, whatever its format.
const (
	Play Action = iota
	Pause
	StepOnce
	SetRate     // the learning rate now; the schedule goes on from it in proportion
	SetMomentum // the same for the rest of the run
	SetDecay    // weight decay of the parameters that have one
	SetKeep     // probability with which dropout keeps a unit
	Save        // a checkpoint now
	Open
)

func classNumber(i int) string { return "class " + strconv.Itoa(i) }
