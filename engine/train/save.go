package train

import (
	"fmt"
	"time"
)

// saveIsDue says whether SaveEvery or SaveAfter asks for a checkpoint now. After
// a step that ends an epoch it is left to the epoch's end: a run killed in
// between would else record the epoch twice.
func (r *run) saveIsDue() bool {
	if r.epoch() != r.state.Epoch {
		return false
	}
	return r.SaveEvery > 0 && r.state.Step%r.SaveEvery == 0 || r.SaveAfter > 0 && time.Since(r.savedAt) >= r.SaveAfter
}

// savedPath returns the checkpoint to go on from, "" if there is none.
func (r *run) savedPath() string {
	switch {
	case r.saved >= 0:
		return r.store.StepPath(int64(r.saved))
	case r.Resume != nil:
		return r.Resume.Path
	}
	return ""
}

// lastCheckpoint says where savedPath is.
func (r *run) lastCheckpoint() string {
	if path := r.savedPath(); path != "" {
		return "the last checkpoint is " + path
	}
	return "there is no checkpoint yet"
}

// save writes a checkpoint of this moment, after the record that belongs to it.
func (r *run) save(best bool) error {
	if err := r.record.Flush(); err != nil {
		return err
	}
	f, err := snapshot(r.model, r.state, r.stats)
	if err != nil {
		return r.failed(r.state.Step, err)
	}
	if err := r.store.Save(int64(r.state.Step), f, r.KeepLast, best); err != nil {
		return fmt.Errorf("step %d: the checkpoint was not written: %w; what was saved before is intact", r.state.Step, err)
	}
	r.saved, r.savedAt, r.unsaved = r.state.Step, time.Now(), false
	return nil
}
