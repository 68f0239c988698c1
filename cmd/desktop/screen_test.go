package main

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

func TestBarLineFitsTheTerminal(t *testing.T) {
	wide := barLine("epoch 1/2", 1, 4, "loss 1", 100)
	if !strings.Contains(wide, "25.0 %  [##########..............................]  loss 1") {
		t.Errorf("got %q", wide)
	}
	for columns := range 101 {
		if got := barLine("epoch 1/2", 3, 4, "loss 1", columns); utf8.RuneCountInString(got) > columns {
			t.Errorf("%d columns: %q is longer", columns, got)
		}
	}
	if got := barLine("listing", 7, 0, "7 images", 80); got != "listing  7 images" {
		t.Errorf("without a total: %q", got)
	}
	if got := barLine("over", 9, 4, "", 80); !strings.Contains(got, strings.Repeat("#", 40)+"]") {
		t.Errorf("past the end: %q", got)
	}
}

func TestScreenRedrawsOnATerminal(t *testing.T) {
	var b strings.Builder
	s := &screen{w: &b, columns: func() int { return 60 }}
	s.progress("testing", 1, 10, "x")
	s.progress("testing", 2, 10, "x") // too soon
	s.note("a line")
	s.done()
	got := b.String()
	if !strings.HasPrefix(got, "\r\x1b[Ktesting  10.0 %") || strings.Contains(got, "20.0") || !strings.HasSuffix(got, "\r\x1b[Ka line\n") {
		t.Errorf("got %q", got)
	}
}

func TestScreenWritesPlainLinesElsewhere(t *testing.T) {
	var b strings.Builder
	s := &screen{w: &b}
	s.progress("testing", 1, 10, "")
	s.last = time.Now().Add(-time.Minute)
	s.progress("testing", 5, 10, "")
	if got := b.String(); !strings.HasPrefix(got, "testing  50.0 %") || strings.Count(got, "\n") != 1 || strings.ContainsAny(got, "\r\x1b") {
		t.Errorf("got %q", got)
	}
}

func TestPlainLinesGetRarer(t *testing.T) {
	s := &screen{began: time.Now()}
	if p := s.pause(s.began); p != 10*time.Second {
		t.Errorf("at first every %v", p)
	}
	if p := s.pause(s.began.Add(48 * time.Hour)); p != 10*time.Minute {
		t.Errorf("after two days every %v", p)
	}
}

func TestEstimate(t *testing.T) {
	var e estimate
	start := time.Now()
	if got := e.text(100, 1100, start); got != "" {
		t.Errorf("at the start %q", got)
	}
	if got := e.text(200, 1100, start.Add(10*time.Second)); got != "1 min 30 s left" {
		t.Errorf("got %q", got)
	}
}
