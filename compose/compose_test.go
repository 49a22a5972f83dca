package compose_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"polarbell/compose"
	"polarbell/formatter"
	"polarbell/polar"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// dump shows all parts of a card, one a line, those that are empty left out.
func dump(c formatter.Card) string {
	var b strings.Builder
	line := func(name, value string) {
		if value != "" {
			fmt.Fprintf(&b, "    %-8s %s\n", name, value)
		}
	}
	tones := []string{"grey", "green", "pale green", "amber", "red", "blue"}
	fmt.Fprintf(&b, "  %s\n", formatter.Headline(c))
	line("key", c.Key)
	line("kind", string(c.Kind)+", "+tones[c.Tone])
	if c.Silent {
		line("", "silent")
	}
	line("outcome", c.Outcome)
	if c.Open {
		line("open", "yes")
	}
	if c.Over {
		line("over", "yes")
	}
	for _, f := range c.Fields {
		text := f.Text
		for _, at := range f.Times {
			text += " <" + at.UTC().Format("2006-01-02") + ">"
		}
		line("field", f.Name+": "+strings.TrimSpace(text))
	}
	line("quote", c.Quote)
	line("note", c.Note)
	line("context", strings.Join(c.Context, " | "))
	if !c.Time.IsZero() {
		line("time", c.Time.UTC().Format(time.RFC3339))
	}
	line("link", strings.TrimPrefix(c.Link.URL, "https://polar.sh/to/dashboard/"))
	var types []string
	for _, e := range c.Events {
		types = append(types, e.Type)
	}
	slices.Sort(types)
	line("tells", strings.Join(types, " "))
	return b.String()
}

func sampleOf(t *testing.T, eventType string) []byte {
	t.Helper()
	body, ok := polar.Sample(eventType)
	if !ok {
		t.Fatalf("no sample of %s", eventType)
	}
	return body
}

// golden compares with a file of testdata; with -update it becomes the file.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got, "\n")); diff != "" {
		t.Errorf("%s has changed (-want +got):\n%s", path, diff)
	}
}

func allTypes() []string {
	var types []string
	for _, k := range polar.Types() {
		types = append(types, k.Name)
	}
	return append(types, polar.Parked, polar.Unreachable, polar.Recovered, polar.NewType, polar.Digest, polar.Off, polar.Silent,
		polar.Reminder, polar.EndpointOff, polar.EndpointOn, polar.Declined)
}

// TestSamples shows the cards of every event type alone.
func TestSamples(t *testing.T) {
	for name, o := range map[string]compose.Options{"alone.golden": {}, "per_event.golden": {PerEvent: true}, "public.golden": {Public: true}} {
		var b strings.Builder
		for _, eventType := range allTypes() {
			fmt.Fprintf(&b, "== %s\n", eventType)
			for _, c := range cardsOf(t, o, sampleOf(t, eventType)) {
				b.WriteString(dump(c))
			}
		}
		golden(t, name, b.String())
	}
}

// TestDialects shows the cards of the payloads in Polar's documentation: of
// 2024, of 2025, and the SDK's example.
func TestDialects(t *testing.T) {
	files, err := filepath.Glob(filepath.Join("..", "polar", "testdata", "*.json"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no payloads: %v", err)
	}
	var b strings.Builder
	for _, file := range files {
		body, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&b, "== %s\n", filepath.Base(file))
		for _, c := range cardsOf(t, compose.Options{}, body) {
			b.WriteString(dump(c))
		}
	}
	golden(t, "dialects.golden", b.String())
}
