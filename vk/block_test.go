//go:build cgo

package vk

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// Pieces at random sizes and alignments, taken and given in random order, never
// overlap, and leave one free piece in the end.
func TestBlockPiecesNeverOverlap(t *testing.T) {
	const size = 10_000
	b := newBlock(size)
	owner := make([]int, size) // of each byte; 0 is nobody
	held := map[int]span{}
	for id := 1; id <= 20_000; id++ {
		if rand.IntN(2) == 0 {
			for other, s := range held {
				for i := s.offset; i < s.offset+s.size; i++ {
					if owner[i] != other {
						t.Fatalf("byte %d of piece %d belongs to %d", i, other, owner[i])
					}
					owner[i] = 0
				}
				b.give(s.offset, s.size)
				delete(held, other)
				break
			}
			continue
		}
		n, align := 1+rand.Int64N(900), int64(1)<<rand.IntN(9)
		offset, ok := b.take(n, align)
		if !ok {
			continue
		}
		if offset%align != 0 || offset < 0 || offset+n > size {
			t.Fatalf("%d bytes at multiples of %d: got %d", n, align, offset)
		}
		for i := offset; i < offset+n; i++ {
			if owner[i] != 0 {
				t.Fatalf("byte %d is given to %d, belongs to %d", i, id, owner[i])
			}
			owner[i] = id
		}
		held[id] = span{offset, n}
	}
	if len(held) > 0 && b.empty() {
		t.Error("empty with pieces taken")
	}
	for _, s := range held {
		b.give(s.offset, s.size)
	}
	if !b.empty() {
		t.Errorf("free at the end: %v", b.free)
	}
}

func TestBlockUsesAllOfItself(t *testing.T) {
	b := newBlock(64)
	var got []int64
	for {
		offset, ok := b.take(16, 16)
		if !ok {
			break
		}
		got = append(got, offset)
	}
	if !slices.Equal(got, []int64{0, 16, 32, 48}) {
		t.Errorf("pieces at %v", got)
	}
}

// A hole that fits is taken before a larger one is cut.
func TestBlockTakesTheSmallestHole(t *testing.T) {
	b := newBlock(100)
	for range 10 {
		b.take(10, 1)
	}
	b.give(0, 10)
	b.give(10, 10)
	b.give(50, 10)
	if offset, _ := b.take(10, 1); offset != 50 {
		t.Errorf("taken at %d", offset)
	}
}
