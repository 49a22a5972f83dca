package polar_test

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"slices"
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
	var types []string
	for _, k := range append(polar.Types(), polar.Ours...) {
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

// TestSamplesJoin: the samples of the purchase that most examples show are one
// sale, and every other sample is of something else.
func TestSamplesJoin(t *testing.T) {
	sale := []string{"checkout.created", "checkout.updated", "order.paid"}
	first := parse(t, string(sample(t, sale[0]))).Subject
	if !strings.HasPrefix(first, "checkout:") {
		t.Errorf("the sale is filed under %s, want a checkout", first)
	}
	subjects := map[string]string{}
	for _, k := range polar.Types() {
		d := parse(t, string(sample(t, k.Name)))
		if slices.Contains(sale, k.Name) {
			if d.Subject != first {
				t.Errorf("%s: got the subject %s, want %s", k.Name, d.Subject, first)
			}
			continue
		}
		if other := subjects[d.Subject]; other != "" || d.Subject == first {
			t.Errorf("%s: got the subject %s of %s, want one of its own", k.Name, d.Subject, cmp.Or(other, sale[0]))
		}
		subjects[d.Subject] = k.Name
	}
	order, refund := parse(t, string(sample(t, "order.paid"))), parse(t, string(sample(t, "refund.created")))
	if refund.Subject != order.Object {
		t.Errorf("refund.created is filed under %s, want %s", refund.Subject, order.Object)
	}
	if parked, recovered := parse(t, string(sample(t, polar.Parked))), parse(t, string(sample(t, polar.Recovered))); parked.Subject != recovered.Subject {
		t.Errorf("the bridge's own are filed under %s and %s, want one", parked.Subject, recovered.Subject)
	}
}

// TestSamplesDiffer: whoever sends all of them to a channel reads of different
// people, orders and products.
func TestSamplesDiffer(t *testing.T) {
	type fact struct{ what, value string }
	of := map[fact]string{}
	differ := func(eventType, what, value string) {
		t.Helper()
		if other := of[fact{what, value}]; other != "" {
			t.Errorf("%s and %s are both of the %s %q", other, eventType, what, value)
		}
		of[fact{what, value}] = eventType
	}
	currencies := map[string]bool{}
	for _, k := range polar.Types() {
		body := polar.Body(sample(t, k.Name))
		switch family, _, _ := strings.Cut(k.Name, "."); family {
		case "order":
			o := body.Order()
			differ(k.Name, "invoice", o.InvoiceNumber)
			differ(k.Name, "buyer", o.Customer.Email)
			differ(k.Name, "product", o.Product.Name)
			currencies[o.Currency] = true
		case "subscription":
			s := body.Subscription()
			differ(k.Name, "subscriber", s.Customer.Email)
			differ(k.Name, "plan and price", s.Product.Name+" "+s.Currency+fmt.Sprint(*s.Amount))
			currencies[s.Currency] = true
		case "customer":
			differ(k.Name, "customer", body.Object().Email)
		case "member", "customer_seat":
			differ(k.Name, "member", body.Object().Email)
		case "product", "discount":
			differ(k.Name, family, body.Object().Name)
		}
	}
	if len(currencies) < 5 {
		t.Errorf("got %d currencies, want at least 5", len(currencies))
	}
}

// TestSamplesAreOfToday: each says which version of Polar's API it is of, and
// none comes before what it follows.
func TestSamplesAreOfToday(t *testing.T) {
	for _, k := range polar.Types() {
		var envelope struct {
			APIVersion string `json:"api_version"`
		}
		if err := json.Unmarshal(sample(t, k.Name), &envelope); err != nil {
			t.Fatal(err)
		}
		if envelope.APIVersion != "2026-10" {
			t.Errorf("%s: got the version %q, want 2026-10", k.Name, envelope.APIVersion)
		}
	}
	if created, expired := posted(t, sample(t, "checkout.created")), posted(t, sample(t, "checkout.expired")); expired.Before(created.Add(24 * time.Hour)) {
		t.Errorf("checkout.expired is of %s, want a day or more after checkout.created, %s", expired, created)
	}
}

// TestSamplesTellOneStory: the sale, its refund and the subscription that most
// examples show.
func TestSamplesTellOneStory(t *testing.T) {
	order := polar.Body(sample(t, "order.paid")).Order()
	refund := polar.Body(sample(t, "refund.created")).Refund()
	subscription := polar.Body(sample(t, "subscription.active")).Subscription()
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
	if *order.TotalAmount != 9720 || *refund.Amount+*refund.TaxAmount != 2000 || *subscription.Amount != 3000 {
		t.Errorf("got a total of %d, %d refunded, %d a month; want 9720, 2000, 3000",
			*order.TotalAmount, *refund.Amount+*refund.TaxAmount, *subscription.Amount)
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
