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
	// error; it may publish what it has so far. ctx ends when pause returns an
	// error. After pause, b's fields may be newer than the wish.
	compute(ctx context.Context, b *bench, weights *scene.Weights) error
}

// wish is what a product is computed from. A product is out of date when its wish
// has changed: with the key at once, with weights when Options.Share allows.
type wish struct {
	key     any            // comparable: all but the weights; nil if nobody wants the product, or it cannot be had yet
	weights *scene.Weights // nil if there are none yet
}

// products lists all products in the order in which they are computed.
func products(o SetOptions) []product {
	return append([]product{answer{}, backward{}, occlusion{}}, setProducts(o)...)
}

// urgency says how soon a product is to be computed.
type urgency int

const (
	fresh   urgency = iota // not at all
	lagging                // its weights are old
	asked                  // the user waits for it
)

// entry is a product with what became of it.
type entry struct {
	product
	done    wish // from which it was last computed
	failed  bool // it was not
	resting bool // it was not wanted when last seen
}

func (e *entry) urgency(w wish) urgency {
	switch {
	case w.key == nil || w.weights == nil:
		return fresh
	case w.key != e.done.key:
		return asked
	case w.weights == e.done.weights && !e.failed:
		return fresh
	case e.resting:
		return asked
	case e.failed:
		return fresh
	}
	return lagging
}

// look returns the product's wish and how urgent it is.
func (e *entry) look(b *bench) (wish, urgency) {
	w := e.wish(b)
	u := e.urgency(w)
	e.resting = w.key == nil || e.resting && u != fresh
	return w, u
}
