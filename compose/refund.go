package compose

import (
	"cmp"
	"slices"
	"time"

	"polarbell/formatter"
	"polarbell/polar"
)

// refund is money going back to a buyer.
type refund struct {
	*timeline
	polar.Refund
	order *order // an empty one where the journal has none
	sums  []formatter.Event
}

func newRefund(t *timeline) *refund {
	r := &refund{timeline: t, Refund: t.body().Refund(), order: &order{sub: &subscription{}}}
	r.ID, t.record = cmp.Or(r.ID, r.id), r.record
	return r
}

func (r *refund) hasOrder() bool { return r.order.timeline != nil }

// gross is what goes back to the buyer, tax included.
func (r *refund) gross() int64 { return amountOr0(r.Amount) + amountOr0(r.TaxAmount) }

// succeeded reports whether the money went back, which the order's sum may say
// before the refund itself does.
func (r *refund) succeeded() bool {
	return r.last().Status == polar.RefundSucceeded || r.last().Status == polar.RefundPending && r.order.hasRefundedSince(r.happened())
}

func (r *refund) happened() time.Time { return cmp.Or(r.CreatedAt.Time, r.first().at) }

// refundCards tell of an order's refunds one by one, or by the order's own sum
// while none of them is known.
func refundCards(o *order) []formatter.Card {
	if len(o.refunds) == 0 {
		return o.sumCards()
	}
	slices.SortStableFunc(o.refunds, func(a, b *refund) int { return a.happened().Compare(b.happened()) })
	o.shareSums()
	var cards []formatter.Card
	before := formatter.Money{Currency: o.Currency}
	for _, r := range o.refunds {
		before.Amount = max(before.Amount, o.refundedBefore(r))
		cards = append(cards, r.cards(before)...)
		if r.succeeded() {
			before.Amount += r.gross()
		}
	}
	return cards
}

// moment is how soon after a refund Polar changes the order's sum of them.
const moment = time.Minute

// refundedBefore is the order's own sum of refunds before one of them, tax
// included: an earlier one may not be known itself.
func (o *order) refundedBefore(r *refund) (gross int64) {
	for _, s := range o.states {
		since := s.at.Sub(r.happened())
		switch {
		case since < 0 && !s.HasRefund():
			gross = 0
		case since < 0:
			gross = o.withTax(s)
		case since <= moment && s.HasRefund() && r.succeeded():
			return max(gross, o.withTax(s)-r.gross())
		}
	}
	return gross
}

// shareSums gives each delivery that tells the order's sum of refunds to the
// refund that it followed, which Polar changes in the same moment. A refund that
// is not known yet may be the one. A pending one whose success only the sum says
// is too.
func (o *order) shareSums() {
	for _, s := range o.states {
		if !s.HasRefund() {
			continue
		}
		nearest := slices.MinFunc(o.refunds, func(a, b *refund) int {
			return cmp.Compare(a.distance(s.at), b.distance(s.at))
		})
		if nearest.distance(s.at) <= moment || nearest.last().Status == polar.RefundPending && nearest.succeeded() {
			nearest.sums = append(nearest.sums, s.events...)
		}
	}
}

// distance is how far a time is from the refund's nearest change.
func (r *refund) distance(at time.Time) time.Duration {
	nearest := r.happened().Sub(at).Abs()
	for _, s := range r.states {
		nearest = min(nearest, s.at.Sub(at).Abs())
	}
	return nearest
}

// cards are the refund and, where it failed, its failure. before is what went
// back of the order already.
func (r *refund) cards(before formatter.Money) []formatter.Card {
	c := r.card("refund:" + r.id)
	c.Events = append(c.Events, r.sums...)
	failed := r.failure()
	switch {
	case failed != nil:
		c.Headline = headline(cmp.Or(refundWords[r.stateBeforeFailure()], "Refund pending"), r.amountOf(), r.order.who(), short(r.order.product()))
		c.Over = true
		mark(&c, "→ "+r.last().Status)
		return []formatter.Card{c, *failed}
	case !r.succeeded() && r.last().Status == polar.RefundPending:
		c.Tone, c.Open = formatter.Amber, true
		c.Headline = headline("Refund pending", r.amountOf(), r.order.who(), short(r.order.product()))
	case !r.succeeded():
		c.Tone = formatter.Grey
		c.Headline = headline("Refund "+cmp.Or(lowercase(polar.InWords(r.last().Status)), "made"), r.amountOf(), r.order.who(), short(r.order.product()))
	default:
		r.done(&c, before)
	}
	return []formatter.Card{c}
}

