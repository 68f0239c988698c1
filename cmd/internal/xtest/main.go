package xtest

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"testing"
)

const variable = "TANDEM_WINDOW_TESTS"

// shared is the display of Main, or why there is none.
var shared = struct {
	display *Display
	err     error
}{err: errors.New("TestMain does not call xtest.Main")}

// Main runs a package's tests beside a window, and exits; TestMain calls it. The
// window belongs to the main goroutine, as ebiten wants it: window shows it on
// the display, which is $DISPLAY, and returns when done is closed, after the
// tests, which run on another goroutine. If it fails earlier, so do the tests.
// Without a display, window is not called, and tests that Need it are skipped.
func Main(m *testing.M, width, height int, window func(d *Display, done <-chan struct{}) error) {
	os.Exit(Run(m, width, height, window))
}

// Run is Main for a TestMain that has something to clear away: it returns the exit
// status.
func Run(m *testing.M, width, height int, window func(d *Display, done <-chan struct{}) error) int {
	if shared.display, shared.err = open(width, height); shared.err != nil {
		return m.Run()
	}
	defer shared.display.Close()
	status, done := make(chan int, 1), make(chan struct{})
	go func() {
		status <- m.Run()
		close(done)
	}()
	if err := window(shared.display, done); err != nil {
		fmt.Fprintf(os.Stderr, "the tests' window: %v\n", err)
		return 1
	}
	return <-status
}

// open starts the display that windows of this process appear on, drawn without
// a GPU so that pictures are the same everywhere.
func open(width, height int) (*Display, error) {
	if os.Getenv(variable) == "none" {
		return nil, errors.New(variable + "=none")
	}
	d, err := Start(width, height)
	if err != nil {
		return nil, err
	}
	return d, errors.Join(os.Setenv("DISPLAY", d.Name), os.Setenv("LIBGL_ALWAYS_SOFTWARE", "1"))
}

// Need returns the display of Main. Where Xvfb is missing it skips the test, or
// fails it under TANDEM_WINDOW_TESTS=required.
func Need(t testing.TB) *Display {
	t.Helper()
	wish, err := os.Getenv(variable), shared.err
	switch {
	case err == nil:
	case wish == "required":
		t.Fatalf("%v; %s=required wants it", err, variable)
	case wish == "none" || errors.Is(err, exec.ErrNotFound):
		t.Skip(err)
	default:
		t.Fatal(err)
	}
	return shared.display
}
