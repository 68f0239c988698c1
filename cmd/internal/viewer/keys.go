package viewer

import (
	"cmp"
	"slices"

	"tandem/cmd/internal/scene"
	"tandem/cmd/internal/viewer/ui"
	"tandem/engine/nn"
	"tandem/engine/viz"
)

// binding says what keys do. The help overlay shows the table in its order.
type binding struct {
	keys []string
	show string // the keys as the help writes them
	help string
	do   func(*Viewer)
}

// bindings are the keys that no focused control has taken. Those of
// deep-visualization-toolbox (Yosinski 2015) do what they do there.
var bindings = []binding{
	{[]string{"Left", "j"}, "← ↑ ↓ →  or  j i k l", "another unit", func(v *Viewer) { v.moveUnit(-1, 0) }},
	{[]string{"Right", "l"}, "", "", func(v *Viewer) { v.moveUnit(1, 0) }},
	{[]string{"Up", "i"}, "", "", func(v *Viewer) { v.moveUnit(0, -1) }},
	{[]string{"Down", "k"}, "", "", func(v *Viewer) { v.moveUnit(0, 1) }},
	{[]string{"u"}, "u  o", "the layer before, the next layer", func(v *Viewer) { v.moveLayer(-1) }},
	{[]string{"o"}, "", "", func(v *Viewer) { v.moveLayer(1) }},
	{[]string{"w"}, "w  e", "the image before, the next image", func(v *Viewer) { v.movePhoto(-1) }},
	{[]string{"e"}, "", "", func(v *Viewer) { v.movePhoto(1) }},
	{[]string{","}, ",  .  or  1 … 9, 0", "the view before, the next view", func(v *Viewer) { v.moveView(-1) }},
	{[]string{"."}, "", "", func(v *Viewer) { v.moveView(1) }},
	{[]string{"z"}, "z", "the large pane alone, and back", func(v *Viewer) { v.State.Zoom = !v.State.Zoom }},
	{[]string{"b"}, "b", "what moved the unit: on or off", (*Viewer).toggleBackward},
	{[]string{"n"}, "n  m", "next, previous way to show it", func(v *Viewer) { v.moveMode(1) }},
	{[]string{"m"}, "", "", func(v *Viewer) { v.moveMode(-1) }},
	{[]string{"f"}, "f", "freeze the answer while training goes on", func(v *Viewer) { v.State.Freeze = !v.State.Freeze }},
	{[]string{"x"}, "x", "switch the unit off, or on again", func(v *Viewer) { v.toggleAblated(v.State.Unit) }},
	{[]string{"r"}, "r", "switch all units on again", func(v *Viewer) { v.State.Ablated = nil }},
	{[]string{"s"}, "s", "one scale for all, or one for each", (*Viewer).toggleScale},
	{[]string{"c"}, "c", "the next colour map", (*Viewer).nextMap},
	{[]string{"+", "="}, "+  -", "more contrast, less", func(v *Viewer) { v.State.Gain = min(16, v.State.Gain*1.25) }},
	{[]string{"-"}, "", "", func(v *Viewer) { v.State.Gain = max(0.25, v.State.Gain/1.25) }},
	{[]string{"Space"}, "Space", "train, or pause", (*Viewer).togglePlay},
	{[]string{"t"}, "t", "take one training step", func(v *Viewer) { v.order(scene.StepOnce) }},
	{[]string{"ctrl+s"}, "Ctrl S", "save a checkpoint now", func(v *Viewer) { v.order(scene.Save) }},
	{[]string{"[", "]"}, "[  ]", "the checkpoint before, the next one", nil},
	{[]string{"ctrl+o"}, "Ctrl O", "open an image", func(v *Viewer) { v.services.Choose() }},
	{[]string{"ctrl+v"}, "Ctrl V", "paste an image (or drop one)", func(v *Viewer) { v.services.Paste() }},
	{[]string{"p"}, "p", "write what is on screen as a PNG", func(v *Viewer) { v.capture = "tandem-" + v.State.View.String() + ".png" }},
	{[]string{"y"}, "y", "copy what reopens this view", func(v *Viewer) { v.services.Link(v.Link()) }},
	{[]string{"g"}, "g", "dark or light", func(v *Viewer) { v.State.Light = !v.State.Light }},
	{[]string{"h", "?", "F1"}, "h", "this help", func(v *Viewer) { v.help = !v.help }},
	{[]string{"Tab", "shift+Tab"}, "Tab", "from control to control; Enter presses", nil},
	{[]string{"PageUp", "PageDown"}, "PgUp  PgDn", "scroll what is under the mouse", nil},
	{[]string{"Esc"}, "Esc", "back", (*Viewer).back},
	{[]string{"q"}, "q", "quit; a run saves first", (*Viewer).Quit},
}

