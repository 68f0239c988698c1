//go:build !nowindow

package main

import (
	"context"
	"errors"
	"fmt"
	"image"

	"github.com/hajimehoshi/ebiten/v2"

	"tandem/cmd/desktop/internal/system"
	"tandem/cmd/internal/scene"
	"tandem/cmd/internal/viewer"
	"tandem/cmd/internal/viewer/ui"
)

// checkWindow returns an error unless a window can open, and the view to open it at
// makes sense.
func checkWindow(at string) error {
	if _, err := viewer.ParseState(at); err != nil {
		return usagef("--at: %v", err)
	}
	if ok, reason := system.HasDisplay(); !ok {
		return fmt.Errorf("no window can open: %s", reason)
	}
	return nil
}

// openWindow shows a source until the user closes the window, or ctx ends.
func openWindow(ctx context.Context, source scene.Source, o windowOptions) (err error) {
	onMain(func() { err = showWindow(ctx, source, o) })
	return err
}

func showWindow(ctx context.Context, source scene.Source, o windowOptions) error {
	state, err := viewer.ParseState(o.at)
	if err != nil {
		return usagef("--at: %v", err)
	}
	shown, stop := context.WithCancel(context.Background()) // beyond ctx: the last frame, too, has to be asked for
	defer stop()
	v := viewer.New(source, newServices(shown, source, o), state)
	g := viewer.NewGame(v)
	g.Scale = o.scale
	shot := &screenshot{path: o.screenshot, source: source, viewer: v, patience: o.patience}
	if o.screenshot != "" {
		g.Drawn, g.Every = shot.drawn, true
		g.Input = func(float64) ui.Input { return ui.Input{Mouse: image.Pt(-1, -1)} } // nobody points at anything
	}
	size := o.size
	if size == (image.Point{}) {
		size = windowSize()
	}
	ebiten.SetWindowTitle(o.title)
	ebiten.SetWindowSize(size.X, size.Y)
	ebiten.SetWindowSizeLimits(leastWindow.X, leastWindow.Y, -1, -1)
	ebiten.SetWindowResizingMode(ebiten.WindowResizingModeEnabled)
	ebiten.SetScreenClearedEveryFrame(false)
	ebiten.SetRunnableOnUnfocused(true)
	ebiten.SetWindowClosingHandled(true) // so that the game ends before the window does
	ebiten.SetFPSMode(ebiten.FPSModeVsyncOffMinimum)
	ebiten.SetTPS(ebiten.SyncWithFPS)
	go g.Pace(shown, o.news)
	defer context.AfterFunc(ctx, v.Quit)()
	err = ebiten.RunGameWithOptions(g, &ebiten.RunGameOptions{InitUnfocused: o.screenshot != "", X11ClassName: "Tandem", X11InstanceName: "tandem"})
	return errors.Join(err, shot.err)
}

var leastWindow = image.Pt(800, 600)

// windowSize is most of the screen, in the units of ebiten's windows.
func windowSize() image.Point {
	size := image.Pt(1280, 800)
	monitors, err := system.Monitors()
	if err != nil || len(monitors) == 0 {
		return size
	}
	m := monitors[0]
	scale := max(1, m.Scale)
	w, h := int(0.8*float64(m.Width)/scale), int(0.8*float64(m.Height)/scale)
	return image.Pt(max(leastWindow.X, min(w, 1680)), max(leastWindow.Y, min(h, 1050)))
}
