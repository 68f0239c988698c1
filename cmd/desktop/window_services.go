//go:build !nowindow

package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"tandem/cmd/desktop/internal/system"
	"tandem/cmd/internal/scene"
	"tandem/engine/atomicfile"
)

// services does for a viewer what takes a desktop.
type services struct {
	source  scene.Source
	board   board
	options windowOptions
	ctx     context.Context // ends with the window
}

func newServices(ctx context.Context, source scene.Source, o windowOptions) *services {
	b, _ := source.(board)
	return &services{source: source, board: b, options: o, ctx: ctx}
}

// Paste opens the image on the clipboard.
func (s *services) Paste() {
	go s.tell(func() (string, error) {
		name, data, err := system.PasteImage()
		if err == nil {
			s.source.Tell(scene.Order{Do: scene.Open, Name: name, Data: data})
		}
		return "", err
	})
}

// Choose lets the user choose a file, and opens it.
func (s *services) Choose() {
	go s.tell(func() (string, error) {
		path, err := system.ChooseFile(s.ctx)
		if err != nil || path == "" || s.ctx.Err() != nil {
			return "", err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return "", fileError(err)
		}
		s.source.Tell(scene.Order{Do: scene.Open, Name: path, Data: data})
		return "", nil
	})
}

// Export writes a file into the working folder, under a name that is free.
func (s *services) Export(name string, data []byte) {
	go s.tell(func() (string, error) {
		ext := filepath.Ext(name)
		path := freshName(strings.TrimSuffix(name, ext), ext)
		if err := atomicfile.Write(path, func(f *os.File) error { _, err := f.Write(data); return err }); err != nil {
			return "", err
		}
		full, err := filepath.Abs(path)
		if err != nil {
			full = path
		}
		return "written: " + full, nil
	})
}

// Link prints and copies the command line that reopens a view.
func (s *services) Link(at string) {
	line := s.options.command(at)
	s.options.out(line)
	go s.tell(func() (string, error) {
		if err := system.CopyText(line); err != nil {
			return fmt.Sprintf("%s (printed; not copied: %v)", line, err), nil
		}
		return "copied: " + line, nil
	})
}

// Complain tells the user what has failed.
func (s *services) Complain(err error) { s.tell(func() (string, error) { return "", err }) }

// tell does something and tells what came of it.
func (s *services) tell(do func() (string, error)) {
	text, err := do()
	switch {
	case s.board == nil:
	case err != nil:
		s.board.Notice(true, oneLine(err))
	case text != "":
		s.board.Notice(false, text)
	}
}
