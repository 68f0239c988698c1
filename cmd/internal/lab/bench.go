package lab

import (
	"context"
	"image"

	"tandem/cmd/internal/scene"
	"tandem/engine/data"
	"tandem/engine/nn"
)

// bench is where the loop's goroutine works: what is known now, and the models.
// Products read its fields and change none but answer.
type bench struct {
	*network              // nil until there is one
	images   data.Dataset // as Options has them; nil: none
	weights  *scene.Weights
	want     scene.Want
	answer   *scene.Answer  // the newest, nil before the first
	answered *scene.Weights // from which the answer was computed
	off      []scene.Unit   // of want.Ablated, those that can be switched off

	lab *Lab
	ctx context.Context
}

func newBench(ctx context.Context, l *Lab) *bench { return &bench{lab: l, ctx: ctx} }

func (b *bench) close() {}

func (b *bench) turn() { <-b.ctx.Done() }

// publish replaces parts of the scene.
func (b *bench) publish(change func(*scene.Scene)) { b.lab.options.Board.Update(change) }

// pause is called by long products between increments. It reports progress as the
// scene's Job, lets quick products go first, and waits where Options.Share says so.
// It returns an error when the product is not wanted any more.
func (b *bench) pause(done, total int) error { return nil }

// batched returns the model of long products with these weights, some units
// switched off (nil for none). It is for inference, with the gradient of the input.
func (b *bench) batched(w *scene.Weights, off []scene.Unit) (*nn.Model, error) { return nil, nil }

// picture is what an image looks like to the network, as Photo.Picture.
func (b *bench) picture(stored []byte) *image.RGBA { return nil }

// photo is an image that can be looked at.
type photo struct {
	name   string
	stored []byte // C x H x W, as the data's images are stored
	label  int    // viz.Unknown where nobody knows
}

// photo returns an image by its number in scene.Photos. The error names it.
func (b *bench) photo(number int) (photo, error) { return photo{}, nil }
