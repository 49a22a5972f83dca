package formatter

import (
	"testing"
	"time"
)

// Fingerprints are stored: a change of these edits every recent message.
func TestFingerprintIsStable(t *testing.T) {
	alone := sale()
	alone.HeadlineOnly = true
	for _, tt := range []struct {
		name string
		card Card
		want string
	}{
		{"all parts", full(), "70cc0c2a34c62055"},
		{"sale", sale(), "b3b89b4c14c94626"},
		{"headline only", alone, "1ade73f6512d312d"},
		{"nothing", Card{}, "85f5bdda60186163"},
	} {
		if got := tt.card.Fingerprint(); got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.name, got, tt.want)
		}
	}
}

// full has every part that is shown.
func full() Card {
	c := sale()
	c.Prefix, c.Quote, c.Note = "nimbus", "Great\ntool", "Look at it."
	c.Fields = append(c.Fields, Field{Name: "Retries", Times: []time.Time{noon, noon.AddDate(0, 0, 1)}})
	return c
}

func TestFingerprintDiffers(t *testing.T) {
	seen := map[string]string{full().Fingerprint(): "unchanged"}
	for name, change := range map[string]func(*Card){
		"mark":              func(c *Card) { c.Mark = "🎉" },
		"prefix":            func(c *Card) { c.Prefix = "TEST" },
		"headline":          func(c *Card) { c.Headline += "!" },
		"tone":              func(c *Card) { c.Tone = Red },
		"quote":             func(c *Card) { c.Quote = "Great" },
		"note":              func(c *Card) { c.Note = "" },
		"quote for note":    func(c *Card) { c.Quote, c.Note = c.Note, c.Quote },
		"context":           func(c *Card) { c.Context = c.Context[:1] },
		"time":              func(c *Card) { c.Time = c.Time.Add(time.Second) },
		"link's text":       func(c *Card) { c.Link.Text = "Open" },
		"link's address":    func(c *Card) { c.Link.URL += "1" },
		"name of a field":   func(c *Card) { c.Fields[1].Name = "Total" },
		"text of a field":   func(c *Card) { c.Fields[1].Text = "$97.20" },
		"address":           func(c *Card) { c.Fields[0].Email = "" },
		"times of a field":  func(c *Card) { c.Fields[3].Times = c.Fields[3].Times[:1] },
		"order of fields":   func(c *Card) { c.Fields[1], c.Fields[2] = c.Fields[2], c.Fields[1] },
		"number of fields":  func(c *Card) { c.Fields = c.Fields[:3] },
		"headline only":     func(c *Card) { c.HeadlineOnly = true },
		"text between two":  func(c *Card) { c.Fields[1].Name, c.Fields[1].Text = "Paid $97.20", "incl. $7.20 tax" },
		"no address at all": func(c *Card) { c.Link = Link{} },
	} {
		c := full()
		change(&c)
		got := c.Fingerprint()
		if other, taken := seen[got]; taken {
			t.Errorf("%s: the same fingerprint as %s", name, other)
		}
		seen[got] = name
	}
}

func TestFingerprintIsOfWhatIsShown(t *testing.T) {
	want := full().Fingerprint()
	for name, change := range map[string]func(*Card){
		"key":                                func(c *Card) { c.Key = "sale" },
		"kind":                               func(c *Card) { c.Kind = Sale },
		"events":                             func(c *Card) { c.Events = []Event{{Seq: 1, Type: "order.paid"}} },
		"outcome":                            func(c *Card) { c.Outcome = "recovered" },
		"open and over":                      func(c *Card) { c.Open, c.Over = true, true },
		"silent":                             func(c *Card) { c.Silent = true },
		"who":                                func(c *Card) { c.Who = "Jane Doe" },
		"amount":                             func(c *Card) { c.Amount = &Money{9720, "usd"} },
		"white space":                        func(c *Card) { c.Headline = " " + c.Headline + "\n"; c.Note += "\u200b" },
		"time zone":                          func(c *Card) { c.Time = c.Time.In(time.FixedZone("", 3600)) },
		"fraction of a second":               func(c *Card) { c.Time = c.Time.Add(time.Millisecond) },
		"a fifth field":                      func(c *Card) { c.Fields = append(c.Fields, Field{Name: "Source", Text: "x"}) },
		"a field without text":               func(c *Card) { c.Fields = append([]Field{{Name: "Source"}}, c.Fields...) },
		"an address that is not in the text": func(c *Card) { c.Fields[1].Email = "jane@acme.com" },
		"empty context":                      func(c *Card) { c.Context = append(c.Context, "") },
	} {
		c := full()
		change(&c)
		if got := c.Fingerprint(); got != want {
			t.Errorf("%s: got %s, want %s", name, got, want)
		}
	}
}

func BenchmarkFingerprint(b *testing.B) {
	c := full()
	b.ReportAllocs()
	for b.Loop() {
		_ = c.Fingerprint()
	}
}
