//go:build (unix || windows) && !nowindow

package system

import (
	"context"
	"fmt"
	"strings"
	"time"
)

// within returns what f returns, or an error after limit. Other programs answer
// when they like, or never: a call that cannot be broken off is left behind then,
// and its result dropped.
func within[T any](limit time.Duration, f func(context.Context) (T, error)) (T, error) {
	type outcome struct {
		value T
		err   error
	}
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	done := make(chan outcome, 1)
	go func() {
		v, err := f(ctx)
		done <- outcome{v, err}
	}()
	select {
	case o := <-done:
		return o.value, o.err
	case <-ctx.Done():
		var none T
		return none, fmt.Errorf("no answer within %v", limit)
	}
}

// oneLine returns what another program said, without its line breaks.
func oneLine(err error) string { return strings.Join(strings.Fields(err.Error()), " ") }
