package journal

import (
	"context"
	"strings"
	"unicode/utf8"
)

// Append stores one delivery. A nil error means that it is committed and
// synced to disk. An ID seen before gives its number and fresh is false. The
// loops hear of it by Wake.
//
// Follows names an object: where the journal has an entry of that object, the
// new entry takes that entry's subject (the newest one's, if they differ).
func (j *Journal) Append(ctx context.Context, e Entry) (seq Seq, fresh bool, err error) {
	for _, s := range []*string{&e.ID, &e.Type, &e.Subject, &e.Object, &e.Follows, &e.Brief} {
		*s = clean(*s)
	}
	if e.Body == nil {
		e.Body = []byte{}
	}
	a := &job{ctx: ctx, entry: &e}
	if err := j.writer.do(a); err != nil {
		return 0, false, err
	}
	return a.seq, a.fresh, nil
}

// appendAlong stores entries in the transaction of what they tell of.
func (s *session) appendAlong(ctx context.Context, entries []Entry) error {
	var batch []*job
	for _, e := range entries {
		batch = append(batch, &job{entry: &e})
	}
	return s.appendAll(ctx, batch)
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
	entries, err := s.number(ctx, batch, last-Seq(len(ids)), seen)
	if err != nil {
		return err
	}
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
func (s *session) raise(ctx context.Context, by int) (last Seq, err error) {
	err = s.each(ctx, `UPDATE polarbell.head SET last = last + $1 WHERE id = 1 RETURNING last`, []any{by}, &last)
	return last, err
}

// seen finds the numbers of the ids that are in the journal already.
func (s *session) seen(ctx context.Context, ids []string) (map[string]Seq, error) {
	where, arg := s.d.withTail("id", "$1"), s.d.list(ids)
	if len(ids) == 1 { // who comes alone need not wait for the making of a list
		where, arg = is("id", "$1"), ids[0]
	}
	rows, err := s.rows(ctx, `SELECT id, seq FROM polarbell.entries WHERE `+where, arg)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	seen := map[string]Seq{}
	for rows.Next() {
		var id string
		var seq Seq
		if err := rows.Scan(&id, &seq); err != nil {
			return nil, err
		}
		seen[id] = seq
	}
	return seen, rows.Err()
}

// number gives each new entry its number and subject, and returns them.
func (s *session) number(ctx context.Context, batch []*job, last Seq, seen map[string]Seq) ([]*Entry, error) {
	var entries []*Entry
	subjects := map[string]string{} // by object, of this batch
	for _, j := range batch {
		if j.entry == nil {
			continue
		}
		j.seq, j.fresh = seen[j.entry.ID], false
		if j.seq != 0 {
			continue
		}
		if err := s.follow(ctx, j.entry, subjects); err != nil {
			return nil, err
		}
		last++
		j.entry.Seq, j.seq, j.fresh = last, last, true
		seen[j.entry.ID] = last
		subjects[j.entry.Object] = j.entry.Subject
		entries = append(entries, j.entry)
	}
	return entries, nil
}

func (s *session) follow(ctx context.Context, e *Entry, subjects map[string]string) error {
	if e.Follows == "" {
		return nil
	}
	if subject, ok := subjects[e.Follows]; ok {
		e.Subject = subject
		return nil
	}
	return s.each(ctx, `SELECT subject FROM polarbell.entries WHERE `+is("object", "$1")+` ORDER BY seq DESC LIMIT 1`,
		[]any{e.Follows}, &e.Subject)
}
