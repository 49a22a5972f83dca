package formatter

import (
	"regexp"
	"testing"
)

// TestWords holds every pattern to the facts there are: a misspelt one would
// only show on the day of its news.
func TestWords(t *testing.T) {
	patterns := []string{publicSale, publicSaleOf, publicSubscription}
	for k, w := range wordings {
		if k == int(newsNone) {
			continue
		}
		if w.headline == "" {
			t.Errorf("kind %d has no headline", k)
		}
		patterns = append(patterns, w.headline, w.state, w.context)
		for _, l := range w.fields {
			patterns = append(patterns, l.text)
			if l.times != "" && timesByName[l.times] == nil {
				t.Errorf("label %s: no times %q", l.name, l.times)
			}
		}
	}
	fact := regexp.MustCompile(`\{([^}]*)\}`)
	for _, p := range patterns {
		for _, m := range fact.FindAllStringSubmatch(p, -1) {
			if factsByName[m[1]] == nil {
				t.Errorf("%q: no fact %q", p, m[1])
			}
		}
	}
}

func TestInWords(t *testing.T) {
	for in, want := range map[string]string{
		"too_expensive": "Too expensive", "": "", "paid": "Paid", "_": "", "überweisung_offen": "Überweisung offen",
	} {
		if got := inWords(in); got != want {
			t.Errorf("inWords(%q): want %q, got %q", in, want, got)
		}
	}
}

func TestEveryInterval(t *testing.T) {
	cases := []struct {
		interval string
		count    int64
		want     string
	}{
		{"month", 1, "a month"},
		{"month", 3, "every 3 months"},
		{"year", 1, "a year"},
		{"fortnight", 0, "a fortnight"},
		{"", 1, ""},
	}
	for _, c := range cases {
		if got := everyInterval(c.interval, c.count); got != c.want {
			t.Errorf("everyInterval(%q, %d): want %q, got %q", c.interval, c.count, c.want, got)
		}
	}
}
