package formatter

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "rewrite the golden files")

var noon = time.Date(2026, time.November, 22, 12, 34, 56, 0, time.UTC)

// sale is an ordinary paid purchase; examples has one card for every part and
// state that a renderer must handle.
func sale() Card {
	return Card{
		Headline: "$97.20 · Pro Plan · Jane Doe",
		Tone:     Green,
		Fields: []Field{
			{Name: "Customer", Text: "jane_doe@acme.com, Norway"},
			{Name: "Paid", Text: "$97.20, $7.20 of it tax"},
			{Name: "Discount", Text: "LAUNCH20, −20 %"},
		},
		Context: []string{"INV-0042", "paid"},
		Time:    noon,
		Link:    "https://polar.sh/to/dashboard/sales/6b0f7b5e-0b0e-4c37-9a55-0a6f2d1d9a10",
		Sale:    &Money{9720, "usd"},
	}
}

func examples() map[string][]Card {
	canceled := Card{
		Headline: "Cancels on 12 Dec · Pro Plan, $30.00 a month · Jane Doe",
		Tone:     Amber,
		Fields:   []Field{{Name: "Reason", Text: "Too expensive"}, {Name: "Ends", Times: []time.Time{noon.AddDate(0, 0, 20)}}},
		Quote:    "Great tool & team,\nbut <3 months of use\n\n*does not* pay.",
		Context:  []string{"since March 2026"},
		Time:     noon.Add(time.Minute),
		Link:     "https://polar.sh/to/dashboard/sales/subscriptions/1?a=1&b=2",
	}
	failed := Card{
		Headline: "Renewal failed · €30.00 · Pro Plan · 李小龍",
		Tone:     Red,
		Fields: []Field{
			{Name: "Next tries, expected", Times: []time.Time{noon.AddDate(0, 0, 2), noon.AddDate(0, 0, 7), noon.AddDate(0, 0, 14), noon.AddDate(0, 0, 21)}},
			{Name: "Customer", Text: "li@example.com"},
		},
		Note: "Polar retries by itself; a new card in the customer portal is charged at once.",
		Time: noon.Add(2 * time.Minute),
	}
	bare := Card{Headline: "Someone in Norway bought Pro Plan", Tone: Green}
	silent := Card{Headline: "Customer created · Jane Doe", Context: []string{"cus_1"}, Time: noon, Silent: true}
	plain := Card{Headline: "$97.20 · Pro <Plan> · Jane *Doe*", Plain: true, Note: "not shown"}
	yen := sale()
	yen.Headline, yen.Sale, yen.Time = "¥1,050 · Pro Plan · Yuki", &Money{1050, "jpy"}, noon.Add(-time.Hour)
	return map[string][]Card{
		"sale":     {sale()},
		"canceled": {canceled},
		"failed":   {failed},
		"bare":     {bare},
		"silent":   {silent, silent},
		"plain":    {plain},
		"group":    {sale(), canceled, sale(), yen, plain},
	}
}

func TestGolden(t *testing.T) {
	for name, cards := range examples() {
		t.Run(name, func(t *testing.T) {
			golden(t, name+".slack.json", pretty(t, Slack(cards)))
			golden(t, name+".discord.json", pretty(t, Discord(cards)))
			golden(t, name+".txt", []byte(Text(cards)))
		})
	}
}

func pretty(t *testing.T, v any) []byte {
	t.Helper()
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(v); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// golden compares got with a file of testdata/render; with -update it becomes
// that file.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", "render", name)
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s differs (-want +got):\n%s", path, diff)
	}
}

func TestGroupHeadline(t *testing.T) {
	sold := func(headline string, sale Money, minute int) Card {
		return Card{Headline: headline, Sale: &sale, Time: noon.Add(time.Duration(minute) * time.Minute)}
	}
	jane := sold("$97.20 · Pro Plan · Jane Doe", Money{9720, "usd"}, 1)
	late := Card{Headline: "Ended · Pro Plan · Jane Doe", Time: noon.Add(time.Hour)}
	ten := make([]Card, 10)
	for i := range ten {
		ten[i] = jane
	}
	tests := []struct {
		name  string
		cards []Card
		want  string
	}{
		{"ten sales", ten, "10 sales · $972.00 · latest: Pro Plan, Jane Doe"},
		{
			"two currencies, any case, are never added",
			[]Card{jane, sold("¥1,050 · Hobby · Yuki", Money{1050, "jpy"}, 0), sold("x", Money{80, "USD"}, 0)},
			"3 sales · $98.00 · ¥1,050 · latest: Pro Plan, Jane Doe",
		},
		{"sales and other news", []Card{jane, late, late}, "1 sale · $97.20 · 2 other updates · latest: Ended, Pro Plan, Jane Doe"},
		{"no sale", []Card{late, late}, "2 updates · latest: Ended, Pro Plan, Jane Doe"},
		{
			"all made up",
			[]Card{sold("TEST · $1.00 · A · B", Money{100, "usd"}, 0), sold("TEST · $2.00 · C · D", Money{200, "usd"}, 1)},
			"TEST · 2 sales · $3.00 · latest: C, D",
		},
		{
			"a made-up one among real ones is no sale",
			[]Card{sold("SAMPLE · $49.00 · A · B", Money{4900, "usd"}, 0), jane},
			"1 sale · $97.20 · 1 other update · latest: Pro Plan, Jane Doe",
		},
		{
			"the latest is made up",
			[]Card{jane, sold("SAMPLE · $49.00 · A · B", Money{4900, "usd"}, 5)},
			"1 sale · $97.20 · 1 other update · latest: SAMPLE, A, B",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := groupHeadline(tt.cards); got != tt.want {
				t.Errorf("got  %q\nwant %q", got, tt.want)
			}
		})
	}
}

func TestDiscordAddressesDiffer(t *testing.T) {
	seen := map[string]bool{}
	for _, e := range Discord([]Card{sale(), sale(), sale()}).Embeds {
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
	} {
		if got := int(Discord(tt.cards).Flags); got != tt.want {
			t.Errorf("%s: got flags %d, want %d", tt.name, got, tt.want)
		}
	}
}

func TestLinks(t *testing.T) {
	for _, tt := range []struct{ name, link, want string }{
		{"ours", "https://polar.sh/x?a=1&b=2", "https://polar.sh/x?a=1&b=2"},
		{"a script", "javascript:alert(1)", ""},
		{"a way out of Slack's link", "https://polar.sh/|x>", ""},
		{"a space", "https://polar.sh/a b", ""},
		{"no address", "https://%zz", ""},
	} {
		if got := Discord([]Card{{Link: tt.link}}).Embeds[0].URL; got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.name, got, tt.want)
		}
	}
}

func TestTextHoldsNoEscapeSequence(t *testing.T) {
	got := Text([]Card{{Headline: "$1.00 \x1b[31m· red"}})
	if want := "$1.00 [31m· red\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// BenchmarkRender makes both platforms' bodies of one order's card.
func BenchmarkRender(b *testing.B) {
	cards := []Card{sale()}
	for name, render := range map[string]func() any{
		"slack":   func() any { return Slack(cards) },
		"discord": func() any { return Discord(cards) },
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				render()
			}
		})
		b.Run(name+"+json", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := json.Marshal(render()); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkHostile(b *testing.B) {
	flood := bytes.Repeat([]byte("*\u200b`<&é👨‍👩‍👧"), 40_000)
	for _, n := range []int{1_000, len(flood)} {
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			cards := []Card{{Headline: string(flood[:n]), Quote: string(flood[:n])}}
			for b.Loop() {
				Slack(cards)
				Discord(cards)
			}
		})
	}
}
