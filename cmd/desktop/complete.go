package main

import (
	"github.com/spf13/cobra"

	"tandem/engine/data"
)

type completions = func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective)

// completeWith offers fixed words in the shell, and files too.
func completeWith(words func() []string) completions {
	return func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return words(), cobra.ShellCompDirectiveDefault
	}
}

// completeFlag offers fixed words for a flag's value.
func completeFlag(c *cobra.Command, flag string, words func() []string) {
	if err := c.RegisterFlagCompletionFunc(flag, completeWith(words)); err != nil {
		panic(err) // the flag does not exist
	}
}

func dataSpecs() []string {
	var specs []string
	for _, s := range data.Sources() {
		specs = append(specs, s.Spec)
	}
	return specs
}

// deviceNames offers the devices of this machine.
func deviceNames() []string {
	g := findGPUs()
	defer g.close()
	names := []string{"auto", "cpu", "cpu,cpu"}
	for i, d := range g.found {
		if !d.Usable {
			continue
		}
		names = append(names, d.ID)
		for _, other := range g.found[i+1:] {
			if other.Usable {
				names = append(names, d.ID+","+other.ID)
			}
		}
	}
	return names
}
