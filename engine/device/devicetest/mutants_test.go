package devicetest

import (
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"tandem/engine/device"
)

func openReference(testing.TB) device.Device { return &refDevice{} }

func TestReferencesPass(t *testing.T) { Run(t, openReference) }

// Two devices that differ by less than any tolerance are still not equal.
func TestEqualComparesBits(t *testing.T) {
	other := &scaleMutant{calls: new(int)}
	for _, c := range Cases(Seed(t), true) {
		if c.Op == "Copy" && c.equal(&refDevice{}, other) != nil {
			t.Errorf("%s %s: a difference where there is none", c.Op, c.Name)
		}
		if c.Op == "Scale" && c.equal(&refDevice{}, other) == nil {
			t.Errorf("%s %s: a different last bit was not found", c.Op, c.Name)
		}
	}
}

// A mutant is the reference device with one mistake in it. The suite must find
// every one.
func TestSuiteFindsMutants(t *testing.T) {
	cases := Cases(Seed(t), testing.Short())
	for _, m := range []struct {
		op   string
		name string
		d    device.Device
	}{
		{"ConvForward", "padding swapped", &convMutant{tamper: func(p *device.Conv) { p.PadTop, p.PadLeft = p.PadLeft, p.PadTop }}},
		{"ConvForward", "strides swapped", &convMutant{tamper: func(p *device.Conv) { p.StrideH, p.StrideW = p.StrideW, p.StrideH }}},
		{"ConvForward", "every group reads the first channels", &convMutant{tamper: func(p *device.Conv) { p.C, p.Groups = p.C/p.Groups, 1 }}},
		{"ConvForward", "bias left out", &convMutant{noBias: true}},
		{"ConvForward", "last window dropped", &convMutant{dropLast: true}},
		{"ConvBackwardInput", "one row down", &convMutant{tamper: func(p *device.Conv) { p.PadTop++ }}},
		{"ConvBackwardWeights", "first image alone", &convMutant{tamper: func(p *device.Conv) { p.N = 1 }}},
		{"ConvBackwardWeights", "adds to dw", &convMutant{addWeights: true}},
		{"LocalForward", "weights shared", &localMutant{shared: true}},
		{"LocalBackwardInput", "strides swapped", &localMutant{}},
		{"LocalBackwardWeights", "strides swapped", &localMutant{}},
		{"FCForward", "last output left out", &fcMutant{}},
		{"FCBackwardInput", "last row left out", &fcMutant{}},
		{"FCBackwardWeights", "last row left out", &fcMutant{}},
		{"LRN", "one neighbour short", &lrnMutant{tamper: func(p *device.LRN) { p.Size-- }}},
		{"LRN", "groups see each other", &lrnMutant{tamper: func(p *device.LRN) { p.Groups = 1 }}},
		{"LRN", "alpha divided by size", &lrnMutant{tamper: func(p *device.LRN) { p.Alpha /= float32(p.Size) }}},
		{"LRNBackward", "one neighbour short", &lrnMutant{tamper: func(p *device.LRN) { p.Size-- }}},
		{"LRNBackward", "groups see each other", &lrnMutant{tamper: func(p *device.LRN) { p.Groups = 1 }}},
		{"LRNBackward", "window of even size not mirrored", &lrnMutant{forwardWindow: true}},
		{"MaxPool", "last of equals", &maxMutant{beats: func(a, b float64) bool { return a >= b || math.IsNaN(a) }}},
		{"MaxPool", "NaN never wins", &maxMutant{beats: func(a, b float64) bool { return a > b }}},
		{"MaxPool", "starts from the lowest finite number", &maxMutant{floor: true, beats: beats}},
		{"MaxPoolBackward", "overwrites instead of adding", &maxMutant{}},
		{"AvgPool", "divides by the whole window", &avgMutant{whole: true}},
		{"AvgPool", "last window dropped", &avgMutant{}},
		{"AvgPoolBackward", "divides by the whole window", &avgMutant{whole: true}},
		{"Fill", "last element left", &fillMutant{}},
		{"Copy", "never adds", &copyMutant{tamper: func(p *device.Copy) { p.Accumulate = false }}},
		{"Copy", "writes between rows", &copyMutant{tamper: func(p *device.Copy) { p.Cols = max(p.Cols, min(p.SrcStride, p.DstStride)) }}},
		{"Copy", "source offset lost", &copyMutant{tamper: func(p *device.Copy) { p.SrcOffset = 0 }}},
		{"Scale", "writes past its end", &scaleMutant{past: true}},
		{"Scale", "reads past its end", &scaleMutant{readsPast: true}},
		{"Scale", "changes its input", &scaleMutant{spoils: true}},
		{"Scale", "another result each time", &scaleMutant{calls: new(int)}},
		{"Activate", "hides NaN", &activateMutant{}},
		{"ActivateBackward", "breaks in place", &activateMutant{}},
		{"Dropout", "offset lost", &dropoutMutant{tamper: func(p *device.Dropout) { p.Offset = 0 }}},
		{"Dropout", "row length instead of total", &dropoutMutant{tamper: func(p *device.Dropout) { p.Total = p.Cols + p.Offset }}},
		{"Dropout", "scale lost", &dropoutMutant{tamper: func(p *device.Dropout) { p.Scale = 1 }}},
		{"Dropout", "one mask for all steps", &dropoutMutant{tamper: func(*device.Dropout) {}, frozen: true}},
		{"SGD", "rate factor lost", &sgdMutant{tamper: func(p *device.SGD) { p.RateFactor = 1 }}},
		{"SGD", "decay lost", &sgdMutant{tamper: func(p *device.SGD) { p.Decay = 0 }}},
		{"SGD", "weight moved before velocity", &sgdMutant{tamper: func(*device.SGD) {}, late: true}},
		{"Softmax", "exp of the logits themselves", &softmaxMutant{}},
		{"CrossEntropy", "logarithm of the probability", &softmaxMutant{}},
		{"SoftmaxBackward", "scale lost", &softmaxMutant{}},
		{"Rank", "equal scores after the label count", &rankMutant{reversed: true}},
		{"Rank", "NaN ignored", &rankMutant{}},
	} {
		if !found(m.d, m.op, cases) {
			t.Errorf("%s: %s: not found", m.op, m.name)
		}
	}
}

