//go:build !nowindow

package main

import (
	"errors"
	"fmt"
	"time"

	"github.com/hajimehoshi/ebiten/v2"

	"tandem/cmd/internal/scene"
	"tandem/cmd/internal/viewer"
	"tandem/engine/viz"
)

// screenshot waits until a window shows all that is wanted, writes it and closes it.
type screenshot struct {
	path     string
	source   scene.Source
	viewer   *viewer.Viewer
	patience time.Duration
	began    time.Time
	settled  int
	last     *scene.Scene // and since when it has been the newest
	since    time.Time
	err      error
}

const (
	// settledFrames is how many frames in a row must show everything: what has just
	// come may ask for more.
	settledFrames = 5
	// standstill is how long nothing must happen after a failure until nothing more
	// is expected.
	standstill = 3 * time.Second
)

// drawn hears of every frame.
func (s *screenshot) drawn(screen *ebiten.Image) {
	if s.began.IsZero() {
		s.began = time.Now()
	}
	ok, missing := s.viewer.Settled()
	if !ok {
		s.settled = 0
		if s.err = s.hopeless(missing); s.err != nil {
			s.viewer.Quit()
		}
		return
	}
	if s.settled++; s.settled == settledFrames {
		s.err = viz.WritePNG(s.path, viewer.Pixels(screen))
		s.viewer.Quit()
	}
}

// hopeless returns why what is missing will not come, nil while it may.
func (s *screenshot) hopeless(missing string) error {
	now := s.source.Scene()
	if now != s.last {
		s.last, s.since = now, time.Now()
	}
	if n := len(now.Notices); n > 0 && now.Notices[n-1].Bad && time.Since(s.since) > standstill {
		return errors.New(now.Notices[n-1].Text)
	}
	if time.Since(s.began) > s.patience {
		return fmt.Errorf("--screenshot: after %v this is still missing: %s", s.patience, missing)
	}
	return nil
}
