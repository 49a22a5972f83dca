package reporter

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"polarbell/compose"
	"polarbell/formatter"
	"polarbell/polar"
)

const (
	// deliveredAround is how much the clocks of Polar and of this machine differ
	// at most.
	deliveredAround = time.Hour
	// retriesLast is how long after a failed payment Polar may still try again,
	// with a margin: 21 days.
	retriesLast = 30 * 24 * time.Hour
)

// addHistories adds what orders do not tell: subscriptions that began, changed or
// ended, payments to rescue, checkouts left behind. It reads the histories of
// what Polar has delivered since the period began.
func (f figures) addHistories(ctx context.Context, p period, now time.Time, e *polar.DigestEvent) error {
	subjects, err := f.subjects(ctx, p, now)
	if err != nil {
		return err
	}
	seen, reasons := map[string]bool{}, map[string]int64{}
	for _, subject := range subjects {
		if seen[subject] {
			continue
		}
		h, joined, err := f.reporter.history(ctx, f.head, subject)
		if err != nil {
			return err
		}
		for _, s := range joined {
			seen[s.Subject] = true
		}
		if f.counts(h.Organization) {
			addRecurring(compose.RecurringOf(h), p, e, reasons)
			addAbandoned(compose.Cards(h, compose.Options{}), p, e)
		}
	}
	if p.name == polar.Week {
		e.Reasons = frequent(reasons)
	} else {
		e.Recurring = nil
	}
	return nil
}

// subjects are those of the deliveries that may say something.
func (f figures) subjects(ctx context.Context, p period, now time.Time) (subjects []string, err error) {
	types := []string{"checkout.expired"}
	for _, t := range polar.Types() {
		if strings.HasPrefix(t.Name, "subscription.") {
			types = append(types, t.Name)
		}
	}
	for _, of := range []struct {
		since time.Time
		types []string
		state string
	}{
		{p.from.Add(-deliveredAround), types, ""},
		{now.Add(-retriesLast), types[1:], `"past_due"`},
	} {
		entries, err := f.reporter.journal.ReceivedSince(ctx, of.since, of.types, of.state)
		if err != nil {
			return nil, err
		}
		for _, entry := range entries {
			subjects = append(subjects, entry.Subject)
		}
	}
	return subjects, nil
}

func (p period) has(at time.Time) bool { return !at.Before(p.from) && at.Before(p.to) }

func addRecurring(r compose.Recurring, p period, e *polar.DigestEvent, reasons map[string]int64) {
	for _, m := range r.Movements {
		if !p.has(m.At) {
			continue
		}
		switch m.What {
		case compose.MovedNew:
			e.Joined++
		case compose.MovedEnded:
			e.Left++
		}
		addPart(&e.Recurring, m.What, m.Month)
	}
	for _, c := range r.Cancellations {
		if p.has(c.At) {
			reasons[c.Reason]++
		}
	}
	for _, month := range r.Due {
		add(&e.Unpaid, 1, month.Amount, month.Currency)
	}
}

func addPart(parts *[]polar.Part, name string, m formatter.Money) {
	i := slices.IndexFunc(*parts, func(p polar.Part) bool { return p.Name == name })
	if i < 0 {
		*parts = append(*parts, polar.Part{Name: name})
		i = len(*parts) - 1
	}
	add(&(*parts)[i].Tally, 1, m.Amount, m.Currency)
}

// addAbandoned counts checkouts that are still left behind. Tests count nowhere.
func addAbandoned(cards []formatter.Card, p period, e *polar.DigestEvent) {
	for _, c := range cards {
		if c.Kind != formatter.Abandoned || c.Over || c.Prefix != "" || !p.has(c.Time) {
			continue
		}
		var amount formatter.Money
		if c.Amount != nil {
			amount = *c.Amount
		}
		add(&e.Abandoned, 1, amount.Amount, amount.Currency)
	}
}

// frequent are the reasons, the most frequent one first, and none at the end.
func frequent(reasons map[string]int64) []polar.Part {
	var parts []polar.Part
	for name, n := range reasons {
		parts = append(parts, polar.Part{Name: name, Tally: polar.Tally{N: n}})
	}
	slices.SortFunc(parts, func(a, b polar.Part) int {
		if a.Name == "" || b.Name == "" {
			return cmp.Compare(b.Name, a.Name)
		}
		return cmp.Or(cmp.Compare(b.N, a.N), cmp.Compare(a.Name, b.Name))
	})
	return parts
}
