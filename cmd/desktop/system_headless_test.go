package main

import (
	"debug/elf"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// ofWindow are the modules that only a window needs.
var ofWindow = []string{
	"github.com/hajimehoshi/ebiten", "github.com/ebitengine/", "github.com/go-gl/glfw",
	"github.com/jezek/xgb", "golang.design/x/clipboard", "github.com/ncruces/zenity",
}

// reached returns which of ofWindow a package imports, through any others.
func reached(t *testing.T, args ...string) (found []string) {
	t.Helper()
	out, err := exec.Command("go", append([]string{"list", "-deps"}, args...)...).CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for dependency := range strings.Lines(string(out)) {
		for _, w := range ofWindow {
			if strings.HasPrefix(dependency, w) && !slices.Contains(found, w) {
				found = append(found, w)
			}
		}
	}
	return found
}

func TestHeadlessImportsNothingOfTheWindow(t *testing.T) {
	if found := reached(t, "-tags=nowindow", "."); found != nil {
		t.Errorf("with -tags nowindow the program imports %v", found)
	}
	if found := reached(t, "./internal/system"); !slices.Contains(found, "github.com/ncruces/zenity") {
		t.Errorf("without it only %v: this test looks for the wrong names", found)
	}
}

// A server has the C library, and what belongs to it.
func TestHeadlessLinksNothingButTheCLibrary(t *testing.T) {
	unraced(t)
	if runtime.GOOS != "linux" {
		t.Skip("reads Linux programs")
	}
	headless := filepath.Join(t.TempDir(), "tandem-headless")
	if out, err := exec.Command("go", "build", "-tags=nowindow", "-o", headless, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	file, err := elf.Open(headless)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	libraries, err := file.ImportedLibraries()
	if err != nil {
		t.Fatal(err)
	}
	allowed := []string{"libc", "libm", "libdl", "libpthread", "librt", "libresolv", "ld-linux-x86-64", "ld-linux-aarch64"}
	for _, l := range libraries {
		if name, _, _ := strings.Cut(l, ".so"); !slices.Contains(allowed, name) {
			t.Errorf("it does not start without %s", l)
		}
	}
	if out, err := exec.Command(headless, "version").CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}
