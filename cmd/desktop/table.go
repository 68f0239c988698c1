package main

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// table prints aligned columns; those whose title begins with ">" are flushed
// right, and those without any content are left out.
type table struct {
	titles []string
	rows   [][]string
}

func newTable(titles ...string) *table { return &table{titles: titles} }

func (t *table) add(cells ...string) { t.rows = append(t.rows, cells) }

func (t *table) print(w io.Writer) {
	widths := t.widths()
	head := make([]string, len(t.titles))
	for i, title := range t.titles {
		head[i] = strings.TrimPrefix(title, ">")
	}
	for _, row := range append([][]string{head}, t.rows...) {
		fmt.Fprintln(w, strings.TrimRight(t.line(row, widths), " "))
	}
}

// widths returns the width of each column, 0 for one without content.
func (t *table) widths() []int {
	widths := make([]int, len(t.titles))
	for _, row := range t.rows {
		for i, cell := range row {
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	for i, title := range t.titles {
		if widths[i] > 0 {
			widths[i] = max(widths[i], utf8.RuneCountInString(strings.TrimPrefix(title, ">")))
		}
	}
	return widths
}

func (t *table) line(row []string, widths []int) string {
	var cells []string
	for i, cell := range row {
		width := widths[i]
		if width == 0 {
			continue
		}
		if !strings.HasPrefix(t.titles[i], ">") {
			width = -width
		}
		cells = append(cells, fmt.Sprintf("%*s", width, cell))
	}
	return strings.Join(cells, "  ")
}
