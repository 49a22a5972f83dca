package notifier

import (
	"cmp"
	"context"
	"slices"
	"time"

	"polarbell/formatter"
	"polarbell/journal"
	"polarbell/polar"
)

// Result is what became of a delivery at a destination, in words for people.
type Result string

const (
	ResultRefused   Result = "Refused"    // its card is a dead letter
	ResultWaiting   Result = "Waiting"    // a post or an edit is still to come
	ResultNotEdited Result = "Not edited" // its message was posted before it and stays as it was
	ResultShown     Result = "Shown"
	ResultNoNews    Result = "No news"
	ResultNotRouted Result = "Not routed"
)

// Results are all results, the ones to look at first.
var Results = []Result{ResultRefused, ResultWaiting, ResultNotEdited, ResultShown, ResultNoNews, ResultNotRouted}

// Outcome is what became of a delivery at one destination.
type Outcome struct {
	Destination string
	Result      Result
	Why         string
	At          time.Time // when it was posted or refused; zero: neither
}

// Outcomes returns what became of an entry at each destination, as far as the
// journal has it.
func (v *Viewer) Outcomes(ctx context.Context, e journal.Entry, statuses []Status) ([]Outcome, error) {
	h, upTo, err := v.composer().historyOf(ctx, e)
	if err != nil {
		return nil, err
	}
	records, err := v.journal.Records(ctx, h.subjects)
	if err != nil {
		return nil, err
	}
	var all []Outcome
	for _, status := range statuses {
		d := delivered{entry: e, status: status, record: h.record(records, status.Name)}
		if err := d.read(ctx, h, upTo); err != nil {
			return nil, err
		}
		o := d.outcome()
		o.Destination = status.Name
		all = append(all, o)
	}
	return all, nil
}

// record is what a destination has of all subjects of the history.
func (h *history) record(records map[journal.SubjectAt]journal.Record, destination string) (r journal.Record) {
	for _, subject := range h.subjects {
		of := records[journal.SubjectAt{Destination: destination, Subject: subject}]
		r.Messages = append(r.Messages, of.Messages...)
		r.DeadLetters = append(r.DeadLetters, of.DeadLetters...)
		r.Replays = append(r.Replays, of.Replays...)
	}
	slices.SortFunc(r.Messages, func(a, b journal.Message) int { return cmp.Compare(a.ID, b.ID) })
	return r
}

// delivered is an entry at a destination, in the situation that the
// destination's loop would find.
type delivered struct {
	situation
	entry  journal.Entry
	status Status
	record journal.Record
	single bool // one message per event: nothing is edited, so nothing waits to be final
	hidden bool // it has cards, but none for public destinations
}

func (d *delivered) read(ctx context.Context, h *history, upTo journal.Seq) (err error) {
	d.single = h.options.PerEvent
	if d.situation, err = h.situation(ctx, d.status.Destination, upTo, d.status.Position); err != nil {
		return err
	}
	d.rows = d.record.Messages
	all, err := h.asOf(ctx, upTo, audience{})
	d.hidden = d.status.Destination.Public && slices.ContainsFunc(all, d.concerns)
	return err
}

func (d *delivered) concerns(c formatter.Card) bool { return tells(c, d.entry.Seq) }

// outcome is the outcome of the entry's card; of several cards, the one to look
// at first counts.
func (d *delivered) outcome() Outcome {
	if d.entry.Subject == ownSubject(d.status.Name) {
		return Outcome{Result: ResultNotRouted, Why: "it is about this destination itself"}
	}
	var all []Outcome
	isNew := d.isNew()
	for i, row := range d.match() {
		if d.concerns(d.cards[i]) {
			all = append(all, d.ofCard(d.cards[i], row, isNew[i]))
		}
	}
	if len(all) == 0 {
		return d.withoutCard()
	}
	return slices.MinFunc(all, func(a, b Outcome) int {
		return cmp.Compare(slices.Index(Results, a.Result), slices.Index(Results, b.Result))
	})
}

