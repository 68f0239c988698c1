package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
	"time"
)

// stopped is the error of a command that a signal has ended.
type stopped struct {
	signal os.Signal
	note   string
}

func (s *stopped) Error() string { return s.note }

// status is what shells expect of a process that a signal ended.
func (s *stopped) status() int {
	if n, ok := s.signal.(syscall.Signal); ok {
		return 128 + int(n)
	}
	return 1
}

// interruption ends a context at the first Ctrl-C (or SIGTERM), after printing
// a note; the second one ends the process at once.
type interruption struct {
	context.Context
	first os.Signal // valid once the context has ended
	stop  func()
}

func interruptible(ctx context.Context, s *screen, note string) *interruption {
	ctx, cancel := context.WithCancel(ctx)
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	i := &interruption{Context: ctx, stop: func() { signal.Stop(signals); cancel() }}
	go func() {
		select {
		case i.first = <-signals:
		case <-ctx.Done():
			return
		}
		s.note(note)
		cancel()
		again := &stopped{signal: second(signals)}
		s.done()
		os.Exit(again.status())
	}()
	return i
}

// bounce is the time in which a signal is taken for the first one's echo:
// timeout(1), for one, sends each to the process and again to its group.
const bounce = 500 * time.Millisecond

// second waits for a signal that is not an echo.
func second(signals <-chan os.Signal) os.Signal {
	settled := time.Now().Add(bounce)
	for s := range signals {
		if time.Now().After(settled) {
			return s
		}
	}
	return nil
}

// caught returns the error for a command whose work the signal cut short, nil
// if there was none.
func (i *interruption) caught(note string) error {
	if i.Err() == nil {
		return nil
	}
	return &stopped{signal: i.first, note: note}
}
