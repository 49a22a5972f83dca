package compose

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"polarbell/formatter"
	"polarbell/polar"
)

// order is one invoice: a purchase, the start of a subscription, one of its
// periods, a change of plan, metered usage.
type order struct {
	*timeline
	polar.Order
	sub      *subscription // its own, else as the order has it; never nil
	refunds  []*refund
	claimed  bool   // another card tells of it
	declined string // why its payment failed, where Polar was asked
}

func newOrder(t *timeline) *order {
	o := &order{timeline: t, Order: t.body().Order()}
	o.ID, t.record = cmp.Or(o.ID, o.id), o.record
	return o
}

// cards say that the order is paid. That a purchase is not paid yet is for
// underWay to say.
func (o *order) cards() []formatter.Card {
	switch {
	case o.claimed, o.last().AwaitsPayment(), o.last().Void(), o.isKnownByRefund():
		return nil
	case !o.wasPaid():
		return o.unknownState()
	case o.isOldNews():
		c := o.record(o.newestBeforeRefunds())
		c.Events = o.news()
		return []formatter.Card{c}
	}
	c, ok := o.paidCard()
	if !ok {
		return nil
	}
	mark(&c, o.refundOutcome())
	return append([]formatter.Card{c}, o.unknownState()...)
}

// wasPaid reports whether the order is paid, or was in a state before this one.
func (o *order) wasPaid() bool {
	return slices.ContainsFunc(o.states, func(s state) bool { return s.Paid() })
}

// unknownState tells of an order in a state that is new to us. A type that is
// new to us tells of itself.
func (o *order) unknownState() []formatter.Card {
	if o.last().Paid() || !polar.Known(o.newest().Type) {
		return nil
	}
	return []formatter.Card{o.record(o.newest())}
}

// paidCard is false for a bill of nothing, such as a free plan's next period.
func (o *order) paidCard() (formatter.Card, bool) {
	total := amountOr0(o.TotalAmount)
	switch o.BillingReason {
	case polar.BillingCreate:
		return o.sub.startCard(o), true
	case polar.BillingCycle:
		return o.periodCard(), total != 0 || o.isAfterTrial() && !o.sub.Free()
	case polar.BillingUpdate:
		return o.planCharge(), total != 0
	case polar.BillingMeter:
		return o.usage(), total != 0
	}
	if o.TotalAmount != nil && total == 0 {
		return o.freeSale(), true
	}
	return o.sale(), true
}

func (o *order) sale() formatter.Card {
	c := o.card("sale:"+o.id, formatter.Sale)
	c.Mark, c.Tone = "💰", formatter.Green
	c.Headline = headline("Sale", o.amount(), o.who(), short(o.product()))
	c.Fields = append([]formatter.Field{o.person().field(), o.paidField("Paid"), o.discountField()}, o.details()...)
	o.tellBuyer(&c)
	return c
}

func (o *order) freeSale() formatter.Card {
	c := o.card("sale:"+o.id, formatter.Free)
	c.Tone = formatter.Grey
	c.Headline = headline("Free signup", o.who(), short(o.product()))
	c.Fields = append([]formatter.Field{o.person().field(), o.discountField()}, o.details()...)
	o.tellBuyer(&c)
	return c
}

// periodCard tells that a period of a subscription was paid.
func (o *order) periodCard() formatter.Card {
	c := o.card("order:"+o.id, formatter.Renewal)
	c.Mark, c.Tone = "🔁", formatter.PaleGreen
	c.Context = []string{o.sub.since()}
	switch {
	case amountOr0(o.TotalAmount) < 0:
		return o.credited(c)
	case o.isAfterTrial():
		c.Kind, c.Mark, c.Tone = formatter.Subscriber, "🎉", formatter.Green
		now := o.sub.stateAt(o.CreatedAt.Time)
		c.Headline, c.Amount = headline("Trial converted", o.who(), o.sub.plan(now)), o.sub.amount(now)
		c.Fields = []formatter.Field{o.person().field(), o.paidField("Paid today"), o.discountField()}
		c.Context = []string{o.InvoiceNumber}
		tell(&c, "", o.ledger.soFar(o.id))
		return c
	case o.isLastCharge():
		c.Headline = headline("Last charge", o.amount(), o.who(), short(o.product()))
	case o.isFromBalance():
		c.Headline = headline("Renewed from balance", money(o.TotalAmount, o.Currency), o.who(), short(o.product()))
	default:
		c.Headline = headline("Renewed", o.amount(), o.who(), short(o.product()))
	}
	c.Fields = []formatter.Field{o.person().field(), o.discountField()}
	o.tellPayments(&c)
	return c
}

