package compose

import (
	"cmp"
	"slices"
	"strings"

	"polarbell/formatter"
	"polarbell/polar"
)

// checkout is a visit to Polar's payment page.
type checkout struct {
	*timeline
	polar.Checkout
	isKnown bool // who the visitor is
}

func newCheckout(t *timeline) *checkout {
	c := &checkout{timeline: t, Checkout: t.body().Checkout()}
	c.ID, t.record = cmp.Or(c.ID, c.id), c.record
	c.isKnown = c.person().who() != ""
	return c
}

// underWay tells of purchases that are not paid yet, over once they are. A
// checkout, its order and its subscription have the same key: the order says
// most.
func (c *composer) underWay() []formatter.Card {
	var cards []formatter.Card
	for _, o := range c.orders {
		if card, ok := o.waiting(); ok {
			cards = append(cards, card)
		}
	}
	for _, visit := range c.checkouts {
		card := visit.card(c.isBought(visit.id))
		if card.Kind == formatter.Abandoned && slices.Contains(c.history.Bought, visit.object) {
			card.Over = true
			mark(&card, "→ bought after all")
		}
		cards = append(cards, card)
	}
	for _, s := range c.subs {
		if card, ok := s.waiting(); ok {
			cards = append(cards, card)
		}
	}
	return cards
}

const waitingKey = "waiting:"

// isBought reports whether what was under way is paid, or free.
func (c *composer) isBought(id string) bool {
	for _, o := range c.orders {
		if o.isPurchase() && o.last().Paid() && (strings.EqualFold(o.CheckoutID, id) || o.id == id) {
			return true
		}
	}
	return slices.ContainsFunc(c.subs, func(s *subscription) bool {
		return !s.last().Incomplete() && (strings.EqualFold(s.CheckoutID, id) || s.id == id)
	})
}

// waiting is the card of a purchase whose order is there and not paid.
func (o *order) waiting() (formatter.Card, bool) {
	if !o.isPurchase() || !o.first().AwaitsPayment() && !o.first().Void() {
		return formatter.Card{}, false
	}
	c := o.card(waitingKey+cmp.Or(strings.ToLower(o.CheckoutID), o.id), formatter.Waiting)
	c.Events, c.Time, c.Tone = nil, cmp.Or(o.CreatedAt.Time, o.first().at), formatter.Amber
	for _, s := range o.states {
		if s.AwaitsPayment() || s.Void() {
			c.Events = append(c.Events, s.events...)
		}
	}
	words := "Not paid yet"
	switch {
	case o.last().Void():
		words, c.Tone = "Never paid", formatter.Grey
		end(&c, "never paid")
	case o.last().Paid():
		words, c.Tone = "Checkout completed", formatter.Grey
		end(&c, "completed")
	}
	c.Headline = headline(words, o.amount(), o.who(), short(o.product()))
	c.Fields = []formatter.Field{o.person().field(), o.discountField()}
	return c, true
}

// end notes that what was under way is over. Its message is edited at any age:
// a checkout expires after a day, and a bank may take longer.
func end(c *formatter.Card, outcome string) { c.Over, c.Outcome = true, outcome }

// waiting is the card of a subscription whose first payment is not in.
func (s *subscription) waiting() (formatter.Card, bool) {
	first := s.first()
	if !first.Incomplete() {
		return formatter.Card{}, false
	}
	c := s.news("", formatter.Waiting, "", first, "")
	c.Key, c.Tone, c.Context = waitingKey+cmp.Or(strings.ToLower(s.CheckoutID), s.id), formatter.Amber, nil
	words := "Not paid yet"
	if !s.last().Incomplete() || s.last().Over() {
		words, c.Tone = either(s.last().Over(), "Not started", "Checkout completed"), formatter.Grey
		end(&c, either(s.last().Over(), "not started", "completed"))
	}
	c.Headline = headline(words, s.who(), s.plan(first))
	return c, first.Status == "incomplete"
}

