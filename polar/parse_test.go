package polar_test

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"polarbell/polar"
)

const (
	checkoutID     = "1a5f0c9e-6b0d-4c7e-9d3e-8f2b7a41c001"
	orderID        = "2b6a1dae-7c1e-4d8f-8e4f-9a3c8b52d002"
	subscriptionID = "3c7b2ebf-8d2f-4e90-9f50-ab4d9c63e003"
	refundID       = "4d8c3fc0-9e30-4fa1-a061-bc5ead74f004"
)

func testdata(t testing.TB, name string) []byte {
	t.Helper()
	body, err := os.ReadFile("testdata/" + name + ".json")
	if err != nil {
		t.Fatal(err)
	}
	return body
}

func parse(t *testing.T, body string) polar.Delivery {
	t.Helper()
	d, err := polar.Parse([]byte(body))
	if err != nil {
		t.Fatalf("Parse(%.200s): %v", body, err)
	}
	return d
}

func TestParseSubjects(t *testing.T) {
	subscription := func(eventType, created, modified, timestamp string) string {
		return fmt.Sprintf(`{"type":%q,"timestamp":%q,"data":{"id":%q,"checkout_id":%q,"created_at":%q,"modified_at":%q}}`,
			eventType, timestamp, subscriptionID, checkoutID, created, modified)
	}
	const born, dayLater, soon = "2026-03-01T10:00:00Z", "2026-03-02T10:00:00Z", "2026-03-02T09:59:59Z"
	order := func(reason, ids string) string {
		return fmt.Sprintf(`{"type":"order.paid","data":{"id":%q,"billing_reason":%q,%s}}`, orderID, reason, ids)
	}
	inCheckout := fmt.Sprintf(`"checkout_id":%q,"subscription_id":null`, checkoutID)
	inBoth := fmt.Sprintf(`"checkout_id":%q,"subscription_id":%q`, checkoutID, subscriptionID)
	inSubscription := fmt.Sprintf(`"checkout_id":null,"subscription_id":%q`, subscriptionID)

	for _, c := range []struct{ name, body, subject, object string }{
		{"checkout", fmt.Sprintf(`{"type":"checkout.updated","data":{"id":%q}}`, checkoutID), "checkout:" + checkoutID, "checkout:" + checkoutID},
		{"purchase through a checkout", order("purchase", inCheckout), "checkout:" + checkoutID, "order:" + orderID},
		{"purchase without a checkout", order("purchase", `"checkout_id":null`), "order:" + orderID, "order:" + orderID},
		{"first order of a subscription", order("subscription_create", inBoth), "checkout:" + checkoutID, "order:" + orderID},
		{"first order without a checkout", order("subscription_create", inSubscription), "subscription:" + subscriptionID, "order:" + orderID},
		{"renewal", order("subscription_cycle", inBoth), "subscription:" + subscriptionID, "order:" + orderID},
		{"change of plan", order("subscription_update", inBoth), "subscription:" + subscriptionID, "order:" + orderID},
		{"metered renewal", order("subscription_meter_cycle", inSubscription), "subscription:" + subscriptionID, "order:" + orderID},
		{"order of a reason not known yet", order("subscription_gift", inBoth), "subscription:" + subscriptionID, "order:" + orderID},
		{"ids in capitals", order("purchase", fmt.Sprintf(`"checkout_id":%q`, strings.ToUpper(checkoutID))), "checkout:" + checkoutID, "order:" + orderID},
		{"placeholders join nothing", `{"type":"order.paid","data":{"id":"<string>","billing_reason":"purchase","checkout_id":"<string>"}}`, "order:<string>", "order:<string>"},
		{"zeros join nothing", order("purchase", `"checkout_id":"00000000-0000-0000-0000-000000000000"`), "order:" + orderID, "order:" + orderID},
		{"new subscription", subscription("subscription.created", born, born, born), "checkout:" + checkoutID, "subscription:" + subscriptionID},
		{"within a day", subscription("subscription.updated", born, soon, soon), "checkout:" + checkoutID, "subscription:" + subscriptionID},
		{"a day later by its change", subscription("subscription.updated", born, dayLater, born), "subscription:" + subscriptionID, "subscription:" + subscriptionID},
		{"a day later by its envelope", subscription("subscription.updated", born, born, dayLater), "subscription:" + subscriptionID, "subscription:" + subscriptionID},
		{"new subscription without a checkout", fmt.Sprintf(`{"type":"subscription.created","data":{"id":%q,"created_at":%q,"checkout_id":null}}`, subscriptionID, born), "subscription:" + subscriptionID, "subscription:" + subscriptionID},
		{"cycled within a day", subscription("subscription.cycled", born, born, born), "subscription:" + subscriptionID, "subscription:" + subscriptionID},
		{"subscription of unknown age", subscription("subscription.updated", "", soon, soon), "subscription:" + subscriptionID, "subscription:" + subscriptionID},
		{"refund", fmt.Sprintf(`{"type":"refund.created","data":{"id":%q,"order_id":%q}}`, refundID, orderID), "order:" + orderID, "refund:" + refundID},
		{"refund of a placeholder", fmt.Sprintf(`{"type":"refund.created","data":{"id":%q,"order_id":"<string>"}}`, refundID), "refund:" + refundID, "refund:" + refundID},
		{"customer's state", fmt.Sprintf(`{"type":"customer.state_changed","data":{"id":%q}}`, orderID), "customer:" + orderID, "customer:" + orderID},
		{"benefit grant", fmt.Sprintf(`{"type":"benefit_grant.revoked","data":{"id":%q}}`, orderID), "benefit_grant:" + orderID, "benefit_grant:" + orderID},
		{"unknown type", `{"type":"dispute.opened","data":{"id":"dp_1","order_id":"x"}}`, "dispute:dp_1", "dispute:dp_1"},
		{"types are exact", fmt.Sprintf(`{"type":"Order.paid","data":{"id":"a","billing_reason":"purchase","checkout_id":%q}}`, checkoutID), "Order:a", "Order:a"},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := parse(t, c.body)
			if d.Subject != c.subject || d.Object != c.object {
				t.Errorf("got subject %q, object %q\nwant %q, %q", d.Subject, d.Object, c.subject, c.object)
			}
		})
	}
}

