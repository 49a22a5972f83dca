package fetcher

import (
	"context"
	"fmt"
	"slices"
	"time"

	"polarbell/journal"
	"polarbell/polar"
	"polarbell/webhook"
)

// batch is how many deliveries are stored in one transaction.
const batch = 500

// missed collects what Polar could not deliver.
type missed struct {
	fetcher *Fetcher
	known   map[string]bool // events that were looked at
	entries []journal.Entry // to be stored
	stored  int
	gone    int // their payload is archived
	refused int // no delivery that the bridge takes
}

// read goes through an endpoint's failed attempts, the oldest first: Polar lists
// the newest first, so it begins with the last page. No attempt after until is
// listed, so pages do not shift meanwhile.
func (m *missed) read(ctx context.Context, e polar.Endpoint, since, until time.Time) error {
	newest, pages, err := m.fetcher.API.FailedAttempts(ctx, e.ID, since, until, 1)
	if err != nil {
		return err
	}
	for number := pages; number > 1; number-- {
		rows, _, err := m.fetcher.API.FailedAttempts(ctx, e.ID, since, until, number)
		if err != nil {
			return err
		}
		if err := m.add(ctx, e, rows); err != nil {
			return err
		}
	}
	return m.add(ctx, e, newest)
}

// add takes each event of the attempts once, unless a later attempt succeeded or
// the journal has it.
func (m *missed) add(ctx context.Context, e polar.Endpoint, rows []polar.Attempt) error {
	for _, row := range slices.Backward(rows) {
		event := row.Event
		if event.ID == "" || m.known[event.ID] || event.Succeeded {
			continue
		}
		m.known[event.ID] = true
		if has, err := m.fetcher.journal.Has(ctx, event.ID); has || err != nil {
			if err != nil {
				return err
			}
			continue
		}
		m.take(e, event)
		if len(m.entries) < batch {
			continue
		}
		if err := m.store(ctx, ""); err != nil {
			return err
		}
	}
	return nil
}

func (m *missed) take(e polar.Endpoint, event polar.MissedEvent) {
	if event.Payload == "" {
		m.gone++
		return
	}
	entry, err := webhook.Entry(event.ID, []byte(event.Payload), event.APIVersion, time.Now())
	if err != nil || len(event.Payload) > webhook.MaxBody {
		m.refused++
		return
	}
	state := polar.DecodeState(entry.State)
	state.Fetched = true
	entry.State = state.Encode()
	entry.Organization = m.fetcher.Bridge.organization(e)
	m.entries = append(m.entries, entry)
}

// store appends what is collected, and notes until when that is all; "" where
// more is to come.
func (m *missed) store(ctx context.Context, until string) error {
	if until == "" {
		noted, _, err := m.fetcher.journal.Note(ctx, caughtUp)
		if err != nil {
			return err
		}
		until = noted
	}
	if err := m.fetcher.journal.PutNote(ctx, caughtUp, until, m.entries...); err != nil {
		return err
	}
	m.stored += len(m.entries)
	m.entries = nil
	return nil
}

// finish stores the rest, and notes up to when Polar was asked. Of what is gone
// for good the ledger must not claim to know it.
func (m *missed) finish(ctx context.Context, until time.Time) error {
	if m.gone+m.refused > 0 {
		if err := m.fetcher.Ledger.Missed(ctx, until); err != nil {
			return err
		}
	}
	return m.store(ctx, until.UTC().Format(time.RFC3339))
}

func (m *missed) report(since time.Time) {
	log := m.fetcher.Log
	if m.stored > 0 {
		log.Info("caught up with Polar: stored what it could not deliver", "stored", m.stored, "since", since.UTC().Format(time.RFC3339))
	}
	if m.gone > 0 {
		log.Warn("Polar no longer has the payloads of some deliveries that were missed", "lost", m.gone)
	}
	if m.refused > 0 {
		log.Warn(fmt.Sprintf("%d deliveries that were missed are not Polar events: is the endpoint's format Raw?", m.refused))
	}
}
