package cli

import (
	"strings"
	"testing"
)

func TestWrap(t *testing.T) {
	long := strings.Repeat("word ", 24) + "end"
	for _, c := range []struct{ name, line, want string }{
		{"a short line", "    Paid  $97.20", "    Paid  $97.20"},
		{"below its value", "    What to do  " + long, "    What to do  " + strings.TrimSpace(strings.Repeat("word ", 17)) + "\n" + strings.Repeat(" ", 16) + strings.TrimSpace(strings.Repeat("word ", 7)) + " end"},
		{"below its text", "    " + long, "    " + strings.TrimSpace(strings.Repeat("word ", 19)) + "\n    " + strings.TrimSpace(strings.Repeat("word ", 5)) + " end"},
		{"wide letters", "  価格    " + strings.Repeat("日 ", 40) + "end", "  価格    " + strings.TrimSpace(strings.Repeat("日 ", 30)) + "\n          " + strings.Repeat("日 ", 10) + "end"},
		{"a word that is too long", strings.Repeat("x", 120), strings.Repeat("x", 120)},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := wrap(c.line, valueColumn(c.line)); got != c.want {
				t.Errorf("got\n%s\nwant\n%s", got, c.want)
			}
		})
	}
}
