package viewer

import (
	"context"
	"time"

	"github.com/hajimehoshi/ebiten/v2"
)

// How often frames come: while the user does something, and how long after that it
// still counts as doing.
const (
	frameEvery = 33 * time.Millisecond
	lingering  = 500 * time.Millisecond
)

// Pace lets ebiten run a frame only when one is due, until ctx ends: at once for
// what the user does, 30 times a second while something is held or moves, and for
// news of the scene alone no more often than given. It wants ebiten's mode
// FPSModeVsyncOffMinimum.
//
// A frame that is presented costs a software renderer some 20 ms of a core
// (1280x800, Mesa's llvmpipe on an AMD EPYC), and ebiten in its usual mode presents
// each frame that has changed four times. On a machine whose cores train, that would
// cost a quarter of the speed.
func (g *Game) Pace(ctx context.Context, news time.Duration) {
	tick := time.NewTicker(frameEvery)
	defer tick.Stop()
	last := time.Time{}
	for {
		select {
		case <-ctx.Done():
			return
		case now := <-tick.C:
			fresh := g.source.Scene() != g.drawn.Load() && now.Sub(last) >= news
			active := now.UnixNano()-g.active.Load() < int64(lingering)
			if g.Every || fresh || active || g.isDue(now) || g.quit.Load() {
				last = now
				g.schedule()
			}
		}
	}
}

// schedule asks for a frame, unless the game has ended: ebiten may not be asked while
// it closes the window.
func (g *Game) schedule() {
	g.ending.Lock()
	defer g.ending.Unlock()
	if !g.ended {
		ebiten.ScheduleFrame()
	}
}

// end ends the game. From then on no frame is asked for.
func (g *Game) end() error {
	g.ending.Lock()
	defer g.ending.Unlock()
	g.ended = true
	return ebiten.Termination
}
