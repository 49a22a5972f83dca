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

// sale is an ordinary paid purchase; examples has a message for every part and
// state that a renderer must handle.
func sale() Card {
	return Card{
		Mark:     "💰",
		Headline: "Sale · $97.20 · Jane Doe · Pro Plan",
		Tone:     Green,
		Fields: []Field{
			{Name: "Customer", Text: "jane_doe@acme.com, Norway", Email: "jane_doe@acme.com"},
			{Name: "Paid", Text: "$97.20 incl. $7.20 tax"},
			{Name: "Discount", Text: "LAUNCH20, −20%"},
		},
		Context: []string{"NIMB-0042", "12th sale today · $1,204.00"},
		Time:    noon,
		Link:    Link{"Open in Polar", "https://polar.sh/to/dashboard/sales/6b0f7b5e-0b0e-4c37-9a55-0a6f2d1d9a10"},
	}
}

func examples() map[string]Message {
	canceled := Card{
		Mark:     "👋",
		Headline: "Canceled, ends 12 Dec · Jane Doe · Pro Plan, $30.00 a month",
		Tone:     Amber,
		Fields:   []Field{{Name: "Reason", Text: "Too expensive"}, {Name: "Ends", Times: []time.Time{noon.AddDate(0, 0, 20)}}},
		Quote:    "Great tool & team,\nbut <3 months of use\n\n*does not* pay.",
		Context:  []string{"since March 2026"},
		Time:     noon.Add(time.Minute),
		Link:     Link{"Open in Polar", "https://polar.sh/to/dashboard/sales/subscriptions/1?a=1&b=2"},
	}
	failed := Card{
		Mark:     "⚠️",
		Headline: "Renewal failed · €30.00 · 李小龍 · Pro Plan",
		Tone:     Red,
		Fields: []Field{
			{Name: "Expected retries", Times: []time.Time{noon.AddDate(0, 0, 2), noon.AddDate(0, 0, 7), noon.AddDate(0, 0, 14), noon.AddDate(0, 0, 21)}},
			{Name: "Customer", Text: "Acme AS, li@example.com, Norway", Email: "li@example.com"},
		},
		Note: "Polar will retry. If the customer updates their card, it is charged right away.",
		Time: noon.Add(2 * time.Minute),
	}
	bare := Card{Mark: "🎉", Headline: "Someone in Norway bought Pro Plan", Tone: Green, Time: noon}
	silent := Card{Headline: "New customer · Jane Doe", Context: []string{"jane@acme.com"}, Time: noon, Silent: true}
	alone := Card{Mark: "💰", Headline: "Sale · $97.20 · Jane *Doe* · Pro <Plan>", HeadlineOnly: true, Note: "not shown"}
	yen := sale()
	yen.Headline, yen.Prefix, yen.Time = "Sale · ¥1,050 · Yuki · Pro Plan", "nimbus", noon.Add(-time.Hour)
	return map[string]Message{
		"sale":          one(sale()),
		"canceled":      one(canceled),
		"failed":        one(failed),
		"bare":          one(bare),
		"silent":        {Summary: "2 new customers · latest: Jane Doe", Cards: []Card{silent, silent}},
		"headline_only": one(alone),
		"group": {
			Summary: "💰 3 sales · $194.40 · ¥1,050 · 2 more · latest: Jane Doe",
			Cards:   []Card{sale(), canceled, sale(), yen, alone},
		},
	}
}

func TestGolden(t *testing.T) {
	for name, m := range examples() {
		t.Run(name, func(t *testing.T) {
			golden(t, name+".slack.json", pretty(t, Slack(m)))
			golden(t, name+".discord.json", pretty(t, Discord(m)))
			golden(t, name+".txt", []byte(Text(m)))
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

// golden compares got with a file of testdata/render; with -update it writes
// the file.
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

// BenchmarkRender makes the bodies of one sale.
func BenchmarkRender(b *testing.B) {
	m := one(sale())
	for name, render := range map[string]func() any{
		"slack":   func() any { return Slack(m) },
		"discord": func() any { return Discord(m) },
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
			m := one(Card{Headline: string(flood[:n]), Quote: string(flood[:n])})
			for b.Loop() {
				Slack(m)
				Discord(m)
			}
		})
	}
}
