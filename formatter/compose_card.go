package formatter

import (
	"cmp"
	"strings"
	"time"

	"polarbell/polar"
)

const maxCustom = 2 // of what a buyer filled in besides

// facts gathers the objects that a piece of news is told from: details come
// from the order made last, else the subscription, else the checkout.
func (s *story) facts(n news) *facts {
	f := &facts{
		news: n, now: n.track.last().brief,
		order: &noOrder, invoice: &noOrder, sub: &noSubscription, checkout: &noCheckout, refund: &noRefund,
	}
	if s.latest != nil {
		f.order = s.latest.order()
	}
	family := n.track.family
	if n.kind == newsBasic {
		family = ""
	}
	switch family {
	case "order":
		f.invoice = n.track.order()
		f.order = f.invoice
	case "refund":
		r := n.track.body().Refund()
		f.refund = &r
		if t := find(s.orders, "order:"+r.OrderID); t != nil {
			f.invoice = t.order()
			f.order = f.invoice
		}
	case "subscription":
		f.sub = n.track.subscription()
		if s.bills(n) {
			f.invoice = f.order
		}
	case "checkout":
		c := n.track.body().Checkout()
		f.checkout = &c
	case "polarbell":
		f.notice = n.track.body().Notice()
	default:
		f.plain = n.track.body().Plain()
	}
	f.complete(s)
	return f
}

// complete settles what depends on several objects.
func (f *facts) complete(s *story) {
	if f.sub == &noSubscription {
		f.sub = s.subscriptionOf(f.order)
	}
	if f.kind == newsRefunded {
		f.refunded = refundedInAll("order:"+cmp.Or(f.invoice.ID, f.refund.OrderID), f.invoice, s.refunds)
		if total := f.charged(); total != nil && f.refunded >= *total {
			f.kind = newsRefundedAll
		}
	}
	f.buyer = cmp.Or(f.order.Customer, f.sub.Customer, visitor(f.checkout), f.plain.Customer)
	f.time = f.happened()
}

// bills tells whether the latest order is the bill for this news of a
// subscription: for a change the one made with it, else the period's.
func (s *story) bills(n news) bool {
	if s.latest == nil {
		return false
	}
	o := s.latest.order()
	if n.kind == newsPastDue || n.kind == newsRecovered {
		start := n.track.subscription().CurrentPeriodStart
		return o.CreatedAt.After(start.Add(-soon)) && o.CreatedAt.Before(n.at.Add(soon))
	}
	return isPaid(s.latest.last()) && billedAtOnce(n, o)
}

func visitor(c *polar.Checkout) *polar.Customer {
	if c.CustomerName == "" && c.CustomerEmail == "" {
		return nil
	}
	return &polar.Customer{ID: c.CustomerID, Name: c.CustomerName, Email: c.CustomerEmail, BillingAddress: c.BillingAddress}
}

// happened is when the news was, by the object's own date where it has one:
// that is not moved by a later change of the object.
func (f *facts) happened() time.Time {
	return firstTime(f.dated(), polar.Time{Time: f.at}).UTC()
}

func (f *facts) dated() polar.Time {
	switch f.kind {
	case newsSubscriber, newsTrial, newsFree:
		return cmp.Or(f.invoice.CreatedAt, f.sub.CreatedAt)
	case newsPastDue:
		return f.sub.PastDueAt
	case newsCancels:
		return f.sub.CanceledAt
	case newsCanceled, newsEnded, newsLost:
		return f.sub.EndedAt
	case newsPaused:
		return f.sub.PausedAt
	case newsCycled:
		return f.sub.CurrentPeriodStart
	case newsCheckoutOpen:
		return f.checkout.CreatedAt
	case newsCheckoutLeft:
		return f.checkout.ExpiresAt
	}
	made := cmp.Or(f.refund.CreatedAt, f.invoice.CreatedAt)
	at := f.track.family == "refund" && len(f.track.steps) == 1
	if at || f.track.family == "order" && f.at.Sub(made.Time).Abs() <= soon {
		return made
	}
	return polar.Time{}
}

// card puts the news into words; it is false if they say nothing.
func (s *story) card(f *facts, event string) (Card, bool) {
	w := wordings[f.kind]
	c := Card{
		Headline: f.headed(event), Tone: w.tone, Fields: f.fields(w), Note: w.note,
		Time: f.time, Link: s.link(f), Silent: w.silent, Must: f.must(), Sale: f.sale(),
	}
	if c.Headline == "" && (f.track == nil || f.track.blank()) {
		return Card{}, false
	}
	if c.Headline == "" { // a delivery that says no more than what happened
		c.Headline = polar.KindOf(f.track.newestTelling().Type).Words
	}
	if text := f.write(w.context); text != "" {
		c.Context = []string{text}
	}
	s.leaving(f, &c)
	if f.update {
		c.Tone, c.Sale = Grey, nil
		// A purchase is paid, however it was heard of; all else may be an old story.
		if f.track.family != "order" || strings.HasPrefix(f.invoice.BillingReason, "subscription_") && f.invoice.BillingReason != "subscription_create" {
			c.Must = ""
		}
	}
	c.Headline = s.mark() + c.Headline
	return c, true
}

// fields are the first of the wording's that have something to say, and what
// the buyer filled in where there is room.
func (f *facts) fields(w wording) []Field {
	fields := make([]Field, 0, maxFields)
	for _, l := range w.fields {
		field := Field{Name: l.name}
		if l.times != "" {
			field.Times = timesByName[l.times](f)
		} else {
			field.Text = f.write(l.text)
		}
		if (field.Text != "" || len(field.Times) > 0) && len(fields) < maxFields {
			fields = append(fields, field)
		}
	}
	if w.custom {
		custom := f.filledIn()
		fields = append(fields, custom[:min(len(custom), maxCustom, maxFields-len(fields))]...)
	}
	return fields
}

// leaving keeps a cancellation's reason and comment on every later card of its
// subject.
func (s *story) leaving(f *facts, c *Card) {
	for _, t := range s.subs {
		last := t.last().brief
		if !last.Canceling && !isOver(last) {
			continue
		}
		sub := *f
		sub.sub = t.subscription()
		c.Quote = strings.TrimSpace(sub.sub.CustomerCancellationComment)
		if f.track.family == "subscription" || len(c.Fields) == maxFields {
			continue
		}
		if why := sub.write(labelWhyLeaving.text); why != "" {
			c.Fields = append(c.Fields, Field{Name: labelWhyLeaving.name, Text: why})
		}
	}
}
