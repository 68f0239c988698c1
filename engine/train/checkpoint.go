package train

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"

	"tandem/engine/data"
	"tandem/engine/nn"
	"tandem/engine/tensor"
	"tandem/engine/weights"
)

// State is what a checkpoint knows of the run besides its tensors.
type State struct {
	Step      int      `json:"step"`  // updates made
	Epoch     int      `json:"epoch"` // passes over the training set completed
	Seed      uint64   `json:"seed"`
	Data      string   `json:"data"` // as given on the command line
	Size      int      `json:"size,omitempty"`
	Channels  int      `json:"channels,omitempty"`
	Images    int      `json:"images"` // in the training set
	Classes   []string `json:"classes"`
	BestError *float64 `json:"best_error,omitempty"` // lowest test error
	Over      bool     `json:"over,omitempty"`       // a plateau schedule has ended the run
	Schedule  schedule `json:"schedule"`
	Sums      sums     `json:"sums"` // of the epoch under way

	// Of a run that was changed under way: what the next step will record, and the
	// weight decays that the recipe began with, by parameter.
	Changes map[string]float32 `json:"changes,omitempty"`
	Decays  map[string]float32 `json:"decays,omitempty"`
}

// rate returns the learning rate of the next step.
func (s *State) rate() float32 { return s.Schedule.at(s.Step, s.Epoch) }

// Options returns the options with which the data was opened.
func (s State) Options() data.Options { return data.Options{Size: s.Size, Channels: s.Channels} }

// sums accumulate over an epoch.
type sums struct {
	Images int     `json:"images"`
	Loss   float64 `json:"loss"`
	Wrong  int     `json:"wrong"`
}

func (s *sums) add(images int, loss float64, wrong int) {
	s.Images += images
	s.Loss += loss
	s.Wrong += wrong
}

// Checkpoint is a network in training, as read from a file.
type Checkpoint struct {
	Path  string
	Net   *nn.Network
	Stats *data.Stats
	State State

	tensors map[string]*tensor.Tensor
}

const (
	networkKey   = "network"
	stateKey     = "state"
	statsKey     = "statistics"
	meanImage    = "data.mean_image"
	momentumPart = "momentum/"
)

// snapshot copies a model and its run into a file. It refuses weights that are
// not finite.
func snapshot(m *nn.Model, st State, stats *data.Stats) (*weights.File, error) {
	f := &weights.File{Tensors: map[string]*tensor.Tensor{}, Meta: map[string]string{}}
	for _, p := range m.Params() {
		for prefix, kind := range map[string]nn.Kind{"": nn.Weights, momentumPart: nn.Velocity} {
			t, err := m.ReadParam(p.Name, kind)
			if err != nil {
				return nil, err
			}
			if i := firstNonFinite(t.Data); i >= 0 {
				return nil, fmt.Errorf("%s%s became %g at element %d; lower the learning rate (--rate) and resume from an earlier checkpoint", prefix, p.Name, t.Data[i], i)
			}
			f.Tensors[prefix+p.Name] = t
		}
	}
	f.Tensors[meanImage] = &tensor.Tensor{Shape: stats.Shape, Data: stats.MeanImage}
	for key, v := range map[string]any{networkKey: m.Net, stateKey: st, statsKey: stats} {
		text, err := json.Marshal(v)
		if err != nil {
			return nil, err
		}
		f.Meta[key] = string(text)
	}
	return f, nil
}

func firstNonFinite(v []float32) int {
	for i, x := range v {
		if math.IsNaN(float64(x)) || math.IsInf(float64(x), 0) {
			return i
		}
	}
	return -1
}

// LoadCheckpoint reads a checkpoint, or the newest good one of a run's folder.
// Errors name the file.
func LoadCheckpoint(path string) (*Checkpoint, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, pathError(err)
	}
	if info.IsDir() {
		return loadNewest(path)
	}
	f, err := weights.Read(path)
	if err != nil {
		return nil, err
	}
	return parseCheckpoint(path, f)
}

// ReadCheckpoint reads a checkpoint from the bytes of a file, for those who have
// them from elsewhere. Errors begin with name.
func ReadCheckpoint(name string, file []byte) (*Checkpoint, error) {
	f, err := weights.ReadFrom(bytes.NewReader(file), int64(len(file)), name)
	if err != nil {
		return nil, err
	}
	return parseCheckpoint(name, f)
}

// pathError shortens the system's error to "path: reason".
func pathError(err error) error {
	var p *fs.PathError
	if errors.As(err, &p) {
		return fmt.Errorf("%s: %w", p.Path, p.Err)
	}
	return err
}

// loadNewest demands that the newest checkpoint is whole, and names the one
// before if it is not: going back is the user's decision.
func loadNewest(dir string) (*Checkpoint, error) {
	found, err := weights.Store{Dir: dir}.Latest()
	if err != nil {
		return nil, err
	}
	if len(found.Refused) > 0 {
		return nil, fmt.Errorf("%w; the newest whole one is %s: name it to go on from there", found.Refused[0], found.Path)
	}
	return parseCheckpoint(found.Path, found.File)
}

func parseCheckpoint(path string, f *weights.File) (*Checkpoint, error) {
	c := &Checkpoint{Path: path, tensors: f.Tensors, Stats: &data.Stats{}}
	text, ok := f.Meta[networkKey]
	if !ok {
		return nil, fmt.Errorf("%s: holds tensors but no network; it was not written by tandem train", path)
	}
	var err error
	if c.Net, err = nn.ParseNetwork([]byte(text), path); err != nil {
		return nil, err
	}
	for key, v := range map[string]any{stateKey: &c.State, statsKey: c.Stats} {
		if err := json.Unmarshal([]byte(f.Meta[key]), v); err != nil {
			return nil, fmt.Errorf("%s: its %s cannot be read: %v", path, key, err)
		}
	}
	c.State.Schedule.recipe = c.Net.Recipe
	if err := c.checkTensors(); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return c, nil
}

// checkTensors demands every parameter in its shape with finite values, and the
// mean image.
func (c *Checkpoint) checkTensors() error {
	params, err := c.Net.Params()
	if err != nil {
		return err
	}
	params = append(params, nn.Param{Name: meanImage, Shape: c.Stats.Shape})
	for _, p := range params {
		t := c.tensors[p.Name]
		switch {
		case t == nil:
			return fmt.Errorf("tensor %s is missing", p.Name)
		case !t.Shape.Equal(p.Shape):
			return fmt.Errorf("tensor %s is %s, the network needs %s", p.Name, t.Shape, p.Shape)
		}
		if i := firstNonFinite(t.Data); i >= 0 {
			return fmt.Errorf("tensor %s holds %g at element %d; use an earlier checkpoint", p.Name, t.Data[i], i)
		}
	}
	c.Stats.MeanImage = c.tensors[meanImage].Data
	return nil
}
