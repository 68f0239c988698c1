package data

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"tandem/engine/tensor"
)

// openImages reads class folders: dir/train/CLASS/* and dir/test/CLASS/* (or
// dir/val). Without train/ there is only something to evaluate on.
func openImages(dir string, o Options) (*Splits, error) {
	s := new(Splits)
	testDir := firstDir(dir, "test", "val")
	if testDir == "" {
		return nil, fmt.Errorf("%s: has neither test nor val; images:DIR needs DIR/train/CLASS/* and DIR/test/CLASS/*", dir)
	}
	var classes []string
	if trainDir := firstDir(dir, "train"); trainDir != "" {
		train, err := listFolders(trainDir, nil)
		if err != nil {
			return nil, err
		}
		classes = train.classes
		if !o.TestOnly {
			if s.Train, err = train.open(o, s); err != nil {
				return nil, err
			}
		}
	}
	test, err := listFolders(testDir, classes)
	if err != nil {
		return nil, err
	}
	if s.Test, err = test.open(o, s); err != nil {
		return nil, err
	}
	return s, sameShape(dir, s)
}

// firstDir returns the first of dir's subfolders that exists, or "".
func firstDir(dir string, names ...string) string {
	for _, n := range names {
		if path := filepath.Join(dir, n); isDir(path) {
			return path
		}
	}
	return ""
}

// sameShape checks what only sets that keep their own size can get wrong.
func sameShape(dir string, s *Splits) error {
	if s.Train != nil && !s.Train.Shape().Equal(s.Test.Shape()) {
		return fmt.Errorf("%s: training images are %v, test images %v; give a size to resize to", dir, s.Train.Shape(), s.Test.Shape())
	}
	return nil
}

// folders is a dataset of picture files, decoded whenever they are read.
type folders struct {
	dir      string
	classes  []string // the names of dir's subfolders, sorted
	files    []pictureFile
	shape    tensor.Shape
	size     int // 0: as they are
	channels int
}

// pictureFile is a file in the folder of its class.
type pictureFile struct {
	class int32
	name  string
}

// listFolders lists the files of dir's class folders, sorted by class and name.
// Files are told by content later; only hidden ones are passed over here. If
// classes is not nil the folders must be among them.
func listFolders(dir string, classes []string) (*folders, error) {
	found, err := visible(dir, true)
	if err != nil {
		return nil, err
	}
	if len(found) == 0 {
		return nil, fmt.Errorf("%s: has no class folders; put the images of each class in a folder of its own", dir)
	}
	if classes == nil {
		classes = found
	}
	f := &folders{dir: dir, classes: classes}
	for _, class := range found {
		if err := f.addClass(class); err != nil {
			return nil, err
		}
	}
	return f, nil
}

func (f *folders) addClass(class string) error {
	path := filepath.Join(f.dir, class)
	label := slices.Index(f.classes, class)
	if label < 0 {
		return fmt.Errorf("%s: there is no class of this name among the training images; add it there or remove it here", path)
	}
	names, err := visible(path, false)
	if err != nil {
		return err
	}
	if len(names) == 0 {
		return fmt.Errorf("%s: this class folder has no images; fill it or remove it", path)
	}
	for _, n := range names {
		f.files = append(f.files, pictureFile{int32(label), n})
	}
	return nil
}

// visible returns the sorted names of a folder's subfolders or of its files,
// without hidden ones. Links count as what they lead to; pipes and devices,
// which might never end, as nothing.
func visible(dir string, folders bool) (names []string, err error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", dir, reason(err))
	}
	for _, e := range entries {
		kind := kindOf(dir, e)
		if (folders && kind.IsDir() || !folders && kind.IsRegular()) && !strings.HasPrefix(e.Name(), ".") {
			names = append(names, e.Name())
		}
	}
	return names, nil
}

// kindOf is an entry's type, for links that of their target. A link that leads
// nowhere is taken for a file, so that opening it names it.
func kindOf(dir string, e fs.DirEntry) fs.FileMode {
	if e.Type()&fs.ModeSymlink == 0 {
		return e.Type()
	}
	info, err := os.Stat(filepath.Join(dir, e.Name()))
	if err != nil {
		return 0
	}
	return info.Mode().Type()
}

func (f *folders) path(i int) string {
	return filepath.Join(f.dir, f.classes[f.files[i].class], f.files[i].name)
}

func (f *folders) Len() int            { return len(f.files) }
func (f *folders) Shape() tensor.Shape { return f.shape }
func (f *folders) Classes() []string   { return f.classes }
func (f *folders) Close() error        { return nil }

func (f *folders) Read(i int, dst []byte) (label int, err error) {
	pixels, shape, err := f.decode(i)
	if err != nil {
		return 0, err
	}
	if !shape.Equal(f.shape) {
		return 0, fmt.Errorf("%s: is %dx%d, others are %dx%d; give a size to resize all to",
			f.path(i), shape[2], shape[1], f.shape[2], f.shape[1])
	}
	copy(dst, pixels)
	return int(f.files[i].class), nil
}

func (f *folders) decode(i int) (pixels []byte, shape tensor.Shape, err error) {
	file, err := os.Open(f.path(i))
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", f.path(i), reason(err))
	}
	defer file.Close()
	img, err := DecodeImage(file, f.path(i))
	if err != nil {
		return nil, nil, err
	}
	w, h := img.Bounds().Dx(), img.Bounds().Dy()
	if f.size > 0 {
		w, h = f.size, f.size
	}
	return ToCHW(img, f.size, f.channels), tensor.Shape{f.channels, h, w}, nil
}
