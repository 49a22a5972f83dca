package compose

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"polarbell/formatter"
	"polarbell/polar"
)

// Ledger is what the sales ledger knows of a history's customers and of the days
// of its sales. What cards say of it is fixed by the place of an order among the
// others, by the time of payment and then by ID, so that an edit and a replay
// say the same. A nil Ledger knows nothing.
type Ledger struct {
	Complete bool      // it has every order, also those of before the bridge
	Since    time.Time // it has every order from then on; zero: none
	Zone     *time.Location
	Orders   []Payment        // the customers' paid orders, by place
	Refunds  []Payment        // that succeeded, by time
	Days     map[string]SoFar // by the ID of a sale's order
}

// Payment is one order or one refund in the ledger.
type Payment struct {
	ID           string
	Order        string // of a refund: its order's ID
	Customer     string // any name that is this customer's alone
	Subscription string // its ID, where the history has it
	At           time.Time
	Amount       formatter.Money
}

// SoFar is what a day had sold up to a sale, that one included.
type SoFar struct {
	Day   time.Time // midnight, in the zone whose day it is
	Today bool      // the sale was heard of on that day
	Sales int
	Sums  []formatter.Money // by currency, the sale's own first
}

// customersOrders are the orders of an order's customer up to that one, from
// when all are known; nil where the ledger does not have the order.
func (l *Ledger) customersOrders(id string) []Payment {
	if l == nil {
		return nil
	}
	i := slices.IndexFunc(l.Orders, func(p Payment) bool { return strings.EqualFold(p.ID, id) })
	if i < 0 {
		return nil
	}
	of := l.Orders[i].Customer
	return slices.DeleteFunc(slices.Clone(l.Orders[:i+1]), func(p Payment) bool { return p.Customer != of })
}

// counted leaves out orders of nothing, and those of before all are known.
func (l *Ledger) counted(orders []Payment) []Payment {
	return slices.DeleteFunc(slices.Clone(orders), func(p Payment) bool {
		return p.Amount.Amount <= 0 || !l.Complete && (l.Since.IsZero() || p.At.Before(l.Since))
	})
}

// sums are what the orders brought, by currency, less what had gone back of them
// at a time. The currency of the last order is first.
func (l *Ledger) sums(orders []Payment, at time.Time) string {
	var g group
	for _, o := range slices.Backward(orders) {
		g.add(o.Amount)
		for _, r := range l.Refunds {
			if r.Order == o.ID && !r.At.After(at) {
				g.add(formatter.Money{Amount: -r.Amount.Amount, Currency: r.Amount.Currency})
			}
		}
	}
	return joined(" and ", g.sums()...)
}

// countOf says how many orders there were and what they brought up to the last
// of them: "3rd order, $312.40 so far", or "$97.20 since 3 Nov" where earlier
// ones may not be known. Of one alone it is "".
func (l *Ledger) countOf(orders []Payment, noun string) string {
	if len(orders) < 2 {
		return ""
	}
	at := orders[len(orders)-1].At
	if !l.Complete {
		return l.sums(orders, at) + " since " + l.day(l.Since, at)
	}
	return ordinal(len(orders)) + " " + noun + ", " + l.sums(orders, at) + " so far"
}

// day is a date in the ledger's zone, with the year where it is not the year of
// the news.
func (l *Ledger) day(t, news time.Time) string {
	t, news = t.In(l.Zone), news.In(l.Zone)
	if t.Year() != news.Year() {
		return t.Format("2 Jan 2006")
	}
	return t.Format("2 Jan")
}

// soFar is "12th sale today · $1,204.00".
func (l *Ledger) soFar(order string) string {
	if l == nil || l.Days[order].Sales == 0 {
		return ""
	}
	day := l.Days[order]
	when := "today"
	if !day.Today {
		when = "on " + day.Day.Format("2 Jan")
	}
	text := ordinal(day.Sales) + " sale " + when
	if day.Sales == 1 { // the headline has its amount
		return text
	}
	return headline(append([]string{text}, (group{totals: day.Sums}).sums()...)...)
}

