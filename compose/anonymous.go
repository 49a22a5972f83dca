package compose

import (
	"slices"
	"strings"

	"polarbell/formatter"
	"polarbell/polar"
)

// hidePersons leaves of the objects what does not say who bought: the country,
// but no name, address, company, comment or answer. Cards made of them cannot
// name anybody.
func (c *composer) hidePersons() {
	for _, o := range c.orders {
		hideCustomer(&o.Customer)
		o.User, o.BillingName, o.InvoiceNumber, o.CustomFieldData, o.Metadata = nil, "", "", nil, nil
		if o.Order.Subscription != nil {
			inside := *o.Order.Subscription
			hideSubscriber(&inside)
			o.Order.Subscription = &inside
		}
	}
	for _, s := range c.subs {
		hideSubscriber(&s.Subscription)
	}
	for _, visit := range c.checkouts {
		visit.CustomerName, visit.CustomerEmail, visit.ExternalID, visit.BillingName, visit.Metadata = "", "", "", "", nil
	}
	for _, t := range c.others {
		t.hidesPersons = true
	}
}

func hideCustomer(c **polar.Customer) {
	if *c != nil {
		*c = &polar.Customer{BillingAddress: (*c).BillingAddress}
	}
}

func hideSubscriber(s *polar.Subscription) {
	hideCustomer(&s.Customer)
	s.User, s.CustomerCancellationComment = nil, ""
}

// withoutPersons keeps of an object what it has by its family. Of one that is
// not known even the name may be a person's.
func withoutPersons(family string, o polar.Object) polar.Object {
	hideCustomer(&o.Customer)
	o.Member, o.Email, o.Error = nil, "", ""
	switch family {
	case "product", "discount", "benefit", "benefit_grant", "organization":
		return o
	}
	return polar.Object{
		ID: o.ID, Status: o.Status, Product: o.Product, Amount: o.Amount, Currency: o.Currency, Interval: o.Interval, Count: o.Count,
		Seats: o.Seats, Customer: o.Customer,
	}
}

// anonymous takes what leads to the person off the cards, and says the country
// in the person's place.
func anonymous(cards []formatter.Card) []formatter.Card {
	for i := range cards {
		c := &cards[i]
		if c.Kind == formatter.Bridge {
			continue
		}
		c.Headline, c.Link, c.Who = headline(c.Headline, c.Country), formatter.Link{}, ""
		c.Fields = slices.DeleteFunc(slices.Clone(c.Fields), func(f formatter.Field) bool { return f.Name == "Customer" })
		c.Context = slices.DeleteFunc(slices.Clone(c.Context), func(s string) bool { return strings.HasPrefix(s, "ID ") })
	}
	return cards
}
