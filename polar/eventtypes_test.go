package polar_test

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"polarbell/polar"
)

func TestTypes(t *testing.T) {
	types := polar.Types()
	if len(types) != 42 {
		t.Errorf("got %d types, want Polar's 42", len(types))
	}
	words := map[string]string{}
	for _, k := range types {
		if polar.TypeOf(k.Name) != k {
			t.Errorf("TypeOf(%q): got %+v, want %+v", k.Name, polar.TypeOf(k.Name), k)
		}
		if other := words[k.Words]; other != "" || k.Words == "" {
			t.Errorf("%s and %s both read %q", k.Name, other, k.Words)
		}
		words[k.Words] = k.Name
	}
}

func TestTypeOf(t *testing.T) {
	for _, c := range []struct {
		name, eventType string
		want            polar.EventType
	}{
		{"full", "order.paid", polar.EventType{Name: "order.paid", Level: polar.Full, Words: "Order paid"}},
		{"basic", "customer_seat.claimed", polar.EventType{Name: "customer_seat.claimed", Level: polar.Basic, Words: "Seat claimed"}},
		{"basic and news", "checkout.expired", polar.EventType{Name: "checkout.expired", Level: polar.Basic, Words: "Checkout expired"}},
		{"renewal, told by its order", "subscription.cycled", polar.EventType{Name: "subscription.cycled", Level: polar.Basic, Words: "New billing period"}},
		{"our own", polar.Parked, polar.EventType{Name: polar.Parked, Level: polar.Full, Words: "Destination stopped"}},
		{"unknown", "foo.bar_baz", polar.EventType{Name: "foo.bar_baz", Words: "Foo bar baz"}},
		{"unknown of a known family", "refund.disputed", polar.EventType{Name: "refund.disputed", Words: "Refund disputed"}},
		{"another case", "Order.Paid", polar.EventType{Name: "Order.Paid", Words: "Order Paid"}},
		{"a mention", "<!channel>.@everyone", polar.EventType{Name: "<!channel>.@everyone", Words: "Channel everyone"}},
		{"no words", "._.\u202e", polar.EventType{Name: "._.\u202e", Words: "Unknown event"}},
		{"nothing", "", polar.EventType{Words: "Unknown event"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := polar.TypeOf(c.eventType); got != c.want {
				t.Errorf("got %+v\nwant %+v", got, c.want)
			}
		})
	}
}

func FuzzTypeOf(f *testing.F) {
	f.Add("order.paid")
	f.Add("](http://evil)\x00\xff" + strings.Repeat("\u0301", 300))
	f.Fuzz(func(t *testing.T, eventType string) {
		words := polar.TypeOf(eventType).Words
		plain := func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) || r == ' ' }
		if words == "" || len(words) > 64 || !utf8.ValidString(words) || strings.TrimFunc(words, plain) != "" {
			t.Errorf("TypeOf(%q) reads %q, want a few plain words", eventType, words)
		}
	})
}

func TestMeant(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"order.payed", "order.paid"},
		{"Order.Paid", "order.paid"},
		{"order_paid", "order.paid"},
		{"orders.*", "order.*"},
		{"order", "order.*"},
		{"subscription.cancelled", "subscription.canceled"},
		{"checkout.expire", "checkout.expired"},
		{"new", "news"},
		{"payment.failed", ""},
		{"dispute.opened", ""},
		{"", ""},
		{"x", ""},
	} {
		if got := polar.NearestType(c.text, "news"); got != c.want {
			t.Errorf("NearestType(%q) = %q, want %q", c.text, got, c.want)
		}
	}
}
