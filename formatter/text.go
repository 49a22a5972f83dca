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
	var b strings.Builder
	if len(cards) > 1 && !allPlain(cards) {
		b.WriteString(groupHeadline(cards) + "\n\n")
	}
	for i, c := range cards {
		if i > 0 {
			b.WriteByte('\n')
		}
		writeText(&b, c)
	}
	return b.String()
}

func writeText(b *strings.Builder, c Card) {
	w := write(c, inText, textCard)
	b.WriteString(w.headline + "\n")
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
