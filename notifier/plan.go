package notifier

import (
	"slices"
	"strings"
	"time"

	"polarbell/formatter"
	"polarbell/journal"
)

const (
	// editWindow is how long a message is edited whatever changed. An outcome is
	// noted as long as the journal has the message.
	editWindow = 24 * time.Hour
	// takeBackWindow is how long a message of what is under way may be deleted.
	takeBackWindow = time.Hour
)

// situation is what plan brings in line: the cards of one history, and what a
// destination's channel has of them.
type situation struct {
	cards  []formatter.Card  // as of now
	before []formatter.Card  // as of the destination's place
	rows   []journal.Message // the channel's, by ID
	kept   func(journal.Seq) bool
	wants  func(formatter.Card) bool
	edits  bool // the destination can edit
	keeps  bool // the message at hand cannot be deleted
	at     time.Time
}

// planned is what there is to do.
type planned struct {
	posts   []formatter.Card  // each a new message
	changed []journal.Message // rows that are due, or took the key of their card
}

// plan compares the cards with the channel:
//
//	a card without a row that is wanted, and was not as of the place → post it
//	a row that reads differently, while it is young                  → due
//	a row whose outcome differs, at any age                          → due
//	a row of what was under way and is over or has no card           → due
//
// What is due is looked at again by align, once the platform's pace allows an
// edit.
func plan(s situation) planned {
	var p planned
	matched, isNew := s.match(), s.isNew()
	for i, card := range s.cards {
		row := matched[i]
		switch {
		case row == nil && isNew[i]:
			p.posts = append(p.posts, card)
		case row == nil:
		case s.needs(*row, card) && (row.Due.IsZero() || row.Due.After(s.at)):
			p.changed = append(p.changed, s.due(*row, card.Key))
		case row.Key != card.Key:
			row.Key = card.Key
			p.changed = append(p.changed, *row)
		}
	}
	for _, row := range s.leftOver(matched) {
		p.changed = append(p.changed, s.due(row, row.Key))
	}
	return p
}

// due marks a row. One in a day's message waits for others: the fingerprint is
// that of them all, so that mostly nothing differs.
func (s situation) due(row journal.Message, key string) journal.Message {
	row.Key, row.Due = key, s.at
	if row.Day != "" {
		row.Due = s.at.Add(betweenEdits)
	}
	return row
}

// match finds each card's row: the newest one with its key, else the newest one
// of those whose card goes on as this one.
func (s situation) match() []*journal.Message {
	matched := make([]*journal.Message, len(s.cards))
	var rows []*journal.Message
	var cards []gone
	for i := range slices.Backward(s.rows) {
		row := &s.rows[i]
		at := slices.IndexFunc(s.cards, func(c formatter.Card) bool { return c.Key == row.Key })
		switch {
		case at >= 0 && matched[at] == nil:
			matched[at] = row
		case at < 0 && !ofOneEvent(*row):
			rows = append(rows, row)
			cards = append(cards, gone{row.Key, row.Kind, s.kept(row.Newest), func(c formatter.Card) bool { return tells(c, row.Newest) }})
		}
	}
	for i, at := range successors(cards, s.cards, func(card int) bool { return matched[card] == nil }) {
		if at >= 0 {
			matched[at] = rows[i]
		}
	}
	return matched
}

// ofOneEvent holds for messages of a bridge with one message per event, which
// are never edited nor deleted.
func ofOneEvent(row journal.Message) bool { return strings.HasPrefix(row.Key, "event:") }

func hasKey(cards []formatter.Card, key string) bool {
	return slices.ContainsFunc(cards, func(c formatter.Card) bool { return c.Key == key })
}

// tells reports whether a card tells of a delivery, or a plain update says the
// same as the card: it may have come before the delivery that brought the news.
func tells(c formatter.Card, seq journal.Seq) bool {
	return isNewsIn(c, seq) || slices.Contains(c.Echoes, int64(seq))
}

