//go:build cgo

package vk

import "testing"

// Ids stay small: hazards keep a mark for each up to the largest.
func TestIdsComeBack(t *testing.T) {
	var p idPool
	a, b := p.take(), p.take()
	if a == b {
		t.Errorf("%d was given out twice", a)
	}
	p.give(a)
	if again, next := p.take(), p.take(); again != a || next != 2 {
		t.Errorf("after giving %d back: %d and %d", a, again, next)
	}
}
