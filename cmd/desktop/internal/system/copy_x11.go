//go:build unix && !darwin && !nowindow

package system

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"time"

	"github.com/jezek/xgb/xproto"
)

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

// atomBytes writes atoms as properties hold them; xgb asks every server for little
// endian.
func atomBytes(atoms ...xproto.Atom) (b []byte) {
	for _, a := range atoms {
		b = binary.LittleEndian.AppendUint32(b, uint32(a))
	}
	return b
}
