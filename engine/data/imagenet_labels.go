package data

import (
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// addFlat takes an image that lies in no class folder. Where the ground truth
// gives an index its label is -1 minus that for now.
func (l *lister) addFlat(ref imageRef, split string) error {
	if split != "val" {
		return fmt.Errorf("%s: lies in no class folder such as %s/n01440764", ref.title(), split)
	}
	if l.truth == nil {
		if err := l.loadTruth(ref.title()); err != nil {
			return err
		}
	}
	class, err := l.truth.class(ref.name)
	if err != nil {
		return err
	}
	if isSynset(class) {
		return l.add(ref, split, class)
	}
	index, err := strconv.ParseInt(class, 10, 32)
	if err != nil {
		return fmt.Errorf("%s: %q is no index", l.truth.file, class)
	}
	ref.label = int32(-1 - index)
	return l.append(ref, split)
}

// loadTruth reads the ground-truth list named in the options, or one that lies
// with the images.
func (l *lister) loadTruth(example string) error {
	file := l.o.Labels
	if file == "" {
		file = firstMatch([]string{l.root, filepath.Join(l.root, "val")}, "val.txt", "*ground_truth.txt", "LOC_val_solution.csv")
	}
	if file == "" {
		return fmt.Errorf("%s: lies in no class folder, and no list says its class: put one into %s as val.txt or name it: %s",
			example, l.root, truthForms)
	}
	ids, err := l.loadIDs(filepath.Dir(file))
	if err != nil {
		return err
	}
	l.truth, err = parseFile(file, truthParser(ids))
	return err
}

func (l *lister) loadIDs(dir string) (map[string]string, error) {
	file := l.o.IDs
	if file == "" {
		file = firstMatch([]string{dir}, "meta.txt")
	}
	if file == "" {
		return nil, nil
	}
	return parseFile(file, parseIDs)
}

func firstMatch(dirs []string, patterns ...string) string {
	for _, dir := range dirs {
		for _, p := range patterns {
			if files, _ := filepath.Glob(filepath.Join(globSafe(dir), p)); len(files) > 0 {
				return files[0]
			}
		}
	}
	return ""
}

// finish sorts the classes and gives every image its label among them.
func (l *lister) finish() ([]imageNetClass, error) {
	classes, err := l.classes()
	if err != nil {
		return nil, err
	}
	labels := map[string]int32{}
	for i, c := range classes {
		labels[c.Synset] = int32(i)
	}
	for _, split := range imageNetSplits {
		for i := range l.splits[split] {
			if err := l.label(&l.splits[split][i], labels); err != nil {
				return nil, err
			}
		}
	}
	return classes, nil
}

func (l *lister) label(r *imageRef, labels map[string]int32) error {
	if r.label < 0 {
		r.label = -1 - r.label
		if int(r.label) < len(labels) {
			return nil
		}
		return fmt.Errorf("%s: gives %s the index %d, but there are %d classes, counted from 0; a list of all synsets and their names makes it count over all of them",
			l.truth.file, r.title(), r.label, len(labels))
	}
	synset := l.synsets[r.label]
	label, ok := labels[synset]
	r.label = label
	switch {
	case ok:
		return nil
	case l.o.Names != "":
		return fmt.Errorf("%s: has no %s, the class of %s", l.o.Names, synset, r.title())
	}
	return fmt.Errorf("%s: its class %s has no training image; take it out, or give a list of all synsets and their names", r.title(), synset)
}

// classes returns those of the list in the options, or else those that have
// training images, or else, without any of these, all.
func (l *lister) classes() ([]imageNetClass, error) {
	if l.o.Names != "" {
		return parseFile(l.o.Names, parseClasses)
	}
	trained := make([]bool, len(l.synsets))
	for _, r := range l.splits["train"] {
		trained[r.label] = true
	}
	var classes []imageNetClass
	for id, synset := range l.synsets {
		if trained[id] || len(l.splits["train"]) == 0 {
			classes = append(classes, imageNetClass{Synset: synset})
		}
	}
	slices.SortFunc(classes, bySynset)
	return classes, nil
}

func bySynset(a, b imageNetClass) int { return strings.Compare(a.Synset, b.Synset) }
