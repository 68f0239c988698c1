package device

import (
	"slices"
	"sync"
	"weak"
)

// Links are the links that a device uses, so that it can fail them all. It does
// not keep them alive. The zero value is ready for use.
type Links struct {
	mu  sync.Mutex
	all []weak.Pointer[Link]
	err error
}

// Add takes in a link, again or for the first time, and fails it at once if the
// others have failed.
func (s *Links) Add(l *Link) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.err != nil {
		l.Fail(s.err)
		return
	}
	s.all = slices.DeleteFunc(s.all, func(w weak.Pointer[Link]) bool { return w.Value() == nil })
	if p := weak.Make(l); !slices.Contains(s.all, p) {
		s.all = append(s.all, p)
	}
}

// Fail fails every link, and those that are added from now on.
func (s *Links) Fail(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.err == nil {
		s.err = err
	}
	for _, w := range s.all {
		if l := w.Value(); l != nil {
			l.Fail(s.err)
		}
	}
}
