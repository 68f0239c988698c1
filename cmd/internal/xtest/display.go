// Package xtest lets tests use a window as a person would. It starts Xvfb, an X
// server without a screen, and sends real events of keyboard and mouse to the
// window through the server's XTEST extension, drops files on it, offers it a
// clipboard, and reads the pixels that it shows.
//
// An environment variable changes what happens without Xvfb:
//
//	TANDEM_WINDOW_TESTS=required   tests that need a window fail instead of being skipped
//	TANDEM_WINDOW_TESTS=none       tests that need a window are skipped
package xtest

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"log"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/jezek/xgb"
	"github.com/jezek/xgb/xproto"
	xtestext "github.com/jezek/xgb/xtest"
)

// Display is an X server of a test's own.
type Display struct {
	Name string // as $DISPLAY has it: ":99"

	// Patience is how long to wait for a window or for the answer to a drop.
	Patience time.Duration

	// Pace, unless nil, is called after every event of keyboard and mouse. A
	// program that looks at its input once per frame sees each event by itself
	// if Pace waits for a frame. Set it before the first event.
	Pace func()

	conn     *xgb.Conn
	root     xproto.Window
	own      xproto.Window // never shown; owns selections and is the source of drops
	atoms    map[string]xproto.Atom
	keyboard keyboard
	stop     func()

	lock   sync.Mutex
	news   chan struct{} // closed at the next event
	offers map[xproto.Atom]offer
	heard  map[xproto.Atom][]uint32 // newest client message of each type
}

// How long Xvfb may take until it listens, and until it has ended.
const (
	startTime = 30 * time.Second
	stopTime  = 10 * time.Second
)

// xgb reports on standard error that Xvfb wants no password.
func init() { xgb.Logger = log.New(io.Discard, "", 0) }

// Start runs Xvfb with one screen of width x height pixels and 24 bits on a free
// display. The error wraps exec.ErrNotFound where Xvfb is not installed. The
// server ends at Close, or when this process does.
func Start(width, height int) (*Display, error) {
	d := &Display{Patience: 10 * time.Second, news: make(chan struct{}), offers: map[xproto.Atom]offer{}, heard: map[xproto.Atom][]uint32{}}
	if err := d.launch(width, height); err != nil {
		return nil, err
	}
	if err := d.connect(); err != nil {
		d.Close()
		return nil, fmt.Errorf("display %s: %w", d.Name, err)
	}
	go d.listen()
	return d, nil
}

// Close ends the server; what is still connected to it loses its windows.
func (d *Display) Close() {
	if d.conn != nil {
		d.conn.Close()
	}
	d.stop()
}

// launch starts Xvfb, which writes the number of its display to a pipe once it
// listens.
func (d *Display) launch(width, height int) error {
	out, in, err := os.Pipe()
	if err != nil {
		return err
	}
	defer out.Close()
	cmd, said := server(in, width, height)
	err = cmd.Start()
	in.Close()
	if err != nil {
		return fmt.Errorf("no X server for tests: %w; install Xvfb (package xvfb of Debian, xorg-x11-server-Xvfb of Fedora)", err)
	}
	d.stop = sync.OnceFunc(func() { stop(cmd) })
	number, err := readNumber(out)
	if err != nil {
		d.stop()
		return fmt.Errorf("Xvfb did not start: %w; it says: %s", err, bytes.TrimSpace(said.Bytes()))
	}
	d.Name = ":" + number
	return nil
}

// server returns the command that starts Xvfb, and what it will complain about.
// With -terminate it ends with its last client, so that a test process that is
// killed leaves no server behind.
func server(number *os.File, width, height int) (cmd *exec.Cmd, said *bytes.Buffer) {
	cmd = exec.Command("Xvfb", "-displayfd", "3", "-screen", "0", fmt.Sprintf("%dx%dx24", width, height),
		"-nolisten", "tcp", "+extension", "GLX", "-terminate")
	said = new(bytes.Buffer)
	cmd.ExtraFiles, cmd.Stderr = []*os.File{number}, said // the first is file 3
	return cmd, said
}

// stop ends Xvfb politely, for then it removes its lock and its socket.
func stop(cmd *exec.Cmd) {
	cmd.Process.Signal(syscall.SIGTERM)
	kill := time.AfterFunc(stopTime, func() { cmd.Process.Kill() })
	defer kill.Stop()
	cmd.Wait()
}

func readNumber(pipe *os.File) (string, error) {
	if err := pipe.SetReadDeadline(time.Now().Add(startTime)); err != nil {
		return "", err
	}
	// The server writes digits and line break one after the other, and ends if
	// nobody reads the second.
	line, err := bufio.NewReader(pipe).ReadString('\n')
	if errors.Is(err, io.EOF) {
		return "", errors.New("it ended at once")
	}
	return strings.TrimSpace(line), err
}

// connect becomes a client of the server and asks to hear of all its windows.
func (d *Display) connect() (err error) {
	if d.conn, err = xgb.NewConnDisplay(d.Name); err != nil {
		return err
	}
	if err = xtestext.Init(d.conn); err != nil {
		return err
	}
	screen := xproto.Setup(d.conn).DefaultScreen(d.conn)
	d.root = screen.Root
	if d.own, err = xproto.NewWindowId(d.conn); err != nil {
		return err
	}
	if err = xproto.CreateWindowChecked(d.conn, 0, d.own, d.root, 0, 0, 1, 1, 0, xproto.WindowClassInputOnly, 0, 0, nil).Check(); err != nil {
		return err
	}
	if err = d.hearOf(d.root, xproto.EventMaskSubstructureNotify).Check(); err != nil {
		return err
	}
	if d.atoms, err = d.intern(atomNames...); err != nil {
		return err
	}
	// A program that is slow to draw would make a short press a long one.
	repeat := xproto.ChangeKeyboardControlChecked(d.conn, xproto.KbAutoRepeatMode, []uint32{xproto.AutoRepeatModeOff})
	if err = repeat.Check(); err != nil {
		return err
	}
	d.keyboard, err = readKeyboard(d.conn)
	return err
}

// atomNames are the names that the parts of this package use.
var atomNames = []string{
	"_NET_WM_NAME", "WM_PROTOCOLS", "WM_DELETE_WINDOW", "CLIPBOARD", "TARGETS", "text/uri-list",
	"XdndAware", "XdndSelection", "XdndActionCopy",
	"XdndEnter", "XdndPosition", "XdndStatus", "XdndLeave", "XdndDrop", "XdndFinished",
}

// intern returns the server's numbers of names.
func (d *Display) intern(names ...string) (map[string]xproto.Atom, error) {
	atoms := map[string]xproto.Atom{}
	for _, name := range names {
		reply, err := xproto.InternAtom(d.conn, false, uint16(len(name)), name).Reply()
		if err != nil {
			return nil, err
		}
		atoms[name] = reply.Atom
	}
	return atoms, nil
}
