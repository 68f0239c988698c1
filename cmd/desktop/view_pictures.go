package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"tandem/engine/data"
	"tandem/engine/tensor"
	"tandem/engine/viz"
)

// listPictures returns the files that paths name: files as they are, and those of
// folders that are not hidden, sorted. What is no image is told when it is read.
func listPictures(paths []string) ([]string, error) {
	var all []string
	for _, p := range paths {
		if p == "" {
			return nil, usagef("the name of an image is empty")
		}
		info, err := os.Stat(p)
		if err != nil {
			return nil, fileError(err)
		}
		if !info.IsDir() {
			all = append(all, p)
			continue
		}
		files, err := filesOf(p)
		if err != nil {
			return nil, err
		}
		all = append(all, files...)
	}
	return all, nil
}

func filesOf(dir string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, fileError(err)
	}
	var all []string
	for _, e := range entries {
		if !e.IsDir() && !strings.HasPrefix(e.Name(), ".") && looksLikePicture(e.Name()) {
			all = append(all, filepath.Join(dir, e.Name()))
		}
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("%s: there is no picture in this folder", dir)
	}
	slices.Sort(all)
	return all, nil
}

var pictureExts = []string{".png", ".jpg", ".jpeg", ".gif", ".bmp", ".tif", ".tiff", ".webp"}

func looksLikePicture(name string) bool {
	return slices.Contains(pictureExts, strings.ToLower(filepath.Ext(name)))
}

// pictureSet are files that nobody has labelled, stored as a network's images are.
type pictureSet struct {
	paths []string
	shape tensor.Shape
}

func newPictureSet(paths []string, stored tensor.Shape) *pictureSet {
	return &pictureSet{paths, stored}
}

func (p *pictureSet) Len() int            { return len(p.paths) }
func (p *pictureSet) Shape() tensor.Shape { return p.shape }
func (p *pictureSet) Classes() []string   { return nil }
func (p *pictureSet) Close() error        { return nil }
func (p *pictureSet) Name(i int) string   { return filepath.Base(p.paths[i]) }

// Read decodes picture i.
func (p *pictureSet) Read(i int, dst []byte) (label int, err error) {
	file, err := os.Open(p.paths[i])
	if err != nil {
		return 0, &data.BrokenImage{Path: p.paths[i], Err: err}
	}
	defer file.Close()
	img, err := data.DecodeImage(file, p.paths[i])
	if err != nil {
		return 0, err
	}
	stored, err := data.Fit(img, p.shape)
	if err != nil {
		return 0, &data.BrokenImage{Path: p.paths[i], Err: err}
	}
	copy(dst, stored)
	return viz.Unknown, nil
}
