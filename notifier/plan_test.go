package notifier

import (
	"cmp"
	"fmt"
	"strings"
	"testing"
	"time"

	"polarbell/formatter"
	"polarbell/journal"
)

// What plan decides about a card.
const (
	nothing = "nothing"
	post    = "post"
	due     = "due"       // the row's message is to be changed
	takeKey = "take key"  // the row is that of the card from now on
	oldDue  = "older due" // the older of two rows is to be changed
)

// planRules are all that plan decides about one card and its row. Each column
// is a list of what the rule holds for: "" any, "!" all but.
//
//	card   plain, open: it will go on, over: it has ended, none: the row alone is there
//	row    none; same: it reads like the card; differs; outcome: another one;
//	       gone: deleted by hand; due: marked already; event: of a bridge with one
//	       message per event; second: of two that read the same, the older one;
//	       renamed: it tells of a delivery of the card, by a key that is gone;
//	       record: so does one of an object's record
//	age    of the row: minutes, hours, days
//	place  new: not wanted as of the destination's place; known: wanted then
var planRules = []struct {
	why, kind, card, row, age, destination, route, place string
	want                                                 string
}{
	// No row.
	{"news is posted", "!waiting", "plain", "none event", "", "", "wanted", "new", post},
	{"what goes on is posted where it can be edited", "!waiting", "open", "none event", "", "edits", "wanted", "new", post},
	{"and nowhere else", "!waiting", "open", "none event", "", "final", "wanted", "new", nothing},
	{"what is under way is posted where it can be edited", "waiting", "plain open", "none event", "", "edits", "wanted", "new", post},
	{"and nowhere else", "waiting", "plain open", "none event", "", "final", "wanted", "new", nothing},
	{"what has ended is not posted", "", "over", "none event", "", "", "wanted", "new", nothing},
	{"nor what was wanted before", "", "plain open over", "none event", "", "", "wanted", "known", nothing},
	{"nor what no route asks for", "", "plain open over", "none event", "", "", "unwanted", "", nothing},

	// A row, whatever the routes say by now.
	{"what reads the same stays", "", "plain open over", "same", "", "", "", "", nothing},
	{"what reads differently is edited for a day", "", "plain open over", "differs", "minutes hours", "edits", "", "", due},
	{"and then no more", "", "plain open over", "differs", "days", "edits", "", "", nothing},
	{"an outcome is noted at any age", "", "plain open over", "outcome", "", "edits", "", "", due},
	{"what cannot be edited stays as it is", "", "plain open over", "differs outcome", "", "final", "", "", nothing},
	{"what was deleted by hand does not come back", "", "plain open over", "gone", "", "", "", "", nothing},
	{"what is due is not marked again", "", "plain open over", "due", "", "", "", "", nothing},
	{"a row takes the key of its card", "", "plain open over", "renamed", "", "", "", "", takeKey},

	// What told only that something changes, and is news now.
	{"a record goes on as a record", "waiting record none", "plain open over", "record", "", "", "", "", takeKey},
	{"news takes the place of a record", "!waiting record none", "plain open", "record", "minutes", "edits", "wanted", "new", post + ", " + oldDue},
	{"which stays after an hour", "!waiting record none", "plain open", "record", "hours days", "edits", "wanted", "new", post},
	{"or where nothing can be deleted", "!waiting record none", "plain", "record", "", "final", "wanted", "new", post},
	{"news that has ended is not posted", "!waiting record none", "over", "record", "", "final", "wanted", "new", nothing},
	{"nor what goes on where it cannot be edited", "!waiting record none", "open", "record", "", "final", "wanted", "new", nothing},
	{"the record gives way all the same", "!waiting record none", "over", "record", "minutes", "edits", "wanted", "new", oldDue},
	{"for an hour", "!waiting record none", "over", "record", "hours days", "edits", "wanted", "new", nothing},
	{"as it does for news that is known", "!waiting record none", "plain open over", "record", "minutes", "edits", "wanted", "known", oldDue},
	{"for an hour", "!waiting record none", "plain open over", "record", "hours days", "edits", "wanted", "known", nothing},
	{"or is not wanted", "!waiting record none", "plain open over", "record", "minutes", "edits", "unwanted", "", oldDue},
	{"for an hour", "!waiting record none", "plain open over", "record", "hours days", "edits", "unwanted", "", nothing},
	{"where nothing can be deleted it stays", "!waiting record none", "plain open over", "record", "", "final", "wanted", "known", nothing},
	{"where nothing can be deleted it stays", "!waiting record none", "plain open over", "record", "", "final", "unwanted", "", nothing},

	// A second row, and a row without a card.
	{"a second message of what is under way is taken back", "waiting record", "plain open over", "second", "minutes", "edits", "", "", oldDue},
	{"for an hour", "waiting record", "plain open over", "second", "hours days", "edits", "", "", nothing},
	{"other second messages stay", "!waiting record", "plain open over", "second", "", "edits", "", "", nothing},
	{"all stay where they cannot be deleted", "", "plain open over", "second", "", "final", "", "", nothing},
	{"without a card, what was under way is taken back", "waiting record", "none", "same", "minutes", "edits", "", "", due},
	{"for an hour", "waiting record", "none", "same", "hours days", "edits", "", "", nothing},
	{"other messages stay", "!waiting record", "none", "same", "", "edits", "", "", nothing},
	{"all stay where they cannot be deleted", "", "none", "same", "", "final", "", "", nothing},
	{"what is due is not marked again", "", "none", "due", "", "", "", "", nothing},
	{"a message of one event is never touched", "", "none", "event", "", "", "", "", nothing},
}

