// Package lab computes what a viewer wants to see. It turns a network's weights,
// images and a scene.Want into parts of a scene, published on a scene.Board: the
// answer, what in the image moved a unit, and what takes longer, such as a survey
// of all test images.
//
// A part of the scene is a product. Each says from what it would be computed now,
// as a key and as weights, and the loop in Lab.Run computes those that are wanted
// and not up to date. One goroutine runs everything, for a device is used by one
// at a time; the other methods leave news for it and return at once.
//
// Quick products, the answer and what goes back from it, come first: in every turn
// of the loop and between the increments of long ones, as do long ones that the user
// waits for and that are earlier in the list of products. Long products work in
// increments and call bench.pause after each. They go on with the weights that they
// began with, so that a trainer that publishes several times a second does not keep
// them from ever ending; only when the user wants something else, or the network is
// another, is one given up. When it is done and the weights are new, it is done
// again. Both kinds have a model each, since a pass leaves its activations in a
// model: one image at a time for quick products, batches for long ones, made when
// first needed.
//
// Work that new weights alone cause takes no more than Options.Share of the time,
// an increment at a time, so a trainer on the same cores loses little. What the
// user asks for is done at once.
//
// Of a scene the lab sets Photos, Answer, Backward, Occlusion, Ascent, Survey,
// Patches, Gallery, Neighbours, Map, Lens and Job, and adds Notices. The rest is the
// business of who owns the weights. Nothing that goes wrong ends the loop: it is a
// notice, and not tried again until the user wants something else.
package lab

import (
	"context"
	"sync"

	"tandem/cmd/internal/scene"
	"tandem/engine/data"
	"tandem/engine/device"
	"tandem/engine/nn"
	"tandem/engine/tensor"
)

// Options says what a lab works with.
type Options struct {
	Board   *scene.Board
	Devices []device.Device // the lab's own; one will do, also for two towers

	// Images are the test images; nil: none. The pictures of a folder without
	// labels come as a set whose Classes are none and whose labels are
	// viz.Unknown. Sets with a method Name(i int) string name their images.
	Images data.Dataset
	About  string // for scene.Photos
	Sets   SetOptions

	// Share is the part of the time that work caused by new weights alone may
	// take, 0.1 say; 0 is all of it.
	Share float64
}

// Lab computes. Its methods but Run do not wait, and all are safe for concurrent
// use.
type Lab struct {
	options  Options
	products func() []product
	wake     chan struct{} // holds one when there is news

	lock   sync.Mutex
	news   news
	stored tensor.Shape // of all images that can be looked at; nil until known
}

// news is what has come in since the loop last looked.
type news struct {
	network *network
	weights *scene.Weights
	want    *scene.Want
	files   []file
	survey  *surveyed         // see Surveyed
	lens    []scene.LensPoint // see AddLens
}

// file is an image as the user gave it.
type file struct {
	name string
	data []byte
}

// New returns a lab that waits for a network and weights.
func New(o Options) *Lab {
	l := &Lab{options: o, wake: make(chan struct{}, 1)}
	l.products = func() []product { return products(o.Sets) }
	if o.Images != nil {
		l.stored = o.Images.Shape()
	}
	return l
}

// SetNetwork sets the network, and the statistics of the data it learns from.
// Weights that came before are dropped, and so are the lab's parts of the scene.
// The network may be set again, for images stored in the same shape. The error
// says that network, statistics and images do not fit each other.
func (l *Lab) SetNetwork(net *nn.Network, stats *data.Stats) error {
	n, err := newNetwork(net, stats)
	if err != nil {
		return err
	}
	if images := l.options.Images; images != nil {
		if err := n.tells(len(images.Classes())); err != nil {
			return err
		}
	}
	l.tell(func(s *news) {
		if l.stored == nil {
			l.stored = stats.Shape
		}
		if err = n.fits(l.stored); err == nil {
			s.network, s.weights, s.survey, s.lens = n, nil, nil, nil
		}
	})
	return err
}

// SetWeights sets the newest weights of the network. All parameters must be there;
// nobody changes them any more.
func (l *Lab) SetWeights(w *scene.Weights) { l.tell(func(s *news) { s.weights = w }) }

// Want says what is worth computing; the newest counts. Before the first, it is
// the answer to the first image.
func (l *Lab) Want(w scene.Want) { l.tell(func(s *news) { s.want = &w }) }

// Open adds an image to those that can be looked at: a file's name and its bytes,
// in any format of data.DecodeImage. Nobody changes the bytes any more.
func (l *Lab) Open(name string, data []byte) {
	l.tell(func(s *news) { s.files = append(s.files, file{name, data}) })
}

func (l *Lab) tell(change func(*news)) {
	l.lock.Lock()
	change(&l.news)
	l.lock.Unlock()
	select {
	case l.wake <- struct{}{}:
	default:
	}
}

// take returns what has come in and forgets it, but leaves everything as it is
// when there is a new network and the caller cannot do with one.
func (l *Lab) take(network bool) (n news, ok bool) {
	l.lock.Lock()
	defer l.lock.Unlock()
	if l.news.network != nil && !network {
		return news{}, false
	}
	n, l.news = l.news, news{}
	return n, true
}

// Run computes until ctx ends, whose error it returns. It is called once.
func (l *Lab) Run(ctx context.Context) error {
	b := newBench(ctx, l)
	defer b.close()
	b.publishPhotos()
	for ctx.Err() == nil {
		b.turn()
	}
	return ctx.Err()
}
