//go:build unix && !darwin && !nowindow

// golang.design/x/clipboard, which serves the other systems, will not do on X11: it
// reads no large image, for those come in pieces, and Xlib ends the whole process
// when a program that it gives text to has gone.

package system

import (
	"context"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jezek/xgb/xproto"
)

// kinds are the types of data that can be pasted, the best first.
var kinds = []string{"image/png", "image/jpeg", "image/bmp", "text/uri-list", "UTF8_STRING"}

// readClipboard asks the clipboard's owner for the best of what it says it has.
// Some owners, asked for anything else, give what they have under a wrong name.
func readClipboard(limit time.Duration) (pasted, error) {
	return within(limit, func(ctx context.Context) (pasted, error) {
		x, _, err := openX(ctx)
		if err != nil {
			return pasted{}, err
		}
		offered, err := x.receive("TARGETS")
		if err != nil {
			return pasted{}, err
		}
		for _, kind := range kinds {
			target, err := x.atom(kind)
			if err != nil {
				return pasted{}, err
			}
			if !slices.Contains(atomsIn(offered), target) {
				continue
			}
			data, err := x.receive(kind)
			if err != nil || len(data) > 0 {
				return pastedAs(kind, data), err
			}
		}
		return pasted{}, nil
	})
}

func pastedAs(kind string, data []byte) pasted {
	if strings.HasPrefix(kind, "image/") {
		return pasted{image: data}
	}
	return pasted{text: string(data)}
}

// receive returns what the clipboard holds as the given type, nil if it does not.
func (x *xClient) receive(kind string) ([]byte, error) {
	target, err := x.atom(kind)
	if err != nil {
		return nil, err
	}
	property, err := x.atom("TANDEM_PASTE")
	if err != nil {
		return nil, err
	}
	xproto.ConvertSelection(x.Conn, x.window, x.clipboard, target, property, xproto.TimeCurrentTime)
	for {
		event, err := x.next()
		if err != nil {
			return nil, err
		}
		answer, ok := event.(xproto.SelectionNotifyEvent)
		if !ok || answer.Target != target {
			continue
		}
		if answer.Property == xproto.AtomNone {
			return nil, nil
		}
		return x.collect(property)
	}
}

// collect returns what the owner has put into a property, or puts there piece by
// piece: the type INCR announces that, taking a piece away asks for the next one,
// and an empty one is the last (ICCCM, section 2.7.2).
func (x *xClient) collect(property xproto.Atom) ([]byte, error) {
	pieces, err := x.atom("INCR")
	if err != nil {
		return nil, err
	}
	first, err := x.take(property)
	if err != nil || first.Type != pieces {
		return first.Value, err
	}
	var all []byte
	for len(all) <= maxPasted {
		event, err := x.next()
		if err != nil {
			return nil, err
		}
		change, ok := event.(xproto.PropertyNotifyEvent)
		if !ok || change.Atom != property || change.State != xproto.PropertyNewValue {
			continue
		}
		piece, err := x.take(property)
		if err != nil || len(piece.Value) == 0 {
			return all, err
		}
		all = append(all, piece.Value...)
	}
	return nil, fmt.Errorf("it holds more than %d MB", maxPasted>>20)
}

// take returns a property and deletes it.
func (x *xClient) take(property xproto.Atom) (xproto.GetPropertyReply, error) {
	reply, err := xproto.GetProperty(x.Conn, true, x.window, property, xproto.GetPropertyTypeAny, 0, maxPasted/4).Reply()
	if err != nil {
		return xproto.GetPropertyReply{}, err
	}
	return *reply, nil
}

func atomsIn(b []byte) (atoms []xproto.Atom) {
	for ; len(b) >= 4; b = b[4:] {
		atoms = append(atoms, xproto.Atom(binary.LittleEndian.Uint32(b)))
	}
	return atoms
}
