package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"tandem/engine/data"
	"tandem/engine/nn"
	"tandem/engine/train"
)

type predictFlags struct {
	device     string
	top, views int
	asJSON     bool
}

func predictCommand() *cobra.Command {
	f := &predictFlags{}
	c := &cobra.Command{
		Use:   "predict CKPT|DIR IMAGE...",
		Short: "name what is on pictures",
		Long: `Name what is on pictures: the likeliest classes of each, with their probability.
Pictures may be JPEG, PNG, GIF, BMP, TIFF or WebP, of any size. One that cannot
be read is named, the others are still looked at, and the exit status is 1.`,
		Example: "  tandem predict runs/quick/best.safetensors photo.jpg\n  tandem predict runs/quick *.png --top 3 --json",
		Args:    arguments(2, -1, "a checkpoint and at least one picture"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := f.check(); err != nil {
				return err
			}
			return f.predict(cmd, args[0], args[1:])
		},
	}
	c.Flags().IntVar(&f.top, "top", 5, "classes shown")
	c.Flags().IntVar(&f.views, "views", 1, "crops of each picture: 1, 2, 5 or 10")
	c.Flags().StringVar(&f.device, "device", "auto", "where to run: `DEV`[,DEV] of "+deviceHelp)
	c.Flags().BoolVar(&f.asJSON, "json", false, "print a JSON object a picture")
	completeFlag(c, "device", deviceNames)
	return c
}

func (f *predictFlags) check() error {
	switch {
	case f.top < 1:
		return usagef("--top must be at least 1, got %d", f.top)
	case f.views != 1 && f.views != 2 && f.views != 5 && f.views != 10:
		return usagef("--views must be 1, 2, 5 or 10, got %d", f.views)
	}
	return nil
}

func (f *predictFlags) predict(cmd *cobra.Command, checkpoint string, pictures []string) error {
	devices, closeDevices, err := openDevices(f.device, newScreen(cmd, f.asJSON).note)
	if err != nil {
		return err
	}
	defer closeDevices()
	ckpt, err := loadCheckpoint(checkpoint)
	if err != nil {
		return err
	}
	m, err := ckpt.NewModel(f.views, devices)
	if err != nil {
		return err
	}
	defer m.Close()
	var failed []error
	for _, path := range pictures {
		guesses, err := f.guess(ckpt, m, path)
		if err != nil {
			failed = append(failed, err)
			continue
		}
		if err := f.print(cmd.OutOrStdout(), path, guesses); err != nil {
			return err
		}
	}
	return errors.Join(failed...)
}

func (f *predictFlags) guess(ckpt *train.Checkpoint, m *nn.Model, path string) ([]train.Guess, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, fileError(err)
	}
	defer file.Close()
	img, err := data.DecodeImage(file, path)
	if err != nil {
		return nil, err
	}
	guesses, err := ckpt.Predict(m, img, f.views, f.top)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return guesses, nil
}

// prediction is one line of `tandem predict --json`.
type prediction struct {
	Image   string        `json:"image"`
	Guesses []train.Guess `json:"guesses"`
}

func (f *predictFlags) print(out io.Writer, path string, guesses []train.Guess) error {
	if f.asJSON {
		return json.NewEncoder(out).Encode(prediction{path, guesses})
	}
	fmt.Fprintln(out, path)
	for _, g := range guesses {
		fmt.Fprintf(out, "  %7s  %s\n", percent(g.Probability), g.Class)
	}
	return nil
}
