package journal

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
)

// ErrTooShort is what Forget returns for less than three bytes.
var ErrTooShort = errors.New("too short to name a person")

// Forget removes a person: it blanks the bodies, states and dead letters of
// every subject that contains an e-mail address or id. A longer address or id
// that contains this one is somebody else's. It returns the messages about
// forgotten people that may still be in the channels, by ID, also those that an
// earlier call returned and that Settle has not removed since; nil if the
// journal has nothing of the person and no such message.
func (j *Journal) Forget(ctx context.Context, match string) ([]Message, error) {
	if len(match) < 3 {
		return nil, ErrTooShort
	}
	subjects, err := j.naming(ctx, match)
	if err != nil {
		return nil, err
	}
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
	messages, err := j.forgotten(ctx, subjects)
	return append([]Message{}, messages...), err
}

// naming returns the subjects that contain an address or id.
func (j *Journal) naming(ctx context.Context, match string) ([]string, error) {
	// In JSON a word may also begin after an escape such as \n or \u003c.
	word, err := regexp.Compile(`(?i)(^|[^a-z0-9._%+-]|\\[bfnrt]|\\u[0-9a-f]{4})` + regexp.QuoteMeta(match) +
		`($|[^a-z0-9.-]|\.($|[^a-z0-9-]))`)
	if err != nil {
		return nil, fmt.Errorf("journal: %w", err)
	}
	rows, err := j.reads.query(ctx, j.texts(), pattern(match))
	if err != nil {
		return nil, fmt.Errorf("journal: %w", err)
	}
	defer rows.Close()
	subjects := map[string]bool{}
	for rows.Next() { // one by one: all bodies together may not fit into memory
		var subject, text string
		var body []byte
		if err := rows.Scan(&subject, &text, &body); err != nil {
			return nil, fmt.Errorf("journal: %w", err)
		}
		if !subjects[subject] && (word.MatchString(text) || word.Match(body)) {
			subjects[subject] = true
		}
	}
	return slices.Collect(maps.Keys(subjects)), rows.Err()
}

// texts selects all that may contain a pattern, with its subject.
func (j *Journal) texts() string {
	query := `SELECT subject, brief, body FROM polarbell.entries WHERE ` +
		j.like("brief", "$1") + ` OR ` + j.like(j.d.text("body"), "$1")
	for _, table := range letterTables {
		query += ` UNION ALL SELECT subject, headline, CAST(reason AS ` + j.d.bytes + `) FROM polarbell.` + table +
			` WHERE ` + j.like("headline", "$1") + ` OR ` + j.like("reason", "$1")
	}
	return query
}

// blank empties what the subjects hold of people.
func (j *Journal) blank(subjects any) []statement {
	about := j.d.among("subject", "$1")
	all := []statement{do(j.d.wipe), do(`UPDATE polarbell.entries SET body = $2, brief = '' WHERE `+
		j.d.withTail("subject", "$1")+` AND `+about, subjects, []byte{})}
	for _, table := range letterTables {
		all = append(all, do(`UPDATE polarbell.`+table+` SET headline = '', reason = '' WHERE `+about, subjects))
	}
	return all
}

// forgotten returns the messages whose cards were made only of what is blank
// now. Of those without a reference it returns only the ones about the subjects
// given: they cannot be deleted, so they are reported once.
func (j *Journal) forgotten(ctx context.Context, subjects []string) ([]Message, error) {
	madeOf := `FROM polarbell.entries e WHERE ` + is("e.subject", "m.subject") + ` AND e.seq <= m.newest`
	return read(ctx, j, (*Message).columns, `SELECT `+messageColumns+` FROM polarbell.messages m
		WHERE (message IS NULL AND `+j.d.among("subject", "$1")+`) OR (message IS NOT NULL
			AND EXISTS (SELECT 1 `+madeOf+`) AND NOT EXISTS (SELECT 1 `+madeOf+` AND LENGTH(e.body) > 0))
		ORDER BY id`, j.d.list(subjects))
}
