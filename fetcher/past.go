package fetcher

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"polarbell/polar"
)

// imported is the name of the note that says how far an import has come: until
// when orders are there, and how many rows the ledger had then.
const imported = "imported"

// importOrders books the orders of the time before the bridge, unless the ledger
// has them. It goes on where a process before this one was ended.
func (f *Fetcher) importOrders(ctx context.Context) error {
	organization, err := f.organization(ctx)
	if err != nil {
		return err
	}
	if c, _, err := f.Ledger.Coverage(ctx, organization); err != nil || c.Imported {
		return err
	}
	after, err := f.importedTo(ctx)
	if err != nil {
		return err
	}
	n, err := f.importSince(ctx, organization, after, time.Now())
	switch {
	case errors.Is(err, polar.ErrScope):
		f.Log.Info("POLAR_ACCESS_TOKEN lacks the scope orders:read, so orders of before the bridge are not known")
		return errDone
	case err != nil:
		return err
	}
	if err := f.Ledger.Imported(ctx, organization); err != nil {
		return err
	}
	f.Log.Info("past orders are known", "orders", n)
	return f.journal.PutNote(ctx, imported, "")
}

// importSince books page after page, the oldest orders first. The orders of a
// time that is over stay on their pages.
func (f *Fetcher) importSince(ctx context.Context, organization string, after, before time.Time) (n int, err error) {
	for number, pages := 1, 1; number <= pages; number++ {
		var orders []polar.Body
		if orders, pages, err = f.API.Orders(ctx, after, before, number); err != nil {
			return n, err
		}
		if len(orders) == 0 {
			break
		}
		if err := f.Ledger.Import(ctx, organization, orders); err != nil {
			return n, err
		}
		n += len(orders)
		if err := f.noteImported(ctx, orders[len(orders)-1].Order().CreatedAt.Time); err != nil {
			return n, err
		}
	}
	return n, nil
}

// importedTo is where an import goes on: at the beginning, the zero time, also
// where the ledger has lost rows since.
func (f *Fetcher) importedTo(ctx context.Context) (time.Time, error) {
	text, _, err := f.journal.Note(ctx, imported)
	if err != nil || text == "" {
		return time.Time{}, err
	}
	var rows int
	var stamp string
	if _, err := fmt.Sscan(text, &stamp, &rows); err != nil {
		return time.Time{}, nil
	}
	now, err := f.journal.Ledger(ctx)
	at, malformed := time.Parse(time.RFC3339, stamp)
	if err != nil || malformed != nil || now.Rows < rows {
		return time.Time{}, err
	}
	return at.Add(-time.Second), nil // orders of the same second may be on the next page
}

func (f *Fetcher) noteImported(ctx context.Context, to time.Time) error {
	now, err := f.journal.Ledger(ctx)
	if err != nil {
		return err
	}
	return f.journal.PutNote(ctx, imported, fmt.Sprintf("%s %d", to.UTC().Format(time.RFC3339), now.Rows))
}

// organization is the label of the token's organization: the only one there is,
// else that of its endpoint's secret. A token of an organization without an
// endpoint of ours is a mistake, and its orders are not booked.
func (f *Fetcher) organization(ctx context.Context) (string, error) {
	var labels []string
	for _, secret := range f.Bridge.Secrets[min(1, len(f.Bridge.Secrets)-1):] { // of several the first is the whole value
		if label := f.Bridge.Organizations[secret]; !slices.Contains(labels, label) {
			labels = append(labels, label)
		}
	}
	own := f.lastSeen()
	if len(own) == 0 { // not caught up yet
		all, err := f.API.Endpoints(ctx)
		if err != nil {
			return "", err
		}
		if own = f.Bridge.Own(all); len(own) == 0 {
			return "", f.Bridge.NotOurs(all)
		}
	}
	if len(labels) == 1 {
		return labels[0], nil
	}
	return f.Bridge.organization(own[0]), nil
}
