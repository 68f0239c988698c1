package main

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"

	"tandem/engine/cpu"
)

func versionCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "version",
		Short:   "print the version, and what this build is made of",
		Example: "  tandem version",
		Args:    arguments(0, 0, ""),
		RunE: func(cmd *cobra.Command, _ []string) error {
			d := cpu.New(1)
			defer d.Close()
			fmt.Fprintf(cmd.OutOrStdout(), "tandem %s %s/%s\nCPU kernels: %s\n",
				moduleVersion(), runtime.GOOS, runtime.GOARCH, d.Info().Driver)
			return nil
		},
	}
}

func moduleVersion() string {
	info, ok := debug.ReadBuildInfo()
	if !ok || info.Main.Version == "" {
		return "(devel)"
	}
	return info.Main.Version
}
