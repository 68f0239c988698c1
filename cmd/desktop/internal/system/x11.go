//go:build unix && !darwin && !nowindow

package system

import (
	"context"
	"errors"
	"io"
	"log"

	"github.com/jezek/xgb"
	"github.com/jezek/xgb/xproto"
)

func init() { xgb.Logger = log.New(io.Discard, "", 0) } // errors are returned, too

// errGone is a connection that the X server or the end of a context has closed.
var errGone = errors.New("the connection to the X server is closed")

// xClient is a client of the X server. Its window is never seen; selections go
// from window to window.
type xClient struct {
	*xgb.Conn
	window    xproto.Window
	clipboard xproto.Atom
}

// openX connects to the display that DISPLAY names. The end of ctx closes the
// client, unless keep is called before and returns true.
func openX(ctx context.Context) (x *xClient, keep func() bool, err error) {
	conn, err := xgb.NewConn()
	if err != nil {
		return nil, nil, err
	}
	keep = context.AfterFunc(ctx, conn.Close)
	x = &xClient{Conn: conn}
	return x, keep, x.setup()
}

func (x *xClient) setup() (err error) {
	if x.clipboard, err = x.atom("CLIPBOARD"); err != nil {
		return err
	}
	if x.window, err = xproto.NewWindowId(x.Conn); err != nil {
		return err
	}
	screen := xproto.Setup(x.Conn).DefaultScreen(x.Conn)
	return xproto.CreateWindowChecked(x.Conn, 0, x.window, screen.Root, 0, 0, 1, 1, 0, xproto.WindowClassInputOnly, 0,
		xproto.CwEventMask, []uint32{xproto.EventMaskPropertyChange}).Check()
}

// atom returns the number that the server gives a name.
func (x *xClient) atom(name string) (xproto.Atom, error) {
	reply, err := xproto.InternAtom(x.Conn, false, uint16(len(name)), name).Reply()
	if err != nil {
		return 0, err
	}
	return reply.Atom, nil
}

// next waits for an event. It passes over errors of requests: other clients come
// and go as they like, with the windows that requests name.
func (x *xClient) next() (xgb.Event, error) {
	for {
		event, err := x.WaitForEvent()
		switch {
		case event != nil:
			return event, nil
		case err == nil:
			return nil, errGone
		}
	}
}
