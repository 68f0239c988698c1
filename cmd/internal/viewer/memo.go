package viewer

// memoEntry is something made once and kept for as long as frames ask for it.
type memoEntry struct {
	value any
	used  bool
}

// memo returns what make makes for a key, which tells apart all that it depends on:
// pointers to parts of the scene, and what of the state matters.
func memo[T any](v *Viewer, key any, make func() T) T {
	e := v.memos[key]
	if e == nil {
		e = &memoEntry{value: make()}
		v.memos[key] = e
	}
	e.used = true
	return e.value.(T)
}

// sweep forgets what the last frame has not asked for.
func (v *Viewer) sweep() {
	for k, e := range v.memos {
		if !e.used {
			delete(v.memos, k)
		}
		e.used = false
	}
}
