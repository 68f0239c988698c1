package xtest

import (
	"image"

	"github.com/jezek/xgb/xproto"
	xtestext "github.com/jezek/xgb/xtest"
)

// The buttons of a mouse. X counts the wheel's two directions as buttons, too.
const (
	Left   = 1
	Middle = 2
	Right  = 3

	wheelUp   = 4
	wheelDown = 5
)

// dragSteps is how many times the pointer moves during a drag.
const dragSteps = 4

// send lets the server believe that a device did something.
func (d *Display) send(event, detail byte, at image.Point) error {
	err := xtestext.FakeInputChecked(d.conn, event, detail, xproto.TimeCurrentTime, d.root, int16(at.X), int16(at.Y), 0).Check()
	if err == nil && d.Pace != nil {
		d.Pace()
	}
	return err
}

// Move moves the pointer to a point of the window.
func (w *Window) Move(to image.Point) error {
	p, err := w.onScreen(to)
	if err != nil {
		return err
	}
	return w.d.send(xproto.MotionNotify, 0, p)
}

// Press moves the pointer and presses a button there.
func (w *Window) Press(button byte, at image.Point) error {
	if err := w.Move(at); err != nil {
		return err
	}
	return w.d.send(xproto.ButtonPress, button, image.Point{})
}

// Release moves the pointer and releases a button there.
func (w *Window) Release(button byte, at image.Point) error {
	if err := w.Move(at); err != nil {
		return err
	}
	return w.d.send(xproto.ButtonRelease, button, image.Point{})
}

// Click presses and releases a button.
func (w *Window) Click(button byte, at image.Point) error {
	if err := w.Press(button, at); err != nil {
		return err
	}
	return w.Release(button, at)
}

// Drag moves the pointer in steps from one point to another with a button down.
func (w *Window) Drag(button byte, from, to image.Point) error {
	if err := w.Press(button, from); err != nil {
		return err
	}
	for i := 1; i < dragSteps; i++ {
		if err := w.Move(from.Add(to.Sub(from).Mul(i).Div(dragSteps))); err != nil {
			return err
		}
	}
	return w.Release(button, to)
}

// Wheel turns the wheel by clicks at a point, away from the user if clicks is
// positive.
func (w *Window) Wheel(at image.Point, clicks int) error {
	button := byte(wheelUp)
	if clicks < 0 {
		button, clicks = wheelDown, -clicks
	}
	for range clicks {
		if err := w.Click(button, at); err != nil {
			return err
		}
	}
	return nil
}
