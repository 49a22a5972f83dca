package compose_test

import (
	"testing"

	"polarbell/compose"
	"polarbell/formatter"
)

func TestSummary(t *testing.T) {
	card := func(key string, kind formatter.Kind, mark string, amount int64, currency string) formatter.Card {
		return formatter.Card{
			Key: key + ":1", Kind: kind, Mark: mark, Who: "Jane Doe", Headline: "Bell · rings",
			Amount: &formatter.Money{Amount: amount, Currency: currency},
		}
	}
	test := func(c formatter.Card) formatter.Card {
		c.Prefix, c.Mark = "TEST", ""
		return c
	}
	sale, renewal := card("sale", formatter.Sale, "💰", 9720, "usd"), card("order", formatter.Renewal, "🔁", 3000, "usd")
	yen := card("sale", formatter.Sale, "💰", 1050, "jpy")
	failed, recovered := card("unpaid", formatter.Unpaid, "⚠️", 3000, "usd"), card("recovered", formatter.Unpaid, "✅", 3000, "usd")
	lost := card("lost", formatter.Unpaid, "👋", 3000, "usd")
	refund, refused := card("refund", formatter.Refund, "💸", 2000, "usd"), card("refund-failed", formatter.Refund, "⚠️", 2000, "usd")
	up, down := card("plan", formatter.Plan, "📈", 7000, "usd"), card("plan", formatter.Plan, "📉", 3000, "usd")
	open := card("waiting", formatter.Abandoned, "🛒", 4900, "usd")
	record := card("customer", formatter.Record, "", 0, "")
	record.Who = ""

	for _, tt := range []struct {
		name  string
		cards []formatter.Card
		want  string
	}{
		{"of one kind", []formatter.Card{sale, sale}, "💰 2 sales · $194.40 · latest: Jane Doe"},
		{"of two currencies", []formatter.Card{sale, yen}, "💰 2 sales · $97.20 · ¥1,050 · latest: Jane Doe"},
		{"of two kinds", []formatter.Card{sale, renewal}, "1 sale · $97.20 · 1 renewal · $30.00 · latest: Jane Doe"},
		{"failed payments", []formatter.Card{failed, failed}, "⚠️ 2 failed renewals · latest: Jane Doe"},
		{"payments that came in after all", []formatter.Card{recovered, recovered}, "✅ 2 recovered payments · latest: Jane Doe"},
		{"failed, recovered and lost", []formatter.Card{failed, recovered, lost}, "1 failed renewal · 1 recovered payment · 1 lost subscription · latest: Jane Doe"},
		{"refunds of which one failed", []formatter.Card{refund, refused}, "1 refund · 1 failed refund · latest: Jane Doe"},
		{"up and down", []formatter.Card{up, down}, "2 plan changes · latest: Jane Doe"},
		{"payments not completed", []formatter.Card{open, open}, "🛒 2 unpaid checkouts · latest: Jane Doe"},
		{"tests alone", []formatter.Card{test(sale), test(sale)}, "TEST · 2 sales · $194.40 · latest: Jane Doe"},
		{"a test among sales", []formatter.Card{sale, test(sale)}, "1 sale · $97.20 · 1 other update · latest: Jane Doe"},
		{"records", []formatter.Card{record, record}, "2 other updates · latest: Bell, rings"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := compose.Summary(tt.cards); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}
