package scene

import (
	"sync"
	"sync/atomic"
	"time"
)

// keptNotices bounds the list of notices.
const keptNotices = 50

// Board holds the newest scene. The zero value holds an empty one.
type Board struct {
	lock    sync.Mutex // of writers
	current atomic.Pointer[Scene]
	serial  int
}

// Scene returns the newest scene, never nil.
func (b *Board) Scene() *Scene {
	if s := b.current.Load(); s != nil {
		return s
	}
	return &Scene{}
}

// Update publishes a copy of the scene in which change has replaced parts.
func (b *Board) Update(change func(*Scene)) {
	b.lock.Lock()
	defer b.lock.Unlock()
	next := *b.Scene()
	change(&next)
	b.current.Store(&next)
}

// Notice adds a line for the user; the same line twice in a row counts once.
func (b *Board) Notice(bad bool, text string) {
	b.Update(func(s *Scene) {
		old := s.Notices
		if n := len(old); n > 0 && old[n-1].Text == text {
			old = old[:n-1]
		}
		b.serial++
		n := Notice{Serial: b.serial, Text: text, Bad: bad, At: time.Now()}
		s.Notices = append(append([]Notice(nil), old[max(0, len(old)-keptNotices+1):]...), n)
	})
}
