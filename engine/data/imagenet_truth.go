package data

import (
	"fmt"
	"io"
	"path"
	"strconv"
	"strings"
)

// truthForms explains what the labels of validation images can look like.
const truthForms = "lines of NAME SYNSET, of NAME INDEX (from 0, in the order of synset ids, as in Caffe's val.txt), " +
	"of one SYNSET, or of one ILSVRC id (the devkit's ground truth) with a list of lines ID SYNSET beside it"

// groundTruth is a list of the classes of validation images that lie in no
// class folder.
type groundTruth struct {
	file   string
	byName map[string]string // file name without extension: synset or index
	byLine []string          // synset of image 1, 2, ...
}

// truthParser reads a ground-truth list in one of truthForms. ids translates
// ILSVRC ids and may be nil.
func truthParser(ids map[string]string) func(io.Reader, string) (*groundTruth, error) {
	return func(r io.Reader, file string) (*groundTruth, error) {
		truth := &groundTruth{file: file, byName: map[string]string{}}
		err := eachLine(r, file, func(line string) error {
			fields := strings.FieldsFunc(line, func(c rune) bool { return c == ' ' || c == '\t' || c == ',' })
			switch {
			case len(fields) == 0:
				return fmt.Errorf("%q says nothing, want %s", oneLine(line), truthForms)
			case len(fields) == 1:
				return truth.addLine(fields[0], ids)
			case fields[0] == "ImageId": // the heading of Kaggle's LOC_val_solution.csv
				return nil
			}
			return truth.addName(fields[0], fields[1])
		})
		if err == nil && len(truth.byLine) > 0 && len(truth.byName) > 0 {
			err = fmt.Errorf("%s: some lines have one field and some have more, want %s", file, truthForms)
		}
		if err == nil && len(truth.byLine)+len(truth.byName) == 0 {
			err = fmt.Errorf("%s: is empty, want %s", file, truthForms)
		}
		return truth, err
	}
}

func (g *groundTruth) addLine(class string, ids map[string]string) error {
	if isSynset(class) {
		g.byLine = append(g.byLine, class)
		return nil
	}
	if ids == nil {
		return fmt.Errorf("%q is an ILSVRC id, and no list of lines ID SYNSET says what it means: put one beside it as meta.txt or name it", oneLine(class))
	}
	synset, ok := ids[class]
	if !ok {
		return fmt.Errorf("the list of ids has no %q", oneLine(class))
	}
	g.byLine = append(g.byLine, synset)
	return nil
}

func (g *groundTruth) addName(name, class string) error {
	if _, err := strconv.ParseUint(class, 10, 31); err != nil && !isSynset(class) {
		return fmt.Errorf("%q is neither a synset id nor an index, want %s", oneLine(class), truthForms)
	}
	key := stem(name)
	if old, ok := g.byName[key]; ok && old != class {
		return fmt.Errorf("%s had the class %s before and now %s", oneLine(name), old, class)
	}
	g.byName[key] = class
	return nil
}

// class returns the synset or the index of an image.
func (g *groundTruth) class(name string) (string, error) {
	if class, ok := g.byName[stem(name)]; ok {
		return class, nil
	}
	if len(g.byLine) == 0 {
		return "", fmt.Errorf("%s: has no class for %s", g.file, oneLine(name))
	}
	number, err := imageNumber(name)
	if err != nil {
		return "", err
	}
	if number < 1 || number > len(g.byLine) {
		return "", fmt.Errorf("%s: has %d lines, none for %s", g.file, len(g.byLine), oneLine(name))
	}
	return g.byLine[number-1], nil
}

// imageNumber returns the line that belongs to an image:
// ILSVRC2012_val_00000007.JPEG has line 7.
func imageNumber(name string) (int, error) {
	s := stem(name)
	digits := s[len(strings.TrimRight(s, "0123456789")):]
	n, err := strconv.Atoi(digits)
	if err != nil {
		return 0, fmt.Errorf("%s: its name does not end in a number, which would say its line in the ground truth", oneLine(name))
	}
	return n, nil
}

// stem is a file's name without folders and extension.
func stem(name string) string {
	base := path.Base(name)
	return strings.TrimSuffix(base, path.Ext(base))
}

// parseIDs reads lines of an ILSVRC id and its synset; whatever follows on a
// line is passed over.
func parseIDs(r io.Reader, file string) (map[string]string, error) {
	ids := map[string]string{}
	err := eachLine(r, file, func(line string) error {
		fields := strings.Fields(line)
		if len(fields) < 2 || !isSynset(fields[1]) {
			return fmt.Errorf("%q does not read ID SYNSET", oneLine(line))
		}
		if _, err := strconv.ParseUint(fields[0], 10, 31); err != nil {
			return fmt.Errorf("%q is no id", oneLine(fields[0]))
		}
		if _, ok := ids[fields[0]]; ok {
			return fmt.Errorf("has the id %s twice", fields[0])
		}
		ids[fields[0]] = fields[1]
		return nil
	})
	return ids, err
}
