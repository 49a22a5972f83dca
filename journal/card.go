package journal

import (
	"context"
	"time"
)

// Slot is one card in one message.
type Slot struct {
	Message string // "": the platform cannot edit it
	Slot    int    // its place in the message
	Subject string
	Line    bool // a line beside an edit; it speaks as of Born for ever
	Posted  time.Time

	Born  Seq // the head it was first composed at
	Shown Seq // the message speaks up to here
	Told  Seq // news up to here was considered; beyond Shown an edit is owed
}

const slotColumns = `COALESCE(message, ''), slot, subject, line, posted, born, shown, told`

func scanSlot(scan scanner) (s Slot, err error) {
	var posted int64
	err = scan(&s.Message, &s.Slot, &s.Subject, &s.Line, &posted, &s.Born, &s.Shown, &s.Told)
	s.Posted = moment(posted)
	return s, err
}

// Card returns the newest slot of a subject that is no line.
func (j *Journal) Card(ctx context.Context, destination, subject string) (Slot, bool, error) {
	return first(collect(ctx, j, scanSlot, `SELECT `+slotColumns+` FROM polarbell.cards
		WHERE subject = $1 AND destination = $2 AND NOT line ORDER BY id DESC LIMIT 1`, subject, destination))
}

// Message returns the slots of one message, by Slot.
func (j *Journal) Message(ctx context.Context, destination, message string) ([]Slot, error) {
	return collect(ctx, j, scanSlot, `SELECT `+slotColumns+` FROM polarbell.cards
		WHERE destination = $1 AND message = $2 ORDER BY slot`, destination, message)
}

// Owed returns the message, posted after since, whose edit is owed longest.
func (j *Journal) Owed(ctx context.Context, destination string, since time.Time) (message string, ok bool, err error) {
	return first(collect(ctx, j, func(scan scanner) (message string, err error) {
		err = scan(&message)
		return message, err
	}, `SELECT message FROM polarbell.cards
		WHERE destination = $1 AND owed IS NOT NULL AND message IS NOT NULL AND posted > $2
		ORDER BY owed LIMIT 1`, destination, micros(since)))
}
