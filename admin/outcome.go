package admin

import (
	"slices"
	"time"

	"polarbell/journal"
)

// fate is what became of a delivery at a destination, in words.
type fate string

const (
	shown     fate = "Shown"
	waiting   fate = "Waiting"
	refused   fate = "Refused"
	notEdited fate = "Not edited"
	noNews    fate = "No news"
	notRouted fate = "Not routed"
)

// fates are in the order in which a page lists them.
var fates = []fate{refused, waiting, shown, notEdited, noNews, notRouted}

// outcome is what became of a delivery at one destination.
type outcome struct {
	Destination string
	Fate        fate
	Why         string
	At          time.Time // of the message, where there is one
}

// editable is how long news edits a card.
const editable = 24 * time.Hour

// become tells what became of an entry, as far as the journal has it.
func become(e journal.Entry, s standing, t journal.Trace, perEvent bool) outcome {
	o := outcome{Destination: s.Title()}
	message, told := messageOf(e, t.Slots, perEvent)
	letter, dead := letterOf(e, t.Refused)
	if dead && letter.Seq != e.Seq {
		dead = !told && e.Seq <= s.Position && (!perEvent || letter.Seq > e.Seq)
	}
	switch {
	case !s.Takes(e):
		o.Fate = notRouted
	case t.Again > 0 && (!perEvent || t.Again == e.Seq):
		o.Fate, o.Why = waiting, "to be shown again"
	case dead && !(told && message.Posted.After(letter.At)):
		o.Fate, o.Why, o.At = refused, letter.Reason, letter.At
	case told:
		o.Fate, o.At = shown, message.Posted
	case e.Seq > s.Position:
		o.Fate, o.Why = waiting, waitingFor(s)
	default:
		o.behind(e, t.Slots)
	}
	return o
}

// behind is for an entry that was considered and is in no message.
func (o *outcome) behind(e journal.Entry, slots []journal.Slot) {
	o.Fate, o.Why = noNews, "it says nothing that is not known, or came before this destination"
	card, has := lastCard(slots)
	if !has {
		return
	}
	o.At = card.Posted
	switch {
	case card.Told < e.Seq:
		o.Why = "its card reads the same with it"
	case card.Message == "":
		o.Fate, o.Why = notEdited, "an incoming webhook cannot edit; what must not be missed came as a message of its own"
	case time.Since(card.Posted) >= editable:
		o.Fate, o.Why = notEdited, "its card was a day old by then"
	default:
		o.Fate, o.Why = waiting, "the edit of its card is next"
	}
}

func waitingFor(s standing) string {
	if s.Parked() {
		return "until " + s.Title() + " works again"
	}
	return ""
}

// messageOf finds the newest message that tells an entry: one that speaks up
// to it or beyond, or with one card per event the entry's own.
func messageOf(e journal.Entry, slots []journal.Slot, perEvent bool) (journal.Slot, bool) {
	for _, s := range slices.Backward(slots) {
		if s.Shown == e.Seq || (s.Shown > e.Seq && !perEvent) {
			return s, true
		}
	}
	return journal.Slot{}, false
}

func lastCard(slots []journal.Slot) (journal.Slot, bool) {
	for _, s := range slices.Backward(slots) {
		if !s.Line {
			return s, true
		}
	}
	return journal.Slot{}, false
}

// letterOf finds an entry's dead letter, else the newest of its subject, whose
// card would have told the entry too.
func letterOf(e journal.Entry, letters []journal.Refusal) (journal.Refusal, bool) {
	if i := slices.IndexFunc(letters, func(r journal.Refusal) bool { return r.Seq == e.Seq }); i >= 0 {
		return letters[i], true
	}
	if len(letters) == 0 {
		return journal.Refusal{}, false
	}
	return letters[len(letters)-1], true
}

// group is the destinations at which the same became of a delivery.
type group struct {
	Fate  fate
	Names []string
	Why   string
}

// grouped sorts outcomes by what became, the worst first.
func grouped(outcomes []outcome) []group {
	var groups []group
	for _, f := range fates {
		for _, o := range outcomes {
			if o.Fate != f {
				continue
			}
			at := slices.IndexFunc(groups, func(g group) bool { return g.Fate == f && g.Why == o.Why })
			if at < 0 {
				groups = append(groups, group{Fate: f, Why: o.Why})
				at = len(groups) - 1
			}
			groups[at].Names = append(groups[at].Names, o.Destination)
		}
	}
	return groups
}
