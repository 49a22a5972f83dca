package journal

import (
	"context"
	"strings"
	"unicode/utf8"
)

// Append stores one delivery. A nil error means that it is committed and
// synced to disk. An ID seen before gives its number, and fresh is false. The
// loops hear of it by Wake.
func (j *Journal) Append(ctx context.Context, e Entry) (seq Seq, fresh bool, err error) {
	e.clean()
	a := &job{ctx: ctx, entry: &e}
	if err := j.writer.do(a); err != nil {
		return 0, false, err
	}
	return a.seq, a.fresh, nil
}

// appendAlong appends entries in the current transaction.
func (s *session) appendAlong(ctx context.Context, entries []Entry) error {
	var batch []*job
	for _, e := range entries {
		e.clean()
		batch = append(batch, &job{entry: &e})
	}
	return s.appendAll(ctx, batch)
}

func (e *Entry) clean() {
	for _, s := range []*string{&e.ID, &e.Type, &e.Subject, &e.Object, &e.State, &e.APIVersion, &e.Organization} {
		*s = clean(*s)
	}
	if e.Body == nil {
		e.Body = []byte{}
	}
}

// clean drops what Postgres refuses in a text, so that no text can make a
// transaction fail for all who share it.
func clean(s string) string {
	if utf8.ValidString(s) && strings.IndexByte(s, 0) < 0 {
		return s
	}
	return strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "")
}

// appendAll stores the batch's entries. The number is raised first, in the same
// transaction: another process waits there, so numbers appear in the order of
// commit.
func (s *session) appendAll(ctx context.Context, batch []*job) error {
	var ids []string
	for _, j := range batch {
		if j.entry != nil {
			ids = append(ids, j.entry.ID)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	last, err := s.raise(ctx, len(ids))
	if err != nil {
		return err
	}
	seen, err := s.seen(ctx, ids)
	if err != nil {
		return err
	}
	entries := number(batch, last-Seq(len(ids)), seen)
	if repeated := len(ids) - len(entries); repeated > 0 { // they need no number
		if _, err := s.raise(ctx, -repeated); err != nil {
			return err
		}
	}
	if len(entries) == 0 {
		return nil
	}
	return s.d.insert(ctx, s, entries)
}

// raise changes the number of the newest entry and returns the new one.
func (s *session) raise(ctx context.Context, by int) (Seq, error) {
	last, _, err := first(collect(ctx, s.statements, scalar[Seq],
		`UPDATE polarbell.head SET last = last + $1 WHERE id = 1 RETURNING last`, by))
	return last, err
}

// seen finds the numbers of the ids that are in the journal already.
func (s *session) seen(ctx context.Context, ids []string) (map[string]Seq, error) {
	where, arg := s.d.withTail("id", "$1"), s.d.list(ids)
	if len(ids) == 1 { // a list costs more
		where, arg = is("id", "$1"), ids[0]
	}
	entries, err := collect(ctx, s.statements, func(e *Entry) []any { return []any{&e.ID, &e.Seq} },
		`SELECT id, seq FROM polarbell.entries WHERE `+where, arg)
	seen := map[string]Seq{}
	for _, e := range entries {
		seen[e.ID] = e.Seq
	}
	return seen, err
}

// number gives each new entry the next number, and returns the new ones.
func number(batch []*job, last Seq, seen map[string]Seq) []*Entry {
	var entries []*Entry
	for _, j := range batch {
		if j.entry == nil {
			continue
		}
		j.seq, j.fresh = seen[j.entry.ID], false
		if j.seq != 0 {
			continue
		}
		last++
		j.entry.Seq, j.seq, j.fresh = last, last, true
		seen[j.entry.ID] = last
		entries = append(entries, j.entry)
	}
	return entries
}
