package xtest

import (
	"fmt"
	"time"

	"github.com/jezek/xgb/xproto"
)

// hearOf asks for events of a window.
func (d *Display) hearOf(window xproto.Window, events uint32) xproto.ChangeWindowAttributesCookie {
	return xproto.ChangeWindowAttributesChecked(d.conn, window, xproto.CwEventMask, []uint32{events})
}

// listen handles events until the connection is closed.
func (d *Display) listen() {
	for {
		event, err := d.conn.WaitForEvent()
		if event == nil && err == nil {
			return
		}
		switch e := event.(type) {
		case xproto.SelectionRequestEvent:
			d.serve(e)
		case xproto.ClientMessageEvent:
			d.lock.Lock()
			d.heard[e.Type] = e.Data.Data32
			d.lock.Unlock()
		}
		d.lock.Lock()
		close(d.news)
		d.news = make(chan struct{})
		d.lock.Unlock()
	}
}

// until looks for something now and after every event, until it is there.
func (d *Display) until(what string, there func() bool) error {
	late := time.After(d.Patience)
	for {
		d.lock.Lock()
		news := d.news // before looking, so that nothing is missed
		d.lock.Unlock()
		if there() {
			return nil
		}
		select {
		case <-news:
		case <-late:
			return fmt.Errorf("display %s: no %s within %v", d.Name, what, d.Patience)
		}
	}
}
