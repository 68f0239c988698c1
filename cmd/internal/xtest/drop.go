package xtest

import (
	"errors"
	"image"
	"net/url"
	"path/filepath"

	"github.com/jezek/xgb/xproto"
)

// xdndVersion is of the drag-and-drop protocol, https://freedesktop.org/wiki/Specifications/XDND
const xdndVersion = 5

// Drop drops files on a point of the window, as a file manager does, and waits
// until the program has taken them. The error says where it refused.
func (w *Window) Drop(at image.Point, paths ...string) error {
	list, err := uriList(paths)
	if err != nil {
		return err
	}
	if err := w.takesDrops(); err != nil {
		return err
	}
	if err := w.d.offer("XdndSelection", "text/uri-list", list); err != nil {
		return err
	}
	if err := w.Move(at); err != nil {
		return err
	}
	return w.drop(at)
}

// uriList is text/uri-list of RFC 2483.
func uriList(paths []string) ([]byte, error) {
	var list []byte
	for _, p := range paths {
		whole, err := filepath.Abs(p)
		if err != nil {
			return nil, err
		}
		u := url.URL{Scheme: "file", Path: whole}
		list = append(list, u.String()+"\r\n"...)
	}
	return list, nil
}

func (w *Window) takesDrops() error {
	p, err := xproto.GetProperty(w.d.conn, false, w.ID, w.d.atoms["XdndAware"], xproto.AtomAtom, 0, 1).Reply()
	if err != nil {
		return err
	}
	if len(p.Value) == 0 {
		return errors.New("the window takes no drops: it has no property XdndAware")
	}
	return nil
}

// drop enters the window, asks whether it takes the files, and lets go.
func (w *Window) drop(at image.Point) error {
	p, err := w.onScreen(at)
	if err != nil {
		return err
	}
	atoms := w.d.atoms
	if err := w.tell("XdndEnter", xdndVersion<<24, uint32(atoms["text/uri-list"])); err != nil {
		return err
	}
	const now = 0
	status, err := w.ask("XdndStatus", "XdndPosition", 0, uint32(p.X<<16|p.Y), now, uint32(atoms["XdndActionCopy"]))
	if err == nil && status&1 == 0 {
		err = errors.New("the window refuses the files")
	}
	if err != nil {
		return errors.Join(err, w.tell("XdndLeave"))
	}
	finished, err := w.ask("XdndFinished", "XdndDrop", 0, now)
	if err == nil && finished == 0 { // bit 0, says the protocol; GLFW sends the number of bytes
		err = errors.New("the window took the files and could not read their names")
	}
	return err
}

// ask sends a message, and returns the flags of the window's answer to it.
func (w *Window) ask(answer, message string, data ...uint32) (flags uint32, err error) {
	kind := w.d.atoms[answer]
	w.d.lock.Lock()
	delete(w.d.heard, kind)
	w.d.lock.Unlock()
	if err := w.tell(message, data...); err != nil {
		return 0, err
	}
	err = w.d.until(answer+" after "+message, func() bool {
		w.d.lock.Lock()
		defer w.d.lock.Unlock()
		said := w.d.heard[kind]
		if said != nil {
			flags = said[1]
		}
		return said != nil
	})
	return flags, err
}

// tell sends a message of the drag-and-drop protocol; the source is its first word.
func (w *Window) tell(message string, data ...uint32) error {
	return w.send(message, append([]uint32{uint32(w.d.own)}, data...)...)
}
