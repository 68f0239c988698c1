package ui

import "image"

// Input is what the user has done since the last tick. Positions are in logical
// pixels.
type Input struct {
	Mouse    image.Point
	Pressed  bool        // the left button went down
	Released bool        // it came up
	Down     bool        // it is down
	Right    bool        // the right button went down
	Double   bool        // Pressed for the second time in short order
	Wheel    image.Point // notches, down and right are positive

	// Keys pressed or repeated, in order: a letter or sign as typed, in lower case
	// ("h", "?"), or a name ("Left", "Esc", "Space", "Tab", "shift+Tab", "F1"), with
	// "ctrl+" in front where that is held.
	Keys []string

	Shift, Ctrl bool
	Holding     bool // a button or a key is down, and may do more as time goes by
	Dropped     []File
}

// File is a file dropped on the window.
type File struct {
	Name string
	Data []byte
	Err  error // why it could not be read
}

// Idle tells that nothing happened; holding a button down without moving is
// nothing, too.
func (in *Input) Idle(last image.Point) bool {
	return in.Mouse == last && !in.Pressed && !in.Released && !in.Right && in.Wheel == image.Point{} && len(in.Keys) == 0 && len(in.Dropped) == 0
}
