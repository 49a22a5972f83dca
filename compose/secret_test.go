package compose_test

import (
	"fmt"
	"strings"
	"testing"

	"polarbell/compose"
	"polarbell/formatter"
	"polarbell/polar"
)

// TestNeverShown: what is secret in a payload is on no card.
func TestNeverShown(t *testing.T) {
	for _, eventType := range allTypes() {
		for _, o := range []compose.Options{{}, {PerEvent: true}, {Anonymous: true}, {Public: true}} {
			for _, c := range cardsOf(t, o, sampleOf(t, eventType)) {
				for _, secret := range []string{"polar_c_", "pi_sample", "pk_live", "cus_sample", "203.0.113."} {
					if strings.Contains(dump(c), secret) {
						t.Errorf("%s: the card shows %q:\n%s", eventType, secret, dump(c))
					}
				}
			}
		}
	}
}

// TestPublicNamesNobody: strangers read who bought what in which country, and
// nothing more, whatever happened.
func TestPublicNamesNobody(t *testing.T) {
	for name, bodies := range stories(t) {
		for _, o := range []compose.Options{{Public: true}, {Public: true, PerEvent: true}} {
			for _, c := range cardsOf(t, o, bodies...) {
				if !strings.HasPrefix(c.Headline, "Someone") || len(c.Fields)+len(c.Context) > 0 || c.Quote+c.Note+c.Link.URL+c.Who != "" || c.Amount != nil {
					t.Errorf("%s: strangers read\n%s", name, dump(c))
				}
			}
		}
	}
}

func TestPublicCountry(t *testing.T) {
	for country, want := range map[string]string{
		"NO": "Someone in Norway bought Pro Plan", "US": "Someone in the United States bought Pro Plan",
		"NL": "Someone in the Netherlands bought Pro Plan", "": "Someone bought Pro Plan", "??": "Someone bought Pro Plan",
	} {
		body := fmt.Sprintf(`{"type":"order.paid","data":{"id":"x","status":"paid","total_amount":100,"billing_reason":"purchase",
			"product":{"name":"Pro Plan"},"billing_address":{"country":%q}}}`, country)
		cards := cardsOf(t, compose.Options{Public: true}, []byte(body))
		if len(cards) != 1 || cards[0].Headline != want {
			t.Errorf("country %q: got %v, want %q", country, cards, want)
		}
	}
}

// TestBodiesLost: of an object whose body was blanked, as of a person who was
// forgotten, nothing is said.
func TestBodiesLost(t *testing.T) {
	for _, eventType := range allTypes() {
		d, err := polar.Parse(sampleOf(t, eventType))
		if err != nil {
			t.Fatal(err)
		}
		for _, body := range [][]byte{nil, []byte("{}"), []byte(`{"type":"x","data":{}}`)} {
			h := compose.NewHistory([]compose.Entry{{Seq: 1, Type: d.Type, Object: d.Object, At: d.At, Body: body}})
			for _, o := range []compose.Options{{}, {PerEvent: true}, {Anonymous: true}, {Public: true}} {
				for _, c := range compose.Cards(h, o) {
					if body == nil || formatter.Headline(c) == "" || strings.Contains(dump(c), "Jane") {
						t.Errorf("%s without its body: got\n%s", eventType, dump(c))
					}
				}
			}
		}
	}
}

// TestSparse: a delivery that says next to nothing still tells that it
// happened, and claims no more.
func TestSparse(t *testing.T) {
	for _, tc := range []struct{ body, want string }{
		{`{"type":"order.paid","data":{"id":"x"}}`, "Order paid"},
		{`{"type":"order.created","data":{"id":"x","status":null}}`, "Order created"},
		{`{"type":"order.updated","data":{}}`, "Order updated"},
		{`{"type":"refund.created","data":{"id":"x"}}`, "💸 Refund made"},
		{`{"type":"checkout.updated","data":{"id":"x","status":null}}`, "Checkout updated"},
		{`{"type":"subscription.created","data":{"id":"x"}}`, "🎉 New subscriber"},
		{`{"type":"customer.created","data":{}}`, "New customer · a team customer"},
	} {
		cards := cardsOf(t, compose.Options{}, []byte(tc.body))
		if len(cards) != 1 || formatter.Headline(cards[0]) != tc.want {
			t.Errorf("%s: %d cards, want %q", tc.body, len(cards), tc.want)
			for _, c := range cards {
				t.Log(dump(c))
			}
		}
	}
}

func FuzzCards(f *testing.F) {
	for _, eventType := range allTypes() {
		body, _ := polar.Sample(eventType)
		f.Add(body, []byte(nil))
	}
	f.Fuzz(func(t *testing.T, first, second []byte) {
		var entries []compose.Entry
		for _, body := range [][]byte{first, second} {
			if d, err := polar.Parse(body); err == nil {
				entries = append(entries, compose.Entry{
					Seq: int64(len(entries) + 1), Type: d.Type, Object: d.Object, At: d.At, State: d.State, Body: body,
				})
			}
		}
		for _, o := range []compose.Options{{}, {PerEvent: true}, {Anonymous: true}, {Public: true}, {Public: true, PerEvent: true}} {
			for _, c := range compose.Cards(compose.NewHistory(entries), o) {
				if c.Key == "" || c.Headline == "" || len(c.Events) == 0 || len(c.Fields) > 4 {
					t.Errorf("%+v: a card without a key, a headline or a delivery, or with too many fields:\n%s", o, dump(c))
				}
			}
		}
	})
}

func BenchmarkCards(b *testing.B) {
	body, _ := polar.Sample("order.paid")
	d, err := polar.Parse(body)
	if err != nil {
		b.Fatal(err)
	}
	entries := []compose.Entry{{Seq: 1, Type: d.Type, Object: d.Object, At: d.At, State: d.State, Body: body}}
	b.ReportAllocs()
	for b.Loop() {
		compose.Cards(compose.NewHistory(entries), compose.Options{})
	}
}
