//go:build (windows || darwin) && !nowindow

package system

// HasDisplay returns true: these systems come with one.
func HasDisplay() (ok bool, reason string) { return true, "" }
