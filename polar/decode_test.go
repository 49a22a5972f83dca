package polar_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"polarbell/polar"
)

func event(eventType, data string) polar.Body {
	return fmt.Appendf(nil, `{"type":%q,"data":%s}`, eventType, data)
}

func TestEnvelope(t *testing.T) {
	for _, c := range []struct{ name, body string }{
		{"as Polar sends it", `{"type":"order.paid","timestamp":"2026-03-01T10:00:00Z","data":{"id":"a"}}`},
		{"the other way round", ` { "data" : {"id":"a"} , "timestamp" : "2026-03-01T10:00:00Z" , "type" : "order.paid" } `},
		{"brackets and quotes in texts", `{"x":"\\\"}{","y":[{"type":"no"},"]"],"type":"order.paid","data":{"id":"a"},"timestamp":"2026-03-01T10:00:00Z"}`},
		{"numbers beside", `{"v":-1.5e3,"n":null,"b":false,"type":"order.paid","timestamp":"2026-03-01T10:00:00Z","data":{"id":"a"},"w":0}`},
		{"the last of a name", `{"type":"x","type":"order.paid","timestamp":"2026-03-01T10:00:00Z","data":{},"data":{"id":"a"}}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := parse(t, c.body)
			if at := d.At.Format(time.RFC3339); d.Type != "order.paid" || at != "2026-03-01T10:00:00Z" || d.Object != "order:a" {
				t.Errorf("got %s of %s at %s, want order.paid of order:a at 10:00", d.Type, d.Object, at)
			}
			if o := polar.Body(c.body).Order(); o.ID != "a" {
				t.Errorf("got an order %q, want a", o.ID)
			}
		})
	}
}

func amount(n int64) *int64 { return &n }

// money is what the dialects say differently.
type money struct{ Net, Tax, Total, Due *int64 }

func TestOrderDialects(t *testing.T) {
	for _, c := range []struct {
		name, data string
		want       money
	}{
		{"2024", `{"amount":9000,"tax_amount":720}`, money{amount(9000), amount(720), amount(9720), amount(9720)}},
		{"2024, free", `{"amount":0,"tax_amount":0}`, money{amount(0), amount(0), amount(0), amount(0)}},
		{"2025", `{"amount":9000,"net_amount":9000,"tax_amount":720,"total_amount":9720}`, money{amount(9000), amount(720), amount(9720), amount(9720)}},
		{"today", `{"net_amount":9000,"tax_amount":720,"total_amount":9720,"applied_balance_amount":-720,"due_amount":9000}`, money{amount(9000), amount(720), amount(9720), amount(9000)}},
		{"today without what is due", `{"net_amount":9000,"tax_amount":720,"total_amount":9720,"applied_balance_amount":-10000}`, money{amount(9000), amount(720), amount(9720), amount(0)}},
		{"only what the lines sum up to", `{"subtotal_amount":11250,"discount_amount":2250}`, money{amount(9000), nil, amount(9000), amount(9000)}},
		{"no tax", `{"net_amount":9000,"tax_amount":null}`, money{amount(9000), nil, amount(9000), amount(9000)}},
		{"nothing", `{}`, money{}},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := event("order.paid", c.data).Order()
			if diff := cmp.Diff(c.want, money{o.NetAmount, o.TaxAmount, o.TotalAmount, o.DueAmount}); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestOrderOf2024(t *testing.T) {
	o := polar.Body(testdata(t, "seed_order_created_2024")).Order()
	if o.Status != "paid" {
		t.Errorf("got the status %q, want paid: an order was made once it was paid", o.Status)
	}
	want := &polar.Customer{ID: "00000000-0000-0000-0000-000000000000", Email: "string", Name: "string"}
	if diff := cmp.Diff(want, o.Customer); diff != "" {
		t.Errorf("customer made of the user: %s", diff)
	}
	if o.Description != "string" || o.Subscription.RecurringIntervalCount != 1 {
		t.Errorf("got %q, every %d; want the product's name, every 1", o.Description, o.Subscription.RecurringIntervalCount)
	}
}

func TestOrderOf2025(t *testing.T) {
	o := polar.Body(testdata(t, "seed_order_updated_2025")).Order()
	if o.Customer.Name != "John Doe" || o.Customer.Email != "customer@example.com" || o.BillingAddress.Country != "US" {
		t.Errorf("got %+v in %+v, want John Doe <customer@example.com> in US", o.Customer, o.BillingAddress)
	}
	if *o.TotalAmount != 123 || *o.DiscountAmount != 123 || len(o.Items) != 1 {
		t.Errorf("got total %d, discount %d, items %+v", *o.TotalAmount, *o.DiscountAmount, o.Items)
	}
}

func TestOrderOfTheSDK(t *testing.T) {
	o := polar.Body(testdata(t, "sdk_order_updated_snake")).Order()
	if o.Currency != "Pa'anga" || *o.NetAmount != 109569 || *o.TotalAmount != 728474 || *o.Discount.BasisPoints != 627756 {
		t.Errorf("got %s: net %d, total %d, discount %d; want what the page says", o.Currency, *o.NetAmount, *o.TotalAmount, *o.Discount.BasisPoints)
	}
	if o.Customer.Email != "customer@example.com" {
		t.Errorf("got %+v; want the customer rather than the user", o.Customer)
	}
}

func TestCheckoutOf2025(t *testing.T) {
	c := polar.Body(testdata(t, "seed_checkout_updated_2025")).Checkout()
	if *c.TotalAmount != 123 || c.Product.Name != "<string>" || c.BillingAddress.Country != "US" {
		t.Errorf("got %+v", c)
	}
}

func TestCheckoutWhoseTaxIsNotKnownYet(t *testing.T) {
	c := event("checkout.updated", `{"amount":11250,"discount_amount":2250,"tax_amount":null}`).Checkout()
	if c.TaxAmount != nil || *c.NetAmount != 9000 || *c.TotalAmount != 9000 {
		t.Errorf("got tax %v, net %d, total %d; want none, 9000, 9000", c.TaxAmount, *c.NetAmount, *c.TotalAmount)
	}
}

func TestSubscriptionOf2024(t *testing.T) {
	s := event("subscription.created", `{"user_id":"u","user":{"id":"u","email":"jane@acme.com","public_name":"Jane"},"product":{"id":"p"}}`).Subscription()
	if s.RecurringIntervalCount != 1 || s.CustomerID != "u" || s.Customer.Name != "Jane" || s.ProductID != "p" {
		t.Errorf("got %+v with %+v, want every 1 interval, the user as customer", s, s.Customer)
	}
}

// TestWrongTypesCostOneField puts a wrong value in each place of a whole order,
// one after another, and compares what is left with the order without it.
func TestWrongTypesCostOneField(t *testing.T) {
	body, _ := polar.Sample("order.paid")
	var whole map[string]any
	if err := json.Unmarshal(body, &whole); err != nil {
		t.Fatal(err)
	}
	whole["data"].(map[string]any)["subscription"] = map[string]any{"id": "s", "amount": 3000.0, "status": "active"}
	order := func(t *testing.T) polar.Order {
		t.Helper()
		body, err := json.Marshal(whole)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := polar.Parse(body); err != nil {
			t.Fatalf("Parse: %v", err)
		}
		return polar.Body(body).Order()
	}
	broken := 0
	eachField("data", whole["data"].(map[string]any), func(path string, object map[string]any, name string) {
		right := object[name]
		defer func() { object[name] = right }()
		delete(object, name)
		want := order(t)
		for _, wrong := range wrongFor(right) {
			object[name] = wrong
			if diff := cmp.Diff(want, order(t), cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("%s = %v: not as if it were absent:\n%s", path, wrong, diff)
			}
			broken++
		}
	})
	if broken < 300 {
		t.Errorf("tried %d wrong values, want every field's", broken)
	}
}

func eachField(path string, object map[string]any, try func(path string, object map[string]any, name string)) {
	for _, name := range slices.Sorted(maps.Keys(object)) {
		if name == "custom_field_data" || name == "metadata" {
			continue // free-form: no value in it is wrong
		}
		try(path+"."+name, object, name)
		switch inner := object[name].(type) {
		case map[string]any:
			eachField(path+"."+name, inner, try)
		case []any:
			eachField(path+"."+name+"[0]", inner[0].(map[string]any), try)
		}
	}
}

func wrongFor(right any) []any {
	switch right.(type) {
	case string:
		return []any{12, true, []any{"x"}, map[string]any{"x": 1}}
	case float64:
		return []any{"12", 1.5, 1e300, false, []any{12}, map[string]any{"x": 1}}
	case bool:
		return []any{"true", 1, []any{true}, map[string]any{}}
	case map[string]any:
		return []any{"x", 12, false, []any{map[string]any{"id": "x"}}}
	case []any:
		return []any{"x", 12, false, map[string]any{"id": "x"}, []any{"x", 12}}
	}
	return nil // null may be anything
}

func TestFields(t *testing.T) {
	for _, c := range []struct {
		name, value string
		want        any
	}{
		{"a text", `"Acme"`, "Acme"},
		{"a text of digits", `"007"`, "007"},
		{"a tick", "true", true},
		{"no tick", "false", false},
		{"a phone number", "4798765432", polar.Number("4798765432")},
		{"more than a float64 holds", "9007199254740993", polar.Number("9007199254740993")},
		{"a fraction", "0.10", polar.Number("0.10")},
		{"an exponent", "1E+3", polar.Number("1E+3")},
		{"below zero", "-7", polar.Number("-7")},
		{"null", "null", nil},
		{"an object", `{"a":1}`, nil},
		{"a list", `["a",1]`, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			data := `{"custom_field_data":{"before":1,"field":` + c.value + `,"after":"x"},"id":"o"}`
			o := event("order.paid", data).Order()
			want := polar.Fields{"before": polar.Number("1"), "field": c.want, "after": "x"}
			if diff := cmp.Diff(want, o.CustomFieldData); diff != "" || o.ID != "o" {
				t.Errorf("want the order o, got %q; fields: want -, got +\n%s", o.ID, diff)
			}
		})
	}
}

func TestPlain(t *testing.T) {
	jane := &polar.Customer{ID: "c", Email: "jane@acme.com", Name: "Jane Doe"}
	const customer = `"customer_id":"c","customer":{"id":"c","email":"jane@acme.com","name":"Jane Doe"}`
	for _, c := range []struct {
		name, data string
		want       polar.Object
	}{
		{"customer", `{"id":"c","name":"Jane Doe","email":"jane@acme.com","type":"individual"}`, polar.Object{ID: "c", Name: "Jane Doe", Email: "jane@acme.com", Type: "individual"}},
		{"benefit grant", `{"id":"g","benefit":{"type":"discord","description":"Discord role"},"error":{"message":"left the server"},` + customer + `}`, polar.Object{ID: "g", Type: "discord", Description: "Discord role", Customer: jane, Error: "left the server"}},
		{"seat", `{"id":"s","status":"claimed","customer_id":"c","member":{"name":"Ola","email":"ola@acme.com"}}`, polar.Object{ID: "s", Status: "claimed", Name: "Ola", Email: "ola@acme.com", Customer: &polar.Customer{ID: "c"}}},
		{"member", `{"id":"m","name":"Kari","role":"owner"}`, polar.Object{ID: "m", Name: "Kari", Role: "owner"}},
		{"product", `{"id":"p","name":"Pro Plan","recurring_interval":"month","prices":[{"price_amount":3000,"price_currency":"usd"}]}`, polar.Object{ID: "p", Name: "Pro Plan", Interval: "month", Amount: amount(3000), Currency: "usd"}},
		{"discount", `{"id":"d","name":"Launch","code":"LAUNCH20","type":"percentage","basis_points":2000}`, polar.Object{ID: "d", Name: "Launch", Code: "LAUNCH20", Type: "percentage", BasisPoints: amount(2000)}},
		{"checkout", `{"id":"k","status":"open","total_amount":9720,"amount":11250,"currency":"usd","customer_email":"jane@acme.com","product":{"name":"Pro Plan"}}`, polar.Object{ID: "k", Status: "open", Amount: amount(9720), Currency: "usd", Product: "Pro Plan", Customer: &polar.Customer{Email: "jane@acme.com"}}},
		{"all of a wrong type", `{"id":1,"status":[],"amount":"1","customer":"Jane","benefit":[],"prices":{},"member":7,"product":"x"}`, polar.Object{}},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.want.Count = 1
			if diff := cmp.Diff(c.want, event("foo.bar", c.data).Object()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestNotice(t *testing.T) {
	at := time.Date(2026, 3, 15, 8, 0, 0, 0, time.UTC)
	want := polar.DestinationEvent{ID: "sales", Platform: "Slack", Code: "token_revoked", Cure: "Reinstall the app.", Events: 4}
	body := want.Body(polar.Parked, at)
	want.At = polar.Time{Time: at}
	if diff := cmp.Diff(want, polar.Body(body).DestinationEvent()); diff != "" {
		t.Error(diff)
	}
	if d := parse(t, string(body)); d.Subject != "polarbell:sales" || !d.At.Equal(at) {
		t.Errorf("got subject %q at %s, want polarbell:sales at %s", d.Subject, d.At, at)
	}
}

// FuzzParse feeds what a stranger could: nothing may panic, and what is filed
// stays within bounds.
func FuzzParse(f *testing.F) {
	for _, k := range polar.Types() {
		body, _ := polar.Sample(k.Name)
		f.Add(body)
	}
	f.Add([]byte(`{"type":"order.paid","data":{"id":7,"amount":"x","customer":[],"items":{"a":1},"custom_field_data":{"a":1e999}}}`))
	f.Add([]byte(`{"data":{"x":"\\"},"type":"a\"b"}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		body = slices.Clone(body) // the fuzzer's own must not change
		d, err := polar.Parse(body)
		if err == nil && (d.Type == "" || len(d.Type) > 100 || len(d.Subject) > 250 || strings.ContainsRune(d.Subject+d.Object+d.Type, 0)) {
			t.Errorf("got %+v, want bounded, printable keys", d)
		}
		b := polar.Body(body)
		b.Order()
		b.Checkout()
		b.Subscription()
		b.Refund()
		b.DestinationEvent()
		b.Object()
		told := fmt.Sprintf("%+v", d)
		clear(body)
		if now := fmt.Sprintf("%+v", d); now != told {
			t.Errorf("got %s, and %s once the body was used again", told, now)
		}
	})
}

func BenchmarkOrder(b *testing.B) {
	body, _ := polar.Sample("order.paid")
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		if polar.Body(body).Order().ID == "" {
			b.Fatal("no order")
		}
	}
}
