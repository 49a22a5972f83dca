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

// delivered is one entry of the journal as the list shows it.
type delivered struct {
	journal.Entry
	Headline string
	Name     string // the customer's
	Email    string
	Outcomes []outcome
}

// Groups are the outcomes as the list has room for them.
func (d delivered) Groups() []group { return grouped(d.Outcomes) }

// tell adds to entries who and what they are about and what became of them.
func (a *admin) tell(ctx context.Context, standings []standing, entries []journal.Entry) ([]delivered, error) {
	subjects := make([]string, len(entries))
	for i, e := range entries {
		subjects[i] = e.Subject
	}
	traces, err := a.Journal.Traces(ctx, subjects)
	if err != nil {
		return nil, err
	}
	all := make([]delivered, 0, len(entries))
	for _, e := range entries {
		whole, kept, err := a.Journal.Entry(ctx, e.Seq)
		if err != nil {
			return nil, err
		}
		if !kept { // pruned just now
			continue
		}
		d, err := a.describe(ctx, whole)
		if err != nil {
			return nil, err
		}
		for _, s := range standings {
			trace := traces[journal.Showing{Destination: s.Title(), Subject: e.Subject}]
			d.Outcomes = append(d.Outcomes, become(e, s, trace, a.Cards.PerEvent))
		}
		all = append(all, d)
	}
	return all, nil
}

func (a *admin) options(public bool) formatter.Options {
	o := a.Cards
	o.Public = public
	return o
}

// describe names the entry's event, as a bridge with one card per event would.
func (a *admin) describe(ctx context.Context, e journal.Entry) (delivered, error) {
	d := delivered{Entry: e}
	card, _, err := notifier.Preview(ctx, a.Journal, e, formatter.Options{PerEvent: true, Sandbox: a.Cards.Sandbox})
	d.Headline = cmp.Or(card.Headline, polar.KindOf(e.Type).Words)
	if err == nil {
		d.Name, d.Email, err = a.customer(ctx, e)
	}
	return d, err
}

// customer is whom an entry names, else whom its subject does: a refund names
// nobody, its order does.
func (a *admin) customer(ctx context.Context, e journal.Entry) (name, email string, err error) {
	if name, email = namedIn(e); name+email != "" {
		return name, email, nil
	}
	story, err := a.Journal.Story(ctx, e.Subject, e.Seq)
	for _, other := range story.Entries {
		if name, email = namedIn(other); name+email != "" {
			break
		}
	}
	return name, email, err
}

// namedIn is nobody for a body that was blanked or is not at hand.
func namedIn(e journal.Entry) (name, email string) {
	about := polar.Body(e.Body).Plain()
	if about.Customer != nil {
		return about.Customer.Name, about.Customer.Email
	}
	switch family, _, _ := strings.Cut(e.Type, "."); family {
	case "customer", "customer_seat", "member":
		return about.Name, about.Email
	}
	return "", ""
}
