package compose_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"polarbell/compose"
	"polarbell/formatter"
	"polarbell/polar"
)

// TestTableOfMessages keeps docs/messages.md true.
func TestTableOfMessages(t *testing.T) {
	var table strings.Builder
	for _, k := range polar.Types() {
		var headlines, fields []string
		for _, c := range cardsOf(t, compose.Options{}, sampleOf(t, k.Name)) {
			headlines = append(headlines, formatter.Headline(c))
			for _, f := range c.Fields {
				fields = append(fields, f.Name)
			}
		}
		level := map[polar.Level]string{polar.Full: "Full", polar.Basic: "Basic"}[k.Level]
		fmt.Fprintf(&table, "| `%s` | %s | %s | %s |\n", k.Name, level, cell(strings.Join(headlines, "; ")), strings.Join(fields, ", "))
	}
	path := filepath.Join("..", "docs", "messages.md")
	page, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	const head = "|---|---|---|---|\n"
	before, rest, found := strings.Cut(string(page), head)
	got, after, ended := strings.Cut(rest, "\n\n")
	if !found || !ended {
		t.Fatalf("%s has no table", path)
	}
	if *update {
		if err := os.WriteFile(path, []byte(before+head+table.String()+"\n"+after), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(table.String(), got+"\n"); diff != "" {
		t.Errorf("%s is not true (-made +written; go test ./compose -update):\n%s", path, diff)
	}
}

func cell(s string) string { return strings.ReplaceAll(s, "|", `\|`) }
