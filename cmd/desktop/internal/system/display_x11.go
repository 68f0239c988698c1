//go:build unix && !darwin && !nowindow

package system

import (
	"context"
	"fmt"
	"os"
	"time"

	"github.com/jezek/xgb"
)

// displayLimit suits displays at the other end of a slow line.
const displayLimit = 3 * time.Second

// HasDisplay tells whether a window can open, or why not, in half a sentence. It
// connects to the display for a moment.
func HasDisplay() (ok bool, reason string) { return hasDisplay(displayLimit) }

func hasDisplay(limit time.Duration) (ok bool, reason string) {
	name := os.Getenv("DISPLAY")
	switch {
	case name == "" && os.Getenv("WAYLAND_DISPLAY") != "":
		return false, "DISPLAY is not set, and the window needs XWayland beside Wayland"
	case name == "":
		return false, "DISPLAY is not set"
	}
	_, err := within(limit, func(context.Context) (struct{}, error) {
		conn, err := xgb.NewConn()
		if err == nil {
			conn.Close()
		}
		return struct{}{}, err
	})
	if err != nil {
		return false, fmt.Sprintf("DISPLAY=%s: %s", name, oneLine(err))
	}
	return true, ""
}
