//go:build !js

package data

import (
	"archive/tar"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"

	"tandem/engine/atomicfile"
)

const (
	cifarArchive = "cifar-10-binary.tar.gz"
	cifarFolder  = "cifar-10-batches-bin"
)

// cifarFiles are the members of the archive that hold images, each 10,000
// records of a label and 3 x 32 x 32 bytes.
var cifarFiles = map[string]int64{
	"data_batch_1.bin": 30_730_000,
	"data_batch_2.bin": 30_730_000,
	"data_batch_3.bin": 30_730_000,
	"data_batch_4.bin": 30_730_000,
	"data_batch_5.bin": 30_730_000,
	"test_batch.bin":   30_730_000,
}

// cifarUnpacked reports whether all files are there, whole to judge by their
// sizes: each was renamed to its name only when it was.
func cifarUnpacked(dir string) bool { return hasFiles(filepath.Join(dir, cifarFolder), cifarFiles) }

func hasFiles(dir string, sizes map[string]int64) bool {
	for name, size := range sizes {
		if info, err := os.Stat(filepath.Join(dir, name)); err != nil || info.Size() != size {
			return false
		}
	}
	return true
}

// unpackCIFAR takes the files out of the archive in dir and then removes it.
func unpackCIFAR(ctx context.Context, dir string) error {
	archive := filepath.Join(dir, cifarArchive)
	if err := unpackFiles(ctx, archive, filepath.Join(dir, cifarFolder), cifarFiles); err != nil {
		return fmt.Errorf("%s: %w", archive, err)
	}
	return os.Remove(archive)
}

// unpackFiles takes the named files, which must have the given sizes, out of a
// gzipped tar into dir, whatever folder of the archive they are in. Names in the
// archive only select: none becomes a path.
func unpackFiles(ctx context.Context, archive, dir string, sizes map[string]int64) error {
	f, err := os.Open(archive)
	if err != nil {
		return reason(err)
	}
	defer f.Close()
	unzipped, err := gzip.NewReader(f)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return explainWrite(err)
	}
	members := tar.NewReader(unzipped)
	for ctx.Err() == nil {
		h, err := members.Next()
		if err == io.EOF {
			break
		}
		if err != nil && !errors.Is(err, tar.ErrInsecurePath) {
			return tarError(err)
		}
		if err := unpackMember(members, h, dir, sizes); err != nil {
			return err
		}
	}
	if ctx.Err() == nil && !hasFiles(dir, sizes) {
		return errors.New("lacks some of the files it should have; delete it and get it again")
	}
	return ctx.Err()
}

func unpackMember(r io.Reader, h *tar.Header, dir string, sizes map[string]int64) error {
	name := path.Base(h.Name)
	size, wanted := sizes[name]
	if !wanted || h.Typeflag != tar.TypeReg {
		return nil
	}
	if h.Size != size {
		return fmt.Errorf("its %s has %d bytes, not %d; delete the archive and get it again", name, h.Size, size)
	}
	return atomicfile.Write(filepath.Join(dir, name), func(f *os.File) error {
		_, err := io.CopyN(f, r, size)
		return err
	})
}
