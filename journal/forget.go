package journal

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"
)

// Subjects returns the subjects of the entries whose body has a text and is
// about somebody, as the caller reads it. The text only makes the search fast:
// a body may write letters beyond ASCII, and case, in another way.
func (j *Journal) Subjects(ctx context.Context, text string, isAbout func(body []byte) bool) ([]string, error) {
	rows, err := j.reads.query(ctx, `SELECT subject, body FROM polarbell.entries WHERE `+j.like(j.d.text("body"), "$1"), pattern(longestASCII(text)))
	if err != nil {
		return nil, fmt.Errorf("journal: %w", err)
	}
	defer rows.Close()
	subjects := map[string]bool{}
	for rows.Next() { // one by one: all bodies together may not fit into memory
		var subject string
		var body []byte
		if err := rows.Scan(&subject, &body); err != nil {
			return nil, fmt.Errorf("journal: %w", err)
		}
		if isAbout(body) {
			subjects[subject] = true
		}
	}
	return slices.Collect(maps.Keys(subjects)), rows.Err()
}

func longestASCII(text string) (longest string) {
	for part := range strings.FieldsFuncSeq(text, func(r rune) bool { return r >= utf8.RuneSelf }) {
		if len(part) > len(longest) {
			longest = part
		}
	}
	return longest
}

// Forget removes people: it blanks the bodies and states of their subjects, and
// deletes their dead letters, what was to be shown again and what is due. It returns the
// messages about forgotten people that may still be in the channels, by ID,
// also those that an earlier call returned and that Settle has not removed
// since.
func (j *Journal) Forget(ctx context.Context, subjects []string) ([]Message, error) {
	if len(subjects) == 0 {
		return j.forgotten(ctx, nil)
	}
	if err := j.run(ctx, j.blank(j.d.list(subjects))...); err != nil {
		return nil, err
	}
	if j.d == sqlite { // its log still holds the blanked text
		if _, err := j.db.ExecContext(ctx, `PRAGMA wal_checkpoint(TRUNCATE)`); err != nil {
			return nil, fmt.Errorf("journal: %w", err)
		}
	}
	return j.forgotten(ctx, subjects)
}

// ToForget counts what Forget would take: the entries that it would blank, and
// the messages of which it would return those that still stand.
func (j *Journal) ToForget(ctx context.Context, subjects []string) (entries, messages int, err error) {
	list := j.d.list(subjects)
	entries, _, err = first(read(ctx, j, scalar[int], `SELECT COUNT(*) FROM polarbell.entries WHERE `+
		j.d.withTail("subject", "$1")+` AND `+j.d.among("subject", "$1")+` AND LENGTH(body) > 0`, list))
	if err != nil {
		return 0, 0, err
	}
	messages, _, err = first(read(ctx, j, scalar[int], `SELECT COUNT(DISTINCT destination || ' ' || COALESCE(message, CAST(id AS TEXT)))
		FROM polarbell.messages m WHERE `+j.d.among("subject", "$1")+` OR (message IS NOT NULL AND `+madeOfBlank+`)`, list))
	return entries, messages, err
}

// blank empties what the subjects hold of people.
func (j *Journal) blank(subjects any) []statement {
	about := j.d.among("subject", "$1")
	all := []statement{do(j.d.wipe), do(`UPDATE polarbell.entries SET body = $2, brief = '' WHERE `+
		j.d.withTail("subject", "$1")+` AND `+about, subjects, []byte{})}
	for _, table := range append([]string{"replays", "due"}, letterTables...) {
		all = append(all, do(`DELETE FROM polarbell.`+table+` WHERE `+about, subjects))
	}
	return all
}

// madeOfBlank holds for a message whose card was made only of what is blank now.
var madeOfBlank = func() string {
	madeOf := `FROM polarbell.entries e WHERE ` + is("e.subject", "m.subject") + ` AND e.seq <= m.newest`
	return `EXISTS (SELECT 1 ` + madeOf + `) AND NOT EXISTS (SELECT 1 ` + madeOf + ` AND LENGTH(e.body) > 0)`
}()

// forgotten returns the messages whose cards were made only of what is blank
// now. Of those without a reference it returns only the ones about the subjects
// given: they cannot be deleted, so they are reported once.
func (j *Journal) forgotten(ctx context.Context, subjects []string) ([]Message, error) {
	return read(ctx, j, (*Message).columns, `SELECT `+messageColumns+` FROM polarbell.messages m
		WHERE (message IS NULL AND `+j.d.among("subject", "$1")+`) OR (message IS NOT NULL AND `+madeOfBlank+`)
		ORDER BY id`, j.d.list(subjects))
}
