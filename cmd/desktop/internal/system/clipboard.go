//go:build (unix || windows) && !nowindow

package system

import (
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"
)

// clipboardLimit gives the program that owns the clipboard time to encode a large
// image.
const clipboardLimit = 5 * time.Second

// maxPasted is far more than any image that is worth looking at.
const maxPasted = 256 << 20

// pasted is what the clipboard holds: an image file's bytes, or some text.
type pasted struct {
	image []byte
	text  string
}

// PasteImage returns the bytes of the image on the clipboard, or of the file that
// was copied there, by itself or as the text of its path or URL. name is the
// file's path, or "clipboard". Whether the bytes are an image is for the caller to
// find out. It can take seconds: do not call it from the loop that draws.
func PasteImage() (name string, data []byte, err error) {
	p, err := readClipboard(clipboardLimit)
	if err != nil {
		return "", nil, fmt.Errorf("cannot read the clipboard: %w", err)
	}
	if len(p.image) > 0 {
		return "clipboard", p.image, nil
	}
	path := pathIn(p.text)
	if path == "" {
		return "", nil, errors.New("the clipboard holds no image and no file: copy one first")
	}
	data, err = readFile(path)
	if err != nil {
		return "", nil, fmt.Errorf("cannot paste: %w", err)
	}
	return path, data, nil
}

// CopyText puts text on the clipboard. On X11 it stays there as long as the
// program runs, unless a clipboard manager takes it over.
func CopyText(text string) error {
	if err := writeClipboard(text, clipboardLimit); err != nil {
		return fmt.Errorf("cannot copy to the clipboard: %w", err)
	}
	return nil
}

// pathIn returns the first absolute path or file URL that makes up a line of text,
// "" if there is none. File managers put other lines before it.
func pathIn(text string) string {
	for line := range strings.Lines(text) {
		line = strings.Trim(strings.TrimSpace(line), `"`) // Windows quotes paths
		if path := urlPath(line); path != "" {
			return path
		}
		if filepath.IsAbs(line) {
			return line
		}
	}
	return ""
}

// urlPath returns the path of a URL of a local file, "" of anything else.
func urlPath(s string) string {
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "file" || u.Path == "" {
		return ""
	}
	if runtime.GOOS == "windows" {
		return filepath.FromSlash(strings.TrimPrefix(u.Path, "/")) // file:///C:/...
	}
	return u.Path
}

func readFile(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() || info.Size() > maxPasted {
		return nil, fmt.Errorf("%s is not a file of an image", path)
	}
	return io.ReadAll(f)
}