// isNew reports which cards are to be posted unless they have a row: wanted now,
// and not as of the destination's place, be it under another key.
func (s situation) isNew() []bool {
	is := make([]bool, len(s.cards))
	for i, card := range s.cards {
		is[i] = s.postable(card)
	}
	var cards []gone
	for _, old := range s.before {
		at := slices.IndexFunc(s.cards, func(c formatter.Card) bool { return c.Key == old.Key })
		switch {
		case !s.postable(old):
		case at >= 0:
			is[at] = false
		default:
			cards = append(cards, gone{old.Key, string(old.Kind), true, func(c formatter.Card) bool { return sharesEvent(old, c) }})
		}
	}
	for _, at := range successors(cards, s.cards, func(card int) bool { return !hasKey(s.before, s.cards[card].Key) }) {
		if at >= 0 {
			is[at] = false
		}
	}
	return is
}

func (s situation) postable(card formatter.Card) bool {
	return !card.Over && (s.edits || !card.Open && card.Kind != formatter.Waiting) && s.wants(card)
}

// isNews holds for kinds that tell more than that something changes.
func isNews(kind string) bool {
	return !slices.Contains([]formatter.Kind{formatter.Waiting, formatter.Record, ""}, formatter.Kind(kind))
}

func sharesEvent(a, b formatter.Card) bool {
	return slices.ContainsFunc(a.Events, func(e formatter.Event) bool { return tells(b, journal.Seq(e.Seq)) })
}

// needs reports whether a row does not say what its card says, or gave way to a
// purchase.
func (s situation) needs(row journal.Message, card formatter.Card) bool {
	if row.Ref == "" {
		return false
	}
	purchase := s.purchase()
	return s.differs(row, card) || s.mayTakeBack(row, card) && (purchase.stands || purchase.isDue)
}

// differs reports whether a row reads differently from its card, and is to be
// edited.
func (s situation) differs(row journal.Message, card formatter.Card) bool {
	return row.Outcome != card.Outcome || row.Fingerprint != card.Fingerprint() && s.at.Sub(row.Posted) < editWindow
}

// mayTakeBack reports whether a message of what was under way may be deleted
// once the purchase stands in the channel. A payment that was not completed was
// news, and stays.
func (s situation) mayTakeBack(row journal.Message, card formatter.Card) bool {
	return card.Over && card.Kind == formatter.Waiting && !isNews(row.Kind) && s.isYoung(row)
}

func (s situation) isYoung(row journal.Message) bool { return s.at.Sub(row.Posted) < takeBackWindow }

// purchase is what the channel has of the purchase that takes the place of what
// was under way.
type purchase struct {
	stands bool // in a message
	isDue  bool // still to be posted
}

func (s situation) purchase() (p purchase) {
	isNew := s.isNew()
	for i, row := range s.match() {
		switch {
		case !isPurchase(s.cards[i]):
		case row == nil:
			p.isDue = p.isDue || isNew[i]
		default:
			p.stands = p.stands || row.Ref != ""
		}
	}
	return p
}

func isPurchase(c formatter.Card) bool {
	return slices.Contains([]formatter.Kind{formatter.Sale, formatter.Subscriber, formatter.Trial, formatter.Free}, c.Kind)
}

// leftOver are rows to take out of the channel.
func (s situation) leftOver(matched []*journal.Message) []journal.Message {
	var rows []journal.Message
	for _, row := range s.rows {
		isMatched := slices.ContainsFunc(matched, func(m *journal.Message) bool { return m != nil && m.ID == row.ID })
		if !isMatched && row.Ref != "" && row.Due.IsZero() && s.isSuperseded(row) {
			rows = append(rows, row)
		}
	}
	return rows
}

// isSuperseded holds for a row that is not that of any card: it is taken out of
// the channel if it is young and is about what was under way, or an object's
// record. What people may have answered stays.
func (s situation) isSuperseded(row journal.Message) bool {
	switch formatter.Kind(row.Kind) {
	case formatter.Waiting, formatter.Record:
		return s.isYoung(row) && !ofOneEvent(row)
	}
	return false
}
