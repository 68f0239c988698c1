package ui

import (
	"image/color"
	"math"
	"math/rand/v2"
	"testing"
)

// Every colour that text has stands out from all that is behind it.
func TestTextStandsOut(t *testing.T) {
	for _, th := range []*Theme{Dark, Light} {
		pairs := map[string][2]color.RGBA{"text on accent": {th.OnAccent, th.Accent}, "hover": {th.Ink, Mix(th.Raised, th.Ink, 0.15)}}
		for name, ink := range map[string]color.RGBA{"ink": th.Ink, "dim": th.Dim, "accent": th.Accent, "good": th.Good, "bad": th.Bad, "warn": th.Warn} {
			pairs[name+" on back"] = [2]color.RGBA{ink, th.Back}
			pairs[name+" on panel"] = [2]color.RGBA{ink, th.Panel}
			pairs[name+" on raised"] = [2]color.RGBA{ink, th.Raised}
		}
		pairs["tower a"] = [2]color.RGBA{th.TowerA, th.Panel}
		pairs["tower b"] = [2]color.RGBA{th.TowerB, th.Panel}
		for name, p := range pairs {
			if c := Contrast(p[0], p[1]); c < 4.5 {
				t.Errorf("%s, %s: the contrast is %.2f to 1", th.Name, name, c)
			}
		}
		for i, c := range th.Series {
			if got := Contrast(c, th.Panel); got < 3 {
				t.Errorf("%s: the line of run %d has a contrast of %.2f to 1", th.Name, i, got)
			}
		}
	}
}

// Values from WCAG's own examples and definition.
func TestContrast(t *testing.T) {
	for _, c := range []struct {
		a, b uint32
		want float64
	}{{0, 0xffffff, 21}, {0x777777, 0xffffff, 4.48}, {0x767676, 0xffffff, 4.54}, {0xff0000, 0xffffff, 4.00}, {0x0000ff, 0xffffff, 8.59}, {0x123456, 0x123456, 1}} {
		if got := Contrast(rgb(c.a), rgb(c.b)); math.Abs(got-c.want) > 0.005 {
			t.Errorf("%06x on %06x: %.3f, want %.2f", c.a, c.b, got, c.want)
		}
	}
	a, b := rgb(rand.Uint32N(1<<24)), rgb(rand.Uint32N(1<<24))
	if Contrast(a, b) != Contrast(b, a) {
		t.Errorf("%v and %v are not as far apart as the other way round", a, b)
	}
}
