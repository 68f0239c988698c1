//go:build cgo

package vktest

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

// driver is a Vulkan driver that runs on the processor.
type driver struct {
	name      string
	device    string   // what its devices' names begin with
	manifests []string // glob patterns
	source    string   // Debian's package
}

var drivers = []driver{
	{"lavapipe", "llvmpipe", under(manifestFolders, "lvp_icd*.json"), "mesa-vulkan-drivers"},
	{"swiftshader", "SwiftShader", under(browserFolders, "vk_swiftshader_icd.json"), "chromium"},
}

// manifestFolders is where the loader looks for drivers.
var manifestFolders = []string{"/usr/share/vulkan/icd.d", "/usr/local/share/vulkan/icd.d", "/etc/vulkan/icd.d", "/opt/homebrew/share/vulkan/icd.d"}

// browserFolders is where browsers keep SwiftShader, beside folders of its own.
var browserFolders = append([]string{
	"/usr/lib/chromium", "/usr/lib/chromium-browser", "/usr/lib64/chromium", "/usr/lib64/chromium-browser",
	"/opt/google/chrome", "/opt/google/chrome-*", "/opt/chromium*", "/opt/microsoft/msedge", "/opt/brave.com/brave",
	"/snap/chromium/current/usr/lib/chromium-browser", "/usr/lib/swiftshader", "/opt/swiftshader",
}, manifestFolders...)

func under(folders []string, name string) []string {
	var patterns []string
	for _, f := range folders {
		patterns = append(patterns, f+"/"+name)
	}
	return patterns
}

// manifest returns the first manifest found, "" if there is none. A machine with
// drivers for several processors has several; ours is the one that says so, or
// that says nothing.
func (d driver) manifest() string {
	var found []string
	for _, p := range d.manifests {
		files, _ := filepath.Glob(p)
		found = append(found, files...)
	}
	for _, f := range found {
		if strings.Contains(f, processor()) {
			return f
		}
	}
	for _, f := range found {
		if !strings.Contains(filepath.Base(f), ".i686.") {
			return f
		}
	}
	return ""
}

// processor is Mesa's name for it in names of manifests.
func processor() string {
	switch runtime.GOARCH {
	case "amd64":
		return "x86_64"
	case "arm64":
		return "aarch64"
	}
	return runtime.GOARCH
}

// The two variables that name drivers: the second is of loaders before 1.3.207.
var driverVariables = []string{"VK_DRIVER_FILES", "VK_ICD_FILENAMES"}

// chosen tells whether the environment names drivers.
func chosen() bool {
	for _, v := range driverVariables {
		if os.Getenv(v) != "" {
			return true
		}
	}
	return false
}

// choose has the loader use the drivers above. It returns what is missing.
func choose() (missing []string) {
	var files []string
	for _, d := range drivers {
		if f := d.manifest(); f != "" {
			files = append(files, f)
		} else {
			missing = append(missing, fmt.Sprintf("%s is not installed (Debian: %s)", d.name, d.source))
		}
	}
	if len(files) > 0 {
		for _, v := range driverVariables {
			os.Setenv(v, strings.Join(files, string(os.PathListSeparator)))
		}
	}
	return missing
}

// watchQueue has the validation layer look for hazards between submissions, too,
// unless the environment chooses otherwise. It is the layer's only switch for it.
func watchQueue() {
	const variable = "VK_LAYER_ENABLES"
	if os.Getenv(variable) == "" {
		os.Setenv(variable, "VALIDATION_CHECK_ENABLE_SYNCHRONIZATION_VALIDATION_QUEUE_SUBMIT")
	}
}
