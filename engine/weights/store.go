package weights

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"tandem/engine/atomicfile"
)

// Store is a folder of checkpoints of one run: step-00001200.safetensors after
// step 1200, and best.safetensors. One Store at a time writes to a folder.
type Store struct{ Dir string }

const (
	stepPrefix = "step-"
	extension  = ".safetensors"
	bestName   = "best" + extension
)

// StepPath is where the checkpoint of a step lies.
func (s Store) StepPath(step int64) string {
	return filepath.Join(s.Dir, fmt.Sprintf("%s%08d%s", stepPrefix, step, extension))
}

// BestPath is where the best checkpoint lies.
func (s Store) BestPath() string { return filepath.Join(s.Dir, bestName) }

// Steps lists the steps that have a checkpoint, in ascending order; none where
// the folder does not exist.
func (s Store) Steps() ([]int64, error) {
	entries, err := os.ReadDir(s.Dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	var steps []int64
	for _, e := range entries {
		if step, ok := stepOf(e.Name()); ok {
			steps = append(steps, step)
		}
	}
	slices.Sort(steps)
	return steps, nil
}

// stepOf accepts exactly the names that StepPath gives.
func stepOf(name string) (int64, bool) {
	digits, ok := strings.CutPrefix(name, stepPrefix)
	digits, suffixed := strings.CutSuffix(digits, extension)
	step, err := strconv.ParseInt(digits, 10, 64)
	canonical := fmt.Sprintf("%08d", step) == digits
	return step, ok && suffixed && err == nil && step >= 0 && canonical
}

// Save stores f as the checkpoint of a step, and as the best one where isBest.
// It then removes all but the keepLast newest steps (0 keeps every one) and
// those after step: they were left behind by a run that was taken up again from
// an earlier step. So a new run belongs into a folder without checkpoints.
// Killed at any instant, the folder holds whole checkpoints only, and the best
// is never older than the newest step says.
func (s Store) Save(step int64, f *File, keepLast int, isBest bool) error {
	if step < 0 || keepLast < 0 {
		panic(fmt.Sprintf("weights: saving step %d, keeping %d", step, keepLast))
	}
	if err := s.prepare(); err != nil {
		return err
	}
	if isBest {
		if err := Write(s.BestPath(), f); err != nil {
			return err
		}
	}
	if err := Write(s.StepPath(step), f); err != nil {
		return err
	}
	return s.prune(step, keepLast)
}

// prepare makes the folder and clears what killed writers left in it.
func (s Store) prepare() error {
	if err := os.MkdirAll(s.Dir, 0o777); err != nil {
		return err
	}
	if err := atomicfile.Clean(s.Dir, bestName); err != nil {
		return err
	}
	return atomicfile.Clean(s.Dir, stepPrefix+"*"+extension)
}

func (s Store) prune(newest int64, keepLast int) error {
	steps, err := s.Steps()
	if err != nil {
		return err
	}
	at, _ := slices.BinarySearch(steps, newest)
	drop := steps[at+1:]
	if keepLast > 0 {
		drop = slices.Concat(drop, steps[:max(0, at+1-keepLast)])
	}
	for _, step := range drop {
		if err := os.Remove(s.StepPath(step)); err != nil {
			return err
		}
	}
	return nil
}

// Checkpoint is what Latest found.
type Checkpoint struct {
	Path    string
	File    *File
	Refused []error // of newer checkpoints that cannot be read, newest first; each names its file
}

// Latest loads the newest checkpoint that is whole: of the last step, else of
// an earlier one, else the best. The caller decides whether one that is not the
// newest will do. Where the folder has no checkpoint the error wraps
// fs.ErrNotExist; where none can be read it says so of each.
func (s Store) Latest() (*Checkpoint, error) {
	paths, err := s.newestFirst()
	if err != nil {
		return nil, err
	}
	found := &Checkpoint{}
	for _, path := range paths {
		f, err := Read(path)
		if err == nil {
			found.Path, found.File = path, f
			return found, nil
		}
		if !errors.Is(err, fs.ErrNotExist) {
			found.Refused = append(found.Refused, err)
		}
	}
	if len(found.Refused) > 0 {
		return nil, fmt.Errorf("%s: no checkpoint can be read: %w", s.Dir, oneLine(found.Refused))
	}
	return nil, fmt.Errorf("%s: holds no checkpoint (%s*%s): %w", s.Dir, stepPrefix, extension, fs.ErrNotExist)
}

func (s Store) newestFirst() ([]string, error) {
	steps, err := s.Steps()
	if err != nil {
		return nil, err
	}
	var paths []string
	for _, step := range slices.Backward(steps) {
		paths = append(paths, s.StepPath(step))
	}
	return append(paths, s.BestPath()), nil
}

func oneLine(errs []error) error {
	var parts []string
	for _, err := range errs {
		parts = append(parts, err.Error())
	}
	return errors.New(strings.Join(parts, "; "))
}
