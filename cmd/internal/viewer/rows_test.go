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
	{"filters", driveFilters, true},
	{"activations", driveActivations, false},
	{"one unit", driveUnit, false},
	{"keyboard", driveKeyboard, true},
	{"guesses", driveGuesses, false},
	{"an image of one's own", driveOwnImage, true},
	{"patches", drivePatches, false},
	{"backward", driveBackward, false},
	{"gradients", driveGradient, false},
	{"occlusion", driveOcclusion, false},
	{"ascent", driveAscent, false},
	{"neighbours", driveNeighbours, false},
	{"map", driveMap, false},
	{"graph", driveGraph, false},
	{"arithmetic", driveArithmetic, false},
	{"colours", driveColours, false},
	{"health", driveHealth, false},
	{"health on thumbnails", driveThumbnails, false},
	{"two-tower lens", driveLens, false},
	{"curves", driveCurves, false},
	{"runs compared", driveRuns, false},
	{"play, pause, step", drivePlay, true},
	{"settings", driveSettings, false},
	{"learning", driveLearning, false},
	{"checkpoint scrubber", driveScrubber, true},
	{"mistakes", driveMistakes, false},
	{"drill-down", driveDrill, false},
	{"ablation", driveAblation, false},
	{"patches mined", driveMining, false},
	{"link", driveLink, false},
	{"export", driveExport, true},
	{"help", driveHelp, false},
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
