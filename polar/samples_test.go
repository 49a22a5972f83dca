package polar_test

import (
	"bytes"
	"encoding/json"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"polarbell/polar"
)

func sample(t *testing.T, eventType string) []byte {
	t.Helper()
	body, ok := polar.Sample(eventType)
	if !ok {
		t.Fatalf("no sample of %s", eventType)
	}
	return body
}

func knownTypes() []string {
	types := []string{polar.Parked, polar.Recovered}
	for _, k := range polar.Types() {
		types = append(types, k.Name)
	}
	return types
}

func TestEveryTypeHasASample(t *testing.T) {
	for _, eventType := range knownTypes() {
		d := parse(t, string(sample(t, eventType)))
		if d.Type != eventType || d.At.IsZero() || strings.Contains(d.Object, "sha256") {
			t.Errorf("%s: got %+v, want its type, a time, an object with an id", eventType, d)
		}
		if at := posted(t, sample(t, eventType)); at.Before(d.At) {
			t.Errorf("%s: posted at %s, want no earlier than its change at %s", eventType, at, d.At)
		}
		if polar.Body(sample(t, eventType)).Object().ID == "" {
			t.Errorf("%s: an object without an id", eventType)
		}
	}
}

// posted is the envelope's own time.
func posted(t *testing.T, body []byte) time.Time {
	t.Helper()
	var envelope struct{ Timestamp time.Time }
	if err := json.Unmarshal(body, &envelope); err != nil {
		t.Fatal(err)
	}
	return envelope.Timestamp
}

func TestEverySampleHasAType(t *testing.T) {
	files, err := os.ReadDir("samples")
	if err != nil {
		t.Fatal(err)
	}
	known := strings.Join(knownTypes(), " ") + " "
	for _, f := range files {
		if eventType := strings.TrimSuffix(f.Name(), ".json"); !strings.Contains(known, eventType+" ") {
			t.Errorf("samples/%s is of no known type", f.Name())
		}
	}
	if want := len(knownTypes()); len(files) != want {
		t.Errorf("got %d samples, want %d", len(files), want)
	}
}

func TestNoSample(t *testing.T) {
	for _, eventType := range []string{"foo.bar", "", "../samples/order.paid", "*"} {
		if body, ok := polar.Sample(eventType); ok {
			t.Errorf("Sample(%q): got %.40s, want none", eventType, body)
		}
	}
}

// TestSamplesJoin holds the cast together: what belongs to one card shares its
// subject, and what does not, does not.
func TestSamplesJoin(t *testing.T) {
	subject := func(eventType string) string { return parse(t, string(sample(t, eventType))).Subject }
	sale, firstDay, later := subject("checkout.created"), subject("subscription.created"), subject("subscription.cycled")
	order := parse(t, string(sample(t, "order.paid"))).Object
	for _, c := range []struct {
		want, kind string
		types      []string
	}{
		{sale, "checkout:", []string{"checkout.updated", "order.created", "order.updated", "order.paid", "order.refunded"}},
		{firstDay, "checkout:", []string{"subscription.active"}},
		{later, "subscription:", []string{"subscription.updated", "subscription.canceled", "subscription.uncanceled", "subscription.revoked", "subscription.past_due", "subscription.paused", "subscription.resumed"}},
		{order, "order:", []string{"refund.created", "refund.updated"}},
		{subject("customer.created"), "customer:", []string{"customer.updated", "customer.deleted", "customer.state_changed"}},
		{subject("customer_seat.assigned"), "customer_seat:", []string{"customer_seat.claimed", "customer_seat.revoked"}},
		{subject("member.created"), "member:", []string{"member.updated", "member.deleted"}},
		{subject("product.created"), "product:", []string{"product.updated"}},
		{subject("discount.created"), "discount:", []string{"discount.updated", "discount.deleted"}},
		{subject("benefit.created"), "benefit:", []string{"benefit.updated"}},
		{subject("benefit_grant.created"), "benefit_grant:", []string{"benefit_grant.updated", "benefit_grant.cycled", "benefit_grant.revoked"}},
		{subject(polar.Parked), "polarbell:", []string{polar.Recovered}},
	} {
		for _, eventType := range c.types {
			if got := subject(eventType); got != c.want || !strings.HasPrefix(got, c.kind) {
				t.Errorf("%s: got the subject %s, want %s, a %s…", eventType, got, c.want, c.kind)
			}
		}
	}
	if sale == firstDay || subject("checkout.expired") == sale {
		t.Errorf("got %s for different checkouts, want the purchase, the subscription and the one left behind apart", sale)
	}
}

func TestSamplesTellOneStory(t *testing.T) {
	order := polar.Body(sample(t, "order.refunded")).Order()
	refund := polar.Body(sample(t, "refund.created")).Refund()
	subscription := polar.Body(sample(t, "subscription.canceled")).Subscription()
	grant := polar.Body(sample(t, "benefit_grant.created")).Object()
	for _, c := range []struct{ what, got, want string }{
		{"the refund's order", refund.OrderID, order.ID},
		{"the subscriber", subscription.CustomerID, order.CustomerID},
		{"who the benefit is for", grant.Customer.ID, order.CustomerID},
		{"who buys", order.Customer.Name + " <" + order.Customer.Email + ">, " + order.BillingAddress.Country, "Jane Doe <jane@acme.com>, NO"},
		{"what", order.Product.Name, subscription.Product.Name},
	} {
		if c.got != c.want {
			t.Errorf("%s: got %s, want %s", c.what, c.got, c.want)
		}
	}
	if *order.TotalAmount != 9720 || *order.RefundedAmount != *refund.Amount || *subscription.Amount != 3000 {
		t.Errorf("got a total of %d, %d and %d refunded, %d a month; want 9720, the same, 3000",
			*order.TotalAmount, *order.RefundedAmount, *refund.Amount, *subscription.Amount)
	}
}

func TestRefresh(t *testing.T) {
	now := time.Date(2027, 1, 2, 3, 4, 5, 678901234, time.UTC)
	order, refund := sample(t, "order.paid"), sample(t, "refund.created")
	fresh := polar.Refresh(now, order, refund)

	uuids := regexp.MustCompile(`[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}`)
	for _, id := range uuids.FindAll(bytes.Join([][]byte{order, refund}, nil), -1) {
		if bytes.Contains(bytes.Join(fresh, nil), id) {
			t.Errorf("the id %s is still there", id)
		}
	}
	before, after := parse(t, string(order)), parse(t, string(fresh[0]))
	if d := parse(t, string(fresh[1])); d.Subject != after.Object {
		t.Errorf("the refund is filed under %s, want %s", d.Subject, after.Object)
	}
	newest := posted(t, fresh[1])
	if want := now.Truncate(time.Microsecond); !newest.Equal(want) {
		t.Errorf("the newest event is of %s, want %s", newest, want)
	}
	was, is := posted(t, refund).Sub(before.At), newest.Sub(after.At)
	if (was - is).Abs() > time.Microsecond {
		t.Errorf("the refund came %s after the order, want %s", is, was)
	}
	if again := polar.Refresh(now, order); bytes.Equal(again[0], fresh[0]) {
		t.Error("refreshed twice, the order has the same ids; want others")
	}
}