// card tells where a visit stands; bought says that its order is paid. A payment
// that was not completed has no event of its own: the checkout is open again
// after it was confirmed.
func (c *checkout) card(bought bool) formatter.Card {
	card := formatter.Card{
		Key: waitingKey + c.id, Kind: formatter.Waiting, Events: c.events(), Time: c.last().at, Who: c.person().who(),
		Amount: moneyIf(c.amount(), c.Currency), Product: c.Product.Title(), Country: c.person().country,
		Facts: formatter.Facts{Products: []string{c.ProductID}},
		Fields: []formatter.Field{
			c.person().field(), discountField(c.Discount, c.DiscountAmount, c.Currency),
			{Name: "Seats", Text: number(c.Seats)},
			{Name: unitNoun(c.allPrices()), Text: number(c.Units)},
			sourceField(c.Metadata),
		},
		Link: open(checkoutPage, c.ID),
	}
	failures := c.failedPayments()
	switch status := c.last().Status; {
	case bought, status == polar.CheckoutSucceeded:
		card.Headline = c.headline("Checkout completed")
		end(&card, "completed")
	case status == polar.CheckoutFailed, status == polar.CheckoutOpen && failures > 0:
		c.wordFailure(&card, failures)
	case status == polar.CheckoutOpen:
		card.Headline = c.headline("Checkout open")
	case status == polar.CheckoutConfirmed:
		card.Headline = c.headline("Paying now")
	case status == polar.CheckoutExpired && !c.isKnown:
		card.Headline = c.headline("Checkout expired")
		end(&card, "expired")
	case status == polar.CheckoutExpired:
		card.Kind, card.Mark, card.Tone = formatter.Abandoned, "🛒", formatter.Amber
		card.Headline, card.Outcome = c.headline("Abandoned checkout"), "expired"
		card.Time = cmp.Or(c.ExpiresAt.Time, card.Time)
	default:
		card.Kind = formatter.Record
		card.Headline = c.headline(headline(polar.TypeOf(c.newest().Type).Words, lowercase(polar.InWords(status))))
	}
	return card
}

func (c *checkout) wordFailure(card *formatter.Card, failures int) {
	card.Kind, card.Mark, card.Tone = formatter.Abandoned, "🛒", formatter.Amber
	card.Headline = c.headline("Payment not completed")
	if failures > 1 {
		card.Context = append(card.Context, plural(failures, "attempt"))
	}
	card.Note = "The buyer can try again. A declined card and a confirmation that was broken off look the same from here."
}

// failedPayments counts how often the checkout was open again after Pay was
// clicked. One that was merely reset has no address.
func (c *checkout) failedPayments() (n int) {
	for i := 1; i < len(c.states); i++ {
		before, now := c.states[i-1], c.states[i]
		if before.Status == polar.CheckoutConfirmed && now.Status == polar.CheckoutOpen && now.Email {
			n++
		}
	}
	return n
}

func (c *checkout) headline(words string) string {
	return headline(words, c.offer(), short(c.person().who()), short(c.Product.Title()))
}

func (c *checkout) total() *int64 { return cmp.Or(c.TotalAmount, c.NetAmount, c.Amount) }

func (c *checkout) allPrices() []polar.Price { return slices.Concat(c.Prices, c.Product.AllPrices()) }

// amount is the one that the checkout asks for now, or nil.
func (c *checkout) amount() *int64 {
	if !c.TrialEnd.IsZero() || c.isMetered() {
		return nil
	}
	return c.total()
}

func (c *checkout) isMetered() bool {
	return amountOr0(c.total()) == 0 && slices.ContainsFunc(c.allPrices(), polar.Price.Metered)
}

// offer is what the checkout asks for.
func (c *checkout) offer() string {
	total := c.total()
	switch {
	case !c.TrialEnd.IsZero():
		return "trial until " + c.day(c.TrialEnd.Time, c.last().at)
	case total == nil:
		return ""
	case c.isMetered():
		return "billed by usage"
	case *total == 0 && c.FreePrice:
		return "free"
	}
	return money(total, c.Currency)
}

func (c *checkout) person() person {
	var customer *polar.Customer
	if c.CustomerName != "" || c.CustomerEmail != "" || c.ExternalID != "" {
		customer = &polar.Customer{Name: c.CustomerName, Email: c.CustomerEmail, ExternalID: c.ExternalID}
	}
	return personOf(customer, c.BillingName, c.BillingAddress)
}
