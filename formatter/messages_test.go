package formatter

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"polarbell/polar"
)

// messages are cards by name, as each platform gets them.
type messages map[string]Card

// check compares all messages with one golden file for each platform.
func (m messages) check(t *testing.T, name string) {
	t.Helper()
	var slack, discord, text strings.Builder
	for _, key := range slices.Sorted(maps.Keys(m)) {
		cards := []Card{m[key]}
		fmt.Fprintf(&slack, "== %s\n%s", key, pretty(t, Slack(cards)))
		fmt.Fprintf(&discord, "== %s\n%s", key, pretty(t, Discord(cards)))
		fmt.Fprintf(&text, "== %s\n%s", key, Text(cards))
	}
	golden(t, name+".slack.golden", []byte(slack.String()))
	golden(t, name+".discord.golden", []byte(discord.String()))
	golden(t, name+".text.golden", []byte(text.String()))
}

func TestEveryEventOnEveryPlatform(t *testing.T) {
	all := messages{}
	for _, eventType := range append(allTypes(), polar.Parked, polar.Recovered) {
		card, tells := Compose(knownOf(t, sampleOf(t, eventType)), Options{})
		if !tells {
			t.Errorf("%s: its sample tells nothing", eventType)
		}
		all[eventType] = card
	}
	all.check(t, "events")
}

func TestEveryStoryOnEveryPlatform(t *testing.T) {
	all := messages{}
	for name, bodies := range stories(t) {
		var l ledger
		for _, body := range bodies {
			if card, tells := Compose(l.known(l.add(t, body)), Options{}); tells {
				all[name] = card // the story's end
			}
		}
	}
	all.check(t, "stories")
}

// TestTableOfMessages keeps docs/messages.md true.
func TestTableOfMessages(t *testing.T) {
	var table strings.Builder
	for _, k := range polar.Kinds() {
		card, _ := Compose(knownOf(t, sampleOf(t, k.Type)), Options{})
		var fields []string
		for _, f := range card.Fields {
			fields = append(fields, f.Name)
		}
		level := map[polar.Level]string{polar.Full: "Full", polar.Basic: "Basic"}[k.Level]
		fmt.Fprintf(&table, "| `%s` | %s | %s | %s |\n", k.Type, level, cell(card.Headline), strings.Join(fields, ", "))
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
		t.Errorf("%s is not true (-made +written; go test ./formatter -update):\n%s", path, diff)
	}
}

func cell(s string) string { return strings.ReplaceAll(s, "|", `\|`) }