func (d *delivered) ofCard(card formatter.Card, row *journal.Message, isNew bool) Outcome {
	letter, isRefused := d.letterOf(card)
	other, isPosted := d.withOtherKey()
	switch {
	case d.isReplayed(card):
		return Outcome{Result: ResultWaiting, Why: "to be shown again"}
	case isRefused && (row == nil || row.Ref == "" && !row.Posted.After(letter.At)):
		return Outcome{Result: ResultRefused, Why: letter.Reason, At: letter.At}
	case row != nil:
		return d.ofMessage(card, *row)
	case isPosted:
		return Outcome{Result: ResultShown, At: other.Posted}
	case !d.wants(card):
		return Outcome{Result: ResultNotRouted}
	case card.Over:
		return Outcome{Result: ResultNoNews, Why: "it was over before it was posted"}
	case !d.edits && !d.single && card.Kind == formatter.Waiting:
		return Outcome{Result: ResultNoNews, Why: "an incoming webhook cannot delete, so it gets nothing that is under way"}
	case !d.edits && card.Open:
		return Outcome{Result: ResultWaiting, Why: "an incoming webhook cannot edit, so it gets the message once it is final"}
	case d.entry.Seq > d.status.Position && isNew:
		return Outcome{Result: ResultWaiting, Why: d.waitingFor()}
	}
	return Outcome{Result: ResultNoNews, Why: "it came before this destination, or before its routes asked for it"}
}

func (d *delivered) waitingFor() string {
	if d.status.InDoubt() && d.entry.Seq <= d.status.Doubt.Head {
		return "not known whether it arrived: the answer is missing"
	}
	if d.status.Parked() {
		return "until " + d.status.Name + " works again"
	}
	return ""
}

// ofMessage is for a card that was posted.
func (d *delivered) ofMessage(card formatter.Card, row journal.Message) Outcome {
	o := Outcome{Result: ResultShown, At: row.Posted}
	isOld := row.Fingerprint == "" // of a release that kept none
	saysIt := isOld || row.Newest >= d.entry.Seq || row.Fingerprint == card.Fingerprint() && row.Outcome == card.Outcome
	switch {
	case row.Day != "" && row.Fingerprint == "":
		o.Result, o.Why = ResultWaiting, "it comes with the others"
	case row.Day != "":
	case row.Ref != "" && !row.Due.IsZero(), !saysIt && d.entry.Seq > d.status.Position && d.needs(row, card):
		o.Result, o.Why = ResultWaiting, "its message is edited next"
	case row.Ref == "" && d.edits:
		o.Why = "its message was deleted since"
	case saysIt:
	case !d.edits:
		o.Result, o.Why = ResultNotEdited, "an incoming webhook cannot edit"
	default:
		o.Result, o.Why = ResultNotEdited, "its message was a day old by then"
	}
	return o
}

// withoutCard is for an entry without a card: it says nothing that people see, or
// was blanked.
func (d *delivered) withoutCard() Outcome {
	to := d.status.Destination
	other, isPosted := d.withOtherKey()
	letter := slices.IndexFunc(d.record.DeadLetters, func(l journal.DeadLetter) bool { return l.Seq == d.entry.Seq })
	switch {
	case letter >= 0:
		l := d.record.DeadLetters[letter]
		return Outcome{Result: ResultRefused, Why: l.Reason, At: l.At}
	case isPosted:
		return Outcome{Result: ResultShown, At: other.Posted}
	case !to.Routes.MayShow(d.entry.Type, false), to.Public && polar.IsOwn(d.entry.Type):
		return Outcome{Result: ResultNotRouted}
	case d.hidden:
		return Outcome{Result: ResultNoNews, Why: "it is not for public destinations"}
	}
	return Outcome{Result: ResultNoNews, Why: "it says nothing new"}
}

// withOtherKey finds the entry's message from a release before keys, from while
// CARDS was set the other way, or of a customer who was forgotten since.
func (d *delivered) withOtherKey() (journal.Message, bool) {
	i := slices.IndexFunc(d.rows, func(m journal.Message) bool {
		return !hasKey(d.cards, m.Key) && (m.Newest == d.entry.Seq || m.Key == "" && m.Newest >= d.entry.Seq)
	})
	if i < 0 {
		return journal.Message{}, false
	}
	return d.rows[i], true
}

func (d *delivered) letterOf(c formatter.Card) (journal.DeadLetter, bool) {
	for _, l := range slices.Backward(d.record.DeadLetters) {
		if l.Key == c.Key || l.Key == "" && tells(c, l.Seq) {
			return l, true
		}
	}
	return journal.DeadLetter{}, false
}

func (d *delivered) isReplayed(c formatter.Card) bool {
	return slices.ContainsFunc(d.record.Replays, func(r journal.Replay) bool {
		return r.Key == c.Key || r.Key == "" && tells(c, r.Seq)
	})
}
