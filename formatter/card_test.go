package formatter

import (
	"strings"
	"testing"
	"time"
)

func TestHeadline(t *testing.T) {
	long := strings.Repeat("x", 130)
	for _, tt := range []struct {
		name string
		card Card
		want string
	}{
		{"all parts", Card{Mark: "💰", Prefix: "nimbus", Headline: "Sale · $97.20"}, "💰 nimbus · Sale · $97.20"},
		{"without a mark", Card{Prefix: "TEST", Headline: "Sale"}, "TEST · Sale"},
		{"headline alone", Card{Headline: " Sale\n· *x* "}, "Sale · *x*"},
		{"nothing", Card{}, "…"},
		{"nothing to read", Card{Mark: "👋", Headline: "\u200b"}, "👋 …"},
		{"the mark does not count", Card{Mark: "⚠️", Headline: long}, "⚠️ " + long[:119] + "…"},
		{"the prefix counts", Card{Prefix: "TEST", Headline: long}, "TEST · " + long[:112] + "…"},
		{"a long name of an organization", Card{Prefix: long, Headline: "Sale"}, long[:29] + "… · Sale"},
		{"a mark that is not one", Card{Mark: long, Headline: "Sale"}, long[:15] + "… Sale"},
		{"only the headline is kept", Card{Mark: "💰", Headline: "Sale", HeadlineOnly: true, Note: "x"}, "💰 Sale"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := Headline(tt.card); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestSummary(t *testing.T) {
	for _, tt := range []struct{ name, summary, want string }{
		{"as composed", "💰 2 sales · $194.40", "💰 2 sales · $194.40"},
		{"escaped", "2 <sales>", "2 &lt;sales&gt;"},
		{"missing", "", "…"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := Slack(Message{Summary: tt.summary, Cards: []Card{sale(), sale()}}).Text; got != "*"+tt.want+"*" {
				t.Errorf("got %q, want *%s*", got, tt.want)
			}
		})
	}
	if got := Slack(Message{Summary: "not shown", Cards: []Card{sale()}}).Text; strings.Contains(got, "not shown") {
		t.Errorf("one card: got %q, want its own headline", got)
	}
}

func TestTimes(t *testing.T) {
	four := []time.Time{noon, noon.AddDate(0, 0, 1), {}, noon.AddDate(0, 0, 2), noon.AddDate(0, 0, 3), noon.AddDate(0, 0, 4)}
	for _, tt := range []struct {
		name                 string
		field                Field
		slack, discord, text string
	}{
		{
			"one",
			Field{Times: four[:1]},
			"<!date^1795350896^{date_short_pretty} {time}|22 Nov 2026, 12:34 UTC>", "<t:1795350896:f>", "22 Nov 2026, 12:34 UTC",
		},
		{
			"one behind a text",
			Field{Text: "$30.00", Times: four[:1]},
			"$30.00, <!date^1795350896^{date_short_pretty} {time}|22 Nov 2026, 12:34 UTC>", "$30.00, <t:1795350896:f>", "$30.00, 22 Nov 2026, 12:34 UTC",
		},
		{
			"two on one line",
			Field{Times: four[:2]},
			"<!date^1795350896^{date_short}|22 Nov 2026>, <!date^1795437296^{date_short}|23 Nov 2026>", "<t:1795350896:d>, <t:1795437296:d>", "22 Nov 2026, 23 Nov 2026",
		},
		{
			"four at most",
			Field{Times: four},
			"", "<t:1795350896:d>, <t:1795437296:d>, <t:1795523696:d>, <t:1795610096:d>", "22 Nov 2026, 23 Nov 2026, 24 Nov 2026, 25 Nov 2026",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tt.field.Name = "Retries"
			m := one(Card{Headline: "x", Fields: []Field{tt.field}})
			if got := Discord(m).Embeds[0].Fields[0].Value; got != tt.discord {
				t.Errorf("Discord: got %q, want %q", got, tt.discord)
			}
			if got, want := Text(m), "x\n  Retries  "+tt.text+"\n"; got != want {
				t.Errorf("text: got %q, want %q", got, want)
			}
			if got := valueOf(t, tt.field); tt.slack != "" && got != tt.slack {
				t.Errorf("Slack: got %q, want %q", got, tt.slack)
			}
		})
	}
}

func TestLinks(t *testing.T) {
	for _, tt := range []struct{ name, url, want string }{
		{"ours", "https://polar.sh/x?a=1&b=2", "https://polar.sh/x?a=1&b=2"},
		{"a script", "javascript:alert(1)", ""},
		{"an end of Slack's link", "https://polar.sh/|x>", ""},
		{"a space", "https://polar.sh/a b", ""},
		{"not an address", "https://%zz", ""},
		{"too long", "https://polar.sh/" + strings.Repeat("x", 500), ""},
		{"too long once it is escaped", "https://polar.sh/" + strings.Repeat("&", 100), ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := Card{Note: "x", Link: Link{"Open in Polar", tt.url}}
			if got := Discord(one(c)).Embeds[0].URL; got != tt.want {
				t.Errorf("alone: got %q, want %q", got, tt.want)
			}
			if got := Discord(Message{Cards: []Card{{}, c}}).Embeds[1].URL; got != tt.want {
				t.Errorf("among several: got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestTextHasNoEscapeSequence(t *testing.T) {
	got := Text(one(Card{Headline: "$1.00 \x1b[31m· red"}))
	if want := "$1.00 [31m· red\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
