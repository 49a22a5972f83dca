package reporter_test

import (
	"encoding/json"
	"maps"
	"math"
	"strings"
	"testing"
	"time"

	"polarbell/internal/polartest"
	"polarbell/polar"
)

// books are what deliveries say in all, summed in the plainest way there is: one
// delivery after the other.
type books struct {
	orders    map[string]*plainOrder
	refunds   map[string]thing
	checkouts map[string]thing
	subs      map[string]*plainSubscription
}

type thing = map[string]any

type plainOrder struct {
	thing
	waited bool
	paid   time.Time
}

type plainSubscription struct {
	thing
	trial, pays bool
	month       int64
	moves       []plainMove
	failures    []plainFailure
}

// plainFailure is a payment that failed, and how that ended.
type plainFailure struct {
	who          string
	since, until time.Time // until: zero while it is open
	paid         bool
}

// plainMove is a change of what a subscription brings a month.
type plainMove struct {
	at           time.Time
	by           int64
	joined, left bool
}

func book(t *testing.T, sent []polartest.Delivery) books {
	t.Helper()
	b := newBooks()
	b.add(t, sent...)
	return b
}

func newBooks() books {
	return books{map[string]*plainOrder{}, map[string]thing{}, map[string]thing{}, map[string]*plainSubscription{}}
}

func (b books) add(t *testing.T, sent ...polartest.Delivery) {
	t.Helper()
	for _, d := range sent {
		var body struct{ Data thing }
		if err := json.Unmarshal(d.Body, &body); err != nil {
			t.Fatal(err)
		}
		o, id := body.Data, text(body.Data, "id")
		switch family, _, _ := strings.Cut(d.Type, "."); family {
		case "order":
			b.order(id, o)
		case "refund":
			b.refunds[id] = o
		case "checkout":
			b.checkouts[id] = o
		case "subscription":
			b.subscription(id, o, d.Type == "subscription.created")
		}
	}
}

// forget takes out what only deliveries about a customer say. The orders stay.
func (b books) forget(customer, email string) {
	maps.DeleteFunc(b.checkouts, func(_ string, c thing) bool { return text(c, "customer_email") == email })
	for _, s := range b.subs {
		if text(s.thing, "customer_id") == customer {
			s.moves = nil
		}
	}
}

func text(o thing, name string) string { s, _ := o[name].(string); return s }

func number(o thing, name string) int64 { n, _ := o[name].(float64); return int64(n) }

func moment(o thing, name string) time.Time {
	at, _ := time.Parse(time.RFC3339Nano, text(o, name))
	return at
}

func (b books) order(id string, o thing) {
	p := b.orders[id]
	if p == nil {
		p = &plainOrder{}
		b.orders[id] = p
	}
	p.thing = o
	switch text(o, "status") {
	case "pending":
		p.waited = true
	case "void":
		p.paid = time.Time{}
	default:
		if p.paid.IsZero() {
			p.paid = moment(o, "created_at")
			if p.waited {
				p.paid = moment(o, "modified_at")
			}
			b.convert(p)
		}
	}
}

// convert is the first bill after a trial, which makes a subscriber.
func (b books) convert(p *plainOrder) {
	if s := b.subs[text(p.thing, "subscription_id")]; s != nil && p.endsTrial() && s.trial && !s.pays {
		s.move(p.paid, true, s.month)
		s.trial = false
	}
}

func (p *plainOrder) endsTrial() bool {
	sub, _ := p.thing["subscription"].(thing)
	end := moment(sub, "trial_end")
	return text(p.thing, "billing_reason") == "subscription_cycle" && !end.IsZero() && moment(p.thing, "created_at").Sub(end).Abs() < time.Hour
}