// covers reports whether a column of a rule holds for a value.
func covers(column, value string) bool {
	list, not := strings.CutPrefix(column, "!")
	for one := range strings.FieldsSeq(list) {
		if one == value {
			return !not
		}
	}
	return not || column == ""
}

// cell is one case of the matrix that planRules cover.
type cell struct {
	kind, card, row           string
	age                       age
	destination, route, place string
}

func (c cell) String() string {
	type parts cell // without this method
	return fmt.Sprintf("%+v", parts(c))
}

var kinds = []formatter.Kind{
	formatter.Sale, formatter.Subscriber, formatter.Trial, formatter.Free, formatter.Renewal, formatter.Plan, formatter.Cancel,
	formatter.Unpaid, formatter.Refund, formatter.Abandoned, formatter.Waiting, formatter.Record, formatter.Bridge, "",
}

// planCells are the whole matrix. A card without a row has no age, a row without
// a card reads like nothing.
func planCells() []cell {
	var cells []cell
	for _, kind := range kinds {
		for _, card := range []string{"plain", "open", "over", "none"} {
			rows := strings.Fields("none same differs outcome gone due event second renamed record")
			if card == "none" {
				rows = []string{"same", "event", "due"}
			}
			for _, row := range rows {
				for _, age := range ages {
					for _, destination := range []string{"edits", "final"} {
						for _, route := range []string{"wanted", "unwanted"} {
							for _, place := range []string{"new", "known"} {
								cells = append(cells, cell{cmp.Or(string(kind), "none"), card, row, age, destination, route, place})
							}
						}
					}
				}
			}
		}
	}
	return cells
}

var noon = time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC)

// age is how long ago a message was posted.
type age time.Duration

// ages are the first and the last moment of what the rules call minutes, hours
// and days.
var ages = []age{0, age(time.Hour - 1), age(time.Hour), age(24*time.Hour - 1), age(24 * time.Hour), age(45 * 24 * time.Hour)}

func (a age) String() string {
	switch d := time.Duration(a); {
	case d < time.Hour:
		return "minutes"
	case d < 24*time.Hour:
		return "hours"
	}
	return "days"
}

func (a age) before(t time.Time) time.Time { return t.Add(-time.Duration(a)) }

// situation builds a cell.
func (c cell) situation() situation {
	s := situation{at: noon, kept: all, edits: c.destination == "edits", wants: func(formatter.Card) bool { return c.route == "wanted" }}
	card := formatter.Card{
		Key: "key", Kind: kindOf(c.kind), Headline: "As it is", Outcome: "ended",
		Events: []formatter.Event{{Seq: 1, Type: "order.created"}, {Seq: 2, Type: "order.paid"}},
		Open:   c.card == "open", Over: c.card == "over",
	}
	row := updated(journal.Message{ID: 2, Ref: "2", Posted: c.age.before(noon)}, card)
	switch c.row {
	case "differs":
		row.Fingerprint = "as it was"
	case "outcome":
		row.Outcome = ""
	case "gone":
		row.Ref = ""
	case "due":
		row.Due, row.Fingerprint = noon.Add(-time.Second), "as it was"
	case "event":
		row.Key, row.Fingerprint = "event:2", "as it was"
	case "renamed":
		row.Key = "gone"
	case "record":
		row.ID, row.Key, row.Kind = 1, "gone", string(formatter.Record)
		s.before = []formatter.Card{{Key: "gone", Kind: formatter.Record, Events: card.Events}}
	}
	if !s.edits {
		row.Ref = ""
	}
	switch c.row {
	case "none":
	case "second":
		older := row
		older.ID, older.Ref = 1, strings.Replace(row.Ref, "2", "1", 1)
		s.rows = []journal.Message{older, row}
	default:
		s.rows = []journal.Message{row}
	}
	if c.card != "none" {
		s.cards = []formatter.Card{card}
		if c.place == "known" {
			card.Open, card.Over, card.Events = false, false, card.Events[:1]
			s.before = append(s.before, card)
		}
	}
	return s
}

