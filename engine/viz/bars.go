package viz

import (
	"fmt"
	"image"
	"math"
	"sort"
)

// Guess is what the network says about an image.
type Guess struct {
	Probabilities []float32 // one per class
	Classes       []string  // their names; classes beyond its end are called by number
	Truth         int       // the right class, or Unknown
	Top           int       // how many to show; 0 is all of up to ten classes, else five
}

// Unknown says that the right class of an image is not known.
const Unknown = -1

// guessRow is one labelled bar.
type guessRow struct {
	name        string
	rank        int // 1 is the best guess
	probability float32
	right       bool
}

// rows returns the best guesses, and after them the right class where it is not
// among them.
func (g Guess) rows() []guessRow {
	order := make([]int, len(g.Probabilities))
	for i := range order {
		order[i] = i
	}
	sort.SliceStable(order, func(i, j int) bool {
		p, q := g.Probabilities[order[i]], g.Probabilities[order[j]]
		return p > q || p == p && q != q // NaN last
	})
	var rows []guessRow
	for i, class := range order {
		if i < g.top() || class == g.Truth {
			rows = append(rows, guessRow{g.name(class), i + 1, g.Probabilities[class], class == g.Truth})
		}
	}
	return rows
}

func (g Guess) top() int {
	switch n := len(g.Probabilities); {
	case g.Top > 0:
		return min(g.Top, n)
	case n <= 10:
		return n
	}
	return 5
}

func (g Guess) name(class int) string {
	if class < len(g.Classes) {
		return g.Classes[class]
	}
	return fmt.Sprintf("class %d", class)
}

// bars is a block of labelled bars.
type bars struct {
	f         fonts
	rows      []guessRow
	width     int
	nameWidth int
}

const (
	barPitch  = 25
	barHeight = 16
	barRank   = 30  // pixels for the rank at the left
	barNumber = 180 // pixels for the percentage and the mark at the right
	rightMark = "◄ right answer"
)

func newBars(f fonts, g Guess, width int) *bars {
	b := &bars{f: f, rows: g.rows(), width: width}
	for _, r := range b.rows {
		b.nameWidth = max(b.nameWidth, textWidth(f.bold, r.name))
	}
	b.nameWidth = min(b.nameWidth, (width-barRank-barNumber)*3/5)
	return b
}

func (b *bars) size() image.Point { return image.Pt(b.width, barPitch*len(b.rows)) }

func (b *bars) draw(dst *image.RGBA, at image.Point) {
	for i, r := range b.rows {
		b.drawRow(dst, at.Add(image.Pt(0, i*barPitch)), r)
	}
}

func (b *bars) drawRow(dst *image.RGBA, at image.Point, r guessRow) {
	baseline := at.Y + barPitch/2 + capHeight(b.f.plain)/2
	nameFace, c := b.f.plain, barInk
	if r.right {
		nameFace, c = b.f.bold, right
	}
	drawTextRight(dst, b.f.small, faded, image.Pt(at.X+barRank-10, baseline), fmt.Sprint(r.rank))
	drawText(dst, nameFace, ink, image.Pt(at.X+barRank, baseline), shorten(nameFace, r.name, b.nameWidth))

	x := at.X + barRank + b.nameWidth + 12
	full := at.X + b.width - barNumber - x
	top := at.Y + (barPitch-barHeight)/2
	length := barLength(r.probability, full)
	fillRect(dst, image.Rect(x, top, x+full, top+barHeight), track)
	fillRect(dst, image.Rect(x, top, x+length, top+barHeight), c)

	x += length + 8
	number := percent(r.probability)
	drawText(dst, b.f.plain, ink, image.Pt(x, baseline), number)
	if r.right {
		drawText(dst, b.f.bold, ink, image.Pt(x+textWidth(b.f.plain, number)+10, baseline), rightMark)
	}
}

// barLength returns the pixels of a bar: at least one, so that every row has
// its bar, and at most full.
func barLength(p float32, full int) int {
	if p != p {
		return 1
	}
	return max(1, int(math.Round(float64(min(max(p, 0), 1))*float64(full))))
}

func percent(p float32) string {
	if p > 0 && p < 0.0005 {
		return "<0.1 %"
	}
	return fmt.Sprintf("%.1f %%", 100*p)
}