func TestParseBoundsWhatIsIndexed(t *testing.T) {
	long := parse(t, fmt.Sprintf(`{"type":"order.%s","data":{"id":"%s"}}`, strings.Repeat("é", 5000), strings.Repeat("x", 5000)))
	if len(long.Type) > 100 || len(long.Object) > 100 || len(long.Subject) > 100 {
		t.Errorf("got a type of %d, an object of %d, a subject of %d bytes; want at most 100", len(long.Type), len(long.Object), len(long.Subject))
	}
	if d := parse(t, `{"type":"order.paid\u0000","data":{"id":"a\u0000"}}`); d.Type == "order.paid" || strings.ContainsRune(d.Type+d.Object, 0) {
		t.Errorf("got type %q, object %q; want neither a known type nor a null byte", d.Type, d.Object)
	}
}

func TestParseWithoutAnID(t *testing.T) {
	one, other := `{"type":"order.paid","data":{"amount":1}}`, `{"type":"order.paid","data":{"amount":2}}`
	if a, b := parse(t, one), parse(t, one); a.Subject != b.Subject {
		t.Errorf("got %q and %q for one body, want the same", a.Subject, b.Subject)
	}
	if a, b := parse(t, one), parse(t, other); a.Subject == b.Subject {
		t.Errorf("got %q for two bodies, want two subjects", a.Subject)
	}
}

