package main

import (
	"debug/elf"
	"fmt"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
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

// headless returns the program that is built for servers.
func headless(t *testing.T) string {
	t.Helper()
	path, err := buildHeadless()
	if err != nil {
		t.Fatal(err)
	}
	return path
}

var buildHeadless = sync.OnceValues(func() (path string, err error) {
	path = filepath.Join(filepath.Dir(binary), "tandem-headless")
	if out, err := exec.Command("go", "build", "-tags=nowindow", "-o", path, ".").CombinedOutput(); err != nil {
		return "", fmt.Errorf("%w\n%s", err, out)
	}
	return path, nil
})

// It says that it has no window, or trains without one.
func TestHeadlessHasNoWindow(t *testing.T) {
	unraced(t)
	for _, args := range []string{"view " + trained(t), "train --data fashion-mnist --window"} {
		cmd := command(t, strings.Fields(args)...)
		cmd.Path = headless(t)
		if r := finish(t, cmd); r.status != 1 || r.stderr != "tandem: no window can open: this program was built without (the tag nowindow)\n" {
			t.Errorf("%s: status %d, stderr %q", args, r.status, r.stderr)
		}
	}
	cmd := command(t, "--steps", "1")
	cmd.Path = headless(t)
	if r := finish(t, cmd); r.status != 0 || !strings.Contains(r.stderr, "training without one") {
		t.Errorf("status %d, stderr %q", r.status, r.stderr)
	}
}

// A server has the C library, and what belongs to it.
func TestHeadlessLinksNothingButTheCLibrary(t *testing.T) {
	unraced(t)
	if runtime.GOOS != "linux" {
		t.Skip("reads Linux programs")
	}
	headless := headless(t)
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
