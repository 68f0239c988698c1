package main

import (
	"fmt"

	"github.com/spf13/cobra"
)

// demoFlags are the flags of `tandem` without a command: some of those of `tandem
// train`.
type demoFlags struct {
	root  *cobra.Command
	train trainFlags
	as    *cobra.Command // `tandem train` with those flags
}

// demoShared are the flags of `tandem train` that `tandem` has as well.
var demoShared = []string{"device", "epochs", "steps", "out", "headless"}

func (f *demoFlags) define(root *cobra.Command) {
	f.as = &cobra.Command{Use: "train"}
	f.train.define(f.as)
	root.Flags().SortFlags = false
	for _, name := range demoShared {
		root.Flags().AddFlag(f.as.Flags().Lookup(name))
	}
}

// run trains the default network on the images that are built in, in a window where
// one can open.
func (f *demoFlags) run(cmd *cobra.Command) error {
	f.train.data = "fashion-mnist"
	if err := f.train.check(nil); err != nil {
		return err
	}
	if why := checkWindow(""); f.train.headless {
		// as asked
	} else if why != nil {
		fmt.Fprintf(cmd.ErrOrStderr(), "%v; training without one\n", oneLine(why))
	} else {
		f.train.window = true
	}
	return runTraining(cmd, &f.train, nil)
}
