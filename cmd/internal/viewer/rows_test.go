package viewer

import (
	"strings"
	"testing"

	"tandem/cmd/internal/xtest"
)

// row is something that the viewer lets people see or do.
type row struct {
	name  string
	check func(t *testing.T)
	race  bool // checked by quick tests, too
}

// rows are all of them but the camera, which is the browser's. That there is one code
// for desktop and browser is for its build to show.
var rows = []row{
	{"filters", filtersRow, true},
	{"activations", activationsRow, false},
	{"one unit", unitRow, false},
	{"keyboard", keyboardRow, true},
	{"guesses", guessesRow, false},
	{"an image of one's own", ownImageRow, true},
	{"patches", patchesRow, false},
	{"backward", backwardRow, false},
	{"gradients", gradientRow, false},
	{"occlusion", occlusionRow, false},
	{"ascent", ascentRow, false},
	{"neighbours", neighboursRow, false},
	{"map", mapRow, false},
}

// Every row is driven through the window with real keys and a real mouse; state and
// picture have to follow.
func TestRows(t *testing.T) {
	xtest.Need(t)
	for _, r := range rows {
		t.Run(strings.ReplaceAll(r.name, " ", "-"), func(t *testing.T) {
			if testing.Short() && !r.race {
				t.Skip("quick tests drive some of the rows")
			}
			r.check(t)
		})
	}
}
