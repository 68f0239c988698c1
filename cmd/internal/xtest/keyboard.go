package xtest

import (
	"errors"
	"fmt"
	"image"
	"slices"
	"unicode/utf8"

	"github.com/jezek/xgb"
	"github.com/jezek/xgb/xproto"
)

// keyboard tells how to type each symbol.
type keyboard map[xproto.Keysym]stroke

// stroke is a key, and whether Shift has to be down.
type stroke struct {
	code  xproto.Keycode
	shift bool
}

const shiftKey = 0xffe1

// keysyms has the keys that type no character, by their names in X's
// keysymdef.h; of modifiers, the left ones.
var keysyms = map[string]xproto.Keysym{
	"Shift": shiftKey, "Control": 0xffe3, "Alt": 0xffe9, "Super": 0xffeb,
	"BackSpace": 0xff08, "Tab": 0xff09, "Return": 0xff0d, "Escape": 0xff1b, "Delete": 0xffff, "Insert": 0xff63,
	"Home": 0xff50, "Left": 0xff51, "Up": 0xff52, "Right": 0xff53, "Down": 0xff54,
	"Page_Up": 0xff55, "Page_Down": 0xff56, "End": 0xff57, "space": ' ',
	"F1": 0xffbe, "F2": 0xffbf, "F3": 0xffc0, "F4": 0xffc1, "F5": 0xffc2, "F6": 0xffc3,
	"F7": 0xffc4, "F8": 0xffc5, "F9": 0xffc6, "F10": 0xffc7, "F11": 0xffc8, "F12": 0xffc9,
	"\n": 0xff0d, "\t": 0xff09,
}

// readKeyboard asks the server what its keys type alone and with Shift. Of
// several keys for a symbol the one of the lowest code counts: the others are
// those that American keyboards lack.
func readKeyboard(conn *xgb.Conn) (keyboard, error) {
	setup := xproto.Setup(conn)
	m, err := xproto.GetKeyboardMapping(conn, setup.MinKeycode, byte(setup.MaxKeycode-setup.MinKeycode+1)).Reply()
	if err != nil {
		return nil, err
	}
	k, width := keyboard{}, int(m.KeysymsPerKeycode)
	for i, symbol := range m.Keysyms {
		column := i % width
		if _, known := k[symbol]; symbol == 0 || known || column > 1 {
			continue
		}
		k[symbol] = stroke{setup.MinKeycode + xproto.Keycode(i/width), column == 1}
	}
	return k, nil
}

// codes returns the keys to hold down for keys of those names, in that order.
func (k keyboard) codes(names ...string) ([]byte, error) {
	var codes []byte
	for _, name := range names {
		s, ok := k[keysym(name)]
		if !ok {
			return nil, fmt.Errorf("the keyboard has no key %q", name)
		}
		if s.shift {
			codes = append(codes, byte(k[shiftKey].code))
		}
		codes = append(codes, byte(s.code))
	}
	return codes, nil
}

// keysym returns the symbol of a key of that name; characters stand for themselves.
func keysym(name string) xproto.Keysym {
	if s, ok := keysyms[name]; ok {
		return s
	}
	if r, size := utf8.DecodeRuneInString(name); size == len(name) && r <= 0xff {
		return xproto.Keysym(r) // Latin-1 has the same numbers
	}
	return 0
}

// KeyDown presses a key and leaves it down. It is named by what it types ("a",
// "A", "?") or as X names it: "Return", "Escape", "Page_Up", "F1", "Left",
// "space"; modifiers are "Shift", "Control", "Alt" and "Super".
func (w *Window) KeyDown(name string) error {
	codes, err := w.d.keyboard.codes(name)
	if err != nil {
		return err
	}
	return w.press(codes)
}

// KeyUp releases a key.
func (w *Window) KeyUp(name string) error {
	codes, err := w.d.keyboard.codes(name)
	if err != nil {
		return err
	}
	return w.release(codes)
}

// Key presses and releases a key while modifiers are down.
func (w *Window) Key(name string, modifiers ...string) error {
	codes, err := w.d.keyboard.codes(append(slices.Clone(modifiers), name)...)
	if err != nil {
		return err
	}
	return errors.Join(w.press(codes), w.release(codes))
}

// Type types a text, character by character; "\n" is the return key.
func (w *Window) Type(text string) error {
	for _, r := range text {
		if err := w.Key(string(r)); err != nil {
			return err
		}
	}
	return nil
}

func (w *Window) press(codes []byte) error {
	if err := w.Focus(); err != nil {
		return err
	}
	for _, code := range codes {
		if err := w.d.send(xproto.KeyPress, code, image.Point{}); err != nil {
			return err
		}
	}
	return nil
}

func (w *Window) release(codes []byte) error {
	for _, code := range slices.Backward(codes) {
		if err := w.d.send(xproto.KeyRelease, code, image.Point{}); err != nil {
			return err
		}
	}
	return nil
}
