package xtest_test

import (
	"encoding/binary"
	"image"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jezek/xgb"
	"github.com/jezek/xgb/xproto"

	"tandem/cmd/internal/xtest"
)

// peer is a program with a window of its own, which does as tests tell it.
type peer struct {
	t      *testing.T
	conn   *xgb.Conn
	window xproto.Window

	status, finished atomic.Uint32 // flags of its answers to positions and drops
}

// newPeer starts a display and a peer on it, whose window is not shown yet.
func newPeer(t *testing.T) (*xtest.Display, *peer) {
	xtest.Need(t)
	d, err := xtest.Start(300, 200)
	must(t, err)
	t.Cleanup(d.Close)
	conn, err := xgb.NewConnDisplay(d.Name)
	must(t, err)
	t.Cleanup(conn.Close)
	p := &peer{t: t, conn: conn}
	p.window, err = xproto.NewWindowId(conn)
	must(t, err)
	root := xproto.Setup(conn).DefaultScreen(conn).Root
	must(t, xproto.CreateWindowChecked(conn, 0, p.window, root, 10, 20, 100, 50, 0, xproto.WindowClassInputOutput, 0, 0, nil).Check())
	return d, p
}

func (p *peer) atom(name string) xproto.Atom {
	p.t.Helper()
	reply, err := xproto.InternAtom(p.conn, false, uint16(len(name)), name).Reply()
	must(p.t, err)
	return reply.Atom
}

func (p *peer) setTitle(title string) {
	must(p.t, xproto.ChangePropertyChecked(p.conn, xproto.PropModeReplace, p.window, p.atom("_NET_WM_NAME"), p.atom("UTF8_STRING"), 8, uint32(len(title)), []byte(title)).Check())
}

func (p *peer) show() { must(p.t, xproto.MapWindowChecked(p.conn, p.window).Check()) }

// takeDrops says that the window takes drops.
func (p *peer) takeDrops() {
	must(p.t, xproto.ChangePropertyChecked(p.conn, xproto.PropModeReplace, p.window, p.atom("XdndAware"), xproto.AtomAtom, 32, 1, []byte{5, 0, 0, 0}).Check())
}

// answerDrops answers positions and drops from now on.
func (p *peer) answerDrops(status, finished uint32) {
	p.status.Store(status)
	p.finished.Store(finished)
	type answer struct {
		kind  xproto.Atom
		flags *atomic.Uint32
	}
	answers := map[xproto.Atom]answer{
		p.atom("XdndPosition"): {p.atom("XdndStatus"), &p.status},
		p.atom("XdndDrop"):     {p.atom("XdndFinished"), &p.finished},
	}
	go func() {
		for {
			event, err := p.conn.WaitForEvent()
			if event == nil && err == nil {
				return
			}
			e, _ := event.(xproto.ClientMessageEvent)
			if a, ok := answers[e.Type]; ok {
				source := xproto.Window(e.Data.Data32[0])
				words := []uint32{uint32(p.window), a.flags.Load(), 0, 0, 0}
				reply := xproto.ClientMessageEvent{Format: 32, Window: source, Type: a.kind, Data: xproto.ClientMessageDataUnionData32New(words)}
				xproto.SendEvent(p.conn, false, source, 0, string(reply.Bytes()))
			}
		}
	}()
}

// convert asks for a selection as target, and returns what it gets; ok is false
// if the owner has no such thing.
func (p *peer) convert(selection, target string) (data []byte, ok bool) {
	property := p.atom("PEER")
	must(p.t, xproto.ConvertSelectionChecked(p.conn, p.window, p.atom(selection), p.atom(target), property, 0).Check())
	for {
		event, err := p.conn.WaitForEvent()
		if event == nil {
			p.t.Fatal("no answer: ", err)
		}
		e, notified := event.(xproto.SelectionNotifyEvent)
		if notified && e.Property == xproto.AtomNone {
			return nil, false
		}
		if notified {
			reply, err := xproto.GetProperty(p.conn, true, p.window, property, xproto.AtomAny, 0, 1<<20).Reply()
			must(p.t, err)
			return reply.Value, true
		}
	}
}

