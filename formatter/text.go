package formatter

import (
	"strings"

	"github.com/rivo/uniseg"
)

var inText = dialect{text: same, quote: func(s string) string { return quoted(s, same) }, context: same, time: utc, between: ", "}

// textCard bounds a card in a terminal: generous, since nobody refuses it.
const textCard = 20_000

// Text shows cards in a terminal, times in UTC. It holds no escape sequence
// whatever the cards hold.
func Text(cards []Card) string {
	return text(cards, func(Tone) string { return "" })
}

// ColourText is Text with a coloured bar before each headline, for a terminal
// that shows colours.
func ColourText(cards []Card) string {
	return text(cards, func(t Tone) string { return "\x1b[" + textColours[t] + "m▌\x1b[0m " })
}

// textColours are the codes of the sixteen colours that people choose for
// their own terminals.
var textColours = map[Tone]string{Grey: "90", Green: "32", PaleGreen: "92", Amber: "33", Red: "31", Blue: "34"}

func text(cards []Card, mark func(Tone) string) string {
	var b strings.Builder
	if len(cards) > 1 && !allPlain(cards) {
		b.WriteString(groupHeadline(cards) + "\n\n")
	}
	for i, c := range cards {
		if i > 0 {
			b.WriteByte('\n')
		}
		writeText(&b, c, mark(c.Tone))
	}
	return b.String()
}

func writeText(b *strings.Builder, c Card, mark string) {
	w := write(c, inText, textCard)
	b.WriteString(mark + w.headline + "\n")
	if c.Plain {
		return
	}
	width := 0
	for _, f := range w.fields {
		width = max(width, uniseg.StringWidth(f.name))
	}
	for _, f := range w.fields {
		pad := strings.Repeat(" ", width-uniseg.StringWidth(f.name))
		b.WriteString("  " + f.name + pad + "  " + f.value + "\n")
	}
	for _, s := range []string{w.quote, w.note, textContext(c, w.context)} {
		if s != "" {
			b.WriteString("  " + strings.ReplaceAll(s, "\n", "\n  ") + "\n")
		}
	}
}

func textContext(c Card, context string) string {
	when := ""
	if isShowable(c.Time) {
		when = utc(c.Time)
	}
	return joinRow(context, when, link(c))
}