// kindOf reads a column, in which "none" is the kind of cards that are wanted by
// their types alone.
func kindOf(column string) formatter.Kind {
	if column == "none" {
		return ""
	}
	return formatter.Kind(column)
}

// decided is what a plan does, in the words of the table.
func decided(p planned) string {
	var all []string
	for range p.posts {
		all = append(all, post)
	}
	for _, row := range p.changed {
		switch {
		case row.Due.IsZero() && row.Key == "key":
			all = append(all, takeKey)
		case row.ID == 1:
			all = append(all, oldDue)
		default:
			all = append(all, due)
		}
	}
	if len(all) == 0 {
		return nothing
	}
	return strings.Join(all, ", ")
}

func TestPlanOfEveryCardInEveryState(t *testing.T) {
	used := map[int]bool{}
	for _, c := range planCells() {
		var rules []int
		for i, r := range planRules {
			if covers(r.kind, c.kind) && covers(r.card, c.card) && covers(r.row, c.row) && covers(r.age, c.age.String()) &&
				covers(r.destination, c.destination) && covers(r.route, c.route) && covers(r.place, c.place) {
				rules = append(rules, i)
				used[i] = true
			}
		}
		if len(rules) != 1 {
			t.Fatalf("%+v: rules %v apply, want exactly one", c, rules)
		}
		r := planRules[rules[0]]
		if got := decided(plan(c.situation())); got != r.want {
			t.Errorf("%+v: got %q, want %q: %s", c, got, r.want, r.why)
		}
	}
	for i, r := range planRules {
		if !used[i] {
			t.Errorf("the rule %q applies to nothing", r.why)
		}
	}
}

// What align decides about a row of a message.
const (
	leave  = "leave"    // no request
	change = "edit"     //
	remove = "delete"   // or, of several, taken out of the message
	hold   = "hold"     // until the purchase is posted
	forget = "not kept" // said in its place, if the message of several is edited at all
	drop   = "left out" // if the message of several is edited at all
)

// alignRules are all that align decides about one row. Columns are as in
// planRules.
//
//	row       its kind: waiting, record, sale
//	card      same, differs, outcome; over: what was under way has ended, and the
//	          row reads so; ended: it does not yet; none
//	purchase  none; due: still to be posted; known: it is not to be posted;
//	          stands: in the channel; gone: deleted by hand
//	keeps     the platform refused to delete the message
var alignRules = []struct {
	why, row, card, purchase, age, keeps, of string
	want                                     string
}{
	{"what reads the same costs no request", "", "same", "", "", "", "", leave},
	{"what reads differently is edited for a day", "", "differs", "", "minutes hours", "", "", change},
	{"and then no more", "", "differs", "", "days", "", "", leave},
	{"an outcome is noted at any age", "", "outcome", "", "", "", "", change},

	{"what was under way is taken back once the purchase stands", "waiting record", "over ended", "stands", "minutes", "no", "", remove},
	{"unless the platform refuses: it is edited to its end", "waiting record", "ended", "stands", "minutes", "yes", "", change},
	{"once", "waiting record", "over", "stands", "minutes", "yes", "", leave},
	{"it waits for the purchase", "waiting record", "over ended", "due", "minutes", "", "", hold},
	{"a payment that was not completed was news: it is edited to its end", "sale", "ended", "due stands", "minutes", "", "", change},
	{"once", "sale", "over", "due stands", "minutes", "", "", leave},
	{"without one in the channel it is edited to its end", "", "ended", "none known gone", "minutes", "", "", change},
	{"once", "", "over", "none known gone", "minutes", "", "", leave},
	{"after an hour too, whatever became of the purchase", "", "ended", "", "hours days", "", "", change},
	{"once", "", "over", "", "hours days", "", "", leave},

	{"without a card, what was under way is taken back", "waiting record", "none", "", "minutes", "no", "", remove},
	{"other messages stay as they are", "sale", "none", "", "minutes", "no", "one", leave},
	{"when they are young, or cannot be deleted", "", "none", "", "minutes", "yes", "one", leave},
	{"and when they are old", "", "none", "", "hours days", "", "one", leave},
	{"among others, what is no longer kept says so", "sale", "none", "", "", "", "several", forget},
	{"what told that something changes is left out", "waiting record", "none", "", "hours days", "no", "several", drop},
	{"unless the platform refuses to delete", "waiting record", "none", "", "", "yes", "several", forget},
}

type alignCell struct {
	row, card, purchase string
	age                 age
	keeps, of           string
}

