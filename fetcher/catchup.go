package fetcher

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"polarbell/journal"
	"polarbell/polar"
	"polarbell/webhook"
)

// caughtUp is the name of the note that says up to when Polar was asked for what
// it could not deliver.
const caughtUp = "caught_up"

const (
	// overlap is asked for once more: Polar's clock may differ, and an event that
	// failed may be tried for 34 minutes.
	overlap = time.Hour
	// batch is how many deliveries are stored in one transaction.
	batch = 500
)

// Prepare notes, once for all, from when on a bridge asks for what it missed:
// since the newest delivery that it has, a new bridge since now. It is called
// before the bridge takes deliveries.
func Prepare(ctx context.Context, j *journal.Journal) error {
	since := time.Now()
	latest, err := j.Find(ctx, journal.Filter{}, 100)
	if err != nil {
		return err
	}
	for _, e := range latest {
		since = e.Received
		if !polar.IsOwn(e.Type) {
			break
		}
	}
	_, err = j.NoteOnce(ctx, caughtUp, since.UTC().Format(time.RFC3339))
	return err
}

// CaughtUp returns up to when a bridge has asked for what it missed; the zero
// time if it never did.
func CaughtUp(ctx context.Context, j *journal.Journal) (time.Time, error) {
	text, _, err := j.Note(ctx, caughtUp)
	if err != nil {
		return time.Time{}, err
	}
	at, _ := time.Parse(time.RFC3339, text) // zero for a note that cannot be read
	return at, nil
}

// catchUp stores what Polar could not deliver since the last time that this
// ended well.
func (f *Fetcher) catchUp(ctx context.Context) error {
	since, err := CaughtUp(ctx, f.journal)
	if err != nil {
		return err
	}
	until := time.Now()
	since = later(since.Add(-overlap), until.Add(-f.Retention)) // the journal forgets what it has had
	all, err := f.API.Endpoints(ctx)
	if err != nil {
		return err
	}
	own := f.Bridge.Own(all)
	if len(own) == 0 {
		return f.Bridge.NotOurs(all)
	}
	if len(own) > 1 {
		f.Log.Info("several endpoints at Polar are this bridge's, and all are looked at", "endpoints", addresses(own))
	}
	var off []string
	for _, e := range own {
		isOff, err := f.watch(ctx, e)
		if err != nil {
			return err
		}
		if isOff {
			off = append(off, "Polar has switched its endpoint "+e.Address()+" off, so nothing is delivered: switch it on in Polar's webhook settings.")
		}
	}
	m := missed{fetcher: f, known: map[string]bool{}}
	for _, e := range own {
		if err := m.read(ctx, e, since, until); err != nil {
			return err
		}
	}
	if m.gone > 0 {
		if err := f.Ledger.Missed(ctx, until); err != nil {
			return err
		}
	}
	if err := m.store(ctx, until.UTC().Format(time.RFC3339)); err != nil {
		return err
	}
	f.mended(ctx, strings.Join(off, " "))
	m.report(since)
	return nil
}

func addresses(all []polar.Endpoint) (texts []string) {
	for _, e := range all {
		texts = append(texts, e.Address())
	}
	return texts
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

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
