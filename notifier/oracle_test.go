package notifier_test

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/google/go-cmp/cmp"

	"polarbell/compose"
	"polarbell/formatter"
	"polarbell/journal"
	"polarbell/notifier"
	"polarbell/polar"
	"polarbell/standin"
)

// oracle says what the channels should show: it composes the journal's
// histories again and compares.
type oracle struct {
	*world
	histories map[string]*told // by each of its subjects
	// extra are the copies that each channel may have of messages whose answer
	// was lost.
	extra map[string]int
}

// told is a history, its cards and its subjects.
type told struct {
	cards    []formatter.Card
	subjects []string
}

func newOracle(w *world, extra map[string]int) *oracle {
	return &oracle{world: w, histories: map[string]*told{}, extra: extra}
}

// check compares all channels with the cards. All must be settled.
func (o *oracle) check() {
	o.t.Helper()
	for _, d := range o.to {
		channel := d.Name
		if d.Sender.CanEdit() {
			o.checkMessages(d, channel)
		} else {
			o.checkFinal(channel)
		}
		if !o.forgets() {
			o.checkComplete(d)
		}
		o.checkRepeats(channel)
	}
}

// forgets reports whether some of the deliveries are no longer kept. The cards
// that need them are others by now.
func (o *oracle) forgets() bool {
	entries := o.entries()
	return len(entries) > 0 && (entries[0].Seq > 1 || int(entries[len(entries)-1].Seq) > len(entries))
}

// checkMessages compares each message that stands with its cards.
func (o *oracle) checkMessages(d notifier.Destination, channel string) {
	copies := 0
	for _, m := range o.shown(channel) {
		if time.Since(m.Posted) > o.options.Retention {
			continue
		}
		rows, err := o.journal.Message(o.t.Context(), d.Name, refOf(m))
		if err != nil {
			o.t.Fatal(err)
		}
		if len(rows) == 0 {
			copies++
			continue
		}
		o.checkMessage(d, m, rows)
	}
	if copies > o.extra[channel] {
		o.t.Errorf("%s has %d messages that the journal does not know, want at most %d: %q", channel, copies, o.extra[channel], o.headlines(channel))
	}
}

func refOf(m standin.Message) string {
	if m.Platform == "slack" {
		return m.Channel + "/" + m.ID
	}
	return m.ID
}

func (o *oracle) checkMessage(d notifier.Destination, m standin.Message, rows []journal.Message) {
	var cards []formatter.Card
	isFresh := true
	for _, row := range rows {
		if !row.Due.IsZero() && row.Day == "" { // a day's message rests, and says at midnight which day it was
			o.t.Errorf("%s: %q is still due", d.Name, headlines(o.t, m))
		}
		card, found := o.card(row.Subject, row.Key)
		if !found && strings.HasPrefix(row.Key, "refunded:") {
			return // a refund known by its order's sum alone, and by now another one by itself: it stays
		}
		if !found && o.forgets() {
			return
		}
		if !found {
			o.t.Errorf("%s: %q has no card of the key %q; there are %q", d.Name, headlines(o.t, m), row.Key, o.keys(row.Subject))
			return
		}
		if row.Outcome != card.Outcome && !o.forgets() {
			o.t.Errorf("%s: %q has the outcome %q, want %q", d.Name, headlines(o.t, m), row.Outcome, card.Outcome)
		}
		isFresh = isFresh && time.Since(row.Posted) < 24*time.Hour
		cards = append(cards, card)
	}
	if !isFresh {
		return
	}
	if rows[0].Day != "" {
		card := compose.ParseDay(rows[0].Day, time.UTC).Card(cards, time.Now(), false)
		if late, ok := compose.ParseLate(rows[0].Day, time.UTC); ok {
			card = late.Card(cards, time.Now(), false)
		}
		cards = []formatter.Card{card}
	}
	if diff := cmp.Diff(o.rendered(d, cards), plainBody(o.t, m)); diff != "" {
		o.t.Errorf("%s: %q is not like its cards (-want +got):\n%s", d.Name, headlines(o.t, m), diff)
	}
}

