package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"tandem/cmd/internal/xtest"
)

// binary is the program under test, built once as users build it.
var binary string

var (
	buildFlags []string
	raced      bool // with the race detector, which makes training ten times slower
)

// unraced skips a test that starts dozens of processes or trains for long, and
// shows the race detector nothing that others do not.
func unraced(t *testing.T) {
	if raced {
		t.Skip("takes minutes with the race detector")
	}
}

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "tandem-test-")
	if err != nil {
		panic(err)
	}
	binary = filepath.Join(dir, "tandem")
	keepBuildCache()
	os.Setenv("XDG_CACHE_HOME", filepath.Join(dir, "cache")) // of compiled kernels
	build := exec.Command("go", append(append([]string{"build", "-o", binary}, buildFlags...), ".")...)
	if out, err := build.CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "building tandem: %v\n%s", err, out)
		os.Exit(1)
	}
	status := xtest.Run(m, screenWidth, screenHeight, func(_ *xtest.Display, done <-chan struct{}) error {
		<-done // the windows are the program's
		return nil
	})
	os.RemoveAll(dir)
	os.Exit(status)
}

// keepBuildCache lets Go's own cache stay where it is when XDG_CACHE_HOME changes:
// every build would compile everything anew, which takes minutes.
func keepBuildCache() {
	if dir, err := exec.Command("go", "env", "GOCACHE").Output(); err == nil {
		os.Setenv("GOCACHE", strings.TrimSpace(string(dir)))
	}
}

// result is what a finished process leaves.
type result struct {
	stdout, stderr string
	status         int
}

// tandem runs the program in an empty folder.
func tandem(t *testing.T, args ...string) result {
	t.Helper()
	return finish(t, command(t, args...))
}

// tandemWith runs the program with additions to its environment.
func tandemWith(t *testing.T, env []string, args ...string) result {
	t.Helper()
	cmd := command(t, args...)
	cmd.Env = append(os.Environ(), env...)
	return finish(t, cmd)
}

// withoutDrivers is the environment of a machine without Vulkan drivers.
var withoutDrivers = []string{"VK_DRIVER_FILES=/nix.json", "VK_ICD_FILENAMES=/nix.json"}

func command(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	cmd := exec.Command(binary, args...)
	cmd.Dir = t.TempDir()
	cmd.Stdout, cmd.Stderr = &bytes.Buffer{}, &bytes.Buffer{}
	return cmd
}

func finish(t *testing.T, cmd *exec.Cmd) result {
	t.Helper()
	must(t, cmd.Start())
	late := time.AfterFunc(5*patience, func() { cmd.Process.Kill() }) // a window may have opened
	defer late.Stop()
	err := cmd.Wait()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return outcome(cmd)
}

func outcome(cmd *exec.Cmd) result {
	return result{fmt.Sprint(cmd.Stdout), fmt.Sprint(cmd.Stderr), cmd.ProcessState.ExitCode()}
}

// succeed runs the program and demands that it does what it should.
func succeed(t *testing.T, args ...string) string {
	t.Helper()
	r := tandem(t, args...)
	if r.status != 0 {
		t.Fatalf("tandem %s: status %d\n%s", strings.Join(args, " "), r.status, r.stderr)
	}
	return r.stdout
}

// tinyNet is a network file that trains in no time.
const tinyNet = `{
  "name": "tiny", "input": [1, 28, 28], "towers": 1,
  "nodes": [
    {"name": "conv1", "type": "conv", "filters": 4, "kernel": 5, "stride": 2, "weight": {"std": 0.1, "rate_factor": 1}, "bias": {"rate_factor": 1}},
    {"name": "relu1", "type": "relu"},
    {"name": "pool1", "type": "pool", "kind": "max", "kernel": 3, "stride": 2},
    {"name": "drop1", "type": "dropout", "keep": 0.9},
    {"name": "fc2", "type": "fc", "outputs": 10, "weight": {"std": 0.1, "rate_factor": 1}, "bias": {"rate_factor": 1}},
    {"name": "softmax", "type": "softmax"}
  ],
  "recipe": {"batch": 500, "epochs": 2, "rate": 0.05, "momentum": 0.9, "schedule": {"kind": "constant"},
    "images": {"flip": true, "subtract": "mean-image", "scale": 0.02}}
}`

// write puts text into a file of a temporary folder.
func write(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	return path
}

// trained returns the folder of a short run, the same for all tests, which must
// not write to it.
func trained(t *testing.T) string {
	t.Helper()
	dir, err := trainOnce()
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

var trainOnce = sync.OnceValues(func() (string, error) {
	base := filepath.Dir(binary)
	net, dir := filepath.Join(base, "tiny.json"), filepath.Join(base, "trained")
	if err := os.WriteFile(net, []byte(tinyNet), 0o666); err != nil {
		return "", err
	}
	out, err := exec.Command(binary, "train", "--data", "fashion-mnist", "--net", net, "--out", dir).CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("training: %w\n%s", err, out)
	}
	return dir, nil
})
