//go:build (unix || windows) && !nowindow

package system

import (
	"context"
	"errors"
	"fmt"

	"github.com/ncruces/zenity"
)

// ChooseFile shows the system's dialog for files until someone chooses an image,
// or ctx ends, whose error it returns then. path is "" where nothing
// was chosen. It takes as long as people take: do not call it from the loop that
// draws.
func ChooseFile(ctx context.Context) (path string, err error) {
	if !zenity.IsAvailable() {
		return "", errors.New("no file dialog (install zenity): drop the file on the window or paste it")
	}
	path, err = zenity.SelectFile(zenity.Context(ctx), zenity.Title("Open an image"), fileKinds)
	switch {
	case errors.Is(err, zenity.ErrCanceled):
		return "", nil
	case ctx.Err() != nil:
		return "", ctx.Err()
	case err != nil:
		return "", fmt.Errorf("the file dialog failed: %s", oneLine(err))
	}
	return path, nil
}

var fileKinds = zenity.FileFilters{
	{Name: "Images", Patterns: []string{"*.png", "*.jpg", "*.jpeg", "*.gif", "*.bmp", "*.tif", "*.tiff", "*.webp"}, CaseFold: true},
	{Name: "All files", Patterns: []string{"*"}},
}
