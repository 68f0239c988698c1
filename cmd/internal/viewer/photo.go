package viewer

import (
	"fmt"
	"image"

	"tandem/cmd/internal/scene"
	"tandem/cmd/internal/viewer/ui"
)

// drawInput draws the image on its way through the network, and what the network
// takes it for.
func (v *Viewer) drawInput(f *ui.Frame) {
	a := v.scene.Answer
	if a == nil {
		r := heading(f, "Image", "")
		r.Min.Y += v.photoButtons(f, r) + 4
		v.waiting(f, r, v.noAnswer())
		return
	}
	r := heading(f, a.Name, v.answerWhen(a))
	r.Min.Y += v.photoButtons(f, r) + 4
	picture, bars := inputLayout(r, a.Whole != nil)
	v.drawPhoto(f, picture, a)
	v.drawGuesses(f.Clip(bars), a)
}

func (v *Viewer) noAnswer() string {
	switch {
	case v.scene.Photos.Count == 0:
		return "There is no image yet. Open one, paste one, or drop one on the window."
	case v.scene.Network == nil:
		return "There is no network yet."
	}
	return "The image is on its way through the network."
}

// answerWhen says from when an answer is, and what is about to replace it.
func (v *Viewer) answerWhen(a *scene.Answer) string {
	switch {
	case v.State.Freeze:
		return "frozen, " + atStep(a.Step)
	case a.Number != v.State.Photo:
		return fmt.Sprintf("soon no. %d", v.State.Photo)
	}
	return atStep(a.Step)
}

// photoButtons draws what changes the image, and returns the height.
func (v *Viewer) photoButtons(f *ui.Frame, r image.Rectangle) int {
	s, n := &v.State, v.scene.Photos.Count
	pressed, h := f.Row(r, []ui.Button{
		{ID: "photo.previous", Label: "‹", Tip: "the image before (w)", Off: s.Photo <= 0},
		{ID: "photo.next", Label: "›", Tip: "the next image (e)", Off: s.Photo >= n-1},
		{ID: "photo.open", Label: "open…", Tip: "put a picture through the network (Ctrl O)"},
		{ID: "photo.paste", Label: "paste", Tip: "the picture on the clipboard (Ctrl V)"},
	})
	switch pressed {
	case 0:
		v.show(s.Photo - 1)
	case 1:
		v.show(s.Photo + 1)
	case 2:
		v.services.Choose()
	case 3:
		v.services.Paste()
	}
	const taken = 160 // by the buttons
	if n > 0 && r.Dx() > taken+40 {
		right := image.Rect(r.Min.X+taken, r.Min.Y, r.Max.X-2, r.Min.Y+h)
		f.Text(right, fmt.Sprintf("%d of %s", s.Photo, count(int64(n))), ui.Style{Size: ui.SmallSize, Color: f.Theme.Dim, Align: ui.Right})
	}
	return h
}

// drawPhoto draws an answer's image, and what the selected unit sees of it where it
// is strongest.
func (v *Viewer) drawPhoto(f *ui.Frame, r image.Rectangle, a *scene.Answer) {
	placed := drawPicture(f, r, a.Picture)
	if v.State.Freeze {
		f.Stroke(placed.Inset(-2), f.Theme.Warn)
	}
	if b := v.backward(); b != nil && a.Picture != nil {
		drawField(f, onPicture(b.Field, a.Picture.Bounds(), placed))
	}
	label := a.Name
	if a.Label >= 0 {
		label += ": " + v.class(a.Label)
	}
	tip := label
	if p := v.scene.Photos; a.Number < p.Count-p.Opened { // not one that the user has opened
		tip += "\n" + p.About
	}
	if hover, _ := f.Spot(ui.Control{ID: "photo", Role: "img", Label: label, Rect: placed}); hover {
		f.Tip(tip)
	}
}

// show puts an image through the network; a frozen answer thaws.
func (v *Viewer) show(photo int) { v.State.Photo, v.State.Freeze = photo, false }

// answer returns the answer for the image chosen, a frozen one whatever is chosen;
// nil until there is one.
func (v *Viewer) answer() *scene.Answer {
	a := v.scene.Answer
	if a == nil || !v.State.Freeze && a.Number != v.State.Photo {
		return nil
	}
	return a
}

// inputLayout divides a pane between the image and the guesses, side by side or one
// below the other, so that the image is as large as may be. Guesses with what they
// were before need more room.
func inputLayout(r image.Rectangle, before bool) (picture, bars image.Rectangle) {
	least := max(118, r.Dx()*2/5)
	if before {
		least = max(158, r.Dx()/2)
	}
	const rows = 6 * guessRow
	beside, below := min(r.Dy(), r.Dx()-least-8), min(r.Dx(), r.Dy()-rows-4)
	if beside >= below {
		cut := r.Min.X + max(0, beside)
		return image.Rect(r.Min.X, r.Min.Y, cut, r.Max.Y), image.Rect(cut+8, r.Min.Y, r.Max.X, r.Max.Y)
	}
	cut := r.Max.Y - rows
	return image.Rect(r.Min.X, r.Min.Y, r.Max.X, cut-4), image.Rect(r.Min.X, cut, r.Max.X, r.Max.Y)
}
