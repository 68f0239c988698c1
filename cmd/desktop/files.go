package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"syscall"

	"tandem/engine/data"
)

// fileError shortens the system's error to "path: reason".
func fileError(err error) error {
	var p *fs.PathError
	if errors.As(err, &p) {
		return fmt.Errorf("%s: %w", p.Path, p.Err)
	}
	return err
}

// makeFolder creates a folder to write to.
func makeFolder(dir string) error {
	err := os.MkdirAll(dir, 0o777)
	if err == nil {
		return nil
	}
	if errors.Is(err, syscall.ENOTDIR) {
		return fmt.Errorf("--out %s: is a file, or lies under one; choose another folder", dir)
	}
	var p *fs.PathError
	if errors.As(err, &p) {
		err = p.Err
	}
	return fmt.Errorf("--out %s: the folder cannot be made: %w; choose another", dir, err)
}

// freshName returns base with ext behind it, and a number between them if there is
// such a file.
func freshName(base, ext string) string {
	fresh := base + ext
	for n := 2; ; n++ {
		if _, err := os.Lstat(fresh); errors.Is(err, fs.ErrNotExist) {
			return fresh
		}
		fresh = fmt.Sprintf("%s-%d%s", base, n, ext)
	}
}

// openData opens a --data value, showing how far it is.
func openData(spec string, o data.Options, s *screen) (*data.Splits, error) {
	if err := checkSpec(spec); err != nil {
		return nil, err
	}
	o.Progress = func(done, total int) { s.progress("reading images", done, total, "") }
	d, err := data.Open(spec, o)
	if err != nil {
		return nil, err
	}
	s.done()
	if n := len(d.Skipped); n > 0 {
		s.note(fmt.Sprintf("left out %s, first %s: %s", plural(n, "broken image"), d.Skipped[0].Path, d.Skipped[0].Reason))
	}
	return d, nil
}

// checkSpec tells a kind of data that does not exist from data that is missing.
func checkSpec(spec string) error {
	name, dir, hasDir := strings.Cut(spec, ":")
	for _, known := range dataSpecs() {
		kind, _, takesDir := strings.Cut(known, ":")
		if kind == name && takesDir == hasDir && (!hasDir || dir != "") {
			return nil
		}
	}
	return usagef("--data %s: there is no such data; there are %s", spec, strings.Join(dataSpecs(), ", "))
}

// quote makes a word safe to paste into a shell.
func quote(word string) string {
	plain := strings.IndexFunc(word, func(r rune) bool {
		return !strings.ContainsRune("-_./,:+=@", r) && (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z')
	}) < 0
	if plain && word != "" {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}
