package viewer

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"tandem/cmd/internal/scene"
	"tandem/engine/viz"
)

// field is a part of a link: how the state writes it ("" where it is as in
// NewState), and how it is read back. Read returns what would be right.
type field struct {
	name  string
	write func(*State) string
	read  func(*State, string) (want string)
}

// String returns the state as NAME=VALUE pairs with commas between them, what is as
// usual left out. It needs no quoting in a shell or behind a # in an address.
func (s State) String() string {
	var parts []string
	for _, f := range fields {
		if text := f.write(&s); text != "" {
			parts = append(parts, f.name+"="+text)
		}
	}
	return strings.Join(parts, ",")
}

// ParseState reads what String has written. The error names the part that makes no
// sense, and says what would.
func ParseState(text string) (State, error) {
	s := NewState()
	if text == "" {
		return s, nil
	}
	for _, part := range strings.Split(text, ",") {
		name, value, ok := strings.Cut(part, "=")
		i := slices.IndexFunc(fields, func(f field) bool { return f.name == name })
		if !ok || i < 0 {
			return s, fmt.Errorf("a view has no part %q; parts are %s", part, strings.Join(fieldNames(), ", "))
		}
		if want := fields[i].read(&s, value); want != "" {
			return s, fmt.Errorf("%s in a view is %s, not %q", name, want, value)
		}
	}
	return s, nil
}

func fieldNames() []string {
	var names []string
	for _, f := range fields {
		names = append(names, f.name)
	}
	return names
}

var fields = []field{
	{"view", writeView, readView},
	{"unit", func(s *State) string { return unitLink(s.Unit) }, readUnit},
	whole("photo", func(s *State) *int { return &s.Photo }, 0),
	{"back", writeMode, readMode},
	{"step", writeStep, readStep},
	flag("zoom", func(s *State) *bool { return &s.Zoom }),
	flag("freeze", func(s *State) *bool { return &s.Freeze }),
	{"scale", writeScale, readScale},
	{"map", func(s *State) string { return s.Map }, readMap},
	real("contrast", func(s *State) *float64 { return &s.Gain }, 1, 1.0/16, 64),
	{"off", writeAblated, readAblated},
	whole("label", func(s *State) *int { return &s.Label }, scene.Any),
	whole("predicted", func(s *State) *int { return &s.Predicted }, scene.Any),
	flag("wrong", func(s *State) *bool { return &s.Wrong }),
	flag("logepochs", func(s *State) *bool { return &s.LogEpochs }),
	flag("logloss", func(s *State) *bool { return &s.LogLoss }),
	real("smooth", func(s *State) *float64 { return &s.Smoothing }, 0, -1, 1),
	flag("light", func(s *State) *bool { return &s.Light }),
}

// flag is a part that is 1 or absent.
func flag(name string, at func(*State) *bool) field {
	return field{name, func(s *State) string {
		if *at(s) {
			return "1"
		}
		return ""
	}, func(s *State, text string) string {
		on, err := strconv.ParseBool(text)
		if err != nil {
			return "1 or 0"
		}
		*at(s) = on
		return ""
	}}
}

// whole is a number that counts from 0, or is none.
func whole(name string, at func(*State) *int, none int) field {
	return field{name, func(s *State) string {
		if *at(s) == none {
			return ""
		}
		return strconv.Itoa(*at(s))
	}, func(s *State, text string) string {
		n, err := strconv.Atoi(text)
		if err != nil || n < 0 && n != none {
			return "a whole number from 0 on"
		}
		*at(s) = n
		return ""
	}}
}

// real is a number within bounds.
func real(name string, at func(*State) *float64, usual, low, high float64) field {
	return field{name, func(s *State) string {
		if *at(s) == usual {
			return ""
		}
		return strconv.FormatFloat(*at(s), 'g', 4, 64)
	}, func(s *State, text string) string {
		x, err := strconv.ParseFloat(text, 64)
		if err != nil || !(x >= low && x <= high) {
			return fmt.Sprintf("a number from %g to %g", low, high)
		}
		*at(s) = x
		return ""
	}}
}

