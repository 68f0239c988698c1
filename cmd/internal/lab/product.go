package lab

import (
	"context"

	"tandem/cmd/internal/scene"
)

// product is a part of the scene that the lab computes. Its methods are called by
// the loop's goroutine alone. Products are made anew for each network.
type product interface {
	name() string // of the job: "occlusion", say
	long() bool   // works in increments, on bench.batched

	// wish says what the product would be computed from now. It must be cheap.
	wish(b *bench) wish

	// compute publishes the product, from the weights of the wish. A long one calls
	// b.pause after each increment, some tens of milliseconds, and returns its
	// error; it may publish what it has so far. ctx ends when pause returns an error.
	// After pause, b's fields may be newer than the wish.
	compute(ctx context.Context, b *bench, weights *scene.Weights) error
}

// wish is what a product is computed from. A product is out of date when its wish
// has changed: with the key at once, with weights when Options.Share allows.
type wish struct {
	key     any            // comparable: all but the weights; nil if nobody wants the product, or it cannot be had yet
	weights *scene.Weights // nil if there are none yet
}

// products lists all products, in the order in which they are computed: quick ones
// first.
func products() []product {
	return append([]product{}, setProducts()...)
}
