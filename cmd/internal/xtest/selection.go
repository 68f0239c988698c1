package xtest

import (
	"encoding/binary"

	"github.com/jezek/xgb/xproto"
)

// offer is what a selection holds, as one type of data.
type offer struct {
	target xproto.Atom
	data   []byte
}

// maxPiece is how much data goes into one request; the server takes no more than
// 256 KiB.
const maxPiece = 128 << 10

// Clipboard copies data to the clipboard, as type "UTF8_STRING" or "image/png".
// It stays there until another program copies something or the display is closed.
func (d *Display) Clipboard(data []byte, target string) error {
	return d.offer("CLIPBOARD", target, data)
}

// offer becomes the owner of a selection.
func (d *Display) offer(selection, target string, data []byte) error {
	atoms, err := d.intern(selection, target)
	if err != nil {
		return err
	}
	d.lock.Lock()
	d.offers[atoms[selection]] = offer{atoms[target], data}
	d.lock.Unlock()
	return xproto.SetSelectionOwnerChecked(d.conn, d.own, atoms[selection], xproto.TimeCurrentTime).Check()
}

// serve gives a program what it asks for: a selection's data, or (TARGETS) the
// list of types there are. Property None says that there is none.
func (d *Display) serve(r xproto.SelectionRequestEvent) {
	d.lock.Lock()
	o := d.offers[r.Selection]
	d.lock.Unlock()
	reply := xproto.SelectionNotifyEvent{Time: r.Time, Requestor: r.Requestor, Selection: r.Selection, Target: r.Target, Property: r.Property}
	var err error
	switch r.Target {
	case o.target:
		err = d.store(r.Requestor, r.Property, r.Target, 8, o.data)
	case d.atoms["TARGETS"]:
		list := binary.LittleEndian.AppendUint32(nil, uint32(r.Target))
		list = binary.LittleEndian.AppendUint32(list, uint32(o.target))
		err = d.store(r.Requestor, r.Property, xproto.AtomAtom, 32, list)
	default:
		reply.Property = xproto.AtomNone
	}
	if err != nil {
		return // the program that asked is gone
	}
	xproto.SendEvent(d.conn, false, r.Requestor, xproto.EventMaskNoEvent, string(reply.Bytes()))
}

// store sets a property of a window, piece by piece. bits is the size of an element.
func (d *Display) store(window xproto.Window, property, kind xproto.Atom, bits byte, data []byte) error {
	mode := byte(xproto.PropModeReplace)
	for {
		piece := data[:min(len(data), maxPiece)]
		data = data[len(piece):]
		elements := uint32(len(piece)) * 8 / uint32(bits)
		if err := xproto.ChangePropertyChecked(d.conn, mode, window, property, kind, bits, elements, piece).Check(); err != nil {
			return err
		}
		if len(data) == 0 {
			return nil
		}
		mode = xproto.PropModeAppend
	}
}
