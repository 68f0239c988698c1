package data

import (
	"context"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// imageRef says where one image of the source is.
type imageRef struct {
	from         string // its folder, or the tar it lies in, below the source's root
	name         string // in there
	inTar        bool
	offset, size int64 // in the tar
	label        int32 // see lister.add and lister.addFlat; final after lister.finish
}

// title names the image for people.
func (r *imageRef) title() string { return oneLine(path.Join(filepath.ToSlash(r.from), r.name)) }

// open returns the encoded bytes. Names inside a tar are never used as paths.
func (r *imageRef) open(root string) (io.Reader, io.Closer, error) {
	file := filepath.Join(root, r.from)
	if !r.inTar {
		file = filepath.Join(file, r.name)
	}
	f, err := os.Open(file)
	if err != nil {
		return nil, nil, err
	}
	if !r.inTar {
		return f, f, nil
	}
	return io.NewSectionReader(f, r.offset, r.size), f, nil
}

// imageNetListing is everything there is to prepare: about 100 bytes an image.
type imageNetListing struct {
	root    string
	classes []imageNetClass
	splits  map[string][]imageRef // by the names in imageNetSplits
}

var imageNetSplits = []string{"train", "val"}

// lister finds the images of a source.
type lister struct {
	ctx     context.Context
	o       PrepareOptions
	root    string
	splits  map[string][]imageRef
	found   int
	synsets []string         // in the order they were met
	ids     map[string]int32 // the place of each in synsets
	truth   *groundTruth     // read when the first image needs it
}

func newLister(ctx context.Context, root string, o PrepareOptions) *lister {
	return &lister{ctx: ctx, o: o, root: root, splits: map[string][]imageRef{}, ids: map[string]int32{}}
}

// listImageNet finds all images below a folder or in a tar.
func listImageNet(ctx context.Context, src string, o PrepareOptions) (*imageNetListing, error) {
	l := newLister(ctx, src, o)
	info, err := os.Stat(src)
	switch {
	case err != nil:
		return nil, fmt.Errorf("%s: %w", src, reason(err))
	case info.IsDir():
		err = l.addRoot()
	default:
		var file string
		l.root, file = filepath.Dir(src), filepath.Base(src)
		err = l.addTar(file, "train", "")
	}
	if err != nil {
		return nil, err
	}
	if l.found == 0 {
		return nil, fmt.Errorf("%s: has no images", src)
	}
	classes, err := l.finish()
	if err != nil {
		return nil, err
	}
	return &imageNetListing{l.root, classes, l.splits}, nil
}

// addRoot takes each split from its folder, or else from its tar.
func (l *lister) addRoot() error {
	sources := 0
	for _, split := range imageNetSplits {
		if isDir(filepath.Join(l.root, split)) {
			sources++
			if err := l.addFolder(split, split); err != nil {
				return err
			}
			continue
		}
		tar, err := l.findTar(split)
		if err != nil {
			return err
		}
		if tar != "" {
			sources++
			if err := l.addTar(tar, split, ""); err != nil {
				return err
			}
		}
	}
	if sources == 0 {
		return fmt.Errorf("%s: has neither train/ and val/ nor tars such as ILSVRC2012_img_train.tar and ILSVRC2012_img_val.tar", l.root)
	}
	return nil
}

// findTar returns the one tar in the root that has the split in its name, or "".
func (l *lister) findTar(split string) (string, error) {
	tars, err := filepath.Glob(filepath.Join(globSafe(l.root), "*"+split+"*.tar"))
	if err != nil || len(tars) == 0 {
		return "", err
	}
	if len(tars) > 1 {
		return "", fmt.Errorf("%s: both %s and %s could be the images of %s; leave one there",
			l.root, filepath.Base(tars[0]), filepath.Base(tars[1]), split)
	}
	return filepath.Base(tars[0]), nil
}

// globSafe quotes what filepath.Glob would take for a pattern.
func globSafe(dir string) string {
	return strings.NewReplacer(`\`, `\\`, "[", `\[`, "*", `\*`, "?", `\?`).Replace(dir)
}

// addFolder lists a split's folder: a folder or a tar for each class, or images
// whose classes a ground-truth list gives.
func (l *lister) addFolder(dir, split string) error {
	folders, err := visible(filepath.Join(l.root, dir), true)
	if err != nil {
		return err
	}
	for _, name := range folders {
		if !isSynset(name) {
			return fmt.Errorf("%s: its name is no synset id such as n01440764; other class folders are read as they are by images:DIR", filepath.Join(l.root, dir, name))
		}
		if err := l.addClassFolder(filepath.Join(dir, name), split, name); err != nil {
			return err
		}
	}
	files, err := visible(filepath.Join(l.root, dir), false)
	if err != nil {
		return err
	}
	for _, name := range files {
		if err := l.addLoose(dir, name, split); err != nil {
			return err
		}
	}
	return nil
}

func (l *lister) addClassFolder(dir, split, synset string) error {
	names, err := visible(filepath.Join(l.root, dir), false)
	if err != nil {
		return err
	}
	for _, name := range names {
		if err := l.add(imageRef{from: dir, name: name}, split, synset); err != nil {
			return err
		}
	}
	return nil
}

// addLoose takes a file that lies beside the class folders.
func (l *lister) addLoose(dir, name, split string) error {
	if synset, ok := classTar(name); ok {
		return l.addTar(filepath.Join(dir, name), split, synset)
	}
	if hasPictureName(name) {
		return l.addFlat(imageRef{from: dir, name: name}, split)
	}
	return nil
}

// classTar returns the synset of a tar such as n01440764.tar.
func classTar(name string) (synset string, ok bool) {
	synset, ok = strings.CutSuffix(path.Base(name), ".tar")
	return synset, ok && isSynset(synset)
}

// hasPictureName tells pictures from lists and notes where both can lie.
func hasPictureName(name string) bool {
	return slices.Contains([]string{".jpeg", ".jpg", ".png"}, strings.ToLower(path.Ext(name)))
}

// addTar lists a tar. Its members' names say split and class; where they do not,
// those given hold.
func (l *lister) addTar(file, split, synset string) error {
	full := filepath.Join(l.root, file)
	f, err := os.Open(full)
	if err != nil {
		return fmt.Errorf("%s: %w", full, reason(err))
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	err = listTar(f, info.Size(), func(m tarFile) error { return l.addMember(f, file, m, split, synset) })
	if err != nil {
		return fmt.Errorf("%s: %w", full, err)
	}
	return nil
}

// addMember takes one file of a tar, which can be the tar of a class.
func (l *lister) addMember(archive io.ReaderAt, file string, m tarFile, split, synset string) error {
	if class, ok := classTar(m.name); ok && synset == "" {
		err := listTar(io.NewSectionReader(archive, m.offset, m.size), m.size, func(inner tarFile) error {
			inner.offset += m.offset
			return l.addMember(archive, file, inner, split, class)
		})
		if err != nil {
			return fmt.Errorf("%s.tar: %w", class, err)
		}
		return nil
	}
	memberSplit, memberClass := placeInTar(m.name)
	if memberSplit != "" {
		split = memberSplit
	}
	if synset == "" {
		synset = memberClass
	}
	ref := imageRef{from: file, name: m.name, inTar: true, offset: m.offset, size: m.size}
	switch {
	case strings.HasPrefix(path.Base(m.name), "."):
		return nil
	case synset != "":
		return l.add(ref, split, synset)
	case hasPictureName(m.name):
		return l.addFlat(ref, split)
	}
	return nil
}

// placeInTar reads split and class from the folders of a member's name, "" where
// they do not say.
func placeInTar(name string) (split, synset string) {
	folders := strings.Split(path.Dir(path.Clean(name)), "/")
	last := len(folders) - 1
	if isSynset(folders[last]) {
		synset = folders[last]
		last--
	}
	if last >= 0 && slices.Contains(imageNetSplits, folders[last]) {
		split = folders[last]
	}
	return split, synset
}

// add takes an image of a known class. Its label is the place of the synset in
// l.synsets for now.
func (l *lister) add(ref imageRef, split, synset string) error {
	id, ok := l.ids[synset]
	if !ok {
		id = int32(len(l.synsets))
		l.ids[synset] = id
		l.synsets = append(l.synsets, synset)
	}
	ref.label = id
	return l.append(ref, split)
}

func (l *lister) append(ref imageRef, split string) error {
	const often = 1000
	l.splits[split] = append(l.splits[split], ref)
	l.found++
	if l.o.Progress != nil && l.found%often == 0 {
		l.o.Progress(0, l.found)
	}
	return l.ctx.Err()
}
