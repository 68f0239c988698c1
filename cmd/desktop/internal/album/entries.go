package album

import (
	"errors"
	"io/fs"
	"os"
	"slices"

	"tandem/cmd/internal/scene"
	"tandem/engine/weights"
)

// entry is a checkpoint in a file.
type entry struct {
	step int
	path string
}

// look lists the checkpoints of the folder and reads what is new in its record.
func (a *Album) look() {
	entries, err := list(a.dir)
	if err != nil {
		a.Notice(true, err.Error())
	}
	if len(entries) == 0 && a.options.Path == a.dir {
		a.Notice(false, a.dir+": there is no checkpoint yet")
	}
	if !slices.Equal(entries, a.entries) {
		a.entries = entries
		a.publishSeries()
	}
	news, err := a.record.read()
	if err != nil {
		a.Notice(true, err.Error())
	}
	if news {
		a.publishCurves()
	}
	a.publishRun()
}

// list returns the checkpoints of a run's folder by their steps.
func list(dir string) ([]entry, error) {
	store := weights.Store{Dir: dir}
	steps, err := store.Steps()
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	var all []entry
	for _, s := range steps {
		all = append(all, entry{int(s), store.StepPath(s)})
	}
	return all, nil
}

// find returns the checkpoint that is wanted: of the series, or, unless the user
// scrubs, the one whose path was given, else the newest.
func (a *Album) find(index int) (entry, bool) {
	switch n := len(a.entries); {
	case index >= 0 && index < n:
		return a.entries[index], true
	case a.options.Path != a.dir:
		return a.named(), true
	case n > 0:
		return a.entries[n-1], true
	}
	return entry{}, false
}

// named is the checkpoint whose path was given. It is among the entries where it
// has the name of a step; else its step is not known before it is read.
func (a *Album) named() entry {
	for _, e := range a.entries {
		if same(e.path, a.options.Path) {
			return e
		}
	}
	return entry{-1, a.options.Path}
}

func same(a, b string) bool {
	one, err := os.Stat(a)
	if err != nil {
		return false
	}
	other, err := os.Stat(b)
	return err == nil && os.SameFile(one, other)
}

// publishSeries publishes which checkpoints there are.
func (a *Album) publishSeries() {
	s := &scene.Series{Following: a.options.Follow, Current: scene.Newest}
	for i, e := range a.entries {
		s.Steps = append(s.Steps, e.step)
		if e == a.shown || a.shown.step < 0 && a.loaded != nil && e.step == a.loaded.State.Step {
			s.Current = i
		}
		if a.lens.done[e] {
			s.Measured++
		}
	}
	a.Update(func(sc *scene.Scene) {
		sc.Series = s
		if len(s.Steps) < 2 && !s.Following {
			sc.Series = nil // nothing to scrub through
		}
	})
}