func TestWindowWaitsForTitleAndMapping(t *testing.T) {
	d, p := newPeer(t)
	d.Patience = time.Minute
	found, failed := make(chan *xtest.Window), make(chan error, 1)
	go func() {
		w, err := d.Window("second title")
		failed <- err
		found <- w
	}()
	p.setTitle("first title")
	p.show()
	if w, err := d.Window("first title"); err != nil || w.ID != p.window {
		t.Errorf("window %v, %v", w, err)
	}
	p.setTitle("second title")
	must(t, <-failed)
	if w := <-found; w.ID != p.window {
		t.Errorf("window %v", w)
	}
}

func TestWindowThatNeverComes(t *testing.T) {
	d, p := newPeer(t)
	d.Patience = time.Millisecond
	p.setTitle("hidden")
	if _, err := d.Window("hidden"); err == nil || !strings.Contains(err.Error(), `no window "hidden" within 1ms`) {
		t.Errorf("a window that is not shown: %v", err)
	}
}

func TestDropsThatFail(t *testing.T) {
	for want, prepare := range map[string]func(*xtest.Display, *peer){
		"no property XdndAware":                       func(*xtest.Display, *peer) {},
		"no XdndStatus after XdndPosition within 1ms": func(d *xtest.Display, p *peer) { p.takeDrops(); d.Patience = time.Millisecond },
		"the window refuses the files":                func(_ *xtest.Display, p *peer) { p.takeDrops(); p.answerDrops(0, 0) },
		"could not read their names":                  func(_ *xtest.Display, p *peer) { p.takeDrops(); p.answerDrops(1, 0) },
	} {
		d, p := newPeer(t)
		p.setTitle("peer")
		p.show()
		w, err := d.Window("peer")
		must(t, err)
		prepare(d, p)
		if err := w.Drop(image.Pt(1, 1), "a file"); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("the error is %v, and says nothing of %q", err, want)
		}
	}
}

func TestAnOldAnswerToADropDoesNotCount(t *testing.T) {
	d, p := newPeer(t)
	p.setTitle("peer")
	p.show()
	w, err := d.Window("peer")
	must(t, err)
	p.takeDrops()
	p.answerDrops(1, 1)
	must(t, w.Drop(image.Pt(1, 1), "a file"))
	p.finished.Store(0)
	if err := w.Drop(image.Pt(1, 1), "a file"); err == nil {
		t.Error("the second drop succeeded with the first one's answer")
	}
}

func TestScreenshotNeedsTheWholeWindow(t *testing.T) {
	d, p := newPeer(t)
	p.setTitle("peer")
	p.show()
	w, err := d.Window("peer")
	must(t, err)
	must(t, w.Resize(291, 50)) // 10 pixels from the edge of 300
	if _, err := w.Screenshot(); err == nil || !strings.Contains(err.Error(), "not whole on the screen") {
		t.Errorf("the error is %v", err)
	}
}

func TestClipboardSaysWhatItHas(t *testing.T) {
	d, p := newPeer(t)
	must(t, d.Clipboard([]byte("old"), "UTF8_STRING"))
	must(t, d.Clipboard([]byte("PNG"), "image/png"))
	data, ok := p.convert("CLIPBOARD", "TARGETS")
	targets := make([]xproto.Atom, len(data)/4)
	for i := range targets {
		targets[i] = xproto.Atom(binary.LittleEndian.Uint32(data[4*i:]))
	}
	if want := []xproto.Atom{p.atom("TARGETS"), p.atom("image/png")}; !ok || !slices.Equal(targets, want) {
		t.Errorf("targets %v, not %v", targets, want)
	}
	if data, ok := p.convert("CLIPBOARD", "UTF8_STRING"); ok {
		t.Errorf("the old text is still there: %q", data)
	}
	if data, ok := p.convert("CLIPBOARD", "image/png"); !ok || string(data) != "PNG" {
		t.Errorf("the picture is %q", data)
	}
}
