package formatter

import (
	"strings"

	"github.com/rivo/uniseg"
)

var inText = dialect{text: same, context: same, time: utc, date: utcDate}

// textCard bounds a card in a terminal, which has no limit of its own.
const textCard = 20_000

// Text shows a message in a terminal, times in UTC. It contains no escape
// sequence, whatever the cards contain.
func Text(m Message) string {
	var b strings.Builder
	if len(m.Cards) > 1 && !m.headlinesOnly() {
		b.WriteString(m.headline() + "\n\n")
	}
	for i, c := range m.Cards {
		if i > 0 {
			b.WriteByte('\n')
		}
		writeText(&b, visibleOf(c))
	}
	return b.String()
}

func writeText(b *strings.Builder, v visible) {
	l := layOut(v, inText, textCard)
	b.WriteString(v.headline + "\n")
	width := 0
	for _, f := range l.fields {
		width = max(width, uniseg.StringWidth(f.name))
	}
	for _, f := range l.fields {
		pad := strings.Repeat(" ", width-uniseg.StringWidth(f.name))
		b.WriteString("  " + f.name + pad + "  " + f.value + "\n")
	}
	for _, s := range []string{l.quote, l.note, joinRow(l.context, inText.when(v), v.link.URL)} {
		if s != "" {
			b.WriteString("  " + strings.ReplaceAll(s, "\n", "\n  ") + "\n")
		}
	}
}
