package compose

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"polarbell/formatter"
	"polarbell/polar"
)

// Options are the same for every card of a destination.
type Options struct {
	Sandbox   bool // POLAR_SERVER=sandbox: links go there, headlines start with TEST
	PerEvent  bool // CARDS=off: the card of the newest delivery alone
	Public    bool // strangers read along: no person, no amount, no link
	Names     bool // headlines name the organization
	Anonymous bool // no person, no link; where strangers read along that is stricter

	Zone *time.Location // of the days in headlines; nil means UTC
}

func (o Options) zone() *time.Location { return cmp.Or(o.Zone, time.UTC) }

// Cards returns the cards of a history, one for each piece of news, the oldest
// first.
func Cards(h *History, o Options) []formatter.Card {
	c := newComposer(h, o)
	var cards []formatter.Card
	switch {
	case len(h.entries) == 0:
	case o.PerEvent:
		cards = c.event(&h.entries[len(h.entries)-1])
	default:
		cards = c.all()
	}
	for i := range cards {
		c.note(&cards[i])
		if c.prefix != "" || o.Anonymous { // a test counts nowhere
			withoutToday(&cards[i])
			withoutCustomer(&cards[i])
		}
	}
	switch {
	case o.Public:
		cards = c.public(cards)
	case o.Anonymous:
		cards = anonymous(cards)
	}
	cards = merged(slices.DeleteFunc(cards, func(card formatter.Card) bool { return len(card.Events) == 0 }))
	for i := range cards {
		c.finish(&cards[i])
	}
	slices.SortStableFunc(cards, func(a, b formatter.Card) int {
		return cmp.Or(a.Time.Compare(b.Time), cmp.Compare(lastSeq(a), lastSeq(b)))
	})
	return cards
}

// merged makes one card of those that have the same key: the first one, which
// tells of the deliveries of all. A delivery that came twice makes two.
func merged(cards []formatter.Card) []formatter.Card {
	first := map[string]int{}
	var all []formatter.Card
	for _, card := range cards {
		i, has := first[card.Key]
		if has {
			all[i].Events = append(all[i].Events, card.Events...)
			continue
		}
		first[card.Key] = len(all)
		all = append(all, card)
	}
	return all
}

func lastSeq(c formatter.Card) (last int64) {
	for _, e := range c.Events {
		last = max(last, e.Seq)
	}
	return last
}

// composer holds a history's objects by kind, each read once.
type composer struct {
	Options
	history   *History
	orders    []*order
	subs      []*subscription
	refunds   []*refund
	checkouts []*checkout
	declines  []polar.Decline
	others    []*timeline
	lone      []reminder // of subscriptions that are not known
	prefix    string     // TEST or SAMPLE
	host      string     // of the dashboard
}

func newComposer(h *History, o Options) *composer {
	c := &composer{Options: o, history: h}
	var reminders []reminder
	for _, t := range h.objects {
		t.ledger = h.Ledger
		t.zone = o.zone()
		switch {
		case len(t.body()) == 0: // forgotten
		case t.family == "order":
			c.orders = append(c.orders, newOrder(t))
		case t.family == "subscription":
			c.subs = append(c.subs, newSubscription(t))
		case t.family == "refund":
			c.refunds = append(c.refunds, newRefund(t))
		case t.family == "checkout":
			c.checkouts = append(c.checkouts, newCheckout(t))
		case t.has(polar.Reminder):
			t.record = func(d *Entry) formatter.Card { return objectCard(t, t.body().Object(), d) }
			reminders = append(reminders, remindersOf(t)...)
		case t.has(polar.Declined):
			c.declines = append(c.declines, t.body().Decline())
		default:
			t.record = func(d *Entry) formatter.Card { return objectCard(t, t.body().Object(), d) }
			c.others = append(c.others, t)
		}
	}
	if o.Anonymous {
		c.hidePersons()
	}
	c.join()
	c.joinReminders(reminders)
	c.prefix, c.host = c.realm()
	return c
}

// join lets each object know those that it belongs to.
func (c *composer) join() {
	slices.SortStableFunc(c.orders, func(a, b *order) int { return a.CreatedAt.Compare(b.CreatedAt.Time) })
	for _, o := range c.orders {
		o.sub = c.subscriptionOf(o)
	}
	for _, d := range c.declines {
		if i := slices.IndexFunc(c.orders, func(o *order) bool { return strings.EqualFold(o.id, d.OrderID) }); i >= 0 {
			c.orders[i].declined = d.Reason
		}
	}
	for _, r := range c.refunds {
		if i := slices.IndexFunc(c.orders, func(o *order) bool { return strings.EqualFold(o.id, r.OrderID) }); i >= 0 {
			r.order = c.orders[i]
			r.order.refunds = append(r.order.refunds, r)
		}
	}
}

// subscriptionOf is the order's subscription as it is known itself, else as the
// order has it.
func (c *composer) subscriptionOf(o *order) *subscription {
	for _, s := range c.subs {
		if strings.EqualFold(s.id, o.SubscriptionID) {
			s.orders = append(s.orders, o)
			return s
		}
	}
	return inside(o)
}

func (c *composer) all() []formatter.Card {
	var cards []formatter.Card
	for _, s := range c.subs {
		cards = append(cards, s.cards()...)
	}
	for _, o := range c.orders {
		cards = append(cards, o.cards()...)
	}
	for _, o := range c.orders {
		cards = append(cards, refundCards(o)...)
	}
	for _, r := range c.refunds {
		if !r.hasOrder() {
			cards = append(cards, r.cards(formatter.Money{})...)
		}
	}
	cards = append(cards, c.underWay()...)
	for _, t := range c.others {
		cards = append(cards, objectCards(t)...)
	}
	for _, r := range c.lone {
		cards = append(cards, r.card())
	}
	for _, t := range c.history.objects {
		cards = append(cards, c.unknownTypes(t)...)
	}
	return cards
}

// finish sets what every card has.
func (c *composer) finish(card *formatter.Card) {
	card.Prefix = c.prefix
	if c.prefix != "" {
		card.Mark = ""
	}
	switch card.Kind {
	case formatter.Waiting, formatter.Record, formatter.Abandoned, "":
		card.Silent = true
	}
	card.Time = card.Time.UTC()
	card.Link.URL = c.address(card.Link.URL)
	c.tellLate(card)
	if c.Names && card.Kind != formatter.Bridge {
		card.Headline = headline(c.history.Organization.Name(), card.Headline)
	}
	fields := card.Fields[:0]
	for _, f := range card.Fields {
		if f.Text != "" || len(f.Times) > 0 {
			fields = append(fields, f)
		}
	}
	card.Fields = fields[:min(len(fields), maxFields)]
	card.Context = slices.DeleteFunc(card.Context, func(s string) bool { return s == "" })
	fitContext(card)
}

// note keeps for the routes what the audience may not see.
func (c *composer) note(card *formatter.Card) {
	card.Facts.Organization = c.history.Organization.Name()
	card.Facts.Alert = card.Mark == "⚠️" || card.Mark == "✅"
	card.Facts.Amount, card.Facts.Country = card.Amount, card.Country
	card.Facts.Products = append(slices.Clip(card.Facts.Products), card.Product)
}

// mark notes on a card what became of the news it tells.
func mark(c *formatter.Card, outcome string) {
	if outcome != "" {
		c.Outcome = outcome
		c.Context = append(c.Context, outcome)
	}
}

// maxFields is how many fields a card has: two rows of two.
const maxFields = 4

func stamp(at time.Time) string { return at.UTC().Format(time.RFC3339Nano) }
