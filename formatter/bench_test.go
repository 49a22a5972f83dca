package formatter

import (
	"bytes"
	"encoding/json"
	"testing"

	"polarbell/polar"
)

// BenchmarkOrder is what one order costs before both its requests: composing
// from the stored body, and each platform's message in JSON.
func BenchmarkOrder(b *testing.B) {
	sample, _ := polar.Sample("order.paid")
	var body bytes.Buffer // without white space, as Polar posts it
	if err := json.Compact(&body, sample); err != nil {
		b.Fatal(err)
	}
	d, err := polar.Parse(body.Bytes())
	if err != nil {
		b.Fatal(err)
	}
	k := Known{Entries: []Entry{{Type: d.Type, Object: d.Object, At: d.At, Brief: d.Brief, Body: body.Bytes()}}}
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
