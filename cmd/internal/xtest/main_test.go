package xtest_test

import (
	"bufio"
	"errors"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"tandem/cmd/internal/xtest"
)

// endVariable tells a child process how its window should end: "panic", "error"
// or never. The child says which display it has and waits until its standard
// input is closed.
const endVariable = "TANDEM_TEST_WINDOW_END"

func endBadly(d *xtest.Display, end string) error {
	os.Stdout.WriteString(d.Name + "\n")
	io.Copy(io.Discard, os.Stdin)
	switch end {
	case "panic":
		panic("a window's panic")
	case "error":
		return errors.New("a window's error")
	}
	select {}
}

func child(arguments ...string) *exec.Cmd {
	return exec.Command(os.Args[0], arguments...)
}

// However a test process ends, its X server ends, too.
func TestTheServerEndsWithTheProcess(t *testing.T) {
	xtest.Need(t)
	for end, says := range map[string]string{"panic": "a window's panic", "error": "the tests' window: a window's error", "killed": ""} {
		t.Run(end, func(t *testing.T) {
			var complaint strings.Builder
			cmd := child("-test.run=^$")
			cmd.Env, cmd.Stderr = append(os.Environ(), endVariable+"="+end), &complaint
			in, err := cmd.StdinPipe()
			must(t, err)
			out, err := cmd.StdoutPipe()
			must(t, err)
			must(t, cmd.Start())
			lines := bufio.NewScanner(out)
			for lines.Scan() && !strings.HasPrefix(lines.Text(), ":") { // tests say that they pass
			}
			socket := "/tmp/.X11-unix/X" + strings.TrimPrefix(lines.Text(), ":")
			server, err := net.Dial("unix", socket)
			must(t, err)
			defer server.Close()
			if end == "killed" {
				must(t, cmd.Process.Kill())
			}
			must(t, in.Close())
			if err := cmd.Wait(); err == nil || !strings.Contains(complaint.String(), says) {
				t.Errorf("the process ended with %v, saying %q", err, complaint.String())
			}
			hangsUp(t, server)
			if again, err := net.Dial("unix", socket); err == nil { // a server that only starts anew would listen
				defer again.Close()
				hangsUp(t, again)
			}
		})
	}
}

// hangsUp waits until the server closes the connection, which it does when it ends.
func hangsUp(t *testing.T, server net.Conn) {
	t.Helper()
	must(t, server.SetReadDeadline(time.Now().Add(10*time.Second)))
	if _, err := server.Read(make([]byte, 1)); !errors.Is(err, io.EOF) && !errors.Is(err, syscall.ECONNRESET) {
		t.Errorf("the server has not ended: %v", err)
	}
}

// Without Xvfb, tests are skipped or fail, as the variable says.
func TestWithoutAServer(t *testing.T) {
	for wish, want := range map[string]string{
		"":         "--- SKIP: TestWheel|install Xvfb|PASS",
		"none":     "--- SKIP: TestWheel|TANDEM_WINDOW_TESTS=none|PASS",
		"required": "--- FAIL: TestWheel|install Xvfb|TANDEM_WINDOW_TESTS=required wants it|FAIL",
	} {
		cmd := child("-test.run=^TestWheel$", "-test.v")
		cmd.Env = append(os.Environ(), "PATH=", "TANDEM_WINDOW_TESTS="+wish)
		out, err := cmd.CombinedOutput()
		if (err != nil) != (wish == "required") {
			t.Errorf("wish %q: %v", wish, err)
		}
		for _, text := range strings.Split(want, "|") {
			if !strings.Contains(string(out), text) {
				t.Errorf("wish %q: nothing of %q in:\n%s", wish, text, out)
			}
		}
	}
}

func TestStartSaysWhyTheServerEnded(t *testing.T) {
	xtest.Need(t)
	folder := t.TempDir()
	must(t, os.WriteFile(filepath.Join(folder, "Xvfb"), []byte("#!/bin/sh\necho no screens found >&2\n"), 0o700))
	t.Setenv("PATH", folder)
	if _, err := xtest.Start(100, 100); err == nil || !strings.Contains(err.Error(), "it ended at once; it says: no screens found") {
		t.Errorf("the error is %v", err)
	}
}
