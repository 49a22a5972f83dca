package journal

import (
	"cmp"
	"context"
	"slices"
)

// SubjectAt is a subject at a destination.
type SubjectAt struct{ Destination, Subject string }

// Record is what the journal has of a subject at a destination.
type Record struct {
	Messages    []Message    // by ID
	DeadLetters []DeadLetter // by entry
	Replays     []Replay     // pending, by ID
}

// Records returns what became of subjects, at all destinations. It sorts by
// itself: a database asked to sort might read a whole table in order instead.
func (j *Journal) Records(ctx context.Context, subjects []string) (map[SubjectAt]Record, error) {
	about, list := j.d.among("subject", "$1"), j.d.list(subjects)
	messages, err := read(ctx, j, (*Message).columns, `SELECT `+messageColumns+` FROM polarbell.messages WHERE `+about, list)
	if err != nil {
		return nil, err
	}
	letters, err := read(ctx, j, (*DeadLetter).columns,
		`SELECT `+deadLetterColumns+` FROM polarbell.dead_letters WHERE `+about, list)
	if err != nil {
		return nil, err
	}
	replays, err := read(ctx, j, (*Replay).columns, `SELECT `+replayColumns+` FROM polarbell.replays WHERE `+about, list)
	if err != nil {
		return nil, err
	}
	slices.SortFunc(messages, byID)
	slices.SortFunc(letters, func(a, b DeadLetter) int { return cmp.Compare(a.Seq, b.Seq) })
	slices.SortFunc(replays, func(a, b Replay) int { return cmp.Compare(a.ID, b.ID) })
	found := records{}
	for _, m := range messages {
		found.add(m.Destination, m.Subject, func(r *Record) { r.Messages = append(r.Messages, m) })
	}
	for _, l := range letters {
		found.add(l.Destination, l.Subject, func(r *Record) { r.DeadLetters = append(r.DeadLetters, l) })
	}
	for _, p := range replays {
		found.add(p.Destination, p.Subject, func(r *Record) { r.Replays = append(r.Replays, p) })
	}
	return found, nil
}

type records map[SubjectAt]Record

func (r records) add(destination, subject string, to func(*Record)) {
	at := SubjectAt{destination, subject}
	record := r[at]
	to(&record)
	r[at] = record
}
