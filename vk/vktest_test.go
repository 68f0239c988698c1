//go:build cgo

package vk_test

import (
	"os"
	"os/exec"
	"strings"
	"testing"

	"tandem/vk"
	"tandem/vk/vktest"
)

// plantVariable turns on a mistake that a run of its own must report.
const plantVariable = "TANDEM_VK_PLANT"

func TestPlanted(t *testing.T) {
	if os.Getenv(plantVariable) == "" {
		t.Skip("a mistake, for other tests to run")
	}
	vktest.Each(t, func(t *testing.T, p *vk.PhysicalDevice) { askWithoutUsage(p) })
}

// planted runs TestPlanted in an environment and returns what it prints.
func planted(t *testing.T, env ...string) (passed bool, output string) {
	t.Helper()
	vktest.Instance(t, true)
	cmd := exec.Command(os.Args[0], "-test.run=^TestPlanted$", "-test.v")
	cmd.Env = append(append(os.Environ(), plantVariable+"=yes"), env...)
	out, err := cmd.CombinedOutput()
	return err == nil, string(out)
}

func TestAlarmValidationMessageFailsATest(t *testing.T) {
	devices := len(vktest.Instance(t, true).Devices())
	passed, out := planted(t)
	if n := strings.Count(out, "validation: error: "); passed || n != devices {
		t.Errorf("passed: %v, %d messages from %d devices:\n%s", passed, n, devices, out)
	}
	if passed, out := planted(t, "TANDEM_VULKAN_VALIDATION=off"); !passed {
		t.Errorf("failed without validation:\n%s", out)
	}
}

func TestAlarmMissingDriversFailWhereRequired(t *testing.T) {
	nowhere := []string{"VK_DRIVER_FILES=/nowhere.json", "VK_ICD_FILENAMES=/nowhere.json"}
	if passed, out := planted(t, append(nowhere, "TANDEM_VULKAN_TESTS=required")...); passed || !strings.Contains(out, "required wants it") {
		t.Errorf("passed: %v\n%s", passed, out)
	}
	if passed, out := planted(t, append(nowhere, "TANDEM_VULKAN_TESTS=")...); !passed || !strings.Contains(out, "--- SKIP: TestPlanted") {
		t.Errorf("passed: %v\n%s", passed, out)
	}
}
