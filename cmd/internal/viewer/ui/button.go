package ui

import "image"

// Button is a thing to press.
type Button struct {
	ID    string // unique in the window; "" for Label
	Label string
	Tip   string // what it does, with its key
	On    bool   // drawn as chosen
	Off   bool   // cannot be pressed now
	Role  string // "" for "button"
}

// Button draws a button and tells whether it was pressed.
func (f *Frame) Button(r image.Rectangle, b Button) bool {
	if b.ID == "" {
		b.ID = b.Label
	}
	if b.Role == "" {
		b.Role = "button"
	}
	hover, pressed, focused := f.add(Control{ID: b.ID, Role: b.Role, Label: b.Label, Pressed: b.On, Off: b.Off, Rect: r})
	back, ink := f.Theme.Raised, f.Theme.Ink
	switch {
	case b.On:
		back, ink = f.Theme.Accent, f.Theme.OnAccent
	case b.Off:
		back, ink = f.Theme.Panel, f.Theme.Line
	case hover:
		back = Mix(back, f.Theme.Ink, 0.15)
	}
	f.Fill(r, back)
	if focused {
		f.Stroke(r, f.Theme.Ink)
	}
	f.Text(r.Inset(3), b.Label, Style{Color: ink, Align: Center, Size: 12})
	if hover && b.Tip != "" {
		f.Tip(b.Tip)
	}
	return pressed || focused && f.Key("Enter", "Space")
}

// Row draws buttons of equal height one after the other, each as wide as its label
// needs, on as many lines as it takes. It returns the index of the one pressed, -1
// for none, and the height used.
func (f *Frame) Row(r image.Rectangle, buttons []Button) (pressed, height int) {
	const h, gap, pad = 22, 4, 14
	pressed = -1
	at := r.Min
	for i, b := range buttons {
		w := min(f.Measure(b.Label, Style{Size: 12})+pad, r.Dx())
		if at.X > r.Min.X && at.X+w > r.Max.X {
			at = image.Pt(r.Min.X, at.Y+h+gap)
		}
		if f.Button(image.Rectangle{at, at.Add(image.Pt(w, h))}, b) {
			pressed = i
		}
		at.X += w + gap
	}
	return pressed, at.Y + h - r.Min.Y
}