func writeView(s *State) string { return s.View.String() }

func readView(s *State, text string) string {
	view, ok := scene.ParseView(text)
	if !ok {
		var names []string
		for _, v := range scene.Views() {
			names = append(names, v.String())
		}
		return "one of " + strings.Join(names, ", ")
	}
	s.View = view
	return ""
}

func writeMode(s *State) string {
	if s.Backward == scene.NoBackward {
		return ""
	}
	return s.Backward.Link()
}

func readMode(s *State, text string) string {
	mode, ok := scene.ParseMode(text)
	if !ok {
		return "one of " + strings.Join(scene.ModeLinks(), ", ")
	}
	s.Backward = mode
	return ""
}

// unitLink writes LAYER:CHANNEL. Names are escaped, so that none holds a comma.
func unitLink(u scene.Unit) string {
	if u.Layer == "" {
		return ""
	}
	return strings.ReplaceAll(url.QueryEscape(u.Layer), "+", "%20") + ":" + strconv.Itoa(u.Channel)
}

func parseUnit(text string) (scene.Unit, bool) {
	layer, channel, ok := strings.Cut(text, ":")
	name, err := url.QueryUnescape(layer)
	n, numErr := strconv.Atoi(channel)
	return scene.Unit{Layer: name, Channel: n}, ok && err == nil && numErr == nil && name != "" && n >= 0
}

func readUnit(s *State, text string) string {
	u, ok := parseUnit(text)
	if !ok {
		return "LAYER:CHANNEL, such as conv1:17"
	}
	s.Unit = u
	return ""
}

func writeAblated(s *State) string {
	var units []string
	for _, u := range s.Ablated {
		units = append(units, unitLink(u))
	}
	return strings.Join(units, "+")
}

func readAblated(s *State, text string) string {
	s.Ablated = nil
	for _, part := range strings.Split(text, "+") {
		u, ok := parseUnit(part)
		if !ok {
			return "LAYER:CHANNEL, with a + between two"
		}
		if !slices.Contains(s.Ablated, u) {
			s.Ablated = append(s.Ablated, u)
		}
	}
	return ""
}

func writeScale(s *State) string {
	if s.Scale == viz.Common {
		return "common"
	}
	return ""
}

func readScale(s *State, text string) string {
	switch text {
	case "common":
		s.Scale = viz.Common
	case "tile":
		s.Scale = viz.PerTile
	default:
		return "common or tile"
	}
	return ""
}

func readMap(s *State, text string) string {
	if !slices.Contains(mapNames, text) {
		return "one of " + strings.Join(mapNames[1:], ", ")
	}
	s.Map = text
	return ""
}

// writeStep writes which checkpoint is shown by its step, which stays the same when
// others come and go.
func writeStep(s *State) string {
	if s.step < 0 {
		return ""
	}
	return strconv.Itoa(s.step)
}

func readStep(s *State, text string) string {
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 {
		return "the number of a checkpoint's step"
	}
	s.step = n
	return ""
}

// Link returns the state as it is on screen.
func (v *Viewer) Link() string {
	s := v.State
	s.step = noStep
	if series := v.scene.Series; series != nil && s.Checkpoint >= 0 && s.Checkpoint < len(series.Steps) {
		s.step = series.Steps[s.Checkpoint]
	}
	return s.String()
}

// noStep stands for the newest checkpoint.
const noStep = -1

// resolve finds the checkpoint that a link has named, once there are any: the last
// that is not after its step. When checkpoints come and go, so it finds again the one
// that was chosen.
func (v *Viewer) resolve() {
	series, at := v.scene.Series, v.State.Checkpoint
	if series == nil || len(series.Steps) == 0 {
		return
	}
	if at >= 0 && at < len(v.steps) && v.State.step == noStep {
		v.State.step = v.steps[at]
	}
	v.steps = series.Steps
	if v.State.step == noStep {
		return
	}
	i, found := slices.BinarySearch(series.Steps, v.State.step)
	if !found {
		i = max(0, i-1)
	}
	v.State.Checkpoint, v.State.step = i, noStep
}
