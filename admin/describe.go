package admin

import (
	"cmp"
	"context"
	"strings"

	"polarbell/formatter"
	"polarbell/journal"
	"polarbell/notifier"
	"polarbell/polar"
)

// description is one entry of the journal as the list shows it.
type description struct {
	journal.Entry
	Headline string
	Name     string // the customer's
	Email    string
	Outcomes []notifier.Outcome
}

// Groups are the outcomes as the list has room for them.
func (d description) Groups() []group { return grouped(d.Outcomes) }

// describeAll leaves out the entries that were pruned meanwhile.
func (a *admin) describeAll(ctx context.Context, statuses []notifier.Status, entries []journal.Entry) ([]description, error) {
	all := make([]description, 0, len(entries))
	for _, e := range entries {
		whole, isKept, err := a.Journal.Entry(ctx, e.Seq)
		if err != nil {
			return nil, err
		}
		if !isKept {
			continue
		}
		d, err := a.describe(ctx, statuses, whole)
		if err != nil {
			return nil, err
		}
		all = append(all, d)
	}
	return all, nil
}

// describe finds the entry's headline, as a bridge with one message per event
// would post it, its customer and its outcomes.
func (a *admin) describe(ctx context.Context, statuses []notifier.Status, e journal.Entry) (description, error) {
	card, _, err := a.Viewer.Event(ctx, e)
	if err != nil {
		return description{}, err
	}
	d := description{Entry: e, Headline: polar.TypeOf(e.Type).Words}
	if card.Headline != "" {
		d.Headline = formatter.Headline(card)
	}
	name, email := customerOf(e, card)
	d.Name, d.Email = formatter.Clean(name), formatter.Clean(email)
	d.Outcomes, err = a.Viewer.Outcomes(ctx, e, statuses)
	return d, err
}

// customerOf is whom the entry names, else whom its card does: a refund names
// nobody, its order does. A blank entry names nobody any more.
func customerOf(e journal.Entry, card formatter.Card) (name, email string) {
	if len(e.Body) == 0 {
		return "forgotten on request", ""
	}
	about := polar.Body(e.Body).Object()
	family, _, _ := strings.Cut(e.Type, ".")
	switch {
	case about.Customer != nil && about.Customer.Name+about.Customer.Email != "":
		return about.Customer.Name, about.Customer.Email
	case family == "customer" || family == "customer_seat" || family == "member":
		return about.Name, about.Email
	case family == "order" || family == "refund" || family == "subscription":
		return card.Who, emailIn(card)
	}
	return "", ""
}

func emailIn(c formatter.Card) (email string) {
	for _, f := range c.Fields {
		email = cmp.Or(email, f.Email)
	}
	return email
}