var refundWords = map[string]string{
	polar.RefundPending: "Refund pending", polar.RefundSucceeded: "Refunded",
}

// done words a refund that succeeded. That is its outcome also where nobody
// heard of it as pending, since a pending one may take days.
func (r *refund) done(c *formatter.Card, before formatter.Money) {
	c.Outcome = "succeeded"
	c.Headline = refunded(r.Reason, r.gross(), before.Amount, r.order.charged(), r.Currency, r.order.who(), short(r.order.product()))
	if total := r.order.charged(); total != nil && *total > before.Amount+r.gross() {
		remaining := formatter.Field{Name: "Remaining", Text: moneyOf(*total-before.Amount-r.gross(), r.Currency)}
		c.Fields = slices.Insert(c.Fields, 1, remaining)
	}
}

// refunded is the headline of money that went back: what, what before it, and
// of what total.
func refunded(reason string, gross, before int64, total *int64, currency, who, product string) string {
	if gross == 0 {
		return headline("Refunded", who, product)
	}
	now := moneyOf(gross, currency)
	switch full := total != nil && before+gross >= *total; {
	case reason == "dispute_prevention":
		return headline("Refunded to avoid a chargeback", now, who, product)
	case full && before > 0:
		return headline("Refunded in full", now+" more, "+moneyOf(before+gross, currency)+" in all", who, product)
	case before > 0 && total != nil:
		return headline("Refunded", now+" more, "+moneyOf(before+gross, currency)+" of "+money(total, currency), who, product)
	case full:
		return headline("Refunded in full", now, who, product)
	case total != nil:
		return headline("Refunded", now+" of "+money(total, currency), who, product)
	}
	return headline("Refunded", now, who, product)
}

// failure is the card of a refund that failed or was canceled, or nil.
func (r *refund) failure() *formatter.Card {
	last := r.last()
	if last.Status != polar.RefundFailed && last.Status != polar.RefundCanceled {
		return nil
	}
	c := r.card("refund-failed:" + r.id)
	c.Events, c.Time = last.events, last.at
	c.Mark, c.Tone = "⚠️", formatter.Red
	c.Headline = headline("Refund "+last.Status, r.amountOf(), r.order.who(), short(r.order.product()))
	c.Note = "The money has not gone back; look at it in Polar."
	return &c
}

// stateBeforeFailure is "" where the refund was first heard of as failed.
func (r *refund) stateBeforeFailure() string {
	if len(r.states) < 2 {
		return ""
	}
	return r.states[len(r.states)-2].Status
}

func (r *refund) card(key string) formatter.Card {
	c := formatter.Card{
		Key: key, Kind: formatter.Refund, Mark: "💸", Tone: formatter.Red, Time: r.happened(),
		Who: r.order.person().who(), Product: r.order.product(), Country: r.order.person().country,
		Link: open(orderPage, r.OrderID), Facts: formatter.Facts{Products: []string{r.order.ProductID}},
	}
	if r.Amount != nil {
		c.Amount = &formatter.Money{Amount: r.gross(), Currency: r.Currency}
	}
	for _, s := range r.states {
		if s.Status != polar.RefundFailed && s.Status != polar.RefundCanceled || len(r.states) == 1 {
			c.Events = append(c.Events, s.events...)
		}
	}
	c.Fields = []formatter.Field{{Name: "Reason", Text: r.reason()}, r.order.person().field()}
	if amountOr0(r.TaxAmount) > 0 {
		c.Context = []string{"amounts include tax"}
	}
	tell(&c, r.ledger.refundsOf(r.OrderID, c.Time), "")
	return c
}

// reason is Polar's, and the card network's where a chargeback was prevented.
func (r *refund) reason() string {
	if r.Dispute == nil {
		return polar.InWords(r.Reason)
	}
	return listed(polar.InWords(r.Reason), lowercase(polar.InWords(r.Dispute.Reason)))
}

