package journal

import (
	"cmp"
	"context"
	"slices"
)

// Story is what the journal knows of a subject.
type Story struct {
	// Entries are those of the subject, by number. Only the newest of each
	// object has its body.
	Entries []Entry
	// Before holds, for each object of Entries, its last entry ahead of the
	// subject's first one that is filed under another subject; no bodies.
	Before []Entry
}

// Story reads a subject up to an entry. An object's newest entry is the one
// with the greatest At, ties by number.
func (j *Journal) Story(ctx context.Context, subject string, upTo Seq) (Story, error) {
	var s Story
	var err error
	s.Entries, err = collect(ctx, j, scanEntry, `SELECT `+entryColumns+
		` FROM polarbell.entries WHERE `+is("subject", "$1")+` AND seq <= $2 ORDER BY seq`, subject, upTo)
	if err != nil {
		return Story{}, err
	}
	firsts, newest := map[string]Seq{}, map[string]int{}
	var objects []string
	for i, e := range s.Entries {
		if _, ok := firsts[e.Object]; !ok {
			firsts[e.Object], newest[e.Object] = e.Seq, i
			objects = append(objects, e.Object)
		} else if !e.At.Before(s.Entries[newest[e.Object]].At) {
			newest[e.Object] = i
		}
	}
	for _, object := range objects {
		if err := j.fill(ctx, &s.Entries[newest[object]]); err != nil {
			return Story{}, err
		}
		before, ok, err := j.before(ctx, object, subject, firsts[object])
		if err != nil {
			return Story{}, err
		}
		if ok {
			s.Before = append(s.Before, before)
		}
	}
	slices.SortFunc(s.Before, func(a, b Entry) int { return cmp.Compare(a.Seq, b.Seq) })
	return s, nil
}

func (j *Journal) fill(ctx context.Context, e *Entry) error {
	body, _, err := first(collect(ctx, j, func(scan scanner) (body []byte, err error) {
		err = scan(&body)
		return body, err
	}, `SELECT body FROM polarbell.entries WHERE seq = $1`, e.Seq))
	e.Body = body
	return err
}

func (j *Journal) before(ctx context.Context, object, subject string, seq Seq) (Entry, bool, error) {
	if object == "" {
		return Entry{}, false, nil
	}
	return first(collect(ctx, j, scanEntry, `SELECT `+entryColumns+` FROM polarbell.entries
		WHERE `+is("object", "$1")+` AND seq < $2 AND subject <> $3 ORDER BY seq DESC LIMIT 1`, object, seq, subject))
}
