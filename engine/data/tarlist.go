package data

import (
	"archive/tar"
	"errors"
	"fmt"
	"io"
)

// tarFile is a regular file inside an uncompressed tar.
type tarFile struct {
	name         string // as the archive has it: for showing, never a path on disk
	offset, size int64  // where its bytes are
}

var errGzip = errors.New("is compressed: unpack it with gunzip first, so that single images can be read out of it")

// listTar calls visit for each regular file of a tar in its order. Only headers
// are read. Folders, links and devices are passed over. An archive that is cut
// short is an error, if need be after some visits.
func listTar(r io.ReaderAt, size int64, visit func(tarFile) error) error {
	if isGzip(r) {
		return errGzip
	}
	section := io.NewSectionReader(r, 0, size)
	archive := tar.NewReader(section)
	end := int64(0) // of the file visited last
	for {
		h, err := archive.Next()
		if err == io.EOF {
			return checkTarEnd(section, end)
		}
		if err != nil && !errors.Is(err, tar.ErrInsecurePath) { // names are not used as paths
			return tarError(err)
		}
		// archive reads ahead no further than the header.
		start, _ := section.Seek(0, io.SeekCurrent)
		if h.Typeflag != tar.TypeReg {
			continue
		}
		if end = start + h.Size; end < start || end > size {
			return fmt.Errorf("is cut short within %s", oneLine(h.Name))
		}
		if err := visit(tarFile{h.Name, start, h.Size}); err != nil {
			return err
		}
	}
}

// checkTarEnd tells the end of an archive from a file that was cut between two
// members: an archive ends with blocks of zeros.
func checkTarEnd(section *io.SectionReader, lastMember int64) error {
	const block = 512
	position, _ := section.Seek(0, io.SeekCurrent)
	padded := (lastMember + block - 1) / block * block
	if position < padded+block {
		return errors.New("is cut short: the end of the archive is missing")
	}
	return nil
}

func tarError(err error) error {
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF):
		return errors.New("is cut short")
	case errors.Is(err, tar.ErrHeader):
		return errors.New("is not a tar archive, or damaged")
	}
	return err
}

func isGzip(r io.ReaderAt) bool {
	var magic [2]byte
	n, _ := r.ReadAt(magic[:], 0)
	return n == 2 && magic == [2]byte{0x1f, 0x8b}
}
