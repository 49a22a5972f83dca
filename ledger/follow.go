package ledger

import (
	"bytes"
	"context"
	"strings"
	"time"

	"polarbell/journal"
	"polarbell/polar"
)

// keepAfter is how long the journal need not know that entries without orders
// were passed.
const keepAfter = 5 * time.Second

// page is how many entries are booked in one transaction, beside which
// deliveries wait.
const page = 200

// Follow books the journal's entries up to one, at least. The process that
// delivers calls it before it composes; while nothing is new it costs nothing.
// The first call looks for damage.
func (l *Ledger) Follow(ctx context.Context, upTo journal.Seq) error {
	if err := l.take(ctx); err != nil {
		return err
	}
	defer l.give()
	if !l.opened {
		if err := l.open(ctx); err != nil {
			return err
		}
	}
	p := l.progress(upTo)
	defer p.end()
	for l.cursor < upTo {
		p.tell()
		entries, err := l.journal.After(ctx, l.cursor, page)
		if err != nil || len(entries) == 0 {
			return err
		}
		// What is missing between them was pruned, after it was booked or unread.
		if entries[len(entries)-1].Seq != l.cursor+journal.Seq(len(entries)) {
			if skipped, err := l.skip(ctx); err != nil {
				return err
			} else if skipped {
				continue
			}
		}
		if err := l.follow(ctx, entries); err != nil {
			return err
		}
	}
	return nil
}

// open takes up the place that the journal knows. Damage is that rows are
// missing or too many, or that they are of more entries than there are: then
// they are made of the journal's entries anew, and of what was before them
// nothing is claimed any more.
func (l *Ledger) open(ctx context.Context) error {
	state, rows, err := l.journal.CheckLedger(ctx)
	if err != nil {
		return err
	}
	head, err := l.journal.Head(ctx)
	if err != nil {
		return err
	}
	if rows != state.Rows || state.Cursor > head {
		l.options.Log.Warn("the ledger of orders is damaged, it is made anew of the journal's deliveries",
			"rows", rows, "expected", state.Rows)
		if err := l.journal.ResetLedger(ctx); err != nil {
			return err
		}
		l.forgetDays()
		state.Cursor = 0
	}
	l.cursor, l.opened = state.Cursor, true
	return nil
}

// skip passes what another process has booked, which may be gone from the
// journal by now.
func (l *Ledger) skip(ctx context.Context) (skipped bool, err error) {
	state, err := l.journal.Ledger(ctx)
	if err != nil || state.Cursor <= l.cursor {
		return false, err
	}
	l.cursor = state.Cursor
	l.forgetDays()
	return true, nil
}

// follow books a page of entries.
func (l *Ledger) follow(ctx context.Context, entries []journal.Entry) error {
	last := entries[len(entries)-1].Seq
	deliveries, err := l.read(ctx, entries)
	if err != nil {
		return err
	}
	coverage, err := l.covered(ctx, entries, deliveries)
	if err != nil {
		return err
	}
	b := booking{deliveries: deliveries, cursor: last, coverage: coverage}
	if len(deliveries)+len(coverage) > 0 || time.Since(l.kept) > keepAfter {
		if err := l.book(ctx, b); err != nil {
			return err
		}
		l.kept = time.Now()
		if len(coverage) > 0 {
			l.coverChanged()
		}
	}
	l.cursor = last
	return nil
}

// read returns the newest delivery of each order and refund, with the body, and
// what the others among the entries add to it.
func (l *Ledger) read(ctx context.Context, entries []journal.Entry) ([]delivery, error) {
	newest := map[string]*delivery{}
	var all []*delivery
	for _, e := range entries {
		if !isBooked(e) {
			continue
		}
		d := newest[e.Object]
		if d == nil {
			d = &delivery{Object: e.Object, Received: e.Received}
			newest[e.Object], all = d, append(all, d)
		}
		d.add(e)
	}
	if len(all) == 0 {
		return nil, nil
	}
	if err := l.fill(ctx, all); err != nil {
		return nil, err
	}
	if err := l.findSandboxes(ctx, all); err != nil {
		return nil, err
	}
	deliveries := make([]delivery, len(all))
	for i, d := range all {
		deliveries[i] = *d
	}
	return deliveries, nil
}

// add takes a state over if it is the newest.
func (d *delivery) add(e journal.Entry) {
	state := polar.DecodeState(e.State)
	d.older = append(d.older, moment{e.At, state})
	if d.seq == 0 || !e.At.Before(d.At) {
		d.At, d.State, d.seq, d.subject = e.At, state, e.Seq, e.Subject
	}
}

// fill reads the bodies. One that was forgotten is left empty.
func (l *Ledger) fill(ctx context.Context, all []*delivery) error {
	bySeq := map[journal.Seq]*delivery{}
	var seqs []journal.Seq
	for _, d := range all {
		bySeq[d.seq], seqs = d, append(seqs, d.seq)
	}
	contents, err := l.journal.Contents(ctx, seqs)
	for _, c := range contents {
		bySeq[c.Seq].Body, bySeq[c.Seq].Organization = c.Body, c.Organization
	}
	return err
}

// findSandboxes finds the orders whose checkout is in Polar's sandbox.
func (l *Ledger) findSandboxes(ctx context.Context, all []*delivery) error {
	bySubject := map[string][]*delivery{}
	var checkouts []string
	for _, d := range all {
		if strings.HasPrefix(d.subject, "checkout:") {
			bySubject[d.subject] = append(bySubject[d.subject], d)
			checkouts = append(checkouts, d.subject)
		}
	}
	if len(checkouts) == 0 || l.options.Sandbox {
		return nil
	}
	bodies, err := l.journal.Bodies(ctx, checkouts)
	for _, e := range bodies {
		if !bytes.Contains(e.Body, []byte("sandbox")) || !polar.Body(e.Body).Checkout().IsSandbox() {
			continue
		}
		for _, d := range bySubject[e.Object] {
			d.Sandbox = true
		}
	}
	return err
}

func isBooked(e journal.Entry) bool {
	switch family, _, _ := strings.Cut(e.Object, ":"); family {
	case "order", "refund":
		return true
	case "subscription":
		return e.Type == "subscription.migrated"
	}
	return false
}
