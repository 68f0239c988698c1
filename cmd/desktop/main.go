// Command tandem trains AlexNet and its smaller sisters, and shows what they
// learn.
package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"runtime/debug"
)

func main() {
	if !tracing() {
		debug.SetTraceback("none") // panics that guard cannot catch print one line, too
	}
	os.Exit(serveMain(func() int { return run(os.Args[1:], os.Stdout, os.Stderr) }))
}

// run executes one command line and returns the exit status: 0, 2 for wrong
// usage, 128 plus the signal's number after an interruption, 1 for all else.
func run(args []string, stdout, stderr *os.File) int {
	out := &output{File: stdout}
	root := rootCommand()
	root.SetArgs(args)
	root.SetOut(out)
	root.SetErr(stderr)
	started := false
	onStart(root, func() { started = true })
	err := guard(root.Execute)
	switch {
	case err != nil && !started:
		err = usage(err)
	case err == nil && out.err != nil:
		err = fmt.Errorf("standard output: %w", out.err)
	}
	return report(err, stderr)
}

// output remembers the first error of writing, so that a command whose output
// is lost does not end as if all were well.
type output struct {
	*os.File
	err error
}

func (o *output) Write(p []byte) (int, error) {
	n, err := o.File.Write(p)
	var reason *fs.PathError
	if errors.As(err, &reason) {
		err = reason.Err
	}
	if o.err == nil {
		o.err = err
	}
	return n, err
}

func tracing() bool { return os.Getenv("TANDEM_TRACE") == "1" }

// report prints err as one line and returns the exit status.
func report(err error, stderr io.Writer) int {
	var stop *stopped
	var wrong *usageError
	switch {
	case err == nil:
		return 0
	case errors.As(err, &stop):
		fmt.Fprintln(stderr, "tandem:", oneLine(err))
		return stop.status()
	case errors.As(err, &wrong):
		fmt.Fprintln(stderr, "tandem:", oneLine(err))
		return 2
	}
	fmt.Fprintln(stderr, "tandem:", oneLine(err))
	return 1
}

// guard turns a panic into an error: what users see is one line, and the stack
// only if they ask for it.
func guard(f func() error) (err error) {
	defer func() {
		p := recover()
		if p == nil {
			return
		}
		if tracing() {
			err = fmt.Errorf("%v", p)
			os.Stderr.Write(debug.Stack())
			return
		}
		err = fmt.Errorf("a mistake in tandem itself: %v; please report it, with what TANDEM_TRACE=1 prints before this line", p)
	}()
	return f()
}
