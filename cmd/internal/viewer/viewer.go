package viewer

import (
	"image"
	"reflect"
	"sync/atomic"
	"time"

	"github.com/hajimehoshi/ebiten/v2"

	"tandem/cmd/internal/scene"
	"tandem/cmd/internal/viewer/ui"
)

// Services are what a viewer cannot do by itself. Methods do not wait; what they
// have to say comes as notices of the scene.
type Services interface {
	Paste()                          // opens what the clipboard holds
	Choose()                         // asks for a file and opens it
	Export(name string, data []byte) // writes a file of that name, or offers it
	Link(state string)               // shows and copies what reopens this view
	Complain(error)                  // shows why the user's will was not done
}

// Viewer is a window's content.
type Viewer struct {
	State State

	source   scene.Source
	services Services
	scene    *scene.Scene // of this frame
	ui       ui.UI
	memos    map[any]*memoEntry
	wanted   scene.Want
	asked    bool  // a want was sent
	opened   int   // images that the user has opened, as far as seen
	steps    []int // of the checkpoints, when there last were any
	help     bool
	capture  string // the file name under which the next frame is to be exported
	quit     atomic.Bool
	shown    map[int]time.Time // notices, by serial number, and until when
	panes    paneStates
	controls []ui.Control // of the last frame
}

// New returns a viewer of a source that begins with a state.
func New(source scene.Source, services Services, state State) *Viewer {
	return &Viewer{State: state, source: source, services: services, memos: map[any]*memoEntry{}, shown: map[int]time.Time{}}
}

// Frame draws the window, size logical pixels, and does what the input says. A nil
// target only records. It returns what was drawn, and after how long another frame
// is due though nothing happens (0: never).
func (v *Viewer) Frame(target *ebiten.Image, size image.Point, scale float64, in ui.Input) (*ui.Frame, time.Duration) {
	v.scene = v.source.Scene()
	v.settle()
	theme := ui.Dark
	if v.State.Light {
		theme = ui.Light
	}
	f := v.ui.Begin(target, size, scale, theme, in)
	if v.help {
		f.Shield()
	}
	v.drawWindow(f, arrange(size, v.State.Zoom, v.scene.Series != nil, v.live()))
	v.keys(f)
	if v.help {
		f.Overlay()
		v.drawHelp(f)
	}
	v.drop(in.Dropped)
	again := f.End()
	v.controls = f.Controls
	v.sweep()
	v.ask()
	return f, again
}

// drawWindow draws all panes.
func (v *Viewer) drawWindow(f *ui.Frame, l layout) {
	v.drawBar(f.Clip(l.bar))
	v.drawTabs(f.Clip(l.tabs))
	v.pane(f, l.main, viewPanes[v.State.View])
	v.pane(f, l.graph, (*Viewer).drawGraph)
	v.pane(f, l.input, (*Viewer).drawInput)
	v.pane(f, l.unit, (*Viewer).drawUnit)
	v.pane(f, l.curves, (*Viewer).drawCurvesPane)
	v.pane(f, l.controls, (*Viewer).drawControls)
	if !l.scrubber.Empty() {
		v.pane(f, l.scrubber, (*Viewer).drawScrubber)
	}
	v.drawStatus(f.Clip(l.status))
	v.drawNotices(f)
}

// pane draws a pane on its panel.
func (v *Viewer) pane(f *ui.Frame, r image.Rectangle, draw func(*Viewer, *ui.Frame)) {
	if r.Empty() {
		return
	}
	f.Fill(r, f.Theme.Panel)
	f.Stroke(r, f.Theme.Line)
	draw(v, f.Clip(r.Inset(4)))
	v.fitUnit() // parts of the scene may be of another network, and have units that this one lacks
}

// settle brings the state in line with the scene: a unit that exists, an image
// that was just opened.
func (v *Viewer) settle() {
	s := v.scene
	if s.Photos.Opened != v.opened {
		if s.Photos.Opened > v.opened {
			v.State.Photo, v.State.Freeze = s.Photos.Count-1, false
		}
		v.opened = s.Photos.Opened
	}
	v.resolve()
	if s.Photos.Count > 0 {
		v.State.Photo = clamp(v.State.Photo, 0, s.Photos.Count-1)
	}
	v.fitUnit()
}

// fitUnit selects a unit that the network has.
func (v *Viewer) fitUnit() {
	n, u := v.scene.Network, &v.State.Unit
	if n == nil {
		return
	}
	if n.Net.Node(u.Layer) == nil {
		*u = scene.Unit{Layer: n.Net.Nodes[0].Name}
	}
	u.Channel = clamp(u.Channel, 0, n.Shapes[u.Layer][0]-1)
}

// ask tells the source what is on screen, where that has changed.
func (v *Viewer) ask() {
	w := v.State.want()
	if v.asked && reflect.DeepEqual(w, v.wanted) {
		return
	}
	v.source.Want(w)
	v.wanted, v.asked = w, true
}

// Controls returns what could be operated in the last frame.
func (v *Viewer) Controls() []ui.Control { return v.controls }

// Quit ends the game that shows the viewer at its next update. Any goroutine may
// call it.
func (v *Viewer) Quit() { v.quit.Store(true) }

func (v *Viewer) live() bool { return v.scene.Run != nil && v.scene.Run.Live }

// drop opens the files that fell on the window.
func (v *Viewer) drop(files []ui.File) {
	for _, file := range files {
		if file.Err != nil {
			v.services.Complain(file.Err)
			continue
		}
		v.source.Tell(scene.Order{Do: scene.Open, Name: file.Name, Data: file.Data})
	}
}
