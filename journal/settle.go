package journal

import (
	"context"
	"time"
)

// Settlement is the outcome of one request of one destination.
type Settlement struct {
	Destination string
	Cursor      Seq            // 0: unchanged; it never moves back
	Posted      []Slot         // the slots of one message just posted
	Told        map[string]Seq // by subject: its newest card's Told
	Edited      string         // a message whose cards now speak up to Shown; "": none. What of it is news was not considered yet: their Told stays
	Shown       Seq
	Erased      []Slot    // slots that Edited shows no longer
	Gone        string    // a message whose slots are forgotten; "": none
	Again       []Replay  // to be shown again as new cards
	Done        []Replay  // shown again, or given up
	Refused     []Refusal // dead letters
	Delivered   time.Time // a success: clears error and parking; zero: none
	Announce    []Entry   // what the outcome gives others to tell
}

// Settle records an outcome, all of it or nothing. The same settlement may be
// tried again after an error. It returns ErrLost where another process
// delivers by now.
func (j *Journal) Settle(ctx context.Context, s Settlement) error {
	return j.lead(ctx, len(s.Announce) > 0, func(ctx context.Context, db *session) error {
		for _, step := range []func(context.Context, *session) error{
			s.forget, s.post, s.edit, s.tell, s.replay, s.refuse, s.move, s.announce,
		} {
			if err := step(ctx, db); err != nil {
				return err
			}
		}
		return nil
	})
}

func (s *Settlement) forget(ctx context.Context, db *session) error {
	if s.Gone == "" {
		return nil
	}
	return db.exec(ctx, `DELETE FROM polarbell.cards WHERE destination = $1 AND message = $2`, s.Destination, s.Gone)
}

func (s *Settlement) post(ctx context.Context, db *session) error {
	for _, p := range s.Posted {
		var message, owed any
		if p.Message != "" {
			message = p.Message
		}
		if p.Told > p.Shown && !p.Line {
			owed = int64(p.Told)
		}
		if err := db.exec(ctx, `INSERT INTO polarbell.cards
			(destination, subject, message, slot, line, posted, born, shown, told, owed)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT DO NOTHING`,
			s.Destination, clean(p.Subject), message, p.Slot, p.Line, micros(p.Posted),
			int64(p.Born), int64(p.Shown), int64(p.Told), owed); err != nil {
			return err
		}
		if p.Line {
			continue
		}
		// A new card is what a replay asks for, whatever called for it.
		if err := db.exec(ctx, `DELETE FROM polarbell.again WHERE destination = $1 AND subject = $2 AND seq <= $3`,
			s.Destination, clean(p.Subject), int64(p.Born)); err != nil {
			return err
		}
	}
	return nil
}

func (s *Settlement) edit(ctx context.Context, db *session) error {
	if s.Edited == "" {
		return nil
	}
	for _, e := range s.Erased {
		if err := db.exec(ctx, `DELETE FROM polarbell.cards WHERE destination = $1 AND message = $2 AND slot = $3`,
			s.Destination, s.Edited, e.Slot); err != nil {
			return err
		}
	}
	return db.exec(ctx, `UPDATE polarbell.cards SET shown = $3,
		owed = CASE WHEN told > $3 THEN told END
		WHERE destination = $1 AND message = $2 AND NOT line`, s.Destination, s.Edited, int64(s.Shown))
}

// tell marks the cards that now owe an edit; owed keeps the oldest news.
func (s *Settlement) tell(ctx context.Context, db *session) error {
	for subject, told := range s.Told {
		if err := db.exec(ctx, `UPDATE polarbell.cards SET told = $3,
			owed = CASE WHEN $3 > shown THEN COALESCE(owed, $3) END
			WHERE told < $3 AND id = (SELECT id FROM polarbell.cards
				WHERE subject = $1 AND destination = $2 AND NOT line ORDER BY id DESC LIMIT 1)`,
			clean(subject), s.Destination, int64(told)); err != nil {
			return err
		}
	}
	return nil
}

func (s *Settlement) replay(ctx context.Context, db *session) error {
	for _, r := range s.Done {
		if err := db.exec(ctx, `DELETE FROM polarbell.again WHERE destination = $1 AND subject = $2 AND seq <= $3`,
			s.Destination, clean(r.Subject), int64(r.Seq)); err != nil {
			return err
		}
	}
	for _, r := range s.Again {
		if _, err := db.again(ctx, s.Destination, r); err != nil {
			return err
		}
	}
	return nil
}

func (s *Settlement) refuse(ctx context.Context, db *session) error {
	for _, r := range s.Refused {
		if r.Destination == "" {
			r.Destination = s.Destination
		}
		if err := db.refuse(ctx, r); err != nil {
			return err
		}
	}
	return nil
}

func (s *Settlement) move(ctx context.Context, db *session) error {
	if s.Cursor > 0 {
		if err := db.advance(ctx, s.Destination, s.Cursor); err != nil {
			return err
		}
	}
	if s.Delivered.IsZero() {
		return nil
	}
	return db.exec(ctx, `UPDATE polarbell.destinations SET delivered = $2,
		error = '', error_at = 0, parked_code = '', parked_at = 0, retry_at = 0 WHERE name = $1`,
		s.Destination, micros(s.Delivered))
}

func (s *Settlement) announce(ctx context.Context, db *session) error {
	return db.appendAlong(ctx, s.Announce)
}

func (s *session) advance(ctx context.Context, destination string, cursor Seq) error {
	return s.exec(ctx, `UPDATE polarbell.destinations SET cursor = $2 WHERE name = $1 AND cursor < $2`,
		destination, int64(cursor))
}

// Trouble records a destination's last error.
func (j *Journal) Trouble(ctx context.Context, name, text string, at time.Time) error {
	return j.lead(ctx, false, func(ctx context.Context, s *session) error {
		return s.exec(ctx, `UPDATE polarbell.destinations SET error = $2, error_at = $3 WHERE name = $1`,
			name, clean(text), micros(at))
	})
}

// Park records that a destination needs a person, and when it is tried again.
// A destination parked already keeps the time of its parking. What it gives
// others to tell is stored with it.
func (j *Journal) Park(ctx context.Context, name, code, text string, at, retry time.Time, announce ...Entry) error {
	return j.lead(ctx, len(announce) > 0, func(ctx context.Context, s *session) error {
		if err := s.appendAlong(ctx, announce); err != nil {
			return err
		}
		return s.exec(ctx, `UPDATE polarbell.destinations SET parked_code = $2, error = $3, error_at = $4,
			parked_at = CASE WHEN parked_at = 0 THEN $4 ELSE parked_at END, retry_at = $5 WHERE name = $1`,
			name, clean(code), clean(text), micros(at), micros(retry))
	})
}

// Release has a parked destination tried again at once; it stays parked until
// that succeeds.
func (j *Journal) Release(ctx context.Context, name string, at time.Time) error {
	return j.write(ctx, true, func(ctx context.Context, s *session) error {
		return s.exec(ctx, `UPDATE polarbell.destinations SET retry_at = $2 WHERE name = $1 AND parked_at > 0`,
			name, micros(at))
	})
}
