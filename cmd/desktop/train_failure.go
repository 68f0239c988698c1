package main

import (
	"fmt"

	"tandem/engine/train"
	"tandem/engine/weights"
)

// wayOut adds to the error of a run that a device has ended how to go on.
func (f *trainFlags) wayOut(c train.Config, err error) error {
	if isOutOfMemory(err) && !f.resume && c.Net.Recipe.Batch > 1 {
		return fmt.Errorf("%w; try --batch %d", err, roundBatch(c.Net.Recipe.Batch/2))
	}
	if !anyFailed(c) {
		return err
	}
	steps, failed := weights.Store{Dir: c.Out}.Steps()
	if failed != nil || len(steps) == 0 {
		return fmt.Errorf("%w; another --device may do better", err)
	}
	return fmt.Errorf("%w; go on with: %s, or with another --device", err, f.resumeCommand(c.Out))
}

// anyFailed tells whether a device of the run has failed, which it says from
// then on.
func anyFailed(c train.Config) bool {
	for _, d := range c.Devices {
		if d.Sync() != nil {
			return true
		}
	}
	return false
}
