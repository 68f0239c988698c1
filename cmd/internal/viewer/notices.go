package viewer

import (
	"image"
	"strconv"
	"time"

	"tandem/cmd/internal/viewer/ui"
)

// How long a notice stays.
const (
	noticeTime    = 6 * time.Second
	badNoticeTime = 20 * time.Second
	mostNotices   = 3
)

// drawNotices shows the newest notices above the status line, each for a while or
// until it is clicked.
func (v *Viewer) drawNotices(f *ui.Frame) {
	now := time.Now()
	bottom := f.Bounds.Max.Y - statusH - gap
	shown := 0
	for i := len(v.scene.Notices) - 1; i >= 0 && shown < mostNotices; i-- {
		n := v.scene.Notices[i]
		stay := noticeTime
		if n.Bad {
			stay = badNoticeTime
		}
		until, known := v.shown[n.Serial]
		if !known {
			until = now.Add(stay)
			v.shown[n.Serial] = until
		}
		if !until.After(now) {
			continue
		}
		shown++
		f.Again(until.Sub(now))
		if h, closed := v.drawNotice(f, bottom, n.Serial, n.Text, n.Bad); closed {
			v.shown[n.Serial] = now
			f.Again(1)
		} else {
			bottom -= h + gap
		}
	}
}

// drawNotice draws one above bottom, and returns its height and whether it was
// clicked away.
func (v *Viewer) drawNotice(f *ui.Frame, bottom, serial int, words string, bad bool) (height int, closed bool) {
	width := min(620, f.Bounds.Dx()-40)
	lines := f.Wrap(words, width-24, ui.Style{})
	height = len(lines)*ui.LineSpace + 12
	left := f.Bounds.Min.X + (f.Bounds.Dx()-width)/2
	r := image.Rect(left, bottom-height, left+width, bottom)
	edge := f.Theme.Accent
	if bad {
		edge = f.Theme.Bad
	}
	box := f.Layer(r)
	box.Fill(r, f.Theme.Raised)
	box.Stroke(r, edge)
	box.Fill(image.Rect(r.Min.X, r.Min.Y, r.Min.X+4, r.Max.Y), edge)
	box.Paragraph(r.Inset(6).Add(image.Pt(6, 0)), words, ui.Style{})
	_, closed = box.Spot(ui.Control{ID: "notice." + strconv.Itoa(serial), Role: "alert", Label: words, Rect: r})
	return height, closed
}
