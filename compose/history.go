// Package compose turns what the journal knows of a subject into its cards, one
// for each piece of news. It is pure: the same history gives the same cards,
// whatever the order in which the deliveries arrived.
package compose

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"polarbell/formatter"
	"polarbell/polar"
)

// Entry is one delivery as the journal keeps it.
type Entry struct {
	Seq    int64
	Type   string // "order.paid"
	Object string // "order:ID"
	At     time.Time
	State  polar.State
	Body   []byte // needed of those that NewHistory's Needs names

	Received time.Time // zero: just now
}

// Organization is whose deliveries a history has, by the label of the secret
// that they were signed with: "nimbus", or "nimbus@sandbox" in Polar's sandbox.
type Organization string

// Name is "" where the secret has no label.
func (o Organization) Name() string {
	name, _, _ := strings.Cut(string(o), "@")
	return name
}

// IsSandbox reports whether the endpoint is in Polar's sandbox.
func (o Organization) IsSandbox() bool { return strings.HasSuffix(string(o), "@sandbox") }

// History is everything that is known of subjects that share an object.
type History struct {
	Organization Organization
	Ledger       *Ledger  // what the sales ledger knows of its customers, or nil
	Bought       []string // the objects of checkouts whose visitors bought by another order

	entries []Entry
	objects []*timeline
}

// NewHistory sorts entries, given by Seq, by object.
func NewHistory(entries []Entry) *History {
	h := &History{entries: entries}
	byObject := map[string]*timeline{}
	for i := range entries {
		e := &entries[i]
		t := byObject[e.Object]
		if t == nil {
			family, id, _ := strings.Cut(e.Object, ":")
			t = &timeline{object: e.Object, family: family, id: id}
			byObject[e.Object] = t
			h.objects = append(h.objects, t)
		}
		t.deliveries = append(t.deliveries, e)
	}
	for _, t := range h.objects {
		t.dropForgotten()
		t.sort()
	}
	return h
}

// Needs returns the numbers of the entries whose bodies Cards reads: the newest
// of each object, of an object that has a card for each day the newest of each
// day, and all of the bridge's own.
func (h *History) Needs() []int64 {
	var seqs []int64
	for _, t := range h.objects {
		switch t.family {
		case "order", "subscription", "refund", "checkout", "payment":
			seqs = append(seqs, t.newest().Seq)
		case "polarbell":
			for _, d := range t.deliveries {
				seqs = append(seqs, d.Seq)
			}
		default:
			for _, day := range t.days() {
				seqs = append(seqs, day[len(day)-1].Seq)
			}
		}
	}
	return seqs
}

// Customers are the ids of those whom the history's orders, subscriptions and
// refunds name. The history must be filled.
func (h *History) Customers() (ids []string) {
	for _, t := range h.objects {
		switch t.family {
		case "order", "subscription", "refund":
			if id := strings.ToLower(t.body().CustomerID()); id != "" && !slices.Contains(ids, id) {
				ids = append(ids, id)
			}
		}
	}
	return ids
}

// Left is a checkout that looks as if its visitor had not bought.
type Left struct {
	Object string
	Buyer  string // as in its state
	Since  time.Time
}

// Left are the checkouts of which Cards has to know whether they are Bought. The
// history must be filled.
func (h *History) Left() []Left {
	var all []Left
	for _, t := range h.objects {
		status, buyer := t.last().Status, t.newest().State.Buyer
		if t.family == "checkout" && buyer != "" && status != polar.CheckoutConfirmed && status != polar.CheckoutSucceeded {
			all = append(all, Left{t.object, buyer, cmp.Or(t.body().Checkout().CreatedAt.Time, t.first().at)})
		}
	}
	return all
}

// Fill sets the bodies of entries by their numbers.
func (h *History) Fill(bodies map[int64][]byte) {
	for i := range h.entries {
		if body, ok := bodies[h.entries[i].Seq]; ok {
			h.entries[i].Body = body
		}
	}
}