func (b books) subscription(id string, o thing, created bool) {
	s, at := b.subs[id], moment(o, "modified_at")
	month := number(o, "amount")
	if text(o, "recurring_interval") == "year" {
		month = int64(math.Round(float64(month) / 12))
	}
	product, _ := o["product"].(thing)
	isFree := text(product, "name") == "Hobby"
	if s == nil {
		s = &plainSubscription{pays: !created && !isFree, month: month} // moved from elsewhere
		b.subs[id] = s
	}
	s.thing = o
	s.fail(o, at)
	switch text(o, "status") {
	case "trialing":
		s.trial, s.month = true, month
	case "canceled":
		s.move(at, false, s.month)
	default:
		s.move(at, s.pays || !isFree && !s.trial, month)
	}
}

// fail notes a payment that failed, and its end.
func (s *plainSubscription) fail(o thing, at time.Time) {
	last, status := len(s.failures)-1, text(o, "status")
	isOpen := last >= 0 && s.failures[last].until.IsZero()
	switch {
	case status == "past_due" && !isOpen:
		customer, _ := o["customer"].(thing)
		s.failures = append(s.failures, plainFailure{who: text(customer, "name"), since: at})
	case status != "past_due" && isOpen:
		s.failures[last].until, s.failures[last].paid = at, status == "active"
	}
}

// move notes a change of what comes in.
func (s *plainSubscription) move(at time.Time, pays bool, month int64) {
	before, now := int64(0), int64(0)
	if s.pays {
		before = s.month
	}
	if pays {
		now = month
	}
	if before != now || s.pays != pays {
		s.moves = append(s.moves, plainMove{at, now - before, pays && !s.pays, s.pays && !pays})
	}
	s.pays, s.month = pays, month
}

// digest is what is to be told of a period.
func (b books) digest(from, to time.Time) (d polar.DigestEvent, recurring polar.Tally) {
	in := func(at time.Time) bool { return !at.Before(from) && at.Before(to) }
	for _, o := range b.orders {
		if o.paid.IsZero() {
			continue
		}
		total, currency := number(o.thing, "total_amount"), text(o.thing, "currency")
		if in(o.paid) {
			of := &d.Sales
			switch reason := text(o.thing, "billing_reason"); {
			case reason == "subscription_update":
				of = &d.Changes
			case reason == "subscription_meter_cycle", reason == "subscription_cycle" && !o.endsTrial():
				of = &d.Renewals
			}
			plus(of, total, total, currency)
			if fee := number(o.thing, "platform_fee_amount"); fee != 0 && total > 0 {
				plus(&d.Kept, 1, number(o.thing, "net_amount")-fee, currency)
			}
		}
	}
	for _, r := range b.refunds {
		if text(r, "status") == "succeeded" && in(moment(r, "created_at")) {
			plus(&d.Refunds, 1, number(r, "amount")+number(r, "tax_amount"), text(r, "currency"))
		}
	}
	for _, c := range b.checkouts {
		if text(c, "status") == "expired" && text(c, "customer_email") != "" && in(moment(c, "expires_at")) {
			plus(&d.Abandoned, 1, number(c, "total_amount"), text(c, "currency"))
		}
	}
	for _, s := range b.subs {
		for _, m := range s.moves {
			if !in(m.at) {
				continue
			}
			if m.joined {
				d.Joined++
			}
			if m.left {
				d.Left++
			}
			plus(&recurring, 0, m.by, text(s.thing, "currency"))
		}
		if text(s.thing, "status") == "past_due" { // of the first bill after a trial too
			plus(&d.Unpaid, 1, s.month, text(s.thing, "currency"))
		}
	}
	return d, recurring
}

// plus adds to a tally; only what is above zero is counted.
func plus(t *polar.Tally, counts, amount int64, currency string) {
	if counts > 0 {
		t.N++
	}
	for i := range t.Sums {
		if t.Sums[i].Currency == currency {
			t.Sums[i].Amount += amount
			return
		}
	}
	t.Sums = append(t.Sums, polar.Sum{Amount: amount, Currency: currency})
}
