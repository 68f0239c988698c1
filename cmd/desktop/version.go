package main

import (
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"strings"

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
			fmt.Fprintf(cmd.OutOrStdout(), "tandem %s %s/%s\nCPU kernels: %s\nVulkan: %s\n",
				moduleVersion(), runtime.GOOS, runtime.GOARCH, d.Info().Driver, vulkanSupport)
			return nil
		},
	}
}

// systemName names the operating system as it does itself, where it does.
func systemName() string {
	name := runtime.GOOS + "/" + runtime.GOARCH
	text, err := os.ReadFile("/etc/os-release")
	if err != nil {
		return name
	}
	for line := range strings.Lines(string(text)) {
		if pretty, ok := strings.CutPrefix(strings.TrimSpace(line), "PRETTY_NAME="); ok {
			return name + ", " + strings.Trim(pretty, `"`)
		}
	}
	return name
}

func moduleVersion() string {
	info, ok := debug.ReadBuildInfo()
	if !ok || info.Main.Version == "" {
		return "(devel)"
	}
	return info.Main.Version
}
