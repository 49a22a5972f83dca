package cli

import (
	"strings"

	"github.com/rivo/uniseg"
)

// terminalWidth is what the demo's lines keep to.
const terminalWidth = 100

// wrap breaks a line at blanks and indents what follows by so many columns.
func wrap(line string, indent int) string {
	var b strings.Builder
	column := 0
	for i, word := range strings.Split(line, " ") {
		width := uniseg.StringWidth(word)
		switch {
		case i == 0:
		case column+1+width > terminalWidth:
			b.WriteString("\n" + strings.Repeat(" ", indent))
			column = indent
		default:
			b.WriteByte(' ')
			column++
		}
		b.WriteString(word)
		column += width
	}
	return b.String()
}

// valueColumn is where a line's value begins: behind its label, if it has one,
// else behind its indentation.
func valueColumn(line string) int {
	text := strings.TrimLeft(line, " ")
	indent := len(line) - len(text)
	label, rest, found := strings.Cut(text, "  ")
	if !found {
		return indent
	}
	blanks := len(rest) - len(strings.TrimLeft(rest, " "))
	return indent + uniseg.StringWidth(label) + 2 + blanks
}
