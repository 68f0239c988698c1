package viz

import (
	"bufio"
	"image"
	"image/png"
	"os"

	"tandem/engine/atomicfile"
)

// WritePNG writes img to path, whole or not at all. The error names path and
// the way out.
func WritePNG(path string, img image.Image) error {
	return atomicfile.Write(path, func(f *os.File) error {
		w := bufio.NewWriter(f)
		if err := png.Encode(w, img); err != nil {
			return err
		}
		return w.Flush()
	})
}
