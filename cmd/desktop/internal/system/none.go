//go:build nowindow || !(unix || windows)

package system

import (
	"context"
	"errors"
)

var errNoWindow = errors.New("this build has no window")

// HasDisplay returns false: there is nothing to display.
func HasDisplay() (ok bool, reason string) { return false, errNoWindow.Error() }

// PasteImage returns an error: the clipboard belongs to the window.
func PasteImage() (name string, data []byte, err error) { return "", nil, errNoWindow }

// CopyText returns an error: the clipboard belongs to the window.
func CopyText(string) error { return errNoWindow }

// ChooseFile returns an error: the dialog belongs to the window.
func ChooseFile(context.Context) (path string, err error) { return "", errNoWindow }
