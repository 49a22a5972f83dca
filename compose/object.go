package compose

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"polarbell/formatter"
	"polarbell/polar"
)

// objectCards tell of an object that has no layout of its own: one card for
// each UTC day, of how the object was at the end of it.
func objectCards(t *timeline) []formatter.Card {
	if t.family == "polarbell" {
		return bridgeCards(t)
	}
	var cards []formatter.Card
	for _, day := range t.days() {
		newest := day[len(day)-1]
		if len(newest.Body) == 0 { // forgotten
			continue
		}
		telling, events := newest, make([]formatter.Event, len(day))
		for i, d := range slices.Backward(day) {
			events[i] = formatter.Event{Seq: d.Seq, Type: d.Type}
			if isVague(telling.Type) && !isVague(d.Type) {
				telling = d
			}
		}
		c := objectCard(t, polar.Body(newest.Body).Object(), telling)
		c.Key, c.Events = t.object+":"+newest.At.UTC().Format(time.DateOnly), events
		cards = append(cards, c)
	}
	return cards
}

// objectCard is the one layout for any object, in the words of one delivery.
func objectCard(t *timeline, o polar.Object, d *Entry) formatter.Card {
	if t.hidesPersons {
		o = withoutPersons(t.family, o)
	}
	holder := personOf(o.Customer, "", nil)
	c := formatter.Card{
		Kind: formatter.Record, Time: d.At, Who: cmp.Or(holder.who(), nameOf(t, o)), Product: o.Product,
		Facts:    formatter.Facts{Products: productOf(t, o)},
		Headline: headline(words(d.Type, o), short(title(t, o)), short(owner(o, holder))),
		Fields: []formatter.Field{
			{Name: "Company", Text: company(t, o)},
			{Name: "E-mail", Text: address(t, o), Email: o.Email},
			{Name: "Status", Text: status(d.Type, o)},
			{Name: "Error", Text: o.Error},
			{Name: "Reason", Text: polar.InWords(o.Reason)},
			{Name: either(t.family == "product", "Price", "Amount"), Text: objectAmount(o)},
			{Name: "Code", Text: o.Code},
			{Name: "Role", Text: polar.InWords(o.Role)},
			{Name: "Product", Text: o.Product},
			{Name: "Type", Text: objectType(t, o)},
			{Name: "Seats", Text: number(o.Seats)},
		},
		Link: objectLink(t, o),
	}
	if field := holder.field(); owner(o, holder) != "" {
		c.Fields = append(c.Fields, field)
	}
	if isFailedGrant(d.Type, o) {
		c.Mark, c.Tone = "⚠️", formatter.Red
	}
	if c.Link.URL == "" && title(t, o) == "" && o.ID != "" {
		c.Context = []string{"ID " + o.ID}
	}
	return c
}

// productOf names a product that the object is itself.
func productOf(t *timeline, o polar.Object) []string {
	if t.family != "product" {
		return nil
	}
	return []string{o.Name, o.ID}
}

// words say what happened; a grant's state goes before its event's name.
func words(eventType string, o polar.Object) string {
	family, _, _ := strings.Cut(eventType, ".")
	switch {
	case eventType == "customer.created":
		return "New customer"
	case family == "benefit_grant" && o.Revoked:
		return "Benefit revoked"
	case isFailedGrant(eventType, o):
		return "Benefit not granted"
	}
	return polar.TypeOf(eventType).Words
}

func isFailedGrant(eventType string, o polar.Object) bool {
	return strings.HasPrefix(eventType, "benefit_grant.") && !o.Granted && !o.Revoked && o.Error != ""
}

// title names an object: its name, else what it says of itself.
func title(t *timeline, o polar.Object) string {
	return strings.TrimSpace(cmp.Or(nameOf(t, o), o.Description, o.Email))
}

// nameOf is the object's own name, of a customer by the rule for people.
func nameOf(t *timeline, o polar.Object) string {
	if t.family == "customer" && !t.hidesPersons {
		return personOf(&polar.Customer{ID: t.id, Name: o.Name, Email: o.Email, BillingName: o.BillingName, ExternalID: o.ExternalID}, "", nil).who()
	}
	return strings.TrimSpace(o.Name)
}

