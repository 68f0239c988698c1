package ui

import (
	"bytes"
	"sync"

	"github.com/hajimehoshi/ebiten/v2/text/v2"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/gomono"
	"golang.org/x/image/font/gofont/goregular"
)

// Font is one of the Go fonts.
type Font int

// The fonts.
const (
	Regular Font = iota
	Bold
	Mono
	fonts
)

var fontFiles = [fonts][]byte{goregular.TTF, gobold.TTF, gomono.TTF}

var fontSources = [fonts]func() *text.GoTextFaceSource{parse(Regular), parse(Bold), parse(Mono)}

// parse reads a font when it is first needed.
func parse(f Font) func() *text.GoTextFaceSource {
	return sync.OnceValue(func() *text.GoTextFaceSource {
		s, err := text.NewGoTextFaceSource(bytes.NewReader(fontFiles[f]))
		if err != nil {
			panic(err) // they are compiled in
		}
		return s
	})
}

// face returns a font at a size in device pixels.
func face(f Font, pixels float64) *text.GoTextFace {
	return &text.GoTextFace{Source: fontSources[f](), Size: pixels}
}
