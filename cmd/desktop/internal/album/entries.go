package album

import (
	"errors"
	"io/fs"
	"os"
	"slices"

	"tandem/cmd/internal/scene"
	"tandem/engine/weights"
)

// entry is a checkpoint in a file. When another takes the file's place, that is
// another entry.
type entry struct {
	step     int // unknownStep if the file's name does not tell
	path     string
	size     int64
	modified int64 // nanoseconds
}

const unknownStep = -1

func entryOf(step int, path string) entry {
	e := entry{step: step, path: path}
	if info, err := os.Stat(path); err == nil {
		e.size, e.modified = info.Size(), info.ModTime().UnixNano()
	}
	return e
}

// look lists the checkpoints of the folder and reads what is new in its record.
func (a *Album) look() {
	entries, err := list(a.dir)
	switch {
	case err != nil:
		a.tell("checkpoints", true, err.Error())
	case len(entries) > 0 || a.options.Path != a.dir || a.best().modified != 0:
		a.tell("checkpoints", false, "")
	case a.loaded != nil:
		a.tell("checkpoints", true, a.dir+": its checkpoints are gone")
	default:
		a.tell("checkpoints", false, a.dir+": there is no checkpoint yet")
	}
	if entries = a.good(entries); !slices.Equal(entries, a.entries) {
		a.entries = entries
		a.publishSeries()
	}
	a.readRecord()
	a.publishRun()
}

func (a *Album) readRecord() {
	news, err := a.record.read()
	if err != nil {
		a.tell("record", true, err.Error())
	} else {
		a.tell("record", false, "")
	}
	if news {
		a.publishCurves()
	}
}

// tell gives a notice, once as long as there is nothing else to say about that.
func (a *Album) tell(about string, bad bool, text string) {
	if text != "" && text != a.told[about] {
		a.Notice(bad, text)
	}
	a.told[about] = text
}

// good leaves out the entries that cannot be shown.
func (a *Album) good(all []entry) []entry {
	return slices.DeleteFunc(slices.Clone(all), func(e entry) bool { return a.bad[e] })
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
		all = append(all, entryOf(int(s), store.StepPath(s)))
	}
	return all, nil
}

// find returns the checkpoint that is wanted: of the series, or, unless the user
// scrubs, the one whose path was given, else the newest, or the best where that is
// all there is.
func (a *Album) find(index int) (entry, bool) {
	switch n := len(a.entries); {
	case index >= 0 && index < n:
		return a.entries[index], true
	case a.options.Path != a.dir:
		return a.named(), true
	case n > 0:
		return a.entries[n-1], true
	}
	best := a.best()
	return best, best.modified != 0
}

func (a *Album) best() entry { return entryOf(unknownStep, weights.Store{Dir: a.dir}.BestPath()) }

// named is the checkpoint whose path was given. It is among the entries where it
// has the name of a step; else its step is not known before it is read.
func (a *Album) named() entry {
	for _, e := range a.entries {
		if same(e.path, a.options.Path) {
			return e
		}
	}
	return entryOf(unknownStep, a.options.Path)
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
		if e == a.shown || a.shown.step == unknownStep && a.loaded != nil && e.step == a.loaded.State.Step {
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