func (o *order) usage() formatter.Card {
	c := o.card("order:"+o.id, formatter.Renewal)
	c.Mark, c.Tone = "🔁", formatter.PaleGreen
	c.Headline = headline("Usage billed", o.amount(), o.who(), short(o.product()))
	c.Fields = []formatter.Field{{Name: "Period", Text: o.period()}, o.person().field()}
	c.Context = []string{o.sub.since()}
	o.tellPayments(&c)
	return c
}

// planCharge tells of a change of plan whose change itself is not known.
func (o *order) planCharge() formatter.Card {
	c := o.card("order:"+o.id, formatter.Plan)
	if amountOr0(o.TotalAmount) < 0 {
		return o.credited(c)
	}
	c.Mark, c.Tone = "📈", formatter.Green
	c.Headline = headline("Plan change paid", o.amount(), o.who(), short(o.product()))
	c.Fields = []formatter.Field{o.person().field(), o.paidField("Paid today")}
	return c
}

// credited tells of an order below zero: money that stays with the merchant
// and pays later bills.
func (o *order) credited(c formatter.Card) formatter.Card {
	c.Kind, c.Mark, c.Tone = formatter.Plan, "📉", formatter.Amber
	c.Headline = headline("Credited", o.credit(), o.who(), short(o.product()))
	c.Amount = &formatter.Money{Amount: -amountOr0(o.TotalAmount), Currency: o.Currency}
	c.Fields = []formatter.Field{o.person().field()}
	return c
}

// record tells of the order in the words of one delivery: of one that was first
// heard of as updated, or in a state or of a type that is new to us.
func (o *order) record(d *Entry) formatter.Card {
	c := o.card("record:"+o.id, formatter.Record)
	c.Events = []formatter.Event{{Seq: d.Seq, Type: d.Type}}
	c.Time = d.At
	c.Headline = headline(typeAndState(d.Type, o.stateInWords(d)), o.amount(), o.who(), short(o.product()))
	c.Fields = []formatter.Field{o.person().field()}
	return c
}

// stateInWords is left out where it is the one that the headline suggests.
func (o *order) stateInWords(d *Entry) string {
	switch {
	case d.State.Status == "paid":
		return ""
	case d.State.AwaitsPayment():
		return "not paid yet"
	}
	return lowercase(polar.InWords(d.State.Status))
}

// card has what every card of an order has.
func (o *order) card(key string, kind formatter.Kind) formatter.Card {
	return formatter.Card{
		Key: key, Kind: kind, Events: o.news(), Time: o.happened(), Who: o.person().who(),
		Amount: moneyIf(o.charged(), o.Currency), Product: o.product(), Country: o.person().country,
		Context: []string{o.InvoiceNumber}, Link: open(orderPage, o.ID), Facts: formatter.Facts{Products: []string{o.ProductID}},
	}
}

// news are the deliveries that tell of the order itself, its refunds apart.
func (o *order) news() []formatter.Event {
	var all []formatter.Event
	for i, s := range o.states {
		if s.HasRefund() && i > 0 {
			break
		}
		if !s.AwaitsPayment() || !o.isPurchase() {
			all = append(all, s.events...)
		}
	}
	return all
}

// becomesPartOf makes the order part of another card's news: the message that it
// had, if any, is found by its deliveries.
func (o *order) becomesPartOf(c *formatter.Card) {
	o.claimed = true
	c.Events = append(slices.Clone(c.Events), o.news()...)
	c.Echoes = slices.Clone(c.Echoes)
	for _, s := range o.states {
		c.Echoes = append(c.Echoes, s.echoes...)
	}
}

// newestBeforeRefunds is the delivery that describes an order of before the
// journal: its refunds have cards of their own.
func (o *order) newestBeforeRefunds() *Entry {
	i := slices.IndexFunc(o.deliveries, func(d *Entry) bool { return d.State.HasRefund() })
	if i <= 0 {
		return o.newest()
	}
	return o.deliveries[i-1]
}

