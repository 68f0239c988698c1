//go:build unix && !darwin && !nowindow

package system

import (
	"encoding/json"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"testing"

	"tandem/cmd/internal/xtest"
)

const screenWidth, screenHeight = 1111, 777

// childVariable makes the test program call one function and print what it
// returns: on the main thread, which tests do not run on, and with an environment
// of its own.
const childVariable = "TANDEM_TEST_CALL"

// calls is what a child can be asked for.
var calls = map[string]func() any{}

func init() { runtime.LockOSThread() }

func TestMain(m *testing.M) {
	if f := calls[os.Getenv(childVariable)]; f != nil {
		if err := json.NewEncoder(os.Stdout).Encode(f()); err != nil {
			panic(err)
		}
		return
	}
	xtest.Main(m, screenWidth, screenHeight, func(_ *xtest.Display, done <-chan struct{}) error {
		<-done
		return nil
	})
}

// callWith has a child call something, with additions to its environment, and
// decodes the result. The child must print nothing else.
func callWith(t *testing.T, name string, result any, env ...string) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	// The race detector would rest for a second at each child's end.
	cmd.Env = append(append(os.Environ(), childVariable+"="+name, "GORACE=atexit_sleep_ms=0"), env...)
	var complaints strings.Builder
	cmd.Stderr = &complaints
	out, err := cmd.Output()
	if err != nil || complaints.Len() > 0 {
		t.Fatalf("%s: %v, and it prints %q", name, err, complaints.String())
	}
	if err := json.Unmarshal(out, result); err != nil {
		t.Fatalf("%s prints %q: %v", name, out, err)
	}
}