// refundsOf is "2nd refund in 30 days", of the customer of an order, where the
// ledger knows all of them.
func (l *Ledger) refundsOf(order string, at time.Time) string {
	const days = 30
	from := at.AddDate(0, 0, -days)
	if l == nil || l.Since.IsZero() || l.Since.After(from) {
		return ""
	}
	i := slices.IndexFunc(l.Refunds, func(r Payment) bool { return strings.EqualFold(r.Order, order) })
	if i < 0 {
		return ""
	}
	n := 0
	for _, r := range l.Refunds {
		if r.Customer == l.Refunds[i].Customer && r.At.After(from) && !r.At.After(at) {
			n++
		}
	}
	if n < 2 {
		return ""
	}
	return ordinal(n) + " refund in " + plural(days, "day")
}

// tell puts into the context row who the customer is and how the day goes.
func tell(c *formatter.Card, customer, today string) {
	c.Customer, c.Today = customer, today
	c.Context = append(slices.Clip(c.Context), customer, today)
}

// withoutCustomer and withoutToday take them out again.
func withoutCustomer(c *formatter.Card) { c.Context, c.Customer = without(c.Context, c.Customer), "" }
func withoutToday(c *formatter.Card)    { c.Context, c.Today = without(c.Context, c.Today), "" }

func without(row []string, part string) []string {
	if part == "" {
		return row
	}
	return slices.DeleteFunc(slices.Clone(row), func(s string) bool { return s == part })
}

// maxContext is how many parts the context row has where it says who the
// customer is or how the day goes. The day gives way first, then the customer.
const maxContext = 3

func fitContext(c *formatter.Card) {
	if len(c.Context) > maxContext {
		withoutToday(c)
	}
	if len(c.Context) > maxContext {
		withoutCustomer(c)
	}
}

// Together prepares cards for one message: of several none says who its customer
// is.
func Together(cards []formatter.Card) []formatter.Card {
	cards = slices.Clone(cards)
	for i := range cards {
		if len(cards) > 1 {
			withoutCustomer(&cards[i])
		}
	}
	return cards
}

// buyer says who bought at a time: new, how often before, or since when a
// customer. order is "" where it is not known.
func (l *Ledger) buyer(customer *polar.Customer, order string, at time.Time) string {
	if customer == nil {
		return ""
	}
	all := l.customersOrders(order)
	if len(all) > 0 {
		if text := l.countOf(l.counted(all), "order"); text != "" {
			return text
		}
	}
	switch created := customer.CreatedAt.Time; {
	case len(all) <= 1 && near(created, at):
		return "New customer"
	case len(all) == 1 && l.Complete:
		return "first order"
	default:
		return with("customer since ", month(created))
	}
}

// tellBuyer says on an order's card who bought, and how the day goes.
func (o *order) tellBuyer(c *formatter.Card) {
	tell(c, o.ledger.buyer(cmp.Or(o.Customer, o.sub.Customer), o.id, cmp.Or(o.CreatedAt.Time, c.Time)), o.ledger.soFar(o.id))
}

// tellPayments says on the card of a later bill how many there were.
func (o *order) tellPayments(c *formatter.Card) {
	all := slices.DeleteFunc(o.ledger.customersOrders(o.id), func(p Payment) bool { return !o.sub.paidBy(p) })
	if len(all) > 0 {
		tell(c, o.ledger.countOf(o.ledger.counted(all), "payment"), "")
	}
}

func (s *subscription) paidBy(p Payment) bool {
	return p.Subscription != "" && strings.EqualFold(p.Subscription, s.ID)
}

// lasted is "18 months, $540.00": how long a subscription has been there and
// what it brought, where all of it is known.
func (s *subscription) lasted(at time.Time) string {
	if s.ledger == nil || !s.ledger.Complete {
		return ""
	}
	paid := slices.DeleteFunc(slices.Clone(s.ledger.Orders), func(p Payment) bool {
		return !s.paidBy(p) || p.Amount.Amount <= 0 || p.At.After(at)
	})
	if len(paid) == 0 {
		return ""
	}
	return listed(age(firstTime(s.StartedAt, s.Subscription.CreatedAt), at), s.ledger.sums(paid, at))
}

// age is a span in months from two months on.
func age(from, to time.Time) string {
	months := 0
	for !from.IsZero() && !from.AddDate(0, months+1, 0).After(to) {
		months++
	}
	if months < 2 {
		return span(from, to)
	}
	return plural(months, "month")
}

// ordinal is "1st", "12th", "23rd".
func ordinal(n int) string {
	suffix := "th"
	if tens := n % 100; tens < 11 || tens > 13 {
		switch n % 10 {
		case 1:
			suffix = "st"
		case 2:
			suffix = "nd"
		case 3:
			suffix = "rd"
		}
	}
	return strconv.Itoa(n) + suffix
}
