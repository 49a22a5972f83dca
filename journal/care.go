package journal

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math"
	"os"
	"regexp"
	"strings"
)

// Latest returns entries without bodies, newest first, of those before a
// number (0: of all). A query is looked for in id, type, subject and body,
// upper and lower case alike; that reads every body, so it takes its time.
func (j *Journal) Latest(ctx context.Context, before Seq, query string, limit int) ([]Entry, error) {
	const page = ` FROM polarbell.entries WHERE seq < $1`
	if before == 0 {
		before = math.MaxInt64
	}
	if query == "" {
		return collect(ctx, j, scanEntry, `SELECT `+entryColumns+page+` ORDER BY seq DESC LIMIT $2`, before, limit)
	}
	return collect(ctx, j, scanEntry, `SELECT `+entryColumns+page+` AND (`+j.like("id", "$3")+` OR `+
		j.like("type", "$3")+` OR `+j.like("subject", "$3")+` OR `+j.like(j.d.text("body"), "$3")+`)
		ORDER BY seq DESC LIMIT $2`, before, limit, pattern(query))
}

// like compares without regard to the case of ASCII letters.
func (j *Journal) like(column, arg string) string {
	return column + j.d.like + arg + ` ESCAPE '\'`
}

// pattern is what contains the text, in SQL's LIKE.
func pattern(text string) string {
	return "%" + strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(clean(text)) + "%"
}

// ErrTooShort is what Forget says of less than three bytes.
var ErrTooShort = errors.New("too short to name a person")

// Forget removes a person: it blanks the bodies, briefs and dead letters of
// every subject that names an e-mail address or id, and returns the slots of
// our messages about them, by destination. Slots stay until Settle forgets
// them. A longer address or id that contains this one is somebody else's.
func (j *Journal) Forget(ctx context.Context, match string) (map[string][]Slot, error) {
	if len(match) < 3 {
		return nil, ErrTooShort
	}
	subjects, err := j.naming(ctx, match)
	if err != nil || len(subjects) == 0 {
		return nil, err
	}
	slots := map[string][]Slot{}
	if _, err := collect(ctx, j, func(scan scanner) (struct{}, error) {
		var destination string
		s, err := scanSlot(func(into ...any) error { return scan(append([]any{&destination}, into...)...) })
		slots[destination] = append(slots[destination], s)
		return struct{}{}, err
	}, `SELECT destination, `+slotColumns+` FROM polarbell.cards WHERE `+j.d.among("subject", "$1")+` ORDER BY id`,
		j.d.list(subjects)); err != nil {
		return nil, err
	}
	if err := j.write(ctx, false, func(ctx context.Context, s *session) error {
		if err := s.exec(ctx, s.d.wipe); err != nil {
			return err
		}
		if err := s.exec(ctx, `UPDATE polarbell.entries SET body = $2, brief = '' WHERE `+
			s.d.withTail("subject", "$1")+` AND `+s.d.among("subject", "$1"), s.d.list(subjects), []byte{}); err != nil {
			return err
		}
		return s.exec(ctx, `UPDATE polarbell.refused SET headline = '', reason = '' WHERE `+
			s.d.among("subject", "$1"), s.d.list(subjects))
	}); err != nil {
		return nil, err
	}
	return slots, j.wiped(ctx)
}

// naming returns the subjects that name a person.
func (j *Journal) naming(ctx context.Context, match string) ([]string, error) {
	// In JSON a word may also begin after an escape such as \n or \u003c.
	word, err := regexp.Compile(`(?i)(^|[^a-z0-9._%+-]|\\[bfnrt]|\\u[0-9a-f]{4})` + regexp.QuoteMeta(match) +
		`($|[^a-z0-9.-]|\.($|[^a-z0-9-]))`)
	if err != nil {
		return nil, fmt.Errorf("journal: %w", err)
	}
	var subjects []string
	seen := map[string]bool{}
	_, err = collect(ctx, j, func(scan scanner) (struct{}, error) {
		var subject, text string
		var body []byte
		err := scan(&subject, &text, &body)
		if !seen[subject] && (word.MatchString(text) || word.Match(body)) {
			seen[subject] = true
			subjects = append(subjects, subject)
		}
		return struct{}{}, err
	}, `SELECT subject, brief, body FROM polarbell.entries WHERE `+
		j.like("brief", "$1")+` OR `+j.like(j.d.text("body"), "$1")+`
		UNION ALL SELECT subject, headline, CAST(reason AS `+j.d.bytes+`) FROM polarbell.refused WHERE `+
		j.like("headline", "$1")+` OR `+j.like("reason", "$1"), pattern(match))
	return subjects, err
}

// wiped has SQLite's log, where what was blanked still stands, written over.
func (j *Journal) wiped(ctx context.Context) error {
	if j.d != sqlite {
		return nil
	}
	_, err := collect(ctx, j, func(scan scanner) (busy int, err error) {
		var pages, copied int
		err = scan(&busy, &pages, &copied)
		return busy, err
	}, `PRAGMA wal_checkpoint(TRUNCATE)`)
	return err
}

// Backup writes a consistent copy of a SQLite journal while it is in use. It
// refuses to overwrite, and the copy belongs to its owner alone.
func (j *Journal) Backup(ctx context.Context, file string) (err error) {
	if j.d != sqlite {
		return errors.New("the journal is in Postgres: back it up with pg_dump --schema=polarbell")
	}
	f, err := os.OpenFile(file, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return fmt.Errorf("backup: %w", err)
	}
	defer f.Close()
	if err = j.copyTo(ctx, file); err == nil {
		err = f.Sync()
	}
	if err != nil {
		os.Remove(file)
		return fmt.Errorf("backup %s: %w", file, plain(err))
	}
	return nil
}

func (j *Journal) copyTo(ctx context.Context, file string) error {
	db, err := sql.Open("sqlite3", source(j.file)) // the readers' connections write nothing
	if err != nil {
		return err
	}
	defer db.Close()
	_, err = db.ExecContext(ctx, `VACUUM INTO ?`, file)
	return err
}

// Secret returns a value kept by its key, such as a TLS certificate; false if
// there is none.
func (j *Journal) Secret(ctx context.Context, key string) ([]byte, bool, error) {
	return first(collect(ctx, j, func(scan scanner) (value []byte, err error) {
		err = scan(&value)
		return value, err
	}, `SELECT value FROM polarbell.secrets WHERE key = $1`, key))
}

// PutSecret keeps a value, in place of an older one.
func (j *Journal) PutSecret(ctx context.Context, key string, value []byte) error {
	return j.write(ctx, false, func(ctx context.Context, s *session) error {
		return s.exec(ctx, `INSERT INTO polarbell.secrets (key, value) VALUES ($1, $2)
			ON CONFLICT (key) DO UPDATE SET value = excluded.value`, key, value)
	})
}

// DeleteSecret removes a value, if there is one.
func (j *Journal) DeleteSecret(ctx context.Context, key string) error {
	return j.write(ctx, false, func(ctx context.Context, s *session) error {
		return s.exec(ctx, `DELETE FROM polarbell.secrets WHERE key = $1`, key)
	})
}
