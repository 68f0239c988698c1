package lab

import (
	"context"
	"fmt"
	"time"

	"tandem/cmd/internal/scene"
	"tandem/engine/nn"
)

// bench is where the loop's goroutine works: what is known now, and the models.
// Products read its fields and leave them alone.
type bench struct {
	*network // nil until there is one
	photos
	weights *scene.Weights // whole, of the network; nil until there are any
	want    scene.Want
	off     *ablation         // the units of want.Ablated
	shown   *shown            // the newest answer; nil until there is one
	survey  *surveyed         // the newest that was made elsewhere; nil until there is one
	lens    []scene.LensPoint // that were measured elsewhere

	lab     *Lab
	ctx     context.Context
	entries []*entry
	budget  budget
	job     *job // the long product under way, nil if none is
	models  models
}

func newBench(ctx context.Context, l *Lab) *bench {
	o := l.options
	return &bench{
		lab: l, ctx: ctx, photos: photos{images: o.Images},
		budget: budget{share: o.Share}, models: models{devices: o.Devices},
	}
}

func (b *bench) close() { b.models.close() }

// publish replaces parts of the scene.
func (b *bench) publish(change func(*scene.Scene)) { b.lab.options.Board.Update(change) }

// complain tells the user of an error.
func (b *bench) complain(err error) { b.lab.options.Board.Notice(true, err.Error()) }

// turn computes what is due, or waits for something to change.
func (b *bench) turn() {
	b.hear(true)
	open := b.budget.open()
	b.serve(open)
	if !b.begin(asked, nil) && !(open && b.begin(lagging, nil)) {
		b.wait()
	}
}

// hear takes in the news. Without leave for a new network it returns false, and
// leaves all news for later, if there is one.
func (b *bench) hear(network bool) bool {
	n, ok := b.lab.take(network)
	if !ok {
		return false
	}
	if n.network != nil {
		b.install(n.network)
	}
	if n.weights != nil {
		b.takeWeights(n.weights)
	}
	if n.want != nil {
		b.want = *n.want
	}
	if n.survey != nil {
		b.survey = n.survey
	}
	b.lens = append(b.lens, n.lens...)
	b.queue = append(b.queue, n.files...)
	if b.network != nil {
		b.off = b.ablate()
		b.openQueue()
	}
	return true
}

// install replaces the network and forgets what was computed about the last one.
func (b *bench) install(n *network) {
	b.models.close()
	b.network, b.weights, b.shown, b.off = n, nil, nil, nil
	b.entries, b.survey, b.lens = nil, nil, nil
	for _, p := range b.lab.products() {
		b.entries = append(b.entries, &entry{product: p})
	}
	b.publish(func(s *scene.Scene) {
		s.Answer, s.Backward, s.Occlusion, s.Ascent, s.Survey = nil, nil, nil, nil, nil
		s.Patches, s.Gallery, s.Neighbours, s.Map, s.Lens = nil, nil, nil, nil, nil
	})
}

func (b *bench) takeWeights(w *scene.Weights) {
	if b.network == nil {
		return // left over from before SetNetwork
	}
	for _, p := range b.params {
		t := w.Params[p.Name]
		switch {
		case t == nil:
			b.complain(fmt.Errorf("the weights of step %d are without %s, which network %s needs", w.Step, p.Name, b.net.Name))
			return
		case !t.Shape.Equal(p.Shape):
			b.complain(fmt.Errorf("in the weights of step %d, %s is %s, but network %s needs %s", w.Step, p.Name, t.Shape, b.net.Name, p.Shape))
			return
		}
	}
	b.weights = w
}

// wait returns when there is news or the budget is open again.
func (b *bench) wait() {
	var opens <-chan time.Time
	if d := time.Until(b.budget.until); d > 0 {
		opens = time.After(d)
	}
	select {
	case <-b.ctx.Done():
	case <-b.lab.wake:
	case <-opens:
	}
}

// single returns the model of quick products with these weights, some units
// switched off. A pass stays in it until the next answer.
func (b *bench) single(w *scene.Weights, off *ablation) (*nn.Model, error) {
	return b.models.load(&b.models.one, 1, b.network, w, off)
}

// batched returns the model of long products with these weights, some units
// switched off, nil for none. It is for inference, with the gradient of the input.
func (b *bench) batched(w *scene.Weights, off *ablation) (*nn.Model, error) {
	return b.models.load(&b.models.many, b.batch, b.network, w, off)
}
