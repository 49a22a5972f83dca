package formatter

import (
	"encoding/json"
	"testing"

	"polarbell/polar"
)

// BenchmarkOrder is what one order costs before both its requests: composing
// from the stored body, and each platform's message in JSON.
func BenchmarkOrder(b *testing.B) {
	body, _ := polar.Sample("order.paid")
	d, err := polar.Parse(body)
	if err != nil {
		b.Fatal(err)
	}
	k := Known{Entries: []Entry{{Type: d.Type, Object: d.Object, At: d.At, Brief: d.Brief, Body: body}}}
	b.ReportAllocs()
	for b.Loop() {
		card, _ := Compose(k, Options{})
		for _, message := range []any{Slack([]Card{card}), Discord([]Card{card})} {
			if _, err := json.Marshal(message); err != nil {
				b.Fatal(err)
			}
		}
	}
}