// timeline is an object's states over time.
type timeline struct {
	object, family, id string

	deliveries []*Entry // the oldest first, by the object's own time, then by arrival
	states     []state
	record     func(*Entry) formatter.Card // the object in the words of one delivery

	hidesPersons bool
	ledger       *Ledger
	zone         *time.Location // of the days in headlines
}

// state is a state that the object took on, and the deliveries that say so.
type state struct {
	polar.State
	at     time.Time
	events []formatter.Event
	echoes []int64 // plain updates that say it once more
}

// dropForgotten leaves out the blanked deliveries of an object that has others:
// its person was forgotten, and it is heard of for the first time since.
func (t *timeline) dropForgotten() {
	switch t.family {
	case "order", "subscription", "refund", "checkout":
		known := slices.DeleteFunc(slices.Clone(t.deliveries), func(d *Entry) bool { return d.State.Equal(polar.State{}) })
		if len(known) > 0 {
			t.deliveries = known
		}
	}
}

func (t *timeline) sort() {
	slices.SortStableFunc(t.deliveries, func(a, b *Entry) int { return a.At.Compare(b.At) })
	for _, d := range t.deliveries {
		if last := len(t.states) - 1; last < 0 || !t.states[last].Equal(d.State) {
			t.states = append(t.states, state{State: d.State, at: d.At})
		}
		s := &t.states[len(t.states)-1]
		switch {
		case isOwnNews(d.Type):
		case d.At.Equal(s.at) || !isVague(d.Type):
			s.events = append(s.events, formatter.Event{Seq: d.Seq, Type: d.Type})
		default:
			s.echoes = append(s.echoes, d.Seq)
		}
	}
	for i := range t.states {
		t.states[i].events = slices.Clip(t.states[i].events) // cards append to it, each for itself
	}
}

// isVague holds for types that say only that something changed: of an object
// whose state stays the same they are not news.
func isVague(eventType string) bool {
	return strings.HasSuffix(eventType, ".updated") || strings.HasSuffix(eventType, ".state_changed")
}

// isOwnNews holds for types that have a card of their own beside the object's.
func isOwnNews(eventType string) bool {
	switch eventType {
	case "subscription.cycled", "subscription.migrated":
		return true
	}
	return !polar.Known(eventType)
}

// saidBy reports whether a delivery of this type says that the object is in the
// state.
func (s state) saidBy(eventType string) bool {
	return slices.ContainsFunc(s.events, func(e formatter.Event) bool { return e.Type == eventType })
}

func (t *timeline) newest() *Entry { return t.deliveries[len(t.deliveries)-1] }
func (t *timeline) first() state   { return t.states[0] }
func (t *timeline) last() state    { return t.states[len(t.states)-1] }

// days are the deliveries by the UTC day of the object's own time.
func (t *timeline) days() [][]*Entry {
	var days [][]*Entry
	for _, d := range t.deliveries {
		last := len(days) - 1
		if last < 0 || days[last][0].At.UTC().Format(time.DateOnly) != d.At.UTC().Format(time.DateOnly) {
			days, last = append(days, nil), last+1
		}
		days[last] = append(days[last], d)
	}
	return days
}

// day is a date for a headline of news of the object.
func (t *timeline) day(at, news time.Time) string { return day(at, news, t.zone) }

// body is the newest delivery's, empty where a person was forgotten.
func (t *timeline) body() polar.Body { return t.newest().Body }

// has reports whether a delivery of one of these types is among the object's.
func (t *timeline) has(types ...string) bool {
	return slices.ContainsFunc(t.deliveries, func(d *Entry) bool { return slices.Contains(types, d.Type) })
}

// events are all deliveries of the object that are news.
func (t *timeline) events() []formatter.Event {
	var all []formatter.Event
	for _, s := range t.states {
		all = append(all, s.events...)
	}
	return all
}

// soon is the longest time between a cause and its effect.
const soon = time.Hour

func near(a, b time.Time) bool { return !a.IsZero() && !b.IsZero() && a.Sub(b).Abs() <= soon }

// firstTime is the first that is known.
func firstTime(times ...polar.Time) time.Time { return cmp.Or(times...).Time }
