package compose_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"polarbell/compose"
	"polarbell/formatter"
)

// impersonal are texts that say nothing about a person: Polar's own words, ids,
// times, addresses of pages.
var impersonal = regexp.MustCompile(`^([a-z_]*|[A-Z]{2}|[0-9a-f-]{36}|\d{4}-\d\d-\d\dT.*|https://.*)$`)

// shownByAll are what is sold and how the bridge is: everybody may read it.
var shownByAll = []string{"product", "products", "prices", "product_price", "discount", "benefit", "items", "label", "description", "type"}

const someone = "Personal" // what marked puts for each text about a person

// marked replaces every text of a payload that may be about a person, whatever
// its name.
func marked(t *testing.T, body []byte) []byte {
	t.Helper()
	var e map[string]any
	if err := json.Unmarshal(body, &e); err != nil {
		t.Fatal(err)
	}
	family, _, _ := strings.Cut(e["type"].(string), ".")
	var mark func(v any, path []string) any
	mark = func(v any, path []string) any {
		switch v := v.(type) {
		case map[string]any:
			for key := range v {
				v[key] = mark(v[key], append(slices.Clone(path), key))
			}
		case []any:
			for i := range v {
				v[i] = mark(v[i], path)
			}
		case string:
			if key := path[len(path)-1]; key == "currency" || key == "id" || key == "checkout_id" {
				return v // not shown, or Polar's own word
			}
			always := slices.Contains(path, "metadata") || slices.Contains(path, "custom_field_data")
			if always || !impersonal.MatchString(v) && !slices.ContainsFunc(path, func(key string) bool { return slices.Contains(shownByAll, key) }) {
				return someone + strings.Join(path, "-") + "@example.com"
			}
		}
		return v
	}
	switch family {
	case "product", "discount", "benefit", "organization", "polarbell":
		return body
	}
	if data, ok := e["data"].(map[string]any); ok && data["metadata"] == nil {
		data["metadata"] = map[string]any{"utm_source": "x", "reference_id": "y"}
	}
	e["data"] = mark(e["data"], nil)
	changed, err := json.Marshal(e)
	if err != nil {
		t.Fatal(err)
	}
	return changed
}

// everyHistory are all samples, stories, cases and dialects.
func everyHistory(t *testing.T) map[string][][]byte {
	t.Helper()
	all := stories(t)
	for _, eventType := range allTypes() {
		all["sample "+eventType] = [][]byte{sampleOf(t, eventType)}
	}
	unknown := object{"id": "d1", "status": "open", "name": "Jane Doe", "reason": "Jane is angry", "customer": object{"id": "c1", "name": "Jane Doe"}}
	all["unknown"] = [][]byte{unknown.as("dispute.opened")}
	files, err := filepath.Glob(filepath.Join("..", "polar", "testdata", "*.json"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no payloads: %v", err)
	}
	for _, file := range files {
		body, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		all[filepath.Base(file)] = [][]byte{body}
	}
	return all
}

// TestAnonymousNamesNobody: whatever a payload says about a person is on no
// card, nor in the messages made of them; all cards are there.
func TestAnonymousNamesNobody(t *testing.T) {
	for name, bodies := range everyHistory(t) {
		for i := range bodies {
			bodies[i] = marked(t, bodies[i])
		}
		for _, perEvent := range []bool{false, true} {
			full := cardsOf(t, compose.Options{PerEvent: perEvent}, bodies...)
			cards := cardsOf(t, compose.Options{PerEvent: perEvent, Anonymous: true}, bodies...)
			if diff := cmp.Diff(keys(full), keys(cards)); diff != "" {
				t.Errorf("%s: other cards than everybody gets (-everybody +anonymous):\n%s", name, diff)
			}
			for _, c := range cards {
				if c.Link.URL != "" && c.Kind != formatter.Bridge || c.Quote != "" || strings.Contains(shownOf(t, c), someone) {
					t.Errorf("%s: the card shows a person:\n%s", name, dump(c))
				}
			}
			if len(cards) > 1 && strings.Contains(compose.Summary(cards), someone) {
				t.Errorf("%s: the summary shows a person: %s", name, compose.Summary(cards))
			}
		}
	}
}

func keys(cards []formatter.Card) []string {
	var all []string
	for _, c := range cards {
		all = append(all, c.Key)
	}
	return all
}

// shownOf is all that any platform gets of a card.
func shownOf(t *testing.T, c formatter.Card) string {
	t.Helper()
	m := formatter.Message{Cards: []formatter.Card{c}}
	slack, err := json.Marshal(formatter.Slack(m))
	if err != nil {
		t.Fatal(err)
	}
	discord, err := json.Marshal(formatter.Discord(m))
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprint(dump(c), c.Who, formatter.Text(m), string(slack), string(discord))
}

// TestAnonymousCards shows the cards of every event type alone.
func TestAnonymousCards(t *testing.T) {
	var b strings.Builder
	for _, eventType := range allTypes() {
		fmt.Fprintf(&b, "== %s\n", eventType)
		for _, c := range cardsOf(t, compose.Options{Anonymous: true}, sampleOf(t, eventType)) {
			b.WriteString(dump(c))
		}
	}
	golden(t, "anonymous.golden", b.String())
}
