package viewer

import (
	"fmt"
	"image"
	"strconv"
	"strings"

	"tandem/cmd/internal/scene"
	"tandem/cmd/internal/viewer/ui"
)

// drawBar draws the title and what belongs to the window as a whole.
func (v *Viewer) drawBar(f *ui.Frame) {
	b := f.Bounds
	f.Fill(b, f.Theme.Panel)
	buttons := []struct {
		ui.Button
		do func()
	}{
		{ui.Button{Label: "help", Tip: "keys and mouse (h)"}, func() { v.help = true }},
		{ui.Button{Label: themeName(v.State.Light), ID: "theme", Tip: "dark or light (g)"}, func() { v.State.Light = !v.State.Light }},
		{ui.Button{Label: "link", Tip: "print and copy the command line that reopens this view (y)"}, func() { v.services.Link(v.Link()) }},
		{ui.Button{Label: "PNG", Tip: "write what is on screen as a PNG (p)"}, func() { v.capture = "tandem-" + v.State.View.String() + ".png" }},
		{ui.Button{Label: "zoom", Tip: "the large pane alone (z)", On: v.State.Zoom}, func() { v.State.Zoom = !v.State.Zoom }},
		{ui.Button{Label: "freeze", Tip: "keep the answer as it is (f)", On: v.State.Freeze}, func() { v.State.Freeze = !v.State.Freeze }},
	}
	right := b.Max.X - gap
	for _, button := range buttons {
		w := f.Measure(button.Label, ui.Style{Size: 12}) + 16
		r := image.Rect(right-w, b.Min.Y+6, right, b.Max.Y-6)
		if f.Button(r, button.Button) {
			button.do()
		}
		right -= w + 4
	}
	name, about := v.title()
	x := f.Text(image.Rect(b.Min.X+10, b.Min.Y, right-8, b.Max.Y), name, ui.Style{Font: ui.Bold, Size: ui.HeadSize}).Max.X
	f.Text(image.Rect(x+12, b.Min.Y+2, right-8, b.Max.Y), about, ui.Style{Color: f.Theme.Dim})
}

func themeName(light bool) string {
	if light {
		return "dark"
	}
	return "light"
}

// title says which network this is, and what it has learned from.
func (v *Viewer) title() (name, about string) {
	n := v.scene.Network
	if n == nil {
		return "Tandem", "waiting for a network"
	}
	return n.Net.Name, fmt.Sprintf("%s parameters, learned from %s", count(n.Summary.Parameters), n.Data)
}

// drawTabs lets the user choose a view.
func (v *Viewer) drawTabs(f *ui.Frame) {
	var buttons []ui.Button
	for i, view := range scene.Views() {
		b := ui.Button{ID: "view." + view.String(), Label: view.String(), Role: "tab", On: view == v.State.View}
		if i < 10 {
			b.Tip = "key " + strconv.Itoa((i+1)%10)
		}
		buttons = append(buttons, b)
	}
	if i, _ := f.Row(f.Bounds, buttons); i >= 0 {
		v.State.View = scene.View(i)
	}
}

// drawStatus draws the line at the bottom: what computes, how fast, how far.
func (v *Viewer) drawStatus(f *ui.Frame) {
	b := f.Bounds
	f.Fill(b, f.Theme.Panel)
	right := b.Max.X - 8
	if j := v.scene.Job; j != nil {
		line := j.Name
		if j.Total > 0 {
			line = fmt.Sprintf("%s %d of %d", j.Name, j.Done, j.Total)
		}
		w := min(f.Measure(line, ui.Style{Size: 12}), b.Dx()/3)
		f.Text(image.Rect(right-w, b.Min.Y, right, b.Max.Y), line, ui.Style{Size: 12, Color: f.Theme.Accent, Align: ui.Right})
		right -= w + 16
	}
	f.Text(image.Rect(b.Min.X+10, b.Min.Y, right, b.Max.Y), v.statusLine(), ui.Style{Size: 12, Color: f.Theme.Dim})
}

// statusLine says how the run goes; where there is none, which weights are shown.
func (v *Viewer) statusLine() string {
	r := v.scene.Run
	if r == nil {
		if w := v.scene.Weights; w != nil {
			return "weights of step " + count(int64(w.Step))
		}
		return ""
	}
	parts := []string{r.State.String()}
	if r.Steps > 0 {
		parts = append(parts, fmt.Sprintf("step %s of %s", count(int64(r.Step)), count(int64(r.Steps))))
	}
	if r.Epochs > 0 {
		parts = append(parts, fmt.Sprintf("epoch %.2f of %d", r.Epoch, r.Epochs))
	}
	if r.ImagesPerSecond > 0 {
		parts = append(parts, fmt.Sprintf("%s images/s", number(r.ImagesPerSecond)))
	}
	if r.Remaining > 0 && r.State == scene.Training {
		parts = append(parts, duration(r.Remaining)+" left")
	}
	if r.Bytes > 0 {
		parts = append(parts, byteSize(r.Bytes))
	}
	if r.Moved > 0 {
		parts = append(parts, byteSize(r.Moved)+" between devices a step")
	}
	return strings.Join(append(parts, strings.Join(r.Devices, " + ")), "  ·  ")
}
