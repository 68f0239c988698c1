//go:build (windows || darwin) && !nowindow

package system

import (
	"context"
	"fmt"
	"time"

	"golang.design/x/clipboard"
)

func readClipboard(limit time.Duration) (pasted, error) {
	return within(limit, func(context.Context) (p pasted, err error) {
		defer asError(&err)
		if err := clipboard.Init(); err != nil {
			return p, err
		}
		if p.image = clipboard.Read(clipboard.FmtImage); len(p.image) == 0 {
			p.text = string(clipboard.Read(clipboard.FmtText))
		}
		return p, nil
	})
}

func writeClipboard(text string, limit time.Duration) error {
	_, err := within(limit, func(context.Context) (none struct{}, err error) {
		defer asError(&err)
		if err := clipboard.Init(); err != nil {
			return none, err
		}
		if clipboard.Write(clipboard.FmtText, []byte(text)) == nil {
			return none, fmt.Errorf("another program holds it")
		}
		return none, nil
	})
	return err
}

// asError catches what the library panics with on an image laid out as it does
// not expect.
func asError(err *error) {
	if p := recover(); p != nil {
		*err = fmt.Errorf("its content cannot be read: %v", p)
	}
}