// happened is when the order was paid: when it was made, unless it was seen
// waiting before.
func (o *order) happened() time.Time {
	if i := slices.IndexFunc(o.states, func(s state) bool { return s.Paid() }); i > 0 {
		return o.states[i].at
	}
	return cmp.Or(o.CreatedAt.Time, o.first().at)
}

// isPurchase reports whether a person bought at a checkout, as against the
// bills that a subscription makes by itself.
func (o *order) isPurchase() bool {
	return !slices.Contains([]string{polar.BillingCycle, polar.BillingUpdate, polar.BillingMeter}, o.BillingReason)
}

// isOldNews reports whether the order was paid before the journal heard of it.
// A refund of it makes it no newer.
func (o *order) isOldNews() bool { return !o.has("order.created", "order.paid") && o.first().Paid() }

// isKnownByRefund reports whether only a refund made the order known.
func (o *order) isKnownByRefund() bool {
	return o.first().HasRefund() && !o.has("order.created", "order.paid")
}

// isAfterTrial reports whether the order is the first charge after a trial. A
// trial that ended may have a last charge, for its usage.
func (o *order) isAfterTrial() bool {
	return o.sub.EndsTrial(o.CreatedAt.Time) && !o.isLastCharge()
}

// isLastCharge reports whether the order was made when the subscription ended.
func (o *order) isLastCharge() bool {
	return !o.sub.EndedAt.IsZero() && !o.CreatedAt.Before(o.sub.EndedAt.Time)
}

// What was paid.

// charged is what the card was charged, or the total where the customer's
// balance paid all of it.
func (o *order) charged() *int64 {
	if amountOr0(o.AppliedBalanceAmount) != 0 && !o.isFromBalance() {
		return o.DueAmount
	}
	return o.TotalAmount
}

// isFromBalance reports whether the customer's balance paid the whole order.
func (o *order) isFromBalance() bool {
	return amountOr0(o.AppliedBalanceAmount) < 0 && amountOr0(o.DueAmount) == 0 && amountOr0(o.TotalAmount) > 0
}

func (o *order) amount() string {
	if o.isFromBalance() {
		return money(o.TotalAmount, o.Currency) + " from balance"
	}
	return money(o.charged(), o.Currency)
}

func (o *order) credit() string {
	return moneyOf(-amountOr0(o.TotalAmount), o.Currency)
}

// paidField is "$97.20 incl. $7.20 tax".
func (o *order) paidField(name string) formatter.Field {
	text := money(o.charged(), o.Currency)
	applied := amountOr0(o.AppliedBalanceAmount)
	switch {
	case amountOr0(o.charged()) == 0:
		text = ""
	case o.isFromBalance():
		text += " from the customer's balance"
	case applied < 0:
		text += " and " + moneyOf(-applied, o.Currency) + " from the customer's balance"
	case applied > 0:
		text += ", " + moneyOf(applied, o.Currency) + " of it an old balance"
	case amountOr0(o.TaxAmount) > 0:
		text += " incl. " + money(o.TaxAmount, o.Currency) + " tax"
	}
	return formatter.Field{Name: name, Text: text}
}

func (o *order) discountField() formatter.Field {
	return discountField(o.Discount, o.DiscountAmount, o.Currency)
}

// discountField is "LAUNCH20, −20%", of a fixed discount what came off this
// order, in the order's currency.
func discountField(d *polar.Discount, off *int64, currency string) formatter.Field {
	if d == nil {
		return formatter.Field{}
	}
	text := ""
	switch {
	case d.BasisPoints != nil && *d.BasisPoints != 0:
		text = "−" + percent(*d.BasisPoints)
	case amountOr0(off) > 0:
		text = "−" + money(off, currency)
	}
	if text != "" && d.Duration == "repeating" && d.DurationInMonths > 0 {
		text += " for " + plural(int(d.DurationInMonths), "month")
	}
	return formatter.Field{Name: "Discount", Text: listed(strings.TrimSpace(cmp.Or(d.Code, d.Name)), text)}
}

// Who bought what.

func (o *order) person() person {
	return personOf(cmp.Or(o.Customer, o.sub.Customer), o.BillingName, o.BillingAddress)
}

func (o *order) who() string { return short(o.person().who()) }

func (o *order) product() string {
	return cmp.Or(o.Product.Title(), strings.TrimSpace(o.Description), o.sub.Product.Title())
}
