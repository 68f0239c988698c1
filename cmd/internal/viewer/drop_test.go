package viewer

import (
	"errors"
	"testing"

	"tandem/cmd/internal/viewer/ui"
)

// Of a dropped file that cannot be read the user hears why; the others are opened.
func TestFilesThatCannotBeRead(t *testing.T) {
	v, source, s := keyed(t)
	why := errors.New("open cat.png: permission denied")
	frame(v, 1280, 800, ui.Input{Dropped: []ui.File{{Name: "cat.png", Err: why}, {Name: "dog.png", Data: []byte("x")}}})
	if len(source.orders) != 1 || source.orders[0].Name != "dog.png" {
		t.Errorf("orders %+v", source.orders)
	}
	if len(s.complaints) != 1 || !errors.Is(s.complaints[0], why) {
		t.Errorf("the user hears %v", s.complaints)
	}
}
