package scene

import (
	"image"
	"time"

	"tandem/engine/tensor"
)

// Weights are a network's parameters at a step. Tensors too large to be looked at
// (the fully connected layers of AlexNet) may be missing.
type Weights struct {
	Step   int
	Epoch  float64
	Params map[string]*tensor.Tensor // by name, as "conv1.weight"
}

// Photos says which images can be looked at: those of the test set or of a folder,
// then those that the user has opened.
type Photos struct {
	Count  int
	Opened int    // how many the user has opened so far; the newest is the last
	About  string // "test images of fashion-mnist", say
}

// Photo is an image that went through the network.
type Photo struct {
	Number  int         // in Photos
	Name    string      // of the file, or "test image 17"
	Picture *image.RGBA // the part that the network sees, in its pixels
	Label   int         // the right class, viz.Unknown where nobody knows
}

// Answer is what the network makes of an image.
type Answer struct {
	Photo
	Step          int
	Input         *tensor.Tensor            // what the network got, C x H x W
	Low, High     []float32                 // of black and of white in its terms, C x H x W
	Probabilities []float32                 // by class
	Layers        map[string]*tensor.Tensor // every node's output by name, C x H x W or F
	Ablated       int                       // units switched off
	Whole         []float32                 // the probabilities with nothing switched off; nil if nothing is
}

// Backward shows what in the image moved a unit.
type Backward struct {
	Unit  Unit
	Mode  Mode
	Step  int
	Photo int
	Map   *tensor.Tensor  // C x H x W, or 1 x H x W
	Value float32         // of the unit, where it is strongest
	At    image.Point     // that place in its map
	Field image.Rectangle // the pixels that this place sees
}

// Occlusion is a map of where hiding a part of the image changes the answer.
type Occlusion struct {
	Photo, Step  int
	Class        int
	Side, Stride int
	Clear        float32        // the probability with nothing hidden
	Drop         *tensor.Tensor // rows x columns: how much lower it is with a square there
	Likeliest    []int          // the class that wins at each place
	Activation   *tensor.Tensor // of the unit, rows x columns; nil without one
	Unit         Unit
}

// Ascent shows images that excite units, walked uphill from noise.
type Ascent struct {
	Layer    string // as selected; see Walked
	Walked   string // the layer before its nonlinearity, which was walked for
	Step     int    // of the weights
	Units    []int
	Pictures []*image.RGBA
	Values   []float32 // of the units
	Steps    int       // walked so far
	Total    int       // to be walked
}

// Survey is what the network did over the whole test set.
type Survey struct {
	Step      int
	Images    int
	Top1Error float64
	Layers    []LayerSurvey
	Confusion [][]int // counts by label and prediction
}

// LayerSurvey is what a layer did.
type LayerSurvey struct {
	Name      string
	Mean, Std float64
	Min, Max  float32
	Zeros     float64 // share of values that are exactly zero
	Dead      []int   // units that were never above zero
	Units     []UnitSurvey
	Histogram Histogram
}

// UnitSurvey is what a unit did.
type UnitSurvey struct {
	Mean, Std float64
	Max       float32
	Zeros     float64
}

// Histogram counts values in bins of equal width: bin i begins at (First+i)*Width.
type Histogram struct {
	Width  float64
	First  int
	Counts []int64
}

// Patches are the places of the test set at which each unit of a layer is strongest.
type Patches struct {
	Layer  string // as selected
	Values string // the layer whose values count, which has the same units; "" if none was surveyed
	Step   int
	Units  [][]Patch // the strongest first
}

// Patch is a part of a test image.
type Patch struct {
	Photo   int // in Photos
	Label   int
	Value   float32
	Field   image.Rectangle // pixels of the network's input
	Picture *image.RGBA     // of the field, scaled down to at most 64 pixels a side
}

// Gallery shows test images by how they were taken.
type Gallery struct {
	Step             int
	Label, Predicted int // as wanted
	Wrong            bool
	Total            int // images of the cell
	Items            []Thumbnail
}

// Thumbnail is a test image, made small.
type Thumbnail struct {
	Photo       int // in Photos
	Picture     *image.RGBA
	Label       int
	Predicted   int     // -1 where it was not asked
	Probability float32 // of the predicted class
	Distance    float64 // Euclidean, of a neighbour
}

// Neighbours are the test images most like the image to a layer of the network.
type Neighbours struct {
	Photo int
	Layer string // "fc7", say
	Step  int
	Items []Thumbnail
}

// Map is all test images, or some thousands, on a plane: like beside like.
type Map struct {
	Layer  string
	Step   int
	Points [][2]float64
	Items  []Thumbnail
	Steps  int // of the layout so far
	Total  int
}

// Health says whether the layers learn.
type Health struct {
	Step   int
	Layers []LayerHealth
}

// LayerHealth is one layer's; values are NaN where they mean nothing.
type LayerHealth struct {
	Name         string
	Dead         float64 // share of units that are zero for every image of the batch
	WeightNorm   float64 // Euclidean
	GradientNorm float64
	Update       float64 // norm of the last update over that of the weights
	Weights      Histogram
	Gradients    Histogram
}

// Lens says how coloured the kernels of the first convolution are (section 6.1 of
// the paper): 0 is grey, 2/3 what noise has, 1 blind to brightness.
type Lens struct {
	Layer   string
	Step    int
	Kernels []float64 // by kernel; the first half is tower a's
	Towers  []float64 // the mean of each tower
	History []LensPoint
}

// LensPoint is a moment of the lens.
type LensPoint struct {
	Step   int
	Towers []float64
}

// RunState says what a run does.
type RunState int

// The states of a run.
const (
	Starting RunState = iota
	Training
	Paused
	Validating
	Finished
	Failed
	Elsewhere // another program trains; this one looks at its files
)

var runStates = [...]string{"starting", "training", "paused", "validating", "finished", "failed", "followed"}

func (s RunState) String() string { return runStates[s] }

// Run is the training under way.
type Run struct {
	State           RunState
	Live            bool // orders are obeyed
	Step, Steps     int
	Epoch           float64
	Epochs          int
	Loss, Error     float64 // of the last batch; error is top-1, a fraction
	TestError       float64 // of the last validation; NaN before
	ImagesPerSecond float64
	Remaining       time.Duration
	Bytes           int64 // of memory for the model
	Devices         []string
	Moved           int64 // bytes between the devices a step
	Folder          string

	Rate, Momentum, Decay, Keep float64 // Decay and Keep are NaN where the network has none
}

// Curve is how a run went.
type Curve struct {
	Name        string
	Steps       []CurvePoint
	Validations []Validation
	References  []Reference // published results to lay over it
}

// CurvePoint is a measurement on training images.
type CurvePoint struct {
	Step        int
	Epoch       float64
	Loss, Error float64 // error is top-1, a fraction
	Rate        float64
}

// Validation is a measurement on test images. Errors are fractions.
type Validation struct {
	Step             int
	Epoch            float64
	Loss, Top1, Top5 float64
}

// Reference is a published error, a fraction.
type Reference struct {
	Name  string
	Error float64
}

// Series are checkpoints of one run, oldest first.
type Series struct {
	Steps     []int
	Current   int // the one on show
	Measured  int // of how many Lens has the history
	Following bool
}

// Job is work in progress.
type Job struct {
	Name        string
	Done, Total int
}

// Notice is a line for the user.
type Notice struct {
	Serial int // counts from 1
	Text   string
	Bad    bool // something went wrong
	At     time.Time
}