func found(d device.Device, op string, cases []Case) bool {
	for _, c := range cases {
		if c.Op == op && c.Check(d) != nil {
			return true
		}
	}
	return false
}

func TestRulesFindMutants(t *testing.T) {
	for _, m := range []struct {
		rule string
		d    device.Device
	}{
		{"Upload reads its source before it returns", &lazyUpload{}},
		{"SetStep holds for the calls after it", &dropoutMutant{tamper: func(*device.Dropout) {}, frozen: true}},
		{"two halves draw the masks of the whole", &dropoutMutant{tamper: func(p *device.Dropout) { p.Offset = 0 }}},
		{"Alloc reports what it cannot have", &generous{}},
		{"a closed device returns errors", &openForever{}},
		{"misfits panic", &unchecked{}},
		{"replays and calls run in order", &tapeMutant{eager: true}},
		{"replays and calls run in order", &tapeMutant{backwards: true}},
		{"replays read the step", &tapeMutant{frozen: true}},
		{"a recording refuses what has no place in it", &tapeMutant{lax: true}},
		{"a recording refuses what has no place in it", &tapeMutant{reopens: true}},
		{"marks are in order and on the host's clock", &markMutant{off: time.Hour}},
		{"marks are in order and on the host's clock", &markMutant{off: -time.Hour}},
		{"marks are in order and on the host's clock", &markMutant{swaps: true}},
		{"marks have bounds", &markMutant{boundless: true}},
		{"Counts are exact", &countMutant{operations: 1}},
		{"Counts are exact", &countMutant{uploaded: 4}},
		{"Counts are exact", &tapeMutant{eager: true}},
	} {
		for _, r := range rules {
			if r.name == m.rule && r.check(m.d) == nil {
				t.Errorf("%s: %T not found", m.rule, m.d)
			}
		}
	}
}

func TestRecordedFindsMutants(t *testing.T) {
	cases := slices.DeleteFunc(Cases(Seed(t), true), func(c Case) bool { return c.Op != "Dropout" && c.Op != "SGD" && c.Op != "Softmax" })
	for _, d := range []device.Device{&tapeMutant{forgets: true}, &tapeMutant{frozen: true}} {
		if recorded(d, cases) == nil {
			t.Errorf("%+v: not found", d)
		}
	}
}

func TestPairRulesFindMutants(t *testing.T) {
	defer func(p time.Duration) { patience = p }(patience)
	patience = 300 * time.Millisecond
	for _, m := range []struct {
		rule string
		make func() *linkMutant
	}{
		{"messages arrive whole and in order", func() *linkMutant { return &linkMutant{past: true} }},
		{"messages arrive whole and in order", func() *linkMutant { return &linkMutant{stale: true} }},
		{"two recordings exchange data at each replay", func() *linkMutant { return &linkMutant{stale: true} }},
		{"Receive waits on the device, not at the call", func() *linkMutant { return &linkMutant{blocks: true} }},
		{"Receive waits on the device, not at the call", func() *linkMutant { return &linkMutant{hasty: true} }},
		{"a message sent before Close arrives", func() *linkMutant { return &linkMutant{drops: true} }},
		{"a device that closes wakes the one that waits for it", func() *linkMutant { return &linkMutant{mute: true} }},
		{"a link that fails wakes the device and those behind it", func() *linkMutant { return &linkMutant{mute: true} }},
		{"misfits in Send and Receive panic", func() *linkMutant { return &linkMutant{unchecked: true} }},
	} {
		found := false
		for _, r := range pairRules {
			if r.name == m.rule {
				a, b := m.make(), m.make()
				found = within(patience, func() error { return r.check(a, b) }) != nil
			}
		}
		if !found {
			t.Errorf("%s: %+v not found", m.rule, m.make())
		}
	}
}

func TestRuleNamesAreDistinct(t *testing.T) {
	var names []string
	for _, r := range rules {
		names = append(names, r.name)
	}
	for _, r := range pairRules {
		names = append(names, r.name)
	}
	slices.Sort(names)
	if len(slices.Compact(slices.Clone(names))) != len(names) {
		t.Error(strings.Join(names, "; "))
	}
}