func TestParseTimes(t *testing.T) {
	for _, c := range []struct{ name, data, want string }{
		{"modified", `{"modified_at":"2026-03-03T00:00:00Z","created_at":"2026-03-02T00:00:00Z"}`, "2026-03-03T00:00:00Z"},
		{"created", `{"modified_at":null,"created_at":"2026-03-02T00:00:00Z"}`, "2026-03-02T00:00:00Z"},
		{"envelope", `{"modified_at":7,"created_at":"yesterday"}`, "2026-03-01T00:00:00Z"},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := parse(t, `{"type":"order.paid","timestamp":"2026-03-01T00:00:00Z","data":`+c.data+`}`)
			if got := d.At.Format(time.RFC3339); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}

func TestParseState(t *testing.T) {
	for _, c := range []struct {
		name, eventType, data string
		want                  polar.State
	}{
		{
			"subscription", "subscription.updated",
			`{"status":"active","cancel_at_period_end":true,"pause_at_period_end":true,"amount":3000,"seats":5,"product_id":"p","product":{"name":"Pro Plan"}}`,
			polar.State{Status: "active", Canceling: true, Pausing: true, Amount: amount(3000), Price: amount(3000), Seats: amount(5), ProductID: "p", Product: "Pro Plan"},
		},
		{"subscription's amount of a wrong type", "subscription.updated", `{"status":"active","amount":"3000"}`, polar.State{Status: "active"}},
		{"subscription paid every quarter", "subscription.updated", `{"recurring_interval":"month","recurring_interval_count":3}`, polar.State{Interval: "month", Intervals: 3}},
		{"checkout that knows an e-mail", "checkout.updated", `{"status":"open","customer_email":"jane@acme.com","amount":3000}`, polar.State{Status: "open", Email: true}},
		{"checkout that knows none", "checkout.updated", `{"status":"open","customer_email":null}`, polar.State{Status: "open"}},
		{"order refunded in part", "order.refunded", `{"status":"partially_refunded","net_amount":9000,"refunded_amount":1852}`, polar.State{Status: "partially_refunded", Refunded: 1852}},
		{"order refunded with its tax", "order.refunded", `{"status":"partially_refunded","refunded_amount":1852,"refunded_tax_amount":148}`, polar.State{Status: "partially_refunded", Refunded: 1852, RefundedTax: new(int64(148))}},
		{"order of 2024", "order.created", `{"amount":9000}`, polar.State{Status: "paid"}},
		{"order whose status is of a wrong type", "order.created", `{"net_amount":9000,"status":{}}`, polar.State{}},
		{"any other", "foo.bar", `{"status":"odd","amount":1}`, polar.State{Status: "odd"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := parse(t, fmt.Sprintf(`{"type":%q,"data":%s}`, c.eventType, c.data))
			if diff := cmp.Diff(c.want, d.State); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestParseRefuses(t *testing.T) {
	for _, c := range []struct {
		name, body string
		want       error
	}{
		{"nothing", "", polar.ErrNotJSON},
		{"a form", "payload=1", polar.ErrNotJSON},
		{"half a body", `{"type":"order.paid","data":{`, polar.ErrNotJSON},
		{"two bodies", `{"type":"order.paid","data":{}} {}`, polar.ErrNotJSON},
		{"a list", `[]`, polar.ErrNotEvent},
		{"null", `null`, polar.ErrNotEvent},
		{"no type", `{"data":{}}`, polar.ErrNotEvent},
		{"a number for a type", `{"type":1,"data":{}}`, polar.ErrNotEvent},
		{"no data", `{"type":"order.paid"}`, polar.ErrNotEvent},
		{"data null", `{"type":"order.paid","data":null}`, polar.ErrNotEvent},
		{"data a list", `{"type":"order.paid","data":[]}`, polar.ErrNotEvent},
		{"data a text", `{"type":"order.paid","data":"{}"}`, polar.ErrNotEvent},
		{"Slack's format", `{"text":"New Order","blocks":[]}`, polar.ErrNotEvent},
		{"Discord's format", `{"content":"New Order","embeds":[{"title":"x"}]}`, polar.ErrNotEvent},
	} {
		t.Run(c.name, func(t *testing.T) {
			if _, err := polar.Parse([]byte(c.body)); !errors.Is(err, c.want) {
				t.Errorf("Parse: got %v, want %v", err, c.want)
			}
		})
	}
}

func TestParseSeeds(t *testing.T) {
	for _, c := range []struct{ name, subject, status string }{
		{"seed_order_created_2024", "order:00000000-0000-0000-0000-000000000000", "paid"},
		{"seed_order_updated_2025", "order:<string>", "paid"},
		{"seed_checkout_updated_2025", "checkout:<string>", "open"},
		{"sdk_order_updated_snake", "order:<value>", "pending"},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := parse(t, string(testdata(t, c.name)))
			if d.Subject != c.subject || d.State.Status != c.status {
				t.Errorf("got %q, %q; want %q, %q", d.Subject, d.State.Status, c.subject, c.status)
			}
		})
	}
}

func BenchmarkParse(b *testing.B) {
	body, _ := polar.Sample("order.paid")
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := polar.Parse(body); err != nil {
			b.Fatal(err)
		}
	}
}
