//go:build cgo

package xtest_test

import (
	"bytes"
	"math/rand/v2"
	"testing"

	"golang.design/x/clipboard"

	"tandem/cmd/internal/xtest"
)

// The clipboard is read by the library that programs read it with.
func TestClipboardHoldsTextAndPictures(t *testing.T) {
	d := xtest.Need(t)
	must(t, clipboard.Init())
	text := []byte("a läbel\n")
	must(t, d.Clipboard(text, "UTF8_STRING"))
	if got := clipboard.Read(clipboard.FmtText); !bytes.Equal(got, text) {
		t.Errorf("the clipboard holds %q", got)
	}
	if got := clipboard.Read(clipboard.FmtImage); got != nil {
		t.Errorf("a text is a picture of %d bytes", len(got))
	}
	picture := make([]byte, 700001) // more than one request takes
	for i := range picture {
		picture[i] = byte(rand.Uint32())
	}
	must(t, d.Clipboard(picture, "image/png"))
	if got := clipboard.Read(clipboard.FmtImage); !bytes.Equal(got, picture) {
		t.Errorf("the clipboard holds %d bytes, or others", len(got))
	}
}
