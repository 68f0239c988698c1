package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"tandem/cmd/desktop/internal/album"
	"tandem/cmd/internal/live"
	"tandem/cmd/internal/scene"
	"tandem/engine/cpu"
	"tandem/engine/device"
	"tandem/engine/train"
)

// pictureShare is the part of one core's time that pictures of new weights may take
// while the CPU trains.
const pictureShare = 0.02

// How often the window shows news of a run: where the CPU trains, drawing takes from
// the same cores.
const (
	newsOfCPU = 500 * time.Millisecond
	newsOfGPU = 33 * time.Millisecond
)

func newsOf(devices []device.Device) time.Duration {
	for _, d := range devices {
		if k := d.Info().Kind; k == "cpu" || k == "software" {
			return newsOfCPU
		}
	}
	return newsOfGPU
}

// trainInWindow trains while a window shows the run. When the window is closed the
// run stops and saves, as after Ctrl-C; when the run ends the window stays.
func trainInWindow(ctx context.Context, c train.Config, o windowOptions) (*train.Summary, error) {
	// With a thread more than cores, the window's goroutine gets its turn from the
	// system while the trainer's take all of Go's.
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(runtime.GOMAXPROCS(0) + 1))
	own := cpu.New(1)
	defer own.Close()
	source, err := live.New(&c, live.Options{
		Devices: []device.Device{own}, Names: deviceTitles(c.Devices), Earlier: earlier(c), References: referencesOf(len(c.Data.Train.Classes())), Share: pictureShare,
	})
	if err != nil {
		return nil, err
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	worked := make(chan struct{})
	go func() { defer close(worked); guardWork(source, func() { source.Work(ctx) }) }()
	defer func() { stop(); <-worked }()

	var sum *train.Summary
	var failed error
	trained := make(chan struct{})
	go func() {
		defer close(trained)
		failed = guard(func() (err error) { sum, err = recordRun(ctx, c); return err })
		source.End(sum, failed)
	}()
	o.news = newsOf(c.Devices)
	shown := openWindow(ctx, source, o)
	stop()
	<-trained
	return sum, errors.Join(failed, shown)
}

// guardWork does what computes pictures. A mistake in that is told in the window, and
// is no reason to end a training.
func guardWork(b board, work func()) {
	if err := guard(func() error { work(); return nil }); err != nil {
		b.Notice(true, oneLine(err))
	}
}

// earlier returns what a resumed run has on record, up to its checkpoint.
func earlier(c train.Config) *scene.Curve {
	if c.Resume == nil {
		return nil
	}
	curve, err := album.ReadCurve(filepath.Dir(c.Resume.Path))
	if err != nil {
		return nil // a record that is gone or damaged is no reason not to train
	}
	return album.Until(curve, c.Resume.State.Step)
}

// deviceTitles returns names of devices for people.
func deviceTitles(devices []device.Device) []string {
	var all []string
	for _, d := range devices {
		i := d.Info()
		all = append(all, i.ID+" ("+i.Name+")")
	}
	return all
}

// viewLine is the command line that reopens a view of a run, from the checkpoints in
// its folder.
func viewLine(out, at string) string {
	return quote(os.Args[0]) + " view " + quote(out) + " --at " + quote(at)
}
