// Command build compiles the kernels whose sources have changed and rewrites
// the manifest. Run it in the folder of kernels: `make shaders` does.
package main

import (
	"fmt"
	"os"
	"os/exec"
)

var tools = []string{"glslc", "spirv-val"}

func main() {
	for _, tool := range tools {
		if _, err := exec.LookPath(tool); err != nil {
			fail("%s is not installed; it comes with Debian's packages glslc and spirv-tools, or with the Vulkan SDK (vulkan.lunarg.com)", tool)
		}
	}
	f := folder{path: "."}
	if err := f.build(); err != nil {
		fail("%v", err)
	}
	fmt.Printf("shaders: %d compiled, %d removed, %d in all\n", f.compiled, f.removed, f.total)
}

func fail(format string, args ...any) {
	fmt.Fprintf(os.Stderr, "shaders: "+format+"\n", args...)
	os.Exit(1)
}
