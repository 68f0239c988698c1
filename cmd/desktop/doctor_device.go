package main

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"tandem/engine/device"
	"tandem/engine/device/devicetest"
)

// deviceReport is what doctor finds out about one device.
type deviceReport struct {
	deviceLine
	Operations []operationReport `json:"operations"`
	Transfers  []transfer        `json:"transfers"`
	Error      string            `json:"error,omitempty"` // that ended the examination
}

// operationReport sums up the cases of one operation.
type operationReport struct {
	Operation string    `json:"operation"`
	Cases     int       `json:"cases"`
	Failed    int       `json:"failed"`
	Worst     share     `json:"worst_share_of_allowed"`
	WorstCase string    `json:"worst_case,omitempty"`
	Failures  []failure `json:"failures,omitempty"`
}

type failure struct {
	Case    string `json:"case"`
	Problem string `json:"problem"`
}

// share is an error as a share of what is allowed. An infinite one is null in
// JSON, which knows no such number.
type share float64

// MarshalJSON implements json.Marshaler.
func (s share) MarshalJSON() ([]byte, error) {
	if math.IsInf(float64(s), 0) {
		return []byte("null"), nil
	}
	return fmt.Appendf(nil, "%.4g", float64(s)), nil
}

func (s share) String() string {
	switch {
	case s == 0:
		return "exact"
	case math.IsInf(float64(s), 0):
		return "infinite"
	}
	return fmt.Sprintf("%.3g %%", 100*float64(s))
}

// add takes in one more case.
func (o *operationReport) add(name string, s float64, err error) {
	o.Cases++
	if o.WorstCase == "" || share(s) > o.Worst {
		o.Worst, o.WorstCase = share(s), name
	}
	if err != nil {
		o.Failed++
		o.Failures = append(o.Failures, failure{name, oneLine(err)})
	}
}

// examineDevice checks operation after operation until the device itself fails.
func (f *doctorFlags) examineDevice(d device.Device, line deviceLine, s *screen) deviceReport {
	r := deviceReport{deviceLine: line}
	cases := f.cases()
	for i, c := range cases {
		s.progress(line.ID+" "+c.Op, i, len(cases), "")
		o := r.operation(c.Op)
		worst, err := measure(c, d)
		o.add(c.Name, worst, err)
		if err == nil {
			continue
		}
		if err := d.Sync(); err != nil {
			r.Error = oneLine(err)
			return r
		}
	}
	s.progress(line.ID+" upload and download", 0, 0, "")
	r.Transfers = measureTransfers(d, f.seed)
	return r
}

// cases are those to check, operation by operation.
func (f *doctorFlags) cases() []devicetest.Case {
	all := devicetest.Cases(f.seed, !f.full)
	order := operationNames(all)
	slices.SortStableFunc(all, func(a, b devicetest.Case) int { return slices.Index(order, a.Op) - slices.Index(order, b.Op) })
	if len(f.ops) > 0 {
		all = slices.DeleteFunc(all, func(c devicetest.Case) bool { return !slices.Contains(f.ops, c.Op) })
	}
	return all
}

// operation returns the report on an operation, made at its first use.
func (r *deviceReport) operation(name string) *operationReport {
	for i := range r.Operations {
		if r.Operations[i].Operation == name {
			return &r.Operations[i]
		}
	}
	r.Operations = append(r.Operations, operationReport{Operation: name})
	return &r.Operations[len(r.Operations)-1]
}

// measure counts a panic as a failure of the case.
func measure(c devicetest.Case, d device.Device) (share float64, err error) {
	defer func() {
		if p := recover(); p != nil {
			share, err = math.Inf(1), errors.New(fmt.Sprint(p))
		}
	}()
	return c.Measure(d)
}
