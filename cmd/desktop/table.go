package main

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// table prints aligned columns; those whose title begins with ">" are flushed
// right.
type table struct {
	titles []string
	rows   [][]string
}

func newTable(titles ...string) *table { return &table{titles: titles} }

func (t *table) add(cells ...string) { t.rows = append(t.rows, cells) }

func (t *table) print(w io.Writer) {
	widths := make([]int, len(t.titles))
	head := make([]string, len(t.titles))
	for i, title := range t.titles {
		head[i] = strings.TrimPrefix(title, ">")
	}
	all := append([][]string{head}, t.rows...)
	for _, row := range all {
		for i, cell := range row {
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	for _, row := range all {
		fmt.Fprintln(w, strings.TrimRight(t.line(row, widths), " "))
	}
}

func (t *table) line(row []string, widths []int) string {
	var b strings.Builder
	for i, cell := range row {
		if i > 0 {
			b.WriteString("  ")
		}
		width := widths[i]
		if !strings.HasPrefix(t.titles[i], ">") {
			width = -width
		}
		fmt.Fprintf(&b, "%*s", width, cell)
	}
	return b.String()
}
