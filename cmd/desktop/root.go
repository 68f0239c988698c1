package main

import (
	"github.com/spf13/cobra"
)

const intro = `Tandem trains AlexNet, on one or two devices, and shows what it learns.

Without a command it opens a window and trains a small AlexNet on images that are
built in. Without a display it says so, and trains all the same.

Exit status: 0 all well, 2 wrong usage, 130 interrupted, 1 anything else.`

// rootCommand returns `tandem` with everything below it.
func rootCommand() *cobra.Command {
	f := &demoFlags{}
	root := &cobra.Command{
		Use:           "tandem",
		Short:         "train AlexNet and look at what it learns",
		Long:          intro,
		Example:       "  tandem\n  tandem train --data fashion-mnist\n  tandem net show alexnet\n  tandem devices",
		Args:          onlyCommands,
		RunE:          func(cmd *cobra.Command, _ []string) error { return f.run(cmd) },
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	f.define(root)
	root.SetFlagErrorFunc(flagError)
	root.SuggestionsMinimumDistance = 2
	root.AddCommand(trainCommand(), evalCommand(), predictCommand(), viewCommand(), netCommand(), dataCommand(),
		devicesCommand(), doctorCommand(), benchCommand(), versionCommand())
	root.SetHelpCommand(helpCommand())
	root.InitDefaultCompletionCmd()
	for _, c := range root.Commands() {
		if c.Name() == "completion" { // cobra's own prints help for a shell it does not know
			c.Args, c.RunE = onlyCommands, group
			c.Example = "  source <(tandem completion bash)\n  tandem completion fish > ~/.config/fish/completions/tandem.fish"
		}
	}
	return root
}

// onStart calls f once a command's arguments and flags are accepted and its own
// work begins.
func onStart(root *cobra.Command, f func()) {
	root.PersistentPreRun = func(*cobra.Command, []string) { f() }
}

// helpCommand is cobra's, but an unknown topic is wrong usage.
func helpCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "help [COMMAND]",
		Short:   "help about a command",
		Example: "  tandem help train\n  tandem help net show",
		RunE: func(cmd *cobra.Command, args []string) error {
			about, rest, err := cmd.Root().Find(args)
			if err != nil || len(rest) > 0 {
				return usagef("there is no command %q to explain; see tandem --help", args[len(args)-1])
			}
			about.InitDefaultHelpFlag()
			return about.Help()
		},
	}
}
