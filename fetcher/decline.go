package fetcher

import (
	"cmp"
	"context"
	"errors"
	"strconv"
	"strings"
	"time"

	"polarbell/journal"
	"polarbell/polar"
)

// explained is the name of the note that says up to which entry failed renewals
// were asked about.
const explained = "explained"

const (
	// declineWithin is how long Polar may take to know of a payment that its
	// delivery says has failed.
	declineWithin = 10 * time.Minute
	// declinePage is how many entries are looked at in one step.
	declinePage = 500
)

// explain asks why the payments of renewals failed, in the order in which that
// was delivered. The answer is an event of ours in the subscription's history.
func (f *Fetcher) explain(ctx context.Context) error {
	after, err := f.explainedTo(ctx)
	if err != nil {
		return err
	}
	entries, err := f.journal.After(ctx, after, declinePage)
	if err != nil || len(entries) == 0 {
		return err
	}
	for _, e := range entries {
		isDone, err := f.explainOne(ctx, e)
		switch {
		case errors.Is(err, polar.ErrScope):
			f.Log.Info("POLAR_ACCESS_TOKEN lacks the scope payments:read, so messages of failed renewals do not say why")
			return errDone
		case err != nil || !isDone:
			return errors.Join(err, f.noteExplained(ctx, e.Seq-1))
		}
	}
	return f.noteExplained(ctx, entries[len(entries)-1].Seq)
}

// explainedTo begins with what comes from now on.
func (f *Fetcher) explainedTo(ctx context.Context) (journal.Seq, error) {
	head, err := f.journal.Head(ctx)
	if err != nil {
		return 0, err
	}
	text, err := f.journal.NoteOnce(ctx, explained, strconv.FormatInt(int64(head), 10))
	if err != nil {
		return 0, err
	}
	seq, _ := strconv.ParseInt(text, 10, 64) // 0, the beginning, for a note that cannot be read
	return journal.Seq(seq), nil
}

func (f *Fetcher) noteExplained(ctx context.Context, to journal.Seq) error {
	return f.journal.PutNote(ctx, explained, strconv.FormatInt(int64(to), 10))
}

// explainOne reports whether nothing more is to be asked about an entry.
func (f *Fetcher) explainOne(ctx context.Context, e journal.Entry) (isDone bool, err error) {
	if !strings.HasPrefix(e.Object, "subscription:") || !polar.DecodeState(e.State).PastDue() {
		return true, nil
	}
	order, err := f.billOf(ctx, e)
	if order == "" || err != nil {
		return err == nil, err
	}
	id := polar.Declined + "-" + order
	if has, err := f.journal.Has(ctx, id); has || err != nil {
		return err == nil, err
	}
	payments, err := f.API.FailedPayments(ctx, order)
	if err != nil {
		return false, err
	}
	if len(payments) == 0 {
		return time.Since(e.Received) > declineWithin, nil
	}
	return true, f.tell(ctx, id, e, order, payments[0])
}

// billOf is the id of the newest order of the subscription that is not paid. It
// may have come after the entry.
func (f *Fetcher) billOf(ctx context.Context, e journal.Entry) (string, error) {
	head, err := f.journal.Head(ctx)
	if err != nil {
		return "", err
	}
	history, err := f.journal.History(ctx, head, e.Subject, e.Object)
	if err != nil {
		return "", err
	}
	order := ""
	for _, h := range history {
		id, isOrder := strings.CutPrefix(h.Object, "order:")
		switch state := polar.DecodeState(h.State); {
		case isOrder && state.BillingCycle && state.AwaitsPayment():
			order = id
		case isOrder && id == order && !state.AwaitsPayment():
			order = ""
		}
	}
	return order, nil
}

func (f *Fetcher) tell(ctx context.Context, id string, e journal.Entry, order string, p polar.Payment) error {
	reason := cmp.Or(p.DeclineMessage, polar.InWords(p.DeclineReason))
	if reason == "" {
		return nil
	}
	d := polar.Decline{ID: p.ID, OrderID: order, Reason: reason, At: p.CreatedAt}
	entry := journal.Entry{
		ID: id, Type: polar.Declined, Subject: e.Subject, Object: "payment:" + p.ID, At: p.CreatedAt.Time, Received: time.Now().UTC(),
		Body: d.Body(),
	}
	seq, fresh, err := f.journal.Append(ctx, entry)
	if fresh {
		f.journal.Wake(seq)
	}
	return err
}
