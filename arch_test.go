package tandem_test

import (
	"encoding/json"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// mayImport says, for each package, what its files may import besides the
// standard library: packages of this module without the prefix "tandem/", and
// other people's. "/..." takes in what lies beneath. Tests are free. It is the
// drawing of the rooms and arrows in ARCHITECTURE.md, as a table.
var mayImport = map[string][]string{
	"engine/tensor":            {},
	"engine/atomicfile":        {},
	"engine/device":            {"engine/tensor"},
	"engine/device/devicetest": {"engine/tensor", "engine/device"},
	"engine/cpu":               {"engine/tensor", "engine/device"},
	"engine/vulkan":            {"engine/tensor", "engine/device", "vk", "shaders"},
	"vk":                       {"github.com/vulkan-go/vulkan/..."},
	"vk/vktest":                {"vk"},
	"shaders":                  {},
	"engine/nn":                {"engine/tensor", "engine/device"},
	"engine/data":              {"engine/tensor", "engine/atomicfile", "golang.org/x/image/...", "gonum.org/v1/gonum/..."},
	"engine/weights":           {"engine/tensor", "engine/atomicfile", "engine/nn", "google.golang.org/protobuf/..."},
	"engine/viz":               {"engine/tensor", "engine/device", "engine/atomicfile", "engine/nn", "golang.org/x/image/..."},
	"engine/viz/survey":        {"engine/tensor", "engine/nn", "engine/data", "engine/viz", "gonum.org/v1/gonum/...", "golang.org/x/image/..."},
	"engine/viz/saliency":      {"engine/tensor", "engine/device", "engine/nn", "engine/viz"},
	"engine/viz/curves":        {"engine/atomicfile", "engine/train/metrics", "engine/viz", "engine/viz/curves/series", "gonum.org/v1/plot/..."},
	"engine/viz/curves/series": {},
	"engine/train/metrics":     {"engine/atomicfile", "google.golang.org/protobuf/..."},
	"engine/train": {"engine/tensor", "engine/device", "engine/nn", "engine/data", "engine/weights",
		"engine/atomicfile", "engine/train/metrics", "engine/viz"},
	"cmd/internal/scene":          {"engine/tensor", "engine/nn"},
	"cmd/internal/xtest":          {"github.com/jezek/xgb/..."},
	"cmd/internal/lab":            {"engine/...", "cmd/internal/scene"},
	"cmd/internal/live":           {"engine/...", "cmd/internal/scene", "cmd/internal/lab"},
	"cmd/internal/viewer":         {"engine/tensor", "engine/nn", "engine/viz", "engine/viz/curves/series", "cmd/internal/scene", "cmd/internal/viewer/...", "github.com/hajimehoshi/ebiten/...", "golang.org/x/image/..."},
	"cmd/internal/viewer/ui":      {"github.com/hajimehoshi/ebiten/...", "golang.org/x/image/..."},
	"cmd/internal/viewer/plot":    {"engine/viz/curves/series"},
	"cmd/wasm":                    {"engine/...", "cmd/internal/...", "github.com/hajimehoshi/ebiten/..."},
	"cmd/desktop/internal/album":  {"engine/...", "cmd/internal/scene", "cmd/internal/lab", "cmd/internal/live"},
	"cmd/desktop":                 {"engine/...", "cmd/internal/...", "cmd/desktop/internal/...", "vk", "web", "github.com/spf13/cobra/...", "github.com/spf13/pflag", "golang.org/x/term/...", "github.com/hajimehoshi/ebiten/..."},
	"cmd/desktop/internal/system": {"github.com/go-gl/glfw/...", "github.com/jezek/xgb/...", "golang.design/x/clipboard", "github.com/ncruces/zenity"},
	"web":                         {},
}

// withoutSystem lists the packages that the browser runs.
var withoutSystem = []string{
	"engine/tensor", "engine/device", "engine/cpu", "engine/nn", "engine/data", "engine/viz", "engine/viz/survey", "engine/viz/saliency", "engine/viz/curves/series", "engine/weights", "engine/train", "engine/train/metrics", "cmd/internal/scene", "cmd/internal/lab", "cmd/internal/live", "cmd/internal/viewer/plot", "cmd/wasm",
}

// topLevel lists the folders of the repository; any other needs a reason in
// ARCHITECTURE.md and a place here.
var topLevel = []string{"bench", "cmd", "docs", "engine", "shaders", "vk", "web"}

const maxLines = 400

// sourceFiles returns every Go file of the module, by slash-separated path.
func sourceFiles(t *testing.T) []string {
	t.Helper()
	var files []string
	err := fs.WalkDir(os.DirFS("."), ".", func(p string, d fs.DirEntry, err error) error {
		if err == nil && d.IsDir() && p != "." && (strings.HasPrefix(d.Name(), ".") || d.Name() == "testdata" || isOutput(p)) {
			return fs.SkipDir
		}
		if err == nil && strings.HasSuffix(p, ".go") {
			files = append(files, p)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// isOutput tells folders that the program and the Makefile create.
func isOutput(name string) bool {
	return slices.Contains([]string{"build", "data", "demo", "runs"}, name)
}

func imports(t *testing.T, file string) []string {
	t.Helper()
	f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, i := range f.Imports {
		p, err := strconv.Unquote(i.Path.Value)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
	return all
}

// Files are parsed one by one, so the rules hold under every build tag and for
// every system.
func TestImportsFollowTheArrows(t *testing.T) {
	for _, file := range sourceFiles(t) {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		room := roomOf(path.Dir(file))
		allowed, known := mayImport[room]
		if !known {
			t.Errorf("%s: package %s has no line in the import rules of arch_test.go", file, room)
			continue
		}
		for _, p := range imports(t, file) {
			if why := forbidden(p, room, allowed); why != "" {
				t.Errorf("%s imports %s: %s", file, p, why)
			}
		}
	}
}

// roomOf counts an internal package to the package it serves; Go itself keeps
// others out of it.
func roomOf(dir string) string {
	if room, _, inner := strings.Cut(dir, "/internal/"); inner && !strings.HasPrefix(dir, "cmd/") {
		return room
	}
	return dir
}

// forbidden returns why a package of that room may not import p, "" if it may.
func forbidden(p, room string, allowed []string) string {
	switch {
	case p == "C" && room != "vk":
		return "cgo belongs in vk alone"
	case p == "syscall/js" && room != "cmd/wasm":
		return "only cmd/wasm talks to the browser"
	case !strings.HasPrefix(p, "tandem/") && !strings.Contains(strings.Split(p, "/")[0], "."):
		return "" // standard library
	}
	p = roomOf(strings.TrimPrefix(p, "tandem/"))
	if p == room {
		return "" // an internal package
	}
	for _, a := range allowed {
		folder, tree := strings.CutSuffix(a, "/...")
		if p == folder || tree && strings.HasPrefix(p, folder+"/") {
			return ""
		}
	}
	return room + " may import " + strings.Join(allowed, ", ") + " only"
}

// listed is what `go list -json` says of a package.
type listed struct {
	ImportPath string
	Standard   bool
	CgoFiles   []string
	DepsErrors []struct{ Err string }
}

func goList(t *testing.T, env []string, packages ...string) []listed {
	t.Helper()
	cmd := exec.Command("go", append([]string{"list", "-e", "-deps", "-json=ImportPath,Standard,CgoFiles,DepsErrors"}, packages...)...)
	cmd.Env = append(os.Environ(), env...)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var all []listed
	for d := json.NewDecoder(strings.NewReader(string(out))); d.More(); {
		var p listed
		if err := d.Decode(&p); err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
	return all
}

// What the browser runs reaches no C code and no Vulkan, through any number of
// imports, ours or other people's.
func TestBrowserPackagesNeedNoSystem(t *testing.T) {
	var packages []string
	for _, p := range withoutSystem {
		if _, err := os.Stat(filepath.FromSlash(p)); err == nil {
			packages = append(packages, "./"+p)
		}
	}
	for _, p := range goList(t, []string{"CGO_ENABLED=1"}, packages...) {
		switch {
		case p.Standard:
		case len(p.CgoFiles) > 0:
			t.Errorf("the browser's packages reach %s, which needs cgo", p.ImportPath)
		case p.ImportPath == "tandem/vk" || p.ImportPath == "tandem/shaders" || p.ImportPath == "tandem/engine/vulkan":
			t.Errorf("the browser's packages reach %s", p.ImportPath)
		}
	}
	for _, p := range goList(t, []string{"GOOS=js", "GOARCH=wasm"}, packages...) {
		for _, e := range p.DepsErrors {
			t.Errorf("%s for the browser: %s", p.ImportPath, e.Err)
		}
	}
}

// The networks and the trainer know the Device interface and no backend.
func TestNetworksAndTrainerKnowNoBackend(t *testing.T) {
	for _, p := range goList(t, nil, "./engine/nn", "./engine/train") {
		if p.ImportPath == "tandem/engine/cpu" || p.ImportPath == "tandem/engine/vulkan" {
			t.Errorf("nn or train reaches %s", p.ImportPath)
		}
	}
}

func TestTopLevelFolders(t *testing.T) {
	entries, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		name := e.Name()
		if e.IsDir() && !strings.HasPrefix(name, ".") && !isOutput(name) && !slices.Contains(topLevel, name) {
			t.Errorf("folder %s is not among %s", name, strings.Join(topLevel, ", "))
		}
	}
}

func TestFilesAreShortAndFinished(t *testing.T) {
	unfinished := []string{"TO" + "DO", "FIX" + "ME", "XX" + "X"}
	for _, file := range sourceFiles(t) {
		text, err := os.ReadFile(filepath.FromSlash(file))
		if err != nil {
			t.Fatal(err)
		}
		generated := strings.HasPrefix(string(text), "// Code generated ")
		if lines := strings.Count(string(text), "\n"); lines > maxLines && !generated && !strings.HasSuffix(file, "_test.go") {
			t.Errorf("%s has %d lines; a file has one idea and at most %d", file, lines, maxLines)
		}
		for _, word := range unfinished {
			if strings.Contains(string(text), word) {
				t.Errorf("%s says %s", file, word)
			}
		}
	}
}