// rendered is the message that the cards make, as another stand-in shows it.
func (o *oracle) rendered(d notifier.Destination, cards []formatter.Card) any {
	platforms := standin.New(standin.Options{})
	platforms.Slack(sales, "sales")
	platforms.Discord(disc, "secret", disc)
	sender := notifier.NewSlackApp("xoxb-secret", "https://slack.com/api/", platforms.Transport()).Channel(sales)
	channel := sales
	if d.Platform == "Discord" {
		api := &notifier.DiscordAPI{Base: o.api.Base, HTTP: platforms.Transport()}
		sender, channel = api.Webhook(disc, "secret", ""), disc
	}
	m := formatter.Message{Cards: compose.Together(cards)}
	if len(cards) > 1 {
		m.Summary = compose.Summary(cards)
	}
	if _, err := sender.Post(o.t.Context(), m); err != nil {
		o.t.Fatal(err)
	}
	return plainBody(o.t, platforms.Messages(channel)[0])
}

// fromLedger are the parts of a context row that come from the ledger, or give
// way to what does. A message keeps what the ledger knew when it was posted.
var fromLedger = regexp.MustCompile(`^(\d+(st|nd|rd|th) (sale|order|payment|refund) .*|.* since \d+ \w+|New customer|customer since .*|[^a-z<-]*\d[\d,.]*)$`)

func withoutLedger(row string) string {
	parts := strings.Split(row, " · ")
	return strings.Join(slices.DeleteFunc(parts, fromLedger.MatchString), " · ")
}

// plainBody is a message's body without its flags, which no edit changes, and
// without what its context rows have from the ledger.
func plainBody(t interface{ Fatal(...any) }, m standin.Message) any {
	var body map[string]any
	if err := json.Unmarshal(m.Body, &body); err != nil {
		t.Fatal(err)
	}
	delete(body, "flags")
	plainRows(body)
	return body
}

// plainRows takes the ledger's parts out of context blocks and footers.
func plainRows(value any) {
	switch v := value.(type) {
	case []any:
		for _, inner := range v {
			plainRows(inner)
		}
	case map[string]any:
		for _, key := range []string{"elements", "footer"} {
			row := v[key]
			if list, ok := row.([]any); ok && len(list) > 0 {
				row = list[0]
			}
			if row, ok := row.(map[string]any); ok {
				row["text"] = withoutLedger(row["text"].(string))
			}
		}
		for _, inner := range v {
			plainRows(inner)
		}
	}
}

// checkComplete finds each card that the destination wants in a message.
func (o *oracle) checkComplete(d notifier.Destination) {
	for _, subject := range o.subjects() {
		h := o.history(subject)
		if h.subjects[0] != subject || subject == "polarbell:"+d.Name {
			continue // it was looked at by another of its subjects, or is about the destination itself
		}
		rows, err := o.journal.Messages(o.t.Context(), d.Name, h.subjects)
		if err != nil {
			o.t.Fatal(err)
		}
		for _, c := range h.cards {
			n := 0
			for _, row := range rows {
				if row.Key == c.Key {
					n++
				}
			}
			passing := c.Open || c.Kind == formatter.Waiting
			if n == 0 && !c.Over && d.Wants(c) && (d.Sender.CanEdit() || !passing) {
				o.t.Errorf("%s has no message of %q (%s)", d.Name, c.Headline, c.Key)
			}
			if n > 1 {
				o.t.Errorf("%s has %d messages of %q (%s)", d.Name, n, c.Headline, c.Key)
			}
		}
	}
}

// checkFinal holds for a channel whose messages cannot be edited: nothing in it
// may become untrue.
func (o *oracle) checkFinal(channel string) {
	for _, headline := range o.headlines(channel) {
		for _, passing := range []string{"Checkout open", "Paying now", "Not paid yet", "Refund pending"} {
			if strings.Contains(headline, passing) {
				o.t.Errorf("%s says %q for good", channel, headline)
			}
		}
	}
}

