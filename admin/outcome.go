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

// become tells what became of an entry, as far as the journal has it. With one
// card per event the journal keeps no place of theirs: what was passed without
// a dead letter was shown, if it tells anything (tells).
func become(e journal.Entry, s standing, t journal.Trace, perEvent, tells bool) outcome {
	o := outcome{Destination: s.Title()}
	message, told := latestWith(t.Slots, e.Seq)
	letter, dead := refusalOf(t.Refused, e.Seq)
	if dead && letter.Seq != e.Seq {
		dead = !perEvent && e.Seq <= s.Position
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
	case perEvent && tells:
		o.Fate = shown
	case len(t.Slots) == 0:
		o.Fate, o.Why = noNews, "it says nothing that is not known, or came before this destination"
	default:
		return o.behind(e, t.Slots)
	}
	return o
}

// behind is for an entry that came after the newest card and is not in it.
func (o outcome) behind(e journal.Entry, slots []journal.Slot) outcome {
	card := slots[len(slots)-1]
	o.At = card.Posted
	switch {
	case card.Told < e.Seq:
		o.Fate, o.Why = noNews, "its card reads the same with it"
	case card.Message == "":
		o.Fate, o.Why = notEdited, "an incoming webhook cannot edit; what must not be missed came as a message of its own"
	case time.Since(card.Posted) >= editable:
		o.Fate, o.Why = notEdited, "its card was a day old by then"
	default:
		o.Fate, o.Why = waiting, "the edit of its card is next"
	}
	return o
}

func waitingFor(s standing) string {
	if s.Parked() {
		return "until " + s.Title() + " works again"
	}
	return ""
}

// latestWith finds the newest message that speaks up to an entry at least.
func latestWith(slots []journal.Slot, seq journal.Seq) (journal.Slot, bool) {
	for _, s := range slices.Backward(slots) {
		if s.Shown >= seq {
			return s, true
		}
	}
	return journal.Slot{}, false
}

// refusalOf finds the dead letter of an entry, or of the earlier one whose
// card would have told it.
func refusalOf(letters []journal.Refusal, seq journal.Seq) (journal.Refusal, bool) {
	for _, r := range slices.Backward(letters) {
		if r.Seq <= seq {
			return r, true
		}
	}
	return journal.Refusal{}, false
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