func alignCells() []alignCell {
	var cells []alignCell
	for _, row := range []string{"waiting", "record", "sale"} {
		for _, card := range strings.Fields("same differs outcome over ended none") {
			for _, purchase := range strings.Fields("none due known stands gone") {
				for _, age := range ages {
					for _, keeps := range []string{"yes", "no"} {
						for _, of := range []string{"one", "several"} {
							cells = append(cells, alignCell{row, card, purchase, age, keeps, of})
						}
					}
				}
			}
		}
	}
	return cells
}

func (c alignCell) situation() (situation, journal.Message) {
	s := situation{at: noon, kept: all, edits: true, keeps: c.keeps == "yes", wants: func(formatter.Card) bool { return true }}
	ended := c.card == "over" || c.card == "ended"
	card := formatter.Card{
		Key: "key", Kind: formatter.Kind(c.row), Headline: "As it is", Outcome: "ended", Over: ended,
		Events: []formatter.Event{{Seq: 1, Type: "checkout.updated"}},
	}
	row := updated(journal.Message{ID: 3, Ref: "3", Posted: c.age.before(noon)}, card)
	row.Due = noon
	if c.card == "differs" || c.card == "ended" {
		row.Fingerprint = "as it was"
	}
	if c.card == "outcome" || c.card == "ended" {
		row.Outcome = ""
	}
	if ended {
		card.Kind = formatter.Waiting // a payment that failed was of another kind
	}
	if c.card != "none" {
		s.cards = append(s.cards, card)
	}
	s.rows = append(s.rows, row)
	s.addPurchase(c.purchase)
	return s, row
}

func (s *situation) addPurchase(state string) {
	card := formatter.Card{Key: "sale:1", Kind: formatter.Sale, Headline: "Sale", Events: []formatter.Event{{Seq: 9, Type: "order.paid"}}}
	row := updated(journal.Message{ID: 2, Ref: "2", Posted: noon}, card)
	switch state {
	case "none":
		return
	case "known":
		s.before = append(s.before, card)
	case "stands":
		s.rows = append(s.rows, row)
	case "gone":
		row.Ref = ""
		s.rows = append(s.rows, row)
	}
	s.cards = append(s.cards, card)
}

// decision is what an alignment does, in the words of the table.
func (a alignment) decision() string {
	switch {
	case a.held:
		return hold
	case a.differs && len(a.cards) == 0:
		return remove
	case a.differs:
		return change
	case len(a.cards) == 1 && a.cards[0].Headline == notKept.Headline:
		return forget
	case a.after[0].Ref == "":
		return drop
	}
	return leave
}

func TestAlignOfEveryRowInEveryState(t *testing.T) {
	for _, c := range alignCells() {
		var want, why string
		rules := 0
		for _, r := range alignRules {
			if covers(r.row, c.row) && covers(r.card, c.card) && covers(r.purchase, c.purchase) &&
				covers(r.age, c.age.String()) && covers(r.keeps, c.keeps) && covers(r.of, c.of) {
				rules++
				want, why = r.want, r.why
			}
		}
		if rules != 1 {
			t.Fatalf("%+v: %d rules apply, want exactly one", c, rules)
		}
		s, row := c.situation()
		var a alignment
		a.add(s, row, c.of == "one", notKept)
		if got := a.decision(); got != want {
			t.Errorf("%+v: got %q, want %q: %s", c, got, want, why)
		}
		after := a.after[0]
		if !after.Due.IsZero() {
			t.Errorf("%+v: the row stays due", c)
		}
		if gone := after.Ref == ""; gone != (want == remove || want == drop) {
			t.Errorf("%+v: after it the row's message is %q", c, after.Ref)
		}
		if want == change && (after.Fingerprint != s.cards[0].Fingerprint() || after.Outcome != s.cards[0].Outcome) {
			t.Errorf("%+v: after it the row does not read like the card", c)
		}
	}
}

// TestPlanMarksWhatGaveWayToAPurchase: the purchase is posted, and what was
// under way is due, whether or not it reads differently.
func TestPlanMarksWhatGaveWayToAPurchase(t *testing.T) {
	for _, tt := range []struct{ purchase, want string }{
		{"none", nothing}, // nothing stands in its place
		{"known", nothing},
		{"gone", nothing},
		{"stands", due},
		{"due", post + ", " + due},
	} {
		s, _ := alignCell{row: "waiting", card: "over", purchase: tt.purchase}.situation()
		s.rows[0].Due = time.Time{}
		if got := decided(plan(s)); got != tt.want {
			t.Errorf("the purchase is %s: got %q, want %q", tt.purchase, got, tt.want)
		}
	}
}

func all(journal.Seq) bool { return true }
