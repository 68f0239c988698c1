package viewer

import (
	"fmt"
	"image"

	"tandem/cmd/internal/viewer/ui"
)

// heading draws a pane's first line, what it shows and from when, and returns the
// rest of the pane.
func heading(f *ui.Frame, title, when string) image.Rectangle {
	r := f.Bounds
	line := image.Rect(r.Min.X+2, r.Min.Y, r.Max.X-2, min(r.Min.Y+ui.LineSpace, r.Max.Y))
	small := ui.Style{Size: ui.SmallSize, Color: f.Theme.Dim, Align: ui.Right}
	w := min(f.Measure(when, small), line.Dx()/2)
	f.Text(image.Rect(line.Max.X-w, line.Min.Y, line.Max.X, line.Max.Y), when, small)
	f.Text(image.Rect(line.Min.X, line.Min.Y, line.Max.X-w-8, line.Max.Y), title, ui.Style{Font: ui.Bold})
	r.Min.Y = min(line.Max.Y+4, r.Max.Y)
	return r
}

// atStep says which step's weights something was computed from.
func atStep(step int) string { return "step " + count(int64(step)) }

// waiting says in place of a picture why there is none, and how far what is being
// computed has come.
func (v *Viewer) waiting(f *ui.Frame, r image.Rectangle, why string) {
	r = r.Inset(8)
	if r.Empty() {
		return
	}
	r.Min.Y += f.Paragraph(r, why, ui.Style{Color: f.Theme.Dim}) + 4
	job := v.scene.Job
	if job == nil || job.Total <= 0 {
		return
	}
	v.progress(f, r, fmt.Sprintf("computing %s … %s of %s", job.Name, count(int64(job.Done)), count(int64(job.Total))), job.Done, job.Total)
}

// progress draws a bar that is as full as done is of total, with a line above it.
func (v *Viewer) progress(f *ui.Frame, r image.Rectangle, line string, done, total int) {
	h := f.Paragraph(r, line, ui.Style{Size: ui.SmallSize, Color: f.Theme.Dim})
	bar := image.Rect(r.Min.X, r.Min.Y+h+2, min(r.Max.X, r.Min.X+240), r.Min.Y+h+6)
	if bar.Max.Y > r.Max.Y {
		return
	}
	f.Fill(bar, f.Theme.Raised)
	bar.Max.X = bar.Min.X + bar.Dx()*clamp(done, 0, total)/max(1, total)
	f.Fill(bar, f.Theme.Accent)
}

// class returns the name of a class, "unknown" for one that nobody knows.
func (v *Viewer) class(i int) string {
	if i < 0 {
		return "unknown"
	}
	if v.scene.Network == nil {
		return fmt.Sprintf("class %d", i)
	}
	return v.scene.Network.Class(i)
}
