package main

import (
	"errors"
	"strings"
	"testing"
	"time"
)

func TestNumbersForPeople(t *testing.T) {
	for got, want := range map[string]string{
		count(0): "0", count(999): "999", count(1000): "1,000", count(int64(60965224)): "60,965,224", count(-1234): "-1,234",
		percent(0.1234): "12.3 %", percent(0): "0.0 %", percent(1): "100.0 %",
		millions(724_406_816):              "724.4 M",
		rate(12.345):                       "12.3",
		rate(1234.5):                       "1,235",
		rate(0.5):                          "0.5",
		duration(44400 * time.Millisecond): "44 s",
		duration(125 * time.Second):        "2 min 5 s",
		duration(80 * time.Minute):         "1 h 20 min",
		duration(52 * time.Hour):           "2 d 4 h",
		memory(40 << 20):                   "40 MiB",
		memory(3 << 29):                    "1.5 GiB",
		memory(700 << 10):                  "1 MiB",
		plural(1, "image"):                 "1 image",
		plural(2500, "image"):              "2,500 images",
		quote("runs/a-1"):                  "runs/a-1",
		quote("a b"):                       "'a b'",
		quote("it's"):                      `'it'\''s'`,
		quote(""):                          "''",
	} {
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestMedian(t *testing.T) {
	if m := median([]float64{9, 1, 4}); m != 4 {
		t.Errorf("the median of three is %g", m)
	}
	if m := median([]float64{8, 1, 9, 4}); m != 6 {
		t.Errorf("the median of four is %g", m)
	}
}

func TestErrorsAreOneLine(t *testing.T) {
	err := errors.Join(errors.New("a: b"), errors.New("c\n\td\n"))
	if got := oneLine(err); got != "a: b; c; d" {
		t.Errorf("got %q", got)
	}
}

func TestPanicsBecomeOneLine(t *testing.T) {
	err := guard(func() error { panic("index out of range") })
	if err == nil || !strings.Contains(err.Error(), "index out of range") || !strings.Contains(err.Error(), "report") {
		t.Fatalf("got %v", err)
	}
	var stderr strings.Builder
	if status := report(err, &stderr); status != 1 || strings.Count(stderr.String(), "\n") != 1 {
		t.Errorf("status %d, stderr %q", status, stderr.String())
	}
}

func TestTableLeavesEmptyColumnsOut(t *testing.T) {
	table := newTable("name", "empty", ">n")
	table.add("a", "", "1")
	table.add("bcdef", "", "20")
	var b strings.Builder
	table.print(&b)
	if want := "name    n\na       1\nbcdef  20\n"; b.String() != want {
		t.Errorf("got\n%swant\n%s", b.String(), want)
	}
}
