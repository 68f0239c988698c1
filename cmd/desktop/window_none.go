//go:build nowindow

package main

import (
	"context"
	"errors"

	"tandem/cmd/internal/scene"
)

var errNoWindow = errors.New("no window can open: this program was built without (the tag nowindow)")

func checkWindow(string) error { return errNoWindow }

func openWindow(context.Context, scene.Source, windowOptions) error { return errNoWindow }
