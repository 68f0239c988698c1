//go:build unix && !darwin && !nowindow

// golang.design/x/clipboard, which serves the other systems, will not do on X11:
// it reads no image of more than some hundred kilobytes, for those come in pieces,
// and it ends the whole process when the program that it gives text to has gone.

package system

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"time"

	"github.com/jezek/xgb/xproto"
)

// readClipboard asks the clipboard's owner for one type after the other.
func readClipboard(limit time.Duration) (pasted, error) {
	return within(limit, func(ctx context.Context) (pasted, error) {
		x, _, err := openX(ctx)
		if err != nil {
			return pasted{}, err
		}
		var p pasted
		for _, kind := range []string{"image/png", "image/jpeg", "image/bmp"} {
			if p.image, err = x.receive(kind); err != nil || len(p.image) > 0 {
				return p, err
			}
		}
		for _, kind := range []string{"text/uri-list", "UTF8_STRING"} {
			text, err := x.receive(kind)
			if err != nil || len(text) > 0 {
				return pasted{text: string(text)}, err
			}
		}
		return p, nil
	})
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

// maxCopied keeps text within one request to any X server.
const maxCopied = 128 << 10

// writeClipboard makes a client the clipboard's owner, and leaves it to answer
// those who ask until another program takes over.
func writeClipboard(text string, limit time.Duration) error {
	if len(text) > maxCopied {
		return fmt.Errorf("%d bytes are too many", len(text))
	}
	_, err := within(limit, func(ctx context.Context) (none struct{}, err error) {
		x, keep, err := openX(ctx)
		if err != nil {
			return none, err
		}
		o, err := own(x, text)
		if err == nil && keep() {
			go o.serve()
		}
		return none, err
	})
	return err
}

// owner is a client that has the clipboard.
type owner struct {
	*xClient
	text          []byte
	targets, utf8 xproto.Atom
}

func own(x *xClient, text string) (*owner, error) {
	o := &owner{xClient: x, text: []byte(text)}
	var err error
	if o.targets, err = x.atom("TARGETS"); err != nil {
		return nil, err
	}
	if o.utf8, err = x.atom("UTF8_STRING"); err != nil {
		return nil, err
	}
	xproto.SetSelectionOwner(x.Conn, x.window, x.clipboard, xproto.TimeCurrentTime)
	reply, err := xproto.GetSelectionOwner(x.Conn, x.clipboard).Reply()
	if err == nil && reply.Owner != x.window {
		err = errors.New("another program holds it")
	}
	return o, err
}

// serve answers until another client owns the clipboard.
func (o *owner) serve() {
	defer o.Close()
	for {
		event, err := o.next()
		if err != nil {
			return
		}
		switch e := event.(type) {
		case xproto.SelectionRequestEvent:
			o.answer(e)
		case xproto.SelectionClearEvent:
			return
		}
	}
}

// answer gives one client the text, or the list of types that it can have.
func (o *owner) answer(r xproto.SelectionRequestEvent) {
	property := r.Property
	if property == xproto.AtomNone {
		property = r.Target // as clients older than ICCCM expect
	}
	switch r.Target {
	case o.utf8:
		xproto.ChangeProperty(o.Conn, xproto.PropModeReplace, r.Requestor, property, o.utf8, 8, uint32(len(o.text)), o.text)
	case o.targets:
		xproto.ChangeProperty(o.Conn, xproto.PropModeReplace, r.Requestor, property, xproto.AtomAtom, 32, 2, atomBytes(o.targets, o.utf8))
	default:
		property = xproto.AtomNone
	}
	done := xproto.SelectionNotifyEvent{Time: r.Time, Requestor: r.Requestor, Selection: r.Selection, Target: r.Target, Property: property}
	xproto.SendEvent(o.Conn, false, r.Requestor, xproto.EventMaskNoEvent, string(done.Bytes()))
}

func atomBytes(atoms ...xproto.Atom) []byte {
	var b []byte
	for _, a := range atoms {
		b = binary.LittleEndian.AppendUint32(b, uint32(a)) // xgb asks all servers for that order
	}
	return b
}