// company is a customer's, where it is not the headline's.
func company(t *timeline, o polar.Object) string {
	if t.family != "customer" || strings.TrimSpace(o.BillingName) == title(t, o) {
		return ""
	}
	return strings.TrimSpace(o.BillingName)
}

// status is left out where the event's name says it.
func status(eventType string, o polar.Object) string {
	if strings.HasSuffix(polar.TypeOf(eventType).Words, " "+lowercase(polar.InWords(o.Status))) {
		return ""
	}
	return polar.InWords(o.Status)
}

func address(t *timeline, o polar.Object) string {
	if email := strings.TrimSpace(o.Email); email != title(t, o) {
		return email
	}
	return ""
}

// owner is whose the object is, where that is known and not the object itself.
func owner(o polar.Object, holder person) string {
	if o.Member != nil && o.Description != "" {
		return personOf(o.Member, "", nil).who()
	}
	if o.Customer == nil || holder.name == "" && (holder.email == "" || holder.email == o.Email) {
		return ""
	}
	return holder.who()
}

// objectType is shown of those objects whose type says what they are.
func objectType(t *timeline, o polar.Object) string {
	switch t.family {
	case "benefit", "benefit_grant":
		return strings.Replace(polar.InWords(o.Type), "Github", "GitHub", 1)
	}
	return ""
}

func objectAmount(o polar.Object) string {
	if o.BasisPoints != nil && *o.BasisPoints != 0 {
		return percent(*o.BasisPoints)
	}
	if o.Amount == nil {
		return ""
	}
	return joined(" ", money(o.Amount, o.Currency), everyInterval(o.Interval, o.Count))
}

func objectLink(t *timeline, o polar.Object) formatter.Link {
	switch t.family {
	case "customer":
		return open(customerPage, o.ID)
	case "product":
		return open(productPage, o.ID)
	case "benefit":
		return open(benefitPage, o.ID)
	case "benefit_grant", "customer_seat", "member":
		return open(customerPage, customerID(o.Customer))
	}
	return formatter.Link{}
}

// unknownTypes tell of deliveries whose type the table does not have, though
// their object is well known: a new kind of event must not vanish.
func (c *composer) unknownTypes(t *timeline) []formatter.Card {
	if slices.Contains(c.others, t) || len(t.body()) == 0 {
		return nil
	}
	var cards []formatter.Card
	for _, d := range t.deliveries {
		if polar.Known(d.Type) {
			continue
		}
		card := t.record(d)
		card.Key, card.Kind = "type:"+d.Type+":"+t.id+":"+stamp(d.At), formatter.Record
		card.Events = []formatter.Event{{Seq: d.Seq, Type: d.Type}}
		cards = append(cards, card)
	}
	return cards
}

func (s *subscription) record(d *Entry) formatter.Card {
	now := state{State: d.State, at: d.At}
	words := polar.TypeOf(d.Type).Words
	if !d.State.Active() {
		words = typeAndState(d.Type, lowercase(polar.InWords(d.State.Status)))
	}
	return s.news("record", formatter.Record, "", now, words)
}

func (r *refund) record(d *Entry) formatter.Card {
	c := r.card("record:" + stamp(d.At))
	c.Mark, c.Tone, c.Time = "", formatter.Grey, d.At
	c.Headline = headline(typeAndState(d.Type, lowercase(polar.InWords(d.State.Status))), r.amountOf(), r.order.who(), short(r.order.product()))
	return c
}

func (c *checkout) record(d *Entry) formatter.Card {
	card := c.card(false)
	card.Mark, card.Note, card.Over, card.Outcome = "", "", false, ""
	card.Headline = c.headline(typeAndState(d.Type, lowercase(polar.InWords(d.State.Status))))
	return card
}

// typeAndState leaves the state out where the event's name says it.
func typeAndState(eventType, state string) string {
	words := polar.TypeOf(eventType).Words
	if strings.HasSuffix(words, state) {
		return words
	}
	return headline(words, state)
}
