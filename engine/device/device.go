// Package device defines what a backend must compute: one interface, and the
// parameters of every operation. engine/cpu and engine/vulkan implement it, and
// engine/device/devicetest judges them. Layers are written once on top of it
// and never learn which backend runs them.
package device

import (
	"fmt"
	"time"
)

// Buffer is a block of 32-bit words owned by one Device, float32 throughout.
// Class labels, pool indices and ranks are whole numbers stored as float32.
type Buffer interface {
	Len() int // in elements
}

// Device runs operations on its own buffers, in the order they are enqueued.
//
// Every call except Alloc, Sync, Download, Marks and Close enqueues and returns
// at once; the first error is kept and returned by the next Sync, Download or
// Marks, and by all that follow. Arguments that do not fit each other are a programmer's
// error and panic at the call. Outputs are overwritten unless the operation
// says that it adds; an output may be the same buffer as an input only where
// the operation says so.
//
// Results depend on the arguments alone: sums have a fixed order, so the same
// calls on the same device give the same bits.
//
// A Device is used by one goroutine at a time.
type Device interface {
	Info() Info

	// Alloc returns n elements of unspecified content. Its error, such as out
	// of memory, names the device.
	Alloc(n int) (Buffer, error)
	Free(Buffer)

	Upload(dst Buffer, offset int, src []float32) // src is read before the call returns
	Download(src Buffer, offset int, dst []float32) error
	Sync() error
	// Close finishes what is enqueued, then fails the device's links. From then
	// on Alloc, Sync, Download and Marks return errors, and closing again does
	// nothing.
	Close() error

	// SetStep sets the values that change from step to step. Dropout and SGD
	// calls enqueued after it read them, those of a recording at each Replay.
	SetStep(StepState)

	// Record keeps what ops enqueues on this device instead of running it: the
	// operations, Send, Receive and Mark. Everything else but Alloc and Free
	// panics inside ops. Buffers and links must outlive the recording.
	Record(ops func()) Recording

	// Send enqueues a copy of the first n elements of src into the link, and
	// Receive a copy of the n elements that the other end has sent to the start
	// of dst. The devices wait for each other, not the caller; but Send may
	// return only when the message before it in the same link has been received.
	// When the other device fails or closes, a *PartnerError is this one's error.
	Send(src Buffer, n int, l *Link)
	Receive(l *Link, dst Buffer, n int)

	// Mark enqueues a note, in a slot from 0 to MaxMarks-1, of the time at which
	// everything before it is done. Marks waits for everything enqueued and
	// reads slots 0 to len(dst)-1, all of them marked before, on the host's
	// clock, so that the times of two devices compare.
	Mark(slot int)
	Marks(dst []time.Time) error

	// Counts says what was asked of the device since it was opened.
	Counts() Counts

	Convolution
	Pointwise
	Normalization
	Pooling
	Objective
}

// Info says what a device is.
type Info struct {
	ID       string // as named on the command line: "cpu", "vulkan:0"
	Name     string
	Kind     string // "cpu", "discrete", "integrated", "software"
	Driver   string
	MemoryMB int64 // memory it may use, in MiB; 0 when unknown
}

// MaxMarks is the number of slots that Mark knows.
const MaxMarks = 1024

// Recording is a sequence of operations that a device keeps ready.
type Recording interface {
	// Replay enqueues the sequence, as if its calls were made again. It may
	// return only when the replay before it is done.
	Replay()
	// Close lets go of the sequence once the replays enqueued are done.
	// Replay panics from then on, and closing again does nothing.
	Close()
}

// Counts says how much a device was asked to do. Replays count again. Those in
// the second line are zero where a device has no such thing.
type Counts struct {
	Operations                                 int64 // calls of the methods from ConvForward to Rank
	Dispatches, Barriers, Submits, NativeCalls int64
	Uploaded, Downloaded, Sent, Received       int64 // bytes
}

// Add adds o to c.
func (c *Counts) Add(o Counts) {
	c.Operations += o.Operations
	c.Dispatches += o.Dispatches
	c.Barriers += o.Barriers
	c.Submits += o.Submits
	c.NativeCalls += o.NativeCalls
	c.Uploaded += o.Uploaded
	c.Downloaded += o.Downloaded
	c.Sent += o.Sent
	c.Received += o.Received
}

