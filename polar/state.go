package polar

import (
	"cmp"
	"encoding/json"
	"reflect"
	"strings"
	"time"
)

// State is the part of an object that is kept beside each delivery, so that
// what happened to it (paid after pending, canceled and restored, upgraded) can
// be read without the body of every delivery. The keys are short because a
// journal keeps a million of them.
type State struct {
	Status    string `json:"s,omitempty"`
	Canceling bool   `json:"c,omitempty"` // cancel_at_period_end
	Pausing   bool   `json:"z,omitempty"` // pause_at_period_end

	// Of a subscription.
	Product   string `json:"p,omitempty"` // the product's name
	ProductID string `json:"i,omitempty"`
	Amount    *int64 `json:"a,omitempty"` // of one period after the discount, smallest unit
	Price     *int64 `json:"l,omitempty"` // of one period before the discount, smallest unit; nil where the payload does not say
	Metered   bool   `json:"m,omitempty"` // billed by usage, beside or instead of Price
	Seats     *int64 `json:"n,omitempty"`
	Units     *int64 `json:"u,omitempty"`
	Interval  string `json:"v,omitempty"` // day, week, month, year
	Intervals int64  `json:"k,omitempty"` // how many of them are one period; 0 means one
	TrialEnd  int64  `json:"t,omitempty"` // Unix seconds
	EndsAt    int64  `json:"y,omitempty"` // Unix seconds, of one that is canceling
	Provider  string `json:"o,omitempty"` // whom Polar took it over from: "stripe"

	// A change that waits for the next period, of a subscription.
	ChangesAt    int64  `json:"w,omitempty"` // Unix seconds; 0: none waits
	NextProduct  string `json:"wi,omitempty"`
	NextSeats    *int64 `json:"wn,omitempty"`
	NextUnits    *int64 `json:"wu,omitempty"`
	Email        bool   `json:"e,omitempty"` // of a checkout: its customer's address is there
	Refunded     int64  `json:"r,omitempty"` // of an order, smallest unit, cumulative, without tax
	RefundedTax  *int64 `json:"x,omitempty"` // of an order, cumulative; nil where the payload does not say
	BillingCycle bool   `json:"b,omitempty"` // of an order: it bills a period of a subscription
	Buyer        string `json:"h,omitempty"` // of an order and a checkout: a digest of the customer's address and the product

	// Of the delivery, not of the object.
	Sent    int64 `json:"d,omitempty"` // Unix seconds of its own time; 0: that of the object's state
	Fetched bool  `json:"f,omitempty"` // Polar could not deliver it, and we asked for it
}

// Encode returns the state as the journal keeps it; an empty one is "".
func (s State) Encode() string {
	text, err := json.Marshal(s)
	if err != nil || string(text) == "{}" { // err is always nil: no field can fail
		return ""
	}
	return string(text)
}

// DecodeState reads what Encode wrote. Unreadable text, such as a later
// release's, yields the zero State.
func DecodeState(text string) State {
	var s State
	if text != "" {
		_ = json.Unmarshal([]byte(text), &s)
	}
	return s
}

// Equal reports whether two states say the same of the object. Whose it is does
// not change.
func (s State) Equal(o State) bool {
	s.Sent, s.Fetched, s.Buyer = o.Sent, o.Fetched, o.Buyer
	return reflect.DeepEqual(s, o)
}

// What the status of an order says of its money.
// Source: polarsource/polar, server/polar/models/order.py.

// Paid reports whether an order has been paid, whatever was refunded since.
func (s State) Paid() bool {
	return s.Status == "paid" || s.Status == "refunded" || s.Status == "partially_refunded"
}

// AwaitsPayment reports whether an order's money has not come in.
func (s State) AwaitsPayment() bool { return s.Status == "pending" || s.Status == "draft" }

// Void reports whether an order will never be paid.
func (s State) Void() bool { return s.Status == "void" }

// HasRefund reports whether money of an order went back. The sum counts only
// where the status is unknown: examples of 2025 have a placeholder there.
func (s State) HasRefund() bool {
	switch s.Status {
	case "refunded", "partially_refunded":
		return true
	case "paid", "pending", "draft", "void":
		return false
	}
	return s.Refunded > 0
}

// What the status of a subscription says.
// Source: polarsource/polar, server/polar/models/subscription.py.

// Over reports whether a subscription has ended.
func (s State) Over() bool { return s.Status == "canceled" || s.Status == "incomplete_expired" }

// PastDue reports whether a payment of a subscription has failed. Polar retries
// a past_due one for 21 days and has given an unpaid one up.
func (s State) PastDue() bool { return s.Status == "past_due" || s.Status == "unpaid" }