// keys does what the keys of this frame say that no control has taken.
func (v *Viewer) keys(f *ui.Frame) {
	for _, b := range bindings {
		if b.do == nil {
			continue
		}
		for f.Key(b.keys...) {
			b.do(v)
		}
	}
	for i, view := range scene.Views() {
		if i < 10 && f.Key(string(rune('0'+(i+1)%10))) {
			v.State.View = view
		}
	}
}

// moveLayer selects another layer.
func (v *Viewer) moveLayer(by int) {
	if v.scene.Network == nil {
		return
	}
	nodes := v.scene.Network.Net.Nodes
	at := slices.IndexFunc(nodes, func(n nn.Node) bool { return n.Name == v.State.Unit.Layer })
	v.selectLayer(nodes[clamp(at+by, 0, len(nodes)-1)].Name)
}

// selectLayer selects a layer, and its unit of the same number where it has one.
func (v *Viewer) selectLayer(name string) {
	v.State.Unit.Layer = name
	v.State.Unit.Channel = clamp(v.State.Unit.Channel, 0, v.scene.Network.Shapes[name][0]-1)
}

func (v *Viewer) movePhoto(by int) {
	v.show(clamp(v.State.Photo+by, 0, max(0, v.scene.Photos.Count-1)))
}

func (v *Viewer) moveView(by int) {
	n := len(viewPanes)
	v.State.View = scene.View((int(v.State.View) + by + n) % n)
}

func (v *Viewer) toggleBackward() {
	if v.State.Backward != scene.NoBackward {
		v.State.Backward = scene.NoBackward
		return
	}
	v.State.Backward = scene.Deconvolution
}

// moveMode goes round the backward modes, leaving out none at all.
func (v *Viewer) moveMode(by int) {
	n := scene.Modes() - 1
	at := int(v.State.Backward) - 1 // none is before the first
	if at < 0 && by < 0 {
		at = 0
	}
	v.State.Backward = scene.Mode((at+by+n)%n + 1)
}

func (v *Viewer) toggleScale() { v.State.Scale = viz.PerTile + viz.Common - v.State.Scale }

// mapNames are the colour maps to choose from; "" is what suits the values.
var mapNames = []string{"", viz.BlueOrange.Name, viz.Ember.Name, viz.Grey.Name}

func (v *Viewer) nextMap() {
	v.State.Map = mapNames[(slices.Index(mapNames, v.State.Map)+1)%len(mapNames)]
}

// toggleAblated switches a unit off, or on again.
func (v *Viewer) toggleAblated(u scene.Unit) {
	next := slices.Clone(v.State.Ablated)
	if i := slices.Index(next, u); i >= 0 {
		v.State.Ablated = slices.Delete(next, i, i+1)
		return
	}
	next = append(next, u)
	slices.SortFunc(next, func(a, b scene.Unit) int {
		return cmp.Or(cmp.Compare(a.Layer, b.Layer), cmp.Compare(a.Channel, b.Channel))
	})
	v.State.Ablated = next
}

// togglePlay starts or pauses the run.
func (v *Viewer) togglePlay() {
	if v.live() && v.scene.Run.State == scene.Paused {
		v.order(scene.Play)
		return
	}
	v.order(scene.Pause)
}

// order tells the run, if there is one to be told.
func (v *Viewer) order(do scene.Action) {
	if v.live() {
		v.source.Tell(scene.Order{Do: do})
	}
}

// back leaves what was entered last.
func (v *Viewer) back() {
	switch {
	case v.help:
		v.help = false
	case v.leaveCell():
	case v.State.Zoom:
		v.State.Zoom = false
	case v.State.Freeze:
		v.State.Freeze = false
	default:
		v.State.Backward = scene.NoBackward
	}
}
