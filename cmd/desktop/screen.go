package main

import (
	"fmt"
	"io"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/spf13/cobra"
	"golang.org/x/term"
)

// screen shows how long work goes: a bar that is drawn over on a terminal, and
// a line now and then anywhere else. Its methods are safe for concurrent use.
type screen struct {
	mu       sync.Mutex
	w        io.Writer
	quiet    bool       // no lines of progress where there is no terminal
	columns  func() int // of the terminal; nil where there is none
	drawn    bool       // a bar is on the last line
	label    string     // of the work last shown
	began    time.Time  // when that work was first shown
	last     time.Time  // when it was last shown
	timeLeft estimate
}

const (
	redrawEvery = 100 * time.Millisecond
	leastCells  = 10 // of a bar
	mostCells   = 40
)

// newScreen returns the screen of a command: its standard error. Lines for
// programs on standard output are not mixed with a bar on the same terminal.
func newScreen(cmd *cobra.Command, asJSON bool) *screen {
	s := &screen{w: cmd.ErrOrStderr(), quiet: asJSON}
	if !isTerminal(s.w) || asJSON && isTerminal(cmd.OutOrStdout()) {
		return s
	}
	fd := s.w.(interface{ Fd() uintptr }).Fd()
	s.columns = func() int {
		n, _, err := term.GetSize(int(fd))
		if err != nil || n < 20 {
			return 80
		}
		return n
	}
	return s
}

func isTerminal(w io.Writer) bool {
	f, ok := w.(interface{ Fd() uintptr })
	return ok && term.IsTerminal(int(f.Fd()))
}

// progress shows that done of total are done, with what else there is to say;
// where detail is empty, the time left.
func (s *screen) progress(label string, done, total int, detail string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := time.Now()
	if label != s.label {
		s.label, s.began, s.last = label, now, time.Time{}
		s.timeLeft = estimate{}
		if s.columns == nil {
			s.last = now // the first plain line can wait
		}
	}
	if now.Sub(s.last) < s.pause(now) {
		return
	}
	s.last = now
	if detail == "" {
		detail = s.timeLeft.text(done, total, now)
	}
	s.show(label, done, total, detail)
}

// pause grows with the work: a run of days does not fill a log.
func (s *screen) pause(now time.Time) time.Duration {
	if s.columns != nil {
		return redrawEvery
	}
	return min(max(10*time.Second, now.Sub(s.began)/20), 10*time.Minute)
}

func (s *screen) show(label string, done, total int, detail string) {
	switch {
	case s.columns != nil:
		fmt.Fprintf(s.w, "\r\x1b[K%s", barLine(label, done, total, detail, s.columns()-1))
		s.drawn = true
	case !s.quiet:
		fmt.Fprintln(s.w, strings.TrimRight(head(label, done, total)+"  "+detail, " "))
	}
}

func head(label string, done, total int) string {
	if total <= 0 {
		return label
	}
	return label + "  " + percent(float64(done)/float64(total))
}

// barLine fits the parts into the given number of columns; the bar is the first
// to go.
func barLine(label string, done, total int, detail string, columns int) string {
	text := head(label, done, total)
	cells := min(columns-utf8.RuneCountInString(text+"  []  "+detail), mostCells)
	if total > 0 && cells >= leastCells {
		full := min(max(cells*done/total, 0), cells)
		text += "  [" + strings.Repeat("#", full) + strings.Repeat(".", cells-full) + "]"
	}
	if detail != "" {
		text += "  " + detail
	}
	if r := []rune(text); len(r) > columns {
		text = string(r[:columns])
	}
	return text
}

// line prints a line of text to w where the bar is, and the bar moves down.
func (s *screen) line(w io.Writer, text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.clear()
	fmt.Fprintln(w, text)
}

// note prints a line on the screen itself.
func (s *screen) note(text string) { s.line(s.w, text) }

// done takes the bar away.
func (s *screen) done() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.clear()
	s.label = ""
}

func (s *screen) clear() {
	if s.drawn {
		fmt.Fprint(s.w, "\r\x1b[K")
		s.drawn = false
	}
}

// estimate tells the time left from the first progress seen.
type estimate struct {
	from int
	at   time.Time
}

func (e *estimate) text(done, total int, now time.Time) string {
	if e.at.IsZero() {
		e.from, e.at = done, now
	}
	if done <= e.from || total < done {
		return ""
	}
	left := now.Sub(e.at) * time.Duration(total-done) / time.Duration(done-e.from)
	return duration(left) + " left"
}
