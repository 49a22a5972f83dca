package ledger

import (
	"cmp"
	"strings"
	"time"

	"polarbell/journal"
	"polarbell/polar"
)

// Kinds of orders.
const (
	Sale       = "sale"       // a one-time purchase
	Subscriber = "subscriber" // the first paid bill of a subscription, also after a trial
	Renewal    = "renewal"    // a later period
	Usage      = "usage"      // metered usage
	Plan       = "plan"       // a change of plan; below 0: a credit
	Free       = "free"       // a purchase or a start of 0
	Migrated   = "migrated"   // not an order: a subscription that Polar took over, whose customer is not new
)

// Sales are the kinds that people call a sale. Renewals, usage and changes of
// plan are none.
var Sales = []string{Sale, Subscriber}

// delivery is what the ledger reads of a delivery.
type delivery struct {
	Object       string    // "order:ID", "refund:ID"
	At           time.Time // when the object reached this state
	Received     time.Time // when the first delivery of the object came
	State        polar.State
	Organization string // the label of the secret: "nimbus", "nimbus@sandbox"
	Body         polar.Body
	Sandbox      bool // it is a test, whatever else says so

	older   []moment // other states that are known
	seq     journal.Seq
	subject string
}

// moment is a state of an object and its time.
type moment struct {
	at    time.Time
	state polar.State
}

func (d delivery) isTest() bool {
	return d.Sandbox || strings.HasSuffix(d.Organization, "@sandbox") || d.Body.IsSample()
}

// id is the object's, as the journal has it.
func (d delivery) id() string {
	_, id, _ := strings.Cut(d.Object, ":")
	return id
}

// row is an order as one state of it says.
type row struct {
	journal.Order
	created time.Time
	owes    bool // it waits for its payment, or will never be paid
}

// mostAmount is an amount beyond which a payload is not to be believed: a
// thousand times more would not fit into a sum.
const mostAmount = 1_000_000_000_000_000

// orderRow is false for a body that has no order.
func orderRow(d delivery, hash hasher) (row, bool) {
	o := d.Body.Order()
	total, refunded := amount(o.TotalAmount), refundedOf(d.State)
	if o.ID == "" || d.id() == "" || max(total, -total, refunded, -refunded) > mostAmount {
		return row{}, false
	}
	r := row{created: cmp.Or(o.CreatedAt.Time, d.At), owes: d.State.AwaitsPayment() || d.State.Void()}
	r.Order = journal.Order{
		ID: d.id(), Customer: hash(o.CustomerID), Subscription: hash(o.SubscriptionID), Organization: d.Organization,
		Product: productOf(o), Kind: kindOf(o), Currency: strings.ToLower(o.Currency), Total: total, Net: amount(o.NetAmount),
		Tax: amount(o.TaxAmount), Refunded: refunded, Country: countryOf(o), Test: d.isTest(), At: d.At, Waited: d.State.AwaitsPayment(),
	}
	if fee := amount(o.FeeAmount); fee != 0 && strings.EqualFold(o.FeeCurrency, o.Currency) {
		r.Fee.V, r.Fee.Valid = fee, true
	}
	if d.State.Paid() {
		r.SeenPaid = d.At
	}
	if refunded > 0 {
		r.RefundedAt = d.At
	}
	for _, m := range d.older {
		r.Waited = r.Waited || m.state.AwaitsPayment()
		if m.state.Paid() {
			r.SeenPaid = earliest(r.SeenPaid, m.at)
		}
		if refunded > 0 && refundedOf(m.state) == refunded {
			r.RefundedAt = earliest(r.RefundedAt, m.at)
		}
	}
	return r, true
}

// migratedRow notes the customer of a subscription that Polar took over.
func migratedRow(d delivery, hash hasher) (row, bool) {
	s := d.Body.Subscription()
	if s.ID == "" || d.id() == "" {
		return row{}, false
	}
	return row{created: d.At, Order: journal.Order{
		ID: d.id(), Customer: hash(s.CustomerID), Subscription: hash(s.ID), Organization: d.Organization, Kind: Migrated,
		Currency: strings.ToLower(s.Currency), Test: d.isTest(), At: d.At, SeenPaid: d.At,
	}}, true
}

// refundedOf is what went back of an order, with tax.
func refundedOf(s polar.State) int64 {
	if !s.HasRefund() {
		return 0
	}
	return s.Refunded + amount(s.RefundedTax)
}

func amount(a *int64) int64 {
	if a == nil {
		return 0
	}
	return *a
}

func productOf(o polar.Order) string {
	if o.Subscription != nil {
		return cmp.Or(o.Product.Title(), o.Subscription.Product.Title())
	}
	return o.Product.Title()
}

func countryOf(o polar.Order) string {
	if o.BillingAddress == nil {
		return ""
	}
	return strings.ToUpper(o.BillingAddress.Country)
}

func kindOf(o polar.Order) string {
	switch o.BillingReason {
	case polar.BillingCycle:
		if s := o.Subscription; s != nil && s.EndsTrial(o.CreatedAt.Time) && (s.EndedAt.IsZero() || o.CreatedAt.Before(s.EndedAt.Time)) {
			return Subscriber
		}
		return Renewal
	case polar.BillingMeter:
		return Usage
	case polar.BillingUpdate:
		return Plan
	}
	switch {
	case amount(o.TotalAmount) == 0:
		return Free
	case o.BillingReason == polar.BillingCreate:
		return Subscriber
	}
	return Sale
}

// refundRow is false for a body that has no refund of an order.
func refundRow(d delivery, hash hasher) (journal.Refund, bool) {
	r := d.Body.Refund()
	sum := amount(r.Amount) + amount(r.TaxAmount)
	if r.ID == "" || d.id() == "" || r.OrderID == "" || sum < 0 || sum > mostAmount {
		return journal.Refund{}, false
	}
	return journal.Refund{
		ID: d.id(), Order: strings.ToLower(r.OrderID), Customer: hash(r.CustomerID), Organization: d.Organization,
		Currency: strings.ToLower(r.Currency), Amount: sum, Succeeded: d.State.Status == polar.RefundSucceeded,
		At: cmp.Or(r.CreatedAt.Time, d.At), Test: d.isTest(), StateAt: d.At,
	}, true
}