// Trialing reports whether a subscription is in its trial.
func (s State) Trialing() bool { return s.Status == "trialing" }

// Paused reports whether a subscription is paused.
func (s State) Paused() bool { return s.Status == "paused" }

// Incomplete reports whether a subscription's first payment has not come in.
func (s State) Incomplete() bool { return s.Status == "incomplete" || s.Status == "incomplete_expired" }

// Active reports whether a subscription runs and is paid for.
func (s State) Active() bool { return s.Status == "active" }

// TrialEnds returns the time of the trial's end, zero without a trial.
func (s State) TrialEnds() time.Time { return unix(s.TrialEnd) }

// Ends returns the time at which a subscription that is canceling ends, zero
// where the state is of a release that did not keep it.
func (s State) Ends() time.Time { return unix(s.EndsAt) }

// Changes returns the time of the change that waits, zero without one.
func (s State) Changes() time.Time { return unix(s.ChangesAt) }

func unix(seconds int64) time.Time {
	if seconds == 0 {
		return time.Time{}
	}
	return time.Unix(seconds, 0).UTC()
}

// What the status of a checkout says.
// Source: polarsource/polar, server/polar/models/checkout.py.
const (
	CheckoutOpen      = "open"
	CheckoutConfirmed = "confirmed" // Pay was clicked
	CheckoutSucceeded = "succeeded"
	CheckoutExpired   = "expired"
	CheckoutFailed    = "failed"
)

// What the status of a refund says.
// Source: polarsource/polar, server/polar/models/refund.py.
const (
	RefundPending   = "pending"
	RefundSucceeded = "succeeded"
	RefundFailed    = "failed"
	RefundCanceled  = "canceled"
)

// Why an order was made.
// Source: polarsource/polar, server/polar/models/order.py, OrderBillingReason.
const (
	BillingPurchase = "purchase"
	BillingCreate   = "subscription_create"
	BillingCycle    = "subscription_cycle"
	BillingUpdate   = "subscription_update"
	BillingMeter    = "subscription_meter_cycle"
)

func (o delivered) state(family string) State {
	s := State{Status: bounded(o.Status, maxID)}
	switch family {
	case "subscription":
		o.subscriptionState(&s)
	case "checkout":
		s.Email = strings.TrimSpace(o.CustomerEmail) != ""
		s.Buyer = buyer(o.CustomerEmail, o.ProductID)
	case "order":
		s.Status = orderStatus(s.Status, o.NetAmount, o.Amount)
		s.BillingCycle = o.BillingReason == BillingCycle
		s.Buyer = buyer(cmp.Or(o.Customer.Email, o.User.Email), o.ProductID)
		if o.RefundedAmount != nil {
			s.Refunded = *o.RefundedAmount
		}
		if s.Refunded > 0 {
			s.RefundedTax = o.RefundedTax
		}
	}
	return s
}

// State returns the part of a subscription that is kept beside its deliveries,
// for one that is known from inside an order alone.
func (s Subscription) State() State { return s.delivered().state("subscription") }

func (s Subscription) delivered() delivered {
	o := delivered{
		Status: s.Status, Amount: s.Amount, Currency: s.Currency, Seats: s.Seats, Units: s.Units, Prices: s.Prices,
		Discount: s.Discount, DiscountID: s.DiscountID, TrialEnd: s.TrialEnd, ProductID: s.ProductID,
		Interval: s.RecurringInterval, Intervals: s.RecurringIntervalCount,
	}
	if s.Product != nil {
		o.Product = *s.Product
	}
	return o
}

func (o delivered) subscriptionState(s *State) {
	s.Canceling, s.Pausing = o.CancelAtPeriodEnd, o.PauseAtPeriodEnd
	s.Product, s.ProductID = bounded(o.Product.Name, maxName), key(o.ProductID)
	s.Amount, s.Seats, s.Units = o.Amount, o.Seats, o.Units
	s.Price, s.Metered = o.price(), o.metered()
	s.Interval = bounded(o.Interval, maxID)
	if o.Intervals > 1 {
		s.Intervals = o.Intervals
	}
	if !o.TrialEnd.IsZero() {
		s.TrialEnd = o.TrialEnd.Unix()
	}
	if ends := cmp.Or(o.EndsAt, o.CurrentPeriodEnd); o.CancelAtPeriodEnd && !ends.IsZero() {
		s.EndsAt = ends.Unix()
	}
	if p := o.PendingUpdate; p != nil && !p.AppliesAt.IsZero() {
		s.ChangesAt, s.NextProduct, s.NextSeats, s.NextUnits = p.AppliesAt.Unix(), key(p.ProductID), p.Seats, p.Units
	}
}