// checkRepeats finds two messages of the last day with the same headline about
// the same object, which is the page that they link to. Cards of old messages may
// have other headlines by now.
func (o *oracle) checkRepeats(channel string) {
	last := map[string]time.Time{}
	repeats := 0
	for _, m := range o.shown(channel) {
		if time.Since(m.Posted) > 24*time.Hour {
			continue
		}
		all := headlines(o.t, m)
		pages := page.FindAllString(string(m.Body), -1)
		isCopy := false
		for i, headline := range all {
			if len(all) != len(pages) {
				break // a message of several cards of which some have no link
			}
			at, seen := last[headline+pages[i]]
			if seen && m.Posted.Sub(at) < 24*time.Hour && !o.happenedTwice(headline, pages[i]) {
				isCopy = true
			}
			last[headline+pages[i]] = m.Posted
		}
		if isCopy { // of all its cards
			repeats++
		}
	}
	if repeats > o.extra[channel] {
		o.t.Errorf("%s says the same %d times within a day: %s", channel, repeats, strings.Join(o.headlines(channel), " | "))
	}
}

var page = regexp.MustCompile(`https://polar\.sh/[^"|#]*`)

// happenedTwice reports whether two cards have the headline and the page.
func (o *oracle) happenedTwice(headline, page string) bool {
	n := 0
	for _, subject := range o.subjects() {
		h := o.history(subject)
		if h.subjects[0] != subject {
			continue
		}
		for _, c := range h.cards {
			if formatter.Headline(c) == headline && c.Link.URL == page {
				n++
			}
		}
	}
	return n > 1
}

// subjects are all that the journal has entries of.
func (o *oracle) subjects() []string {
	var all []string
	for _, e := range o.entries() {
		if !slices.Contains(all, e.Subject) {
			all = append(all, e.Subject)
		}
	}
	return all
}

func (o *oracle) entries() []journal.Entry {
	entries, err := o.journal.After(o.t.Context(), 0, 1<<20)
	if err != nil {
		o.t.Fatal(err)
	}
	return entries
}

func (o *oracle) card(subject, key string) (formatter.Card, bool) {
	cards := o.history(subject).cards
	i := slices.IndexFunc(cards, func(c formatter.Card) bool { return c.Key == key })
	if i < 0 {
		return formatter.Card{}, false
	}
	return cards[i], true
}

func (o *oracle) keys(subject string) []string {
	var keys []string
	for _, c := range o.history(subject).cards {
		keys = append(keys, c.Key)
	}
	return keys
}

// history composes a subject's history as it is by now.
func (o *oracle) history(subject string) *told {
	if h := o.histories[subject]; h != nil {
		return h
	}
	head, err := o.journal.Head(o.t.Context())
	if err != nil {
		o.t.Fatal(err)
	}
	entries, err := o.journal.History(o.t.Context(), head, subject)
	if err != nil {
		o.t.Fatal(err)
	}
	h := &told{subjects: []string{subject}}
	known := make([]compose.Entry, len(entries))
	for i, e := range entries {
		whole, _, err := o.journal.Entry(o.t.Context(), e.Seq)
		if err != nil {
			o.t.Fatal(err)
		}
		known[i] = compose.Entry{
			Seq: int64(e.Seq), Type: e.Type, Object: e.Object, At: e.At, State: polar.DecodeState(e.State), Body: whole.Body, Received: e.Received,
		}
		if !slices.Contains(h.subjects, e.Subject) {
			h.subjects = append(h.subjects, e.Subject)
		}
	}
	all := compose.NewHistory(known)
	all.Bought = o.bought(all)
	h.cards = compose.Cards(all, compose.Options{})
	for _, s := range h.subjects {
		o.histories[s] = h
	}
	return h
}

// bought are the checkouts whose visitors bought by another order since.
func (o *oracle) bought(h *compose.History) (objects []string) {
	for _, left := range h.Left() {
		for _, e := range o.entries() {
			if polar.DecodeState(e.State).Bought(e.Type) == left.Buyer && !e.At.Before(left.Since) {
				objects = append(objects, left.Object)
				break
			}
		}
	}
	return objects
}

// story shows the deliveries in the order of arrival, for a failure's report.
func (o *oracle) story() string {
	var b strings.Builder
	for _, e := range o.entries() {
		fmt.Fprintf(&b, "%3d %s %s %-24s %s %s\n", e.Seq, e.Received.UTC().Format("Jan 2 15:04:05"), e.At.UTC().Format("Jan 2 15:04:05"), e.Type, e.Object[len(e.Object)-6:], e.State)
	}
	return b.String()
}
