// Package album makes checkpoints in files a scene.Source: one, the series that a
// run has left in its folder, or the folder of a run that another program still
// trains.
package album

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"

	"tandem/cmd/internal/lab"
	"tandem/cmd/internal/scene"
	"tandem/engine/data"
	"tandem/engine/device"
	"tandem/engine/train"
)

// Options says what an album shows.
type Options struct {
	Path    string // of a checkpoint, or of a run's folder
	Follow  bool   // look for new checkpoints and figures until the run ends
	Devices []device.Device
	Names   []string // of the devices

	// Images opens the images to look at, once a checkpoint has said how they are
	// stored: its test images, a folder's. nil, or a nil set: none but those that the
	// user opens.
	Images func(*train.Checkpoint) (images data.Dataset, about string, err error)

	Others     []*scene.Curve                      // of runs to compare with
	References func(classes int) []scene.Reference // to lay over the curves; nil: none
	// Training tells whether a program trains in the folder now; nil: nobody knows.
	Training func(dir string) bool
}

// lookEvery is how often a followed folder is looked at.
const lookEvery = time.Second

// Album is a scene.Source of checkpoints. Run must run for it to show any.
type Album struct {
	scene.Board
	options Options
	dir     string // of the run
	wake    chan struct{}

	lock   sync.Mutex
	want   scene.Want
	lab    *lab.Lab
	images *images       // opened beside, nil until then
	files  []scene.Order // images that the user has opened
	ended  bool          // Run has

	// What follows belongs to Run's goroutine.
	entries    []entry
	bad        map[entry]bool // cannot be shown
	shown      entry
	loaded     *train.Checkpoint
	stop       context.CancelFunc // of the lab
	stopped    chan struct{}
	withImages *images // of the lab
	record     record
	lens       lensHistory
	alive      bool              // a program was seen to train
	told       map[string]string // what is wrong, by what it is about
}

// New returns an album. The error names a path that is not there.
func New(o Options) (*Album, error) {
	info, err := os.Stat(o.Path)
	if err != nil {
		return nil, fmt.Errorf("%s: there is no such checkpoint or folder", o.Path)
	}
	a := &Album{
		options: o, dir: o.Path, wake: make(chan struct{}, 1), want: scene.Want{Checkpoint: scene.Newest},
		bad: map[entry]bool{}, told: map[string]string{},
	}
	if !info.IsDir() {
		a.dir = filepath.Dir(o.Path)
	}
	a.record = newRecord(a.dir)
	return a, nil
}

// Want implements scene.Source.
func (a *Album) Want(w scene.Want) {
	a.lock.Lock()
	defer a.lock.Unlock()
	a.want = w
	if a.lab != nil {
		a.lab.Want(w)
	}
	a.poke()
}

// Tell implements scene.Source. Of the orders an album knows Open.
func (a *Album) Tell(o scene.Order) {
	if o.Do != scene.Open {
		return
	}
	a.lock.Lock()
	defer a.lock.Unlock()
	a.files = append(a.files, o)
	if a.lab != nil {
		a.lab.Open(o.Name, o.Data)
	}
}

func (a *Album) poke() {
	select {
	case a.wake <- struct{}{}:
	default:
	}
}

// Run shows what is wanted until ctx ends.
func (a *Album) Run(ctx context.Context) {
	defer func() {
		a.endLab()
		a.end()
	}()
	var again <-chan time.Time
	if a.options.Follow {
		tick := time.NewTicker(lookEvery)
		defer tick.Stop()
		again = tick.C
	}
	a.look()
	for ctx.Err() == nil {
		a.showWanted(ctx)
		select {
		case <-a.wake:
		case <-again:
			a.look()
		case <-ctx.Done():
		}
	}
}

// showWanted loads the checkpoint that is wanted, and does what its view needs.
func (a *Album) showWanted(ctx context.Context) {
	a.lock.Lock()
	want := a.want
	a.lock.Unlock()
	if e, ok := a.find(want.Checkpoint); ok && e != a.shown && !a.bad[e] {
		a.load(ctx, e)
	}
	a.showImages(ctx)
	if want.View == scene.LensView && a.loaded != nil {
		a.lens.advance(a)
	}
}

// load shows another checkpoint. One that cannot be shown leaves the last on show.
func (a *Album) load(ctx context.Context, e entry) {
	if err := a.show(ctx, e); err != nil {
		a.Notice(true, err.Error())
		a.forget(e)
	}
}

func (a *Album) show(ctx context.Context, e entry) error {
	c, err := train.LoadCheckpoint(e.path)
	if err != nil {
		return err
	}
	first := a.loaded == nil
	if first || !sameNetwork(a.loaded, c) {
		if err := a.open(ctx, c); err != nil {
			return err
		}
	}
	a.shown, a.loaded = e, c
	a.publish(c)
	if first && a.options.Images != nil {
		go a.openImages(c)
	}
	return nil
}

// forget takes a checkpoint that cannot be shown out of the list, until its file is
// another: it may have been half written.
func (a *Album) forget(e entry) {
	a.bad[e] = true
	a.entries = a.good(a.entries)
	a.publishSeries()
	if len(a.entries) > 0 {
		a.poke()
	}
}
