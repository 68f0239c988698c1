package main

import (
	"image"
	"time"
)

// board is what takes lines for the user.
type board interface{ Notice(bad bool, text string) }

// windowOptions says how a window opens.
type windowOptions struct {
	title      string
	at         string      // the view, as viewer.State writes it
	size       image.Point // logical pixels; zero: most of the screen
	scale      float64     // device pixels per logical pixel; 0: as the screen has them
	screenshot string      // the file that gets a picture, after which the window closes; "": none
	patience   time.Duration
	news       time.Duration          // between frames that show nothing but news of the run
	command    func(at string) string // the command line that reopens a view
	out        func(line string)      // where that is printed
}
