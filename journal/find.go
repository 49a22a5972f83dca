package journal

import (
	"context"
	"fmt"
	"math"
	"strings"
	"time"
)

// Filter chooses entries. The zero value chooses all.
type Filter struct {
	After, Before Seq // between these two numbers, without them; 0: no bound
	// Text is in the id, the type, the subject or the body, without regard to
	// case. It takes time: every body is read.
	Text         string
	Organization string
	Seqs         []Seq // one of these; nil: any
	OldestFirst  bool
}

// Find returns the first entries that the filter chooses, without their bodies,
// the newest first unless it asks for the oldest.
func (j *Journal) Find(ctx context.Context, f Filter, limit int) ([]Entry, error) {
	if f.Before == 0 {
		f.Before = math.MaxInt64
	}
	where, args := `seq > $1 AND seq < $2`, []any{f.After, f.Before}
	and := func(condition string, arg any) {
		args = append(args, arg)
		where += " AND " + strings.ReplaceAll(condition, "$", fmt.Sprint("$", len(args)))
	}
	if f.Organization != "" {
		and(`organization <> '' AND organization = $`, clean(f.Organization)) // as the index has it
	}
	if f.Text != "" {
		and(`(`+j.like("id", "$")+` OR `+j.like("type", "$")+` OR `+j.like("subject", "$")+` OR `+j.like(j.d.text("body"), "$")+`)`, pattern(f.Text))
	}
	if f.Seqs != nil {
		and(j.d.among("seq", "$"), j.d.list(f.Seqs))
	}
	order := `DESC`
	if f.OldestFirst {
		order = `ASC`
	}
	args = append(args, limit)
	return read(ctx, j, (*Entry).columns, fmt.Sprintf(`SELECT %s FROM polarbell.entries WHERE %s ORDER BY seq %s LIMIT $%d`,
		entryColumns, where, order, len(args)), args...)
}

// Refused returns the numbers of the entries whose subject has a dead letter of
// one of the destinations, and of the few whose subject ends alike.
func (j *Journal) Refused(ctx context.Context, destinations []string) ([]Seq, error) {
	return read(ctx, j, scalar[Seq], `SELECT seq FROM polarbell.entries WHERE `+tail("subject")+` IN (SELECT `+tail("subject")+
		` FROM polarbell.dead_letters WHERE `+j.d.among("destination", "$1")+`)`, j.d.list(destinations))
}

// ReceivedFrom returns the number of the first entry that was received at a time
// or later, or the next one to be given. It relies on the numbers' order, which
// is that of arrival but for some seconds, and so reads a few entries of a
// journal of any length.
func (j *Journal) ReceivedFrom(ctx context.Context, t time.Time) (Seq, error) {
	head, err := j.Head(ctx)
	low, high := Seq(1), head+1 // the first one is from low to high
	for low < high && err == nil {
		middle := low + (high-low)/2
		var e Entry
		var isThere bool
		e, isThere, err = first(read(ctx, j, func(e *Entry) []any { return []any{&e.Seq, (*instant)(&e.Received)} },
			`SELECT seq, received FROM polarbell.entries WHERE seq >= $1 ORDER BY seq LIMIT 1`, middle))
		if isThere && e.Received.Before(t) {
			low = e.Seq + 1
		} else {
			high = middle
		}
	}
	return low, err
}

// Count counts the entries from one number to before another, but for those
// whose type is of one family, such as the caller's own. It reads an index alone.
func (j *Journal) Count(ctx context.Context, from, to Seq, but string) (int, error) {
	n, _, err := first(read(ctx, j, scalar[int], `SELECT COUNT(*) FROM polarbell.entries WHERE seq >= $1 AND seq < $2
		AND type NOT LIKE $3`, from, to, clean(but)+".%"))
	return n, err
}