// StepState is what changes from step to step while a recorded sequence of
// operations stays the same.
type StepState struct {
	Seed     uint64  // of the run
	Step     uint32  // counts parameter updates, keys the dropout masks
	Rate     float32 // learning rate before each parameter's multiplier
	Momentum float32
}

// Convolution groups the operations with learned weights.
type Convolution interface {
	// ConvForward computes y = w * x + b (cross-correlation, as in the paper).
	// x is N x C x H x W, w is K x C/Groups x KernelH x KernelW, b is K or nil,
	// y is N x K x OutH x OutW.
	ConvForward(p Conv, x, w, b, y Buffer)
	ConvBackwardInput(p Conv, dy, w, dx Buffer)
	// ConvBackwardWeights sums over the batch. db may be nil.
	ConvBackwardWeights(p Conv, x, dy, dw, db Buffer)

	// LocalForward is convolution with unshared weights: w is
	// OutH x OutW x K x C/Groups x KernelH x KernelW and b is K x OutH x OutW.
	LocalForward(p Conv, x, w, b, y Buffer)
	LocalBackwardInput(p Conv, dy, w, dx Buffer)
	LocalBackwardWeights(p Conv, x, dy, dw, db Buffer)

	// FCForward computes y = x w^T + b. x is N x In, w is Out x In, b is Out or
	// nil, y is N x Out.
	FCForward(p FC, x, w, b, y Buffer)
	FCBackwardInput(p FC, dy, w, dx Buffer)
	FCBackwardWeights(p FC, x, dy, dw, db Buffer)
}

// Pointwise groups the operations that treat elements alike.
type Pointwise interface {
	Fill(dst Buffer, value float32)
	// Copy moves a block of rows, or adds it where p.Accumulate is set.
	Copy(p Copy, src, dst Buffer)
	// Scale computes y = factor * x. y may be x.
	Scale(n int, factor float32, x, y Buffer)

	// Activate computes y = f(x). y may be x. NaN comes through as NaN, so that
	// a network that has gone wrong does not look healthy.
	Activate(p Activation, x, y Buffer)
	// ActivateBackward computes dx = dy * f'(x) from the output y. dx may be dy.
	ActivateBackward(p Activation, y, dy, dx Buffer)

	// Dropout multiplies by the mask of the current step; the gradient is the
	// same call on dy. y may be x.
	Dropout(p Dropout, x, y Buffer)

	// SGD applies the paper's update (section 5) to one parameter.
	SGD(p SGD, w, g, v Buffer)
}

// Normalization groups local response normalization, both kinds.
type Normalization interface {
	LRN(p LRN, x, y Buffer)
	// LRNBackward computes dx from the input x and the output's gradient.
	LRNBackward(p LRN, x, dy, dx Buffer)
}

// Pooling groups the pooling operations. Windows are clipped to the image.
type Pooling interface {
	// MaxPool stores in index the place of the first largest element of each
	// window, row*KernelW+column in the unclipped window; NaN counts as largest.
	MaxPool(p Pool, x, y, index Buffer)
	MaxPoolBackward(p Pool, index, dy, dx Buffer)
	// AvgPool divides by the number of elements inside the image, as the
	// released code does.
	AvgPool(p Pool, x, y Buffer)
	AvgPoolBackward(p Pool, dy, dx Buffer)
}

// Objective groups what stands at the end of a network.
type Objective interface {
	// Softmax computes the probabilities of each row, N x Classes. y may be x.
	Softmax(p Classes, x, y Buffer)
	// CrossEntropy computes loss[n] = -log softmax(x)[n][labels[n]] from the
	// logits x, without forming the probability first.
	CrossEntropy(p Classes, x, labels, loss Buffer)
	// SoftmaxBackward computes dx = scale * (probs - onehot(labels)).
	SoftmaxBackward(p Classes, scale float32, probs, labels, dx Buffer)
	// Rank counts, for each row, the classes scored above the label's; equal
	// scores count where their class comes first, and NaN counts as above
	// everything. rank < k is a hit in the top k. A label whose own score is
	// NaN gets the rank Classes.
	Rank(p Classes, scores, labels, rank Buffer)
}

func mustLen(op, name string, b Buffer, want int) {
	if b.Len() < want {
		panic(fmt.Sprintf("device: %s: buffer %s holds %d elements, needs %d", op, name, b.Len(), want))
	}
}

func mustPositive(op string, names string, values ...int) {
	for _, v := range values {
		if v <= 0 {
			panic(fmt.Sprintf("device: %s: %s must be positive, got %v", op, names, values))
		}
	}
}
