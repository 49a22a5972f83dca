package fetcher

import (
	"context"
	"errors"
	"time"

	"polarbell/journal"
	"polarbell/polar"
	"polarbell/webhook"
)

// enableAgain is how long an endpoint that the bridge has switched on must have
// been on before it does so again: one that Polar switches off at once needs a
// person.
const enableAgain = 24 * time.Hour

// Names of notes about an endpoint: since when it is off, as far as is known, and
// when the bridge switched it on.
func offNote(e polar.Endpoint) string { return "endpoint_off " + e.ID }
func onNote(e polar.Endpoint) string  { return "endpoint_on " + e.ID }

// tried is noted in place of when the bridge switched an endpoint on, as long as
// it has not heard whether it did.
const tried = "tried"

// watchAll is watch for all endpoints. It returns what a person must mend, in one
// line.
func (f *Fetcher) watchAll(ctx context.Context, own []polar.Endpoint) (problem string, err error) {
	for _, e := range own {
		isOff, err := f.watch(ctx, e)
		if err != nil {
			return "", err
		}
		if isOff {
			problem = "The endpoint " + e.Address() + " is switched off at Polar, so nothing is delivered: switch it on in Polar's webhook settings."
		}
	}
	return problem, nil
}

// watch switches an endpoint on that is off, or tells people of it, and reports
// whether it is off in the end. That it is off is noted first, so that a bridge
// that is killed in between still tells what was lost meanwhile.
func (f *Fetcher) watch(ctx context.Context, e polar.Endpoint) (isOff bool, err error) {
	since, _, err := f.journal.Note(ctx, offNote(e))
	switch {
	case err != nil:
		return false, err
	case !e.Off && since != "":
		return false, f.wentOn(ctx, e, since)
	case !e.Off:
		return false, nil
	case since == "":
		since = stampOf(e)
		if err := f.journal.PutNote(ctx, offNote(e), since); err != nil {
			return false, err
		}
	}
	return f.enable(ctx, e, since)
}

// enable switches an endpoint on. Where that was of no use before or is not
// allowed, people are told that it is off. The try is noted first: the bridge may
// stop before it hears the answer.
func (f *Fetcher) enable(ctx context.Context, e polar.Endpoint, since string) (isOff bool, err error) {
	before, _, err := f.journal.Note(ctx, onNote(e))
	if err != nil {
		return false, err
	}
	if at, _ := time.Parse(time.RFC3339, before); time.Since(at) < enableAgain {
		return true, f.isOff(ctx, e, polar.EndpointEvent{Again: true}, since)
	}
	if err := f.journal.PutNote(ctx, onNote(e), tried); err != nil {
		return false, err
	}
	err = f.API.Enable(ctx, e.ID)
	switch {
	case err == nil:
		return false, f.switchedOn(ctx, e, since)
	case ctx.Err() != nil:
		return false, err
	}
	if err := f.journal.PutNote(ctx, onNote(e), ""); err != nil { // what was noted before is too old to count
		return false, err
	}
	switch {
	case errors.Is(err, polar.ErrToken):
		return false, err
	case !errors.Is(err, polar.ErrScope): // it is tried again with the next catch-up
		f.Log.Warn("Polar does not switch the endpoint on", "endpoint", e.Address(), "err", err)
	}
	return true, f.isOff(ctx, e, polar.EndpointEvent{}, since)
}

// wentOn is for an endpoint that is on again, by a person or by a try of the
// bridge that it did not hear the answer to.
func (f *Fetcher) wentOn(ctx context.Context, e polar.Endpoint, since string) error {
	noted, _, err := f.journal.Note(ctx, onNote(e))
	switch {
	case err != nil:
		return err
	case noted == tried:
		return f.switchedOn(ctx, e, since)
	}
	return f.isOn(ctx, e, polar.EndpointEvent{}, since)
}

func (f *Fetcher) switchedOn(ctx context.Context, e polar.Endpoint, since string) error {
	if err := f.journal.PutNote(ctx, onNote(e), time.Now().UTC().Format(time.RFC3339)); err != nil {
		return err
	}
	return f.isOn(ctx, e, polar.EndpointEvent{ByUs: true}, since)
}

// isOff tells once that an endpoint is off.
func (f *Fetcher) isOff(ctx context.Context, e polar.Endpoint, event polar.EndpointEvent, since string) error {
	entry := endpointEntry(polar.EndpointOff, e, event, since)
	if has, err := f.journal.Has(ctx, entry.ID); has || err != nil {
		return err
	}
	f.Log.Error("the endpoint is switched off at Polar, so nothing is delivered: switch it on in Polar's webhook settings", "endpoint", e.Address())
	return f.journal.PutNote(ctx, offNote(e), since, entry)
}

// isOn tells that an endpoint is on again. What happened meanwhile was never made
// a delivery, so the ledger does not know all orders either.
func (f *Fetcher) isOn(ctx context.Context, e polar.Endpoint, event polar.EndpointEvent, since string) error {
	f.Log.Warn("the endpoint was switched off at Polar and is on again: what happened meanwhile is not delivered", "endpoint", e.Address(), "since", since)
	if err := f.Ledger.Missed(ctx, time.Now()); err != nil {
		return err
	}
	return f.journal.PutNote(ctx, offNote(e), "", endpointEntry(polar.EndpointOn, e, event, since))
}

// stampOf is since when an endpoint is off, as far as Polar says: it changed
// last.
func stampOf(e polar.Endpoint) string {
	at := e.ChangedAt.Time
	if at.IsZero() {
		at = time.Now()
	}
	return at.UTC().Format(time.RFC3339)
}

// endpointEntry is an event of ours about an endpoint. Its id is made of when
// the endpoint was switched off, so that it is told once.
func endpointEntry(eventType string, e polar.Endpoint, event polar.EndpointEvent, since string) journal.Entry {
	now := time.Now().UTC()
	at, _ := time.Parse(time.RFC3339, since)
	event.ID, event.Since = e.Address(), polar.Time{Time: at}
	entry, _ := webhook.Entry(eventType+"-"+e.ID+"-"+since, event.Body(eventType, now), "", now) // Body makes a delivery
	return entry
}