func (r *refund) amountOf() string {
	if r.Amount == nil {
		return ""
	}
	return moneyOf(r.gross(), r.Currency) + with(" of ", money(r.order.charged(), r.Currency))
}

// sumCards find refunds in an order's growing sum of them.
func (o *order) sumCards() []formatter.Card {
	var cards []formatter.Card
	var before state
	for _, s := range o.states {
		if s.HasRefund() && (s.Refunded > before.Refunded || !before.HasRefund()) {
			cards = append(cards, o.sumCard(s, before))
		} else if n := len(cards); n > 0 && s.HasRefund() {
			cards[n-1].Events = append(cards[n-1].Events, s.events...)
		}
		before = s
	}
	return cards
}

func (o *order) sumCard(s, before state) formatter.Card {
	c := o.card("refunded:"+o.id+":"+number(&s.Refunded), formatter.Refund)
	c.Mark, c.Tone, c.Events, c.Time, c.Outcome, c.Context = "💸", formatter.Red, s.events, s.at, "", nil
	gross, earlier := o.withTax(s), o.withTax(before)
	if s.Refunded == 0 && s.Status == "refunded" { // of 2025: its status alone says so
		gross = amountOr0(o.TotalAmount)
	}
	c.Amount = nil
	if gross != earlier {
		c.Amount = &formatter.Money{Amount: gross - earlier, Currency: o.Currency}
	}
	c.Headline = refunded("", gross-earlier, earlier, o.charged(), o.Currency, o.who(), short(o.product()))
	c.Fields = []formatter.Field{o.person().field()}
	if total := o.charged(); total != nil && *total > gross && gross > 0 {
		c.Fields = append([]formatter.Field{{Name: "Remaining", Text: moneyOf(*total-gross, o.Currency)}}, c.Fields...)
	}
	if amountOr0(o.RefundedTaxAmount) > 0 {
		c.Context = []string{"amounts include tax"}
	}
	tell(&c, o.ledger.refundsOf(o.id, c.Time), "")
	return c
}

// withTax is what had gone back of the order in a state, tax included. Of a
// state that an earlier release kept the tax is not known, and is a part of the
// newest one's in proportion.
func (o *order) withTax(s state) int64 {
	if s.RefundedTax != nil {
		return s.Refunded + *s.RefundedTax
	}
	all, tax := amountOr0(o.RefundedAmount), amountOr0(o.RefundedTaxAmount)
	if all == 0 {
		return s.Refunded
	}
	return s.Refunded + tax*s.Refunded/all
}

// hasRefundedSince reports whether the order's own sum, as of a later time, is
// that of all refunds that are known, but for those that failed.
func (o *order) hasRefundedSince(at time.Time) bool {
	if o.timeline == nil || !o.last().HasRefund() || o.last().at.Before(at) {
		return false
	}
	var all int64
	for _, r := range o.refunds {
		if r.failure() == nil {
			all += r.gross()
		}
	}
	return o.ownSum() == all
}

// refundOutcome is what went back of an order, for its own card: "refunded
// $20.00".
func (o *order) refundOutcome() string {
	if gross := o.refundedInAll(); gross > 0 {
		return "refunded " + moneyOf(gross, o.Currency)
	}
	return ""
}

// refundedInAll is what went back of an order, tax included. The refunds and
// the order's own sum arrive one after the other: the larger one is up to date.
func (o *order) refundedInAll() (gross int64) {
	failed := false
	for _, r := range o.refunds {
		if r.succeeded() {
			gross += r.gross()
		}
		failed = failed || r.failure() != nil
	}
	if !o.last().HasRefund() || failed {
		return gross
	}
	return max(gross, o.ownSum())
}

// ownSum is what went back as the order itself says, tax included. That of 2025
// may say so by its status alone.
func (o *order) ownSum() int64 {
	own := amountOr0(o.RefundedAmount) + amountOr0(o.RefundedTaxAmount)
	if own == 0 && o.last().Status == "refunded" {
		own = amountOr0(o.TotalAmount)
	}
	return own
}
