package journal

import (
	"context"
	"time"
)

// Showing names a subject at a destination.
type Showing struct{ Destination, Subject string }

// Trace is what the journal has of a showing: where the subject was shown,
// what was refused, and the entry to be shown again, 0 for none.
type Trace struct {
	Slots   []Slot // in the order of posting
	Refused []Refusal
	Again   Seq
}

// Traces reads what became of subjects at all destinations.
func (j *Journal) Traces(ctx context.Context, subjects []string) (map[Showing]Trace, error) {
	t := tracer{j, j.d.list(subjects), map[Showing]Trace{}}
	for _, read := range []func(context.Context) error{t.slots, t.refused, t.again} {
		if err := read(ctx); err != nil {
			return nil, err
		}
	}
	return t.found, nil
}

type tracer struct {
	*Journal
	subjects any // as one argument
	found    map[Showing]Trace
}

func (t tracer) note(s Showing, change func(*Trace)) {
	trace := t.found[s]
	change(&trace)
	t.found[s] = trace
}

func (t tracer) slots(ctx context.Context) error {
	_, err := collect(ctx, t.Journal, func(scan scanner) (struct{}, error) {
		var destination string
		s, err := scanSlot(func(into ...any) error { return scan(append([]any{&destination}, into...)...) })
		t.note(Showing{destination, s.Subject}, func(t *Trace) { t.Slots = append(t.Slots, s) })
		return struct{}{}, err
	}, `SELECT destination, `+slotColumns+` FROM polarbell.cards
		WHERE `+t.d.among("subject", "$1")+` ORDER BY id`, t.subjects)
	return err
}

func (t tracer) refused(ctx context.Context) error {
	_, err := collect(ctx, t.Journal, func(scan scanner) (struct{}, error) {
		var r Refusal
		var at int64
		err := scan(&r.Destination, &r.Subject, &r.Seq, &r.Headline, &r.Reason, &at)
		r.At = moment(at)
		t.note(Showing{r.Destination, r.Subject}, func(t *Trace) { t.Refused = append(t.Refused, r) })
		return struct{}{}, err
	}, `SELECT destination, subject, seq, headline, reason, at FROM polarbell.refused
		WHERE `+t.d.among("subject", "$1")+` ORDER BY seq`, t.subjects)
	return err
}

func (t tracer) again(ctx context.Context) error {
	_, err := collect(ctx, t.Journal, func(scan scanner) (struct{}, error) {
		var s Showing
		var seq Seq
		err := scan(&s.Destination, &s.Subject, &seq)
		t.note(s, func(t *Trace) { t.Again = seq })
		return struct{}{}, err
	}, `SELECT destination, subject, seq FROM polarbell.again WHERE `+t.d.among("subject", "$1"), t.subjects)
	return err
}

// Pile is how much waits of one type of entry.
type Pile struct {
	Count  int
	Oldest time.Time // when the first of them was received
}

// Beyond sorts the entries that follow after into piles by type: all of them,
// or those of one object.
func (j *Journal) Beyond(ctx context.Context, after Seq, object string) (map[string]Pile, error) {
	query, args := `SELECT type, COUNT(*), MIN(received) FROM polarbell.entries WHERE seq > $1`, []any{after}
	if object != "" {
		query, args = query+` AND `+is("object", "$2"), append(args, object)
	}
	piles := map[string]Pile{}
	_, err := collect(ctx, j, func(scan scanner) (struct{}, error) {
		var kind string
		var count int
		var oldest int64
		err := scan(&kind, &count, &oldest)
		piles[kind] = Pile{Count: count, Oldest: moment(oldest)}
		return struct{}{}, err
	}, query+` GROUP BY type`, args...)
	return piles, err
}
