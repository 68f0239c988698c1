// Package system is what the window needs of a desktop besides drawing: the
// monitors, the clipboard, a dialog for files, and whether there is a display at
// all. Every function is there in every build; what a build or a system lacks is
// an error that says so.
//
// The build tag nowindow leaves everything out, and noglfw only GLFW, which
// needs X11's headers.
package system

// Monitor is a screen as the system describes it.
type Monitor struct {
	Name          string
	Width, Height int     // pixels
	Scale         float64 // by which people want text and lines enlarged, 1 for not at all
	RefreshHz     int     // frames a second, 0 where the system does not say
}
