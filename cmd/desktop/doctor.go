package main

import (
	"fmt"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"tandem/engine/cpu"
	"tandem/engine/device"
	"tandem/engine/device/devicetest"
)

const doctorHelp = `Run every operation on a device, on fresh random numbers, and hold the results
against references in double precision. The worst error is given as a share of
what is allowed: 100 % is the limit. Then data goes to the device and back, and
over to the other device, or to the CPU where there is one alone, and must arrive
bit for bit.

The output can be pasted into a bug report. The exit status is 1 if anything
failed. --full takes about four times as long.`

type doctorFlags struct {
	device, kernels string
	ops             []string
	seed            uint64
	full, asJSON    bool
}

func doctorCommand() *cobra.Command {
	f := &doctorFlags{}
	c := &cobra.Command{
		Use:     "doctor",
		Short:   "check that a device computes right",
		Long:    doctorHelp,
		Example: "  tandem doctor\n  tandem doctor --device vulkan:0,vulkan:1 --full\n  tandem doctor --device cpu --json",
		Args:    arguments(0, 0, ""),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := f.check(); err != nil {
				return err
			}
			if !cmd.Flags().Changed("seed") {
				f.seed = uint64(time.Now().UnixNano())
			}
			return f.run(cmd)
		},
	}
	c.Flags().StringVar(&f.device, "device", "auto", "what to check: `DEV`[,DEV] of "+deviceHelp)
	c.Flags().Uint64Var(&f.seed, "seed", 0, "`NUMBER` that sizes and contents are drawn from (default: a new one)")
	c.Flags().BoolVar(&f.full, "full", false, "all cases instead of the short list")
	c.Flags().BoolVar(&f.asJSON, "json", false, "print JSON")
	c.Flags().StringSliceVar(&f.ops, "ops", nil, "check these operations only")
	kernelsFlag(c, &f.kernels)
	if err := c.Flags().MarkHidden("ops"); err != nil {
		panic(err) // the flag does not exist
	}
	completeFlag(c, "device", deviceNames)
	return c
}

// kernelsFlag defines --kernels, which is for those who work on kernels.
func kernelsFlag(c *cobra.Command, kernels *string) {
	c.Flags().StringVar(kernels, "kernels", "", "GPU kernels for products: tiled or direct (default: by the kind of device)")
	if err := c.Flags().MarkHidden("kernels"); err != nil {
		panic(err) // the flag does not exist
	}
}

func checkKernels(kernels string) error {
	if !slices.Contains([]string{"", "tiled", "direct"}, kernels) {
		return usagef("--kernels takes tiled or direct, got %q", kernels)
	}
	return nil
}

func (f *doctorFlags) check() error {
	if err := checkKernels(f.kernels); err != nil {
		return err
	}
	known := operationNames(devicetest.Cases(0, true))
	for _, op := range f.ops {
		if !slices.Contains(known, op) {
			return usagef("--ops %s: there are %s", op, strings.Join(known, ", "))
		}
	}
	_, err := parseDevices(f.device)
	return err
}

// operationNames lists the operations of cases, in their order.
func operationNames(cases []devicetest.Case) []string {
	var names []string
	for _, c := range cases {
		if !slices.Contains(names, c.Op) {
			names = append(names, c.Op)
		}
	}
	return names
}

// doctorReport is what `tandem doctor --json` prints.
type doctorReport struct {
	Tandem  string         `json:"tandem"`
	System  string         `json:"system"`
	Go      string         `json:"go"`
	Seed    uint64         `json:"seed"`
	Full    bool           `json:"full"`
	Kernels string         `json:"kernels,omitempty"` // where they were chosen by hand
	Devices []deviceReport `json:"devices"`
	Links   []transfer     `json:"links"`
	Checks  int            `json:"checks"`
	Failed  int            `json:"failed"`
}

func (f *doctorFlags) run(cmd *cobra.Command) error {
	s := newScreen(cmd, f.asJSON)
	defer s.done()
	devices, closeDevices, err := openWith(f.device, f.kernels, s.note)
	if err != nil {
		return err
	}
	defer closeDevices()
	r := f.examine(devices, s)
	s.done()
	if f.asJSON {
		if err := printJSON(cmd.OutOrStdout(), r); err != nil {
			return err
		}
	} else {
		r.print(cmd.OutOrStdout())
	}
	if r.Failed > 0 {
		return fmt.Errorf("%s of %s failed on %s; please report it with the lines above", count(r.Failed), plural(r.Checks, "check"), f.device)
	}
	return nil
}

func (f *doctorFlags) examine(devices []device.Device, s *screen) doctorReport {
	r := doctorReport{
		Tandem: moduleVersion(), System: systemName(), Go: runtime.Version(), Seed: f.seed, Full: f.full, Kernels: f.kernels,
	}
	known := knownDevices()
	for i, d := range devices {
		if i > 0 && d.Info().ID == devices[0].Info().ID {
			continue // the same card, or the CPU, once more
		}
		r.Devices = append(r.Devices, f.examineDevice(d, known[d.Info().ID], s))
	}
	r.Links = f.examineLinks(devices, s)
	r.add()
	return r
}

// knownDevices describes all devices by their names.
func knownDevices() map[string]deviceLine {
	g := findGPUs()
	defer g.close()
	known := map[string]deviceLine{}
	for _, l := range listDevices(g) {
		known[l.ID] = l
	}
	return known
}

// examineLinks sends data both ways between two devices, or between one and the
// CPU.
func (f *doctorFlags) examineLinks(devices []device.Device, s *screen) []transfer {
	if len(devices) == 1 {
		partner := cpu.New(0)
		defer partner.Close()
		devices = append(slices.Clone(devices), partner)
	}
	var links []transfer
	for _, way := range [][2]int{{0, 1}, {1, 0}} {
		s.progress("sending from device to device", 0, 0, "")
		links = append(links, measureLink(devices[way[0]], devices[way[1]], f.seed))
	}
	return links
}

// add counts all checks, and those that failed.
func (r *doctorReport) add() {
	for _, d := range r.Devices {
		for _, o := range d.Operations {
			r.Checks += o.Cases
			r.Failed += o.Failed
		}
		r.addTransfers(d.Transfers)
		if d.Error != "" {
			r.Checks++
			r.Failed++
		}
	}
	r.addTransfers(r.Links)
}

func (r *doctorReport) addTransfers(list []transfer) {
	for _, t := range list {
		r.Checks++
		if t.Failure != "" {
			r.Failed++
		}
	}
}
