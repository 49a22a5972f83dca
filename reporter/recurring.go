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

// deliveredAround is how much the clocks of Polar and of this machine differ at
// most.
const deliveredAround = time.Hour

// addHistories adds what orders do not tell: subscriptions that began, changed or
// ended, payments to rescue, checkouts left behind. It reads the histories of
// what Polar has delivered since the period began.
func (f figures) addHistories(ctx context.Context, p period, e *polar.DigestEvent) error {
	if err := f.addUnpaid(ctx, e); err != nil {
		return err
	}
	subjects, err := f.subjects(ctx, p)
	if err != nil {
		return err
	}
	seen, reasons := map[string]bool{}, map[string]int64{}
	for _, subject := range subjects {
		if seen[subject] {
			continue
		}
		h, entries, err := f.reporter.history(ctx, subject)
		if err != nil {
			return err
		}
		for _, joined := range entries {
			seen[joined.Subject] = true
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

// addUnpaid adds the payments that can still be rescued, as the reminders watch
// them.
func (f figures) addUnpaid(ctx context.Context, e *polar.DigestEvent) error {
	all, err := f.reporter.journal.AllDue(ctx, reminderJob)
	for _, d := range all {
		var unpaid failure
		var isOpen bool
		if err == nil {
			unpaid, isOpen, err = f.reporter.failureOf(ctx, d.Subject)
		}
		if isOpen && !unpaid.IsTest && f.counts(compose.Organization(unpaid.organization)) {
			add(&e.Unpaid, 1, unpaid.Monthly.Amount, unpaid.Monthly.Currency)
		}
	}
	return err
}

// subjects are those of the deliveries that may say something.
func (f figures) subjects(ctx context.Context, p period) (subjects []string, err error) {
	types := []string{"checkout.expired"}
	for _, t := range polar.Types() {
		if strings.HasPrefix(t.Name, "subscription.") {
			types = append(types, t.Name)
		}
	}
	entries, err := f.reporter.journal.ReceivedSince(ctx, p.from.Add(-deliveredAround), types)
	for _, entry := range entries {
		subjects = append(subjects, entry.Subject)
	}
	return subjects, err
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
