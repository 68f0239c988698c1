package nn

import (
	"fmt"

	"tandem/engine/device"
	"tandem/engine/tensor"
)

// Layer computes one node: its shape arithmetic, its output, and the gradients
// of its inputs and parameters. Shapes are those of one image, (C, H, W) or
// (F); the batch comes from the Context. The layers' methods are documented here
// once for all of them.
type Layer interface {
	Type() string // as written in a network file
	// OutShape returns the output's shape, or an error that says what does not
	// fit; the other methods take shapes that it has accepted.
	OutShape(in []tensor.Shape) (tensor.Shape, error)
	Params(in []tensor.Shape) []Param     // Name is "weight" or "bias"
	MultiplyAdds(in []tensor.Shape) int64 // forward, one image
	Traits() Traits

	// Halve returns the layer that computes one tower's half of the output.
	Halve() (Layer, error)

	// Scratch lists the elements of each extra buffer that a forward pass
	// leaves for the backward pass.
	Scratch(batch int, in []tensor.Shape) []int
	Forward(c *Context)
	// Backward sets c.In[i].Grad where it is not nil, from c.Out.Grad.
	Backward(c *Context)
	// BackwardParams sets the gradients of the parameters. It comes some time
	// after Backward and finds inputs, output and c.Out.Grad as they were.
	BackwardParams(c *Context)
}

// Traits says what a layer asks of the buffers around it.
type Traits struct {
	InPlace      bool // the output may take the input's buffer, the gradients too
	NeedsOutput  bool // Backward reads the output
	ReadsHalf    bool // a tower's half reads only its own tower's half of the input
	WholeWindows bool // reads the whole input, whatever the position (fully connected)
}

// Param describes a learned tensor.
type Param struct {
	Name  string // "weight" in a layer, "conv1.weight" in a network
	Shape tensor.Shape
	ParamSpec
}

// ParamSpec is what a recipe says of a parameter.
type ParamSpec struct {
	Std        float32 `json:"std,omitempty"`     // initial values: normal with this standard deviation,
	Uniform    float32 `json:"uniform,omitempty"` // or uniform on [-Uniform, Uniform),
	Value      float32 `json:"value,omitempty"`   // plus this
	RateFactor float32 `json:"rate_factor"`       // times the learning rate
	Decay      float32 `json:"decay,omitempty"`   // weight decay
}

// Value is a node's output for the batch, and the gradient of the loss with
// respect to it.
type Value struct {
	Shape tensor.Shape // of one image
	Data  device.Buffer
	Grad  device.Buffer // nil where nobody needs it
}

// Slot is a parameter, or a tower's rows of one, on its device.
type Slot struct {
	Param
	Weights, Grad, Velocity device.Buffer // Grad and Velocity are nil in inference
	offset                  int           // of the first element in the whole parameter
	dev                     device.Device
}

// Context is what a layer works with.
type Context struct {
	Device  device.Device
	Batch   int
	Train   bool // dropout draws masks
	In      []Value
	Out     Value
	Params  []*Slot
	Scratch []device.Buffer
	Labels  device.Buffer // of the batch, for the loss
	Node    *Node
}

// image returns the first input as a batch of images; vectors are 1x1 maps.
func (c *Context) image() device.Image {
	s := threeD(c.In[0].Shape)
	return device.Image{N: c.Batch, C: s[0], H: s[1], W: s[2]}
}

func threeD(s tensor.Shape) tensor.Shape {
	if len(s) == 1 {
		return tensor.Shape{s[0], 1, 1}
	}
	return s
}

// one returns the only input of a layer.
func one(in []tensor.Shape) (tensor.Shape, error) {
	if len(in) != 1 {
		return nil, fmt.Errorf("takes 1 input, got %d", len(in))
	}
	return in[0], nil
}

// noParams is embedded in layers without learned tensors.
type noParams struct{}

func (noParams) BackwardParams(*Context)           {}
func (noParams) Params([]tensor.Shape) []Param     { return nil }
func (noParams) MultiplyAdds([]tensor.Shape) int64 { return 0 }
func (noParams) Scratch(int, []tensor.Shape) []int { return nil }
