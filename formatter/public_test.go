package formatter

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestPublicTellsNobody: of all the strings of a payload strangers may read two,
// the product's name and the country's.
func TestPublicTellsNobody(t *testing.T) {
	bodies := map[string][][]byte{}
	for _, eventType := range allTypes() {
		bodies["sample of "+eventType] = [][]byte{sampleOf(t, eventType)}
	}
	for name, story := range stories(t) {
		bodies[name] = story
	}
	told := 0
	for name, deliveries := range bodies {
		for _, o := range []Options{{Public: true}, {Public: true, PerEvent: true}, {Public: true, Sandbox: true}} {
			c, ok := Compose(knownOf(t, deliveries...), o)
			if !ok {
				continue
			}
			told++
			bare := Card{Headline: c.Headline, Tone: c.Tone, Time: c.Time}
			if diff := cmp.Diff(bare, c); diff != "" {
				t.Errorf("%s: a public card has more than a headline (-want +got):\n%s", name, diff)
			}
			headline := strings.NewReplacer("Pro Plan", "", "Norway", "").Replace(c.Headline)
			for _, body := range deliveries {
				for _, s := range stringsOf(body) {
					if len(s) > 2 && s != "sample" && strings.Contains(headline, s) {
						t.Errorf("%s: the public headline %q holds %q", name, c.Headline, s)
					}
				}
			}
		}
	}
	if told == 0 {
		t.Error("no public card was composed")
	}
}

// stringsOf are all the texts of a body, at any depth.
func stringsOf(body []byte) []string {
	var all []string
	var walk func(v any)
	walk = func(v any) {
		switch v := v.(type) {
		case string:
			all = append(all, v)
		case []any:
			for _, e := range v {
				walk(e)
			}
		case map[string]any:
			for _, e := range v {
				walk(e)
			}
		}
	}
	var v any
	if json.Unmarshal(body, &v) == nil {
		walk(v)
	}
	return all
}

// TestPublicPerEvent: with a card for each event, a sale is told by one of the
// several that Polar sends of it.
func TestPublicPerEvent(t *testing.T) {
	c := castOf(t)
	for name, bodies := range map[string][][]byte{"purchase": c.purchase(), "subscription": c.subscribe()} {
		var told []string
		for _, body := range bodies {
			if card, ok := Compose(knownOf(t, body), Options{Public: true, PerEvent: true}); ok {
				told = append(told, card.Headline)
			}
		}
		if len(told) != 1 {
			t.Errorf("%s: want one public card, got %q", name, told)
		}
	}
}
