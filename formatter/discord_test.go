package formatter

import (
	"testing"
	"time"
)

func TestDiscordAddressesDiffer(t *testing.T) {
	seen := map[string]bool{}
	for _, e := range Discord(Message{Cards: []Card{sale(), sale(), sale()}}).Embeds {
		if e.URL == "" || seen[e.URL] {
			t.Errorf("address %q is empty or taken; want one of its own", e.URL)
		}
		seen[e.URL] = true
	}
}

func TestDiscordSilence(t *testing.T) {
	for _, tt := range []struct {
		name  string
		cards []Card
		want  int
	}{
		{"all silent", []Card{{Silent: true}, {Silent: true}}, 4096},
		{"one loud", []Card{{Silent: true}, {}}, 0},
		{"silent, headline only", []Card{{Silent: true, HeadlineOnly: true}}, 4096},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := int(Discord(Message{Cards: tt.cards}).Flags); got != tt.want {
				t.Errorf("got flags %d, want %d", got, tt.want)
			}
		})
	}
}

// Discord refuses an embed without text.
func TestDiscordLeavesOutEmptyEmbeds(t *testing.T) {
	for _, tt := range []struct {
		name string
		card Card
		want int
	}{
		{"colour and time", Card{Tone: Green, Time: noon}, 0},
		{"an address without a text", Card{Link: Link{URL: "https://polar.sh"}}, 0},
		{"a link", Card{Link: Link{"Open in Polar", "https://polar.sh"}}, 1},
		{"a context", Card{Context: []string{"NIMB-0042"}}, 1},
		{"a field without a value", Card{Fields: []Field{{Name: "Paid"}, {Name: "Ends", Times: []time.Time{{}}}}}, 0},
		{"a field without a name", Card{Fields: []Field{{Name: "\u200b", Text: "$97.20"}}}, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := len(Discord(one(tt.card)).Embeds); got != tt.want {
				t.Errorf("got %d embeds, want %d", got, tt.want)
			}
		})
	}
}

// A headline must not end its own bold.
func TestDiscordBoldHoldsAnyText(t *testing.T) {
	for in, want := range map[string]string{
		"a** b":   `**a\*\* b**`,
		`a\`:      `**a\\**`,
		`\**a*`:   `**\\\*\*a\***`,
		"- # a":   `**\- # a**`,
		"a\n** b": `**a \*\* b**`,
	} {
		if got := Discord(one(Card{Headline: in})).Content; got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}
