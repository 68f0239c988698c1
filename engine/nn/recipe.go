package nn

import (
	"fmt"
	"slices"
	"strings"
)

// Recipe says how a network is trained unless the user says otherwise.
type Recipe struct {
	Batch    int      `json:"batch"`
	Epochs   int      `json:"epochs"`
	Rate     float32  `json:"rate"` // initial learning rate
	Momentum float32  `json:"momentum"`
	Schedule Schedule `json:"schedule"`
	Images   Images   `json:"images"`
}

// Images says how images are prepared for the network.
type Images struct {
	Resize      int     `json:"resize,omitempty"`       // shortest side before cropping; 0: images come in their size
	Flip        bool    `json:"flip,omitempty"`         // mirror half of the training images
	ColourNoise float32 `json:"colour_noise,omitempty"` // standard deviation of alpha (section 4.1)
	Subtract    string  `json:"subtract"`               // "mean-image", "mean-image-centre", "mean-rgb" or "none"
	Scale       float32 `json:"scale"`                  // times the difference; 1 leaves 0..255
}

// Schedule says how the learning rate falls.
type Schedule struct {
	Kind   string  `json:"kind"`             // "constant", "step", "plateau" or "epochs"
	Factor float32 `json:"factor,omitempty"` // step and plateau: times this at each fall
	Every  int     `json:"every,omitempty"`  // step: steps between falls
	Times  int     `json:"times,omitempty"`  // plateau: falls before training ends
	Wait   int     `json:"wait,omitempty"`   // plateau: epochs without a better error before a fall
	Rates  []Fall  `json:"rates,omitempty"`  // epochs
}

// Fall sets the learning rate from an epoch on, counted from 0.
type Fall struct {
	Epoch int     `json:"epoch"`
	Rate  float32 `json:"rate"`
}

// Check returns an error that names the field that makes no sense.
func (r Recipe) Check() error {
	if err := checkBatch(r.Batch); err != nil {
		return fmt.Errorf("recipe: %w", err)
	}
	switch {
	case r.Epochs < 1:
		return fmt.Errorf("recipe: epochs must be at least 1, got %d", r.Epochs)
	case !(r.Rate > 0):
		return fmt.Errorf("recipe: rate must be above 0, got %g", r.Rate)
	case !(r.Momentum >= 0 && r.Momentum < 1):
		return fmt.Errorf("recipe: momentum must be at least 0 and below 1, got %g", r.Momentum)
	}
	if err := r.Schedule.check(); err != nil {
		return fmt.Errorf("recipe: schedule: %w", err)
	}
	if err := r.Images.check(); err != nil {
		return fmt.Errorf("recipe: images: %w", err)
	}
	return nil
}

// maxBatch keeps the elements of a batch within 64 bits.
const maxBatch = 1 << 20

func checkBatch(n int) error {
	switch {
	case n < 1:
		return fmt.Errorf("batch must be at least 1, got %d", n)
	case n > maxBatch:
		return fmt.Errorf("batch must be at most %d, got %d", maxBatch, n)
	}
	return nil
}

func (s Schedule) check() error {
	falls := s.Factor > 0 && s.Factor < 1
	switch s.Kind {
	case "constant":
		return nil
	case "step":
		if !falls || s.Every < 1 {
			return fmt.Errorf("step needs a factor between 0 and 1 and every >= 1, got %g and %d", s.Factor, s.Every)
		}
		return nil
	case "plateau":
		if !falls || s.Times < 1 || s.Wait < 1 {
			return fmt.Errorf("plateau needs a factor between 0 and 1, times >= 1 and wait >= 1, got %g, %d and %d", s.Factor, s.Times, s.Wait)
		}
		return nil
	case "epochs":
		return checkFalls(s.Rates)
	}
	return fmt.Errorf("kind must be constant, step, plateau or epochs, got %q", s.Kind)
}

func checkFalls(falls []Fall) error {
	if len(falls) == 0 {
		return fmt.Errorf("epochs needs rates")
	}
	for i, f := range falls {
		if !(f.Rate > 0) || f.Epoch < 0 || i > 0 && f.Epoch <= falls[i-1].Epoch {
			return fmt.Errorf("rates must be above 0 at growing epochs, got %v", falls)
		}
	}
	return nil
}

// subtractions are the values of Images.Subtract: the mean of the very pixel,
// the mean image's central crop wherever the crop was cut (the released code),
// each channel's mean, nothing.
var subtractions = []string{"mean-image", "mean-image-centre", "mean-rgb", "none"}

func (i Images) check() error {
	switch {
	case i.Resize < 0:
		return fmt.Errorf("resize must not be negative, got %d", i.Resize)
	case !(i.ColourNoise >= 0):
		return fmt.Errorf("colour_noise must not be negative, got %g", i.ColourNoise)
	case !(i.Scale > 0):
		return fmt.Errorf("scale must be above 0, got %g", i.Scale)
	case !slices.Contains(subtractions, i.Subtract):
		return fmt.Errorf("subtract must be %s, got %q", strings.Join(subtractions, ", "), i.Subtract)
	}
	return nil
}
