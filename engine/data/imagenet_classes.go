package data

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
)

// isSynset reports whether s is a WordNet id such as n01440764, by which
// ImageNet names its classes.
func isSynset(s string) bool {
	if len(s) != 9 || s[0] != 'n' {
		return false
	}
	for _, c := range s[1:] {
		if c < '0' || c > '9' {
			return false
		}
	}
	return true
}

// imageNetClass is one class; its label is its place in the order of synsets.
type imageNetClass struct {
	Synset string `json:"synset"`
	Name   string `json:"name,omitempty"`
}

// classNames returns what Dataset.Classes shows: the name, made unique by the
// synset (ImageNet has two kinds of "crane"), or the synset where there is none.
func classNames(classes []imageNetClass) []string {
	count := map[string]int{}
	for _, c := range classes {
		count[c.Name]++
	}
	names := make([]string, len(classes))
	for i, c := range classes {
		switch {
		case c.Name == "":
			names[i] = c.Synset
		case count[c.Name] > 1:
			names[i] = fmt.Sprintf("%s (%s)", c.Name, c.Synset)
		default:
			names[i] = c.Name
		}
	}
	return names
}

// parseClasses reads lines of a synset and its name, with a tab or spaces
// between, and returns them sorted by synset.
func parseClasses(r io.Reader, file string) ([]imageNetClass, error) {
	var classes []imageNetClass
	err := eachLine(r, file, func(line string) error {
		synset, name := line, ""
		if i := strings.IndexAny(line, " \t,"); i >= 0 {
			synset, name = line[:i], strings.TrimSpace(line[i+1:])
		}
		if !isSynset(synset) {
			return fmt.Errorf("%q is no synset id (n and eight digits), want lines of SYNSET NAME", oneLine(synset))
		}
		classes = append(classes, imageNetClass{synset, oneLine(name)})
		return nil
	})
	if err != nil {
		return nil, err
	}
	if len(classes) == 0 {
		return nil, fmt.Errorf("%s: names no class, want lines of SYNSET NAME", file)
	}
	slices.SortFunc(classes, bySynset)
	for i := range classes[1:] {
		if classes[i].Synset == classes[i+1].Synset {
			return nil, fmt.Errorf("%s: has %s twice", file, classes[i].Synset)
		}
	}
	return classes, nil
}

// parseFile opens a file for one of the parsers here.
func parseFile[T any](path string, parse func(r io.Reader, file string) (T, error)) (T, error) {
	f, err := os.Open(path)
	if err != nil {
		var zero T
		return zero, fmt.Errorf("%s: %w", path, reason(err))
	}
	defer f.Close()
	return parse(f, path)
}

// eachLine calls use for every line that is not blank, without the space around
// it, and puts file and line number before its errors.
func eachLine(r io.Reader, file string, use func(line string) error) error {
	scanner := bufio.NewScanner(r)
	number := 0
	for scanner.Scan() {
		number++
		line := strings.TrimSpace(scanner.Text())
		if line == "" {
			continue
		}
		if err := use(line); err != nil {
			return fmt.Errorf("%s: line %d: %w", file, number, err)
		}
	}
	err := scanner.Err()
	if errors.Is(err, bufio.ErrTooLong) {
		return fmt.Errorf("%s: line %d is too long; is this a text file?", file, number+1)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", file, reason(err))
	}
	return nil
}

// oneLine makes text from a file fit to be shown: valid, and on one line.
func oneLine(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
}
