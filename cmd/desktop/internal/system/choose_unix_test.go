//go:build unix && !darwin && !nowindow

package system

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// chosen is what ChooseFile returns, as a child reports it.
type chosen struct {
	Path, Err string
	Ended     bool // Err is that of the context
}

func init() {
	calls["choose"] = func() any { return choose(context.Background()) }
	calls["choose briefly"] = func() any {
		ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
		defer cancel()
		return choose(ctx)
	}
}

func choose(ctx context.Context) chosen {
	path, err := ChooseFile(ctx)
	if err == nil {
		return chosen{Path: path}
	}
	return chosen{path, err.Error(), errors.Is(err, ctx.Err())}
}

// The library remembers where zenity is, so each case is a process of its own.
func TestChooseFile(t *testing.T) {
	for _, c := range []struct {
		name, call, script string
		want               chosen
	}{
		{"missing", "choose", "", chosen{Err: "no file dialog (install zenity): drop the file on the window or paste it"}},
		{"a file", "choose", `[ "$1" = --file-selection ] && echo "/a b/ü.png"`, chosen{Path: "/a b/ü.png"}},
		{"cancelled", "choose", "exit 1", chosen{}},
		{"failing", "choose", "echo 'cannot open' >&2; echo 'display' >&2; exit 5", chosen{Err: "the file dialog failed: exit status 5: cannot open display"}},
		{"given up", "choose briefly", "exec /bin/sleep 600", chosen{Err: "context deadline exceeded", Ended: true}},
	} {
		dir := t.TempDir()
		if c.script != "" {
			if err := os.WriteFile(filepath.Join(dir, "zenity"), []byte("#!/bin/sh\n"+c.script+"\n"), 0o777); err != nil {
				t.Fatal(err)
			}
		}
		var got chosen
		callWith(t, c.call, &got, "PATH="+dir)
		if got != c.want {
			t.Errorf("%s: got %+v, want %+v", c.name, got, c.want)
		}
	}
}
