package cli_test

import (
	"cmp"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"polarbell/compose"
	"polarbell/formatter"
	"polarbell/polar"
)

// taken is a delivery and the number it was answered with.
type taken struct {
	delivery
	product string
	seq     int
}

// history is what the answered deliveries of one sale amount to, composed from
// them alone.
type history struct {
	seqs   []int
	stages [][]formatter.Card // the cards after each delivery
}

// histories are those of all sales, by product.
func histories(t *testing.T, all []taken) map[string]*history {
	t.Helper()
	slices.SortFunc(all, func(a, b taken) int { return cmp.Compare(a.seq, b.seq) })
	entries := map[string][]compose.Entry{}
	found := map[string]*history{}
	for _, d := range all {
		parsed, err := polar.Parse(d.body)
		if err != nil {
			t.Fatal(err)
		}
		entries[d.product] = append(entries[d.product], compose.Entry{
			Seq: int64(d.seq), Type: parsed.Type, Object: parsed.Object, At: parsed.At, State: parsed.State, Body: d.body,
		})
		if found[d.product] == nil {
			found[d.product] = &history{}
		}
		h := found[d.product]
		h.seqs = append(h.seqs, d.seq)
		h.stages = append(h.stages, compose.Cards(compose.NewHistory(slices.Clone(entries[d.product])), compose.Options{}))
	}
	return found
}

// final are the cards after the last delivery.
func (h *history) final() []formatter.Card { return h.stages[len(h.stages)-1] }

// truth is what one kind of channel has to show of a sale.
type truth struct {
	*history
	edits bool              // the channel's messages can be edited and deleted
	forms [][]string        // of each final card
	news  []string          // of each final card
	ever  map[string]string // the news by each form that a message may have had
}

// truthOf reads a history for a channel.
func (h *history) truthOf(channel string) *truth {
	tr := &truth{history: h, edits: channel != "C0HOOK", ever: map[string]string{}}
	news, done := map[string]string{}, map[string]bool{} // by key, by fingerprint
	for i, cards := range h.stages {
		for _, card := range cards {
			if news[card.Key] == "" {
				news[card.Key] = card.Key
				if old, renamed := renamedFrom(card, h.stages[max(i-1, 0)], cards); renamed {
					news[card.Key] = news[old]
				}
			}
			face := card.Key + card.Fingerprint()
			if !done[face] && (tr.edits && card.Kind != "" || tr.postable(card)) {
				done[face] = true
				for _, form := range forms(card, isSlack(channel)) {
					tr.ever[form] = news[card.Key]
				}
			}
		}
	}
	for _, card := range h.final() {
		tr.forms = append(tr.forms, forms(card, isSlack(channel)))
		tr.news = append(tr.news, news[card.Key])
	}
	return tr
}

// renamedFrom finds the card that had another key before: Polar overwrites some
// of the dates that keys are made of, and deliveries arrive in any order.
func renamedFrom(card formatter.Card, before, now []formatter.Card) (key string, found bool) {
	for _, old := range before {
		if old.Kind == card.Kind && !slices.ContainsFunc(now, func(c formatter.Card) bool { return c.Key == old.Key }) && shareDelivery(old, card) {
			return old.Key, true
		}
	}
	return "", false
}

func shareDelivery(a, b formatter.Card) bool {
	return slices.ContainsFunc(a.Events, func(e formatter.Event) bool { return slices.Contains(b.Events, e) })
}

// postable holds for a card that the channel gets as a new message.
func (tr *truth) postable(c formatter.Card) bool {
	return c.Kind != "" && !c.Over && (tr.edits || !c.Open && c.Kind != formatter.Waiting)
}

// alwaysSince is the delivery since which there is a postable card, whatever
// comes after; 0 if there is none in the end.
func (tr *truth) alwaysSince() (seq int) {
	for i := len(tr.stages) - 1; i >= 0 && slices.ContainsFunc(tr.stages[i], tr.postable); i-- {
		seq = tr.seqs[i]
	}
	return seq
}

// isTakenBack holds for a card of what was under way whose purchase is posted,
// unless it ever was news, which stays.
func (tr *truth) isTakenBack(card formatter.Card) bool {
	wasNews := func(cards []formatter.Card) bool {
		return slices.ContainsFunc(cards, func(c formatter.Card) bool { return c.Key == card.Key && c.Kind == formatter.Abandoned })
	}
	return !slices.ContainsFunc(tr.stages, wasNews) && (card.Kind == "" || card.Kind == formatter.Waiting && card.Over && slices.ContainsFunc(tr.final(), isPurchase))
}

func isPurchase(c formatter.Card) bool {
	switch c.Kind {
	case formatter.Sale, formatter.Subscriber, formatter.Trial, formatter.Free:
		return !c.Over
	}
	return false
}

// wrong lists what is wrong with the cards of the sale that a channel shows.
func (tr *truth) wrong(shown []appearance) (faults []string) {
	add := func(format string, args ...any) { faults = append(faults, fmt.Sprintf(format, args...)) }
	for i, card := range tr.final() {
		all, certain := tr.count(shown, i)
		switch {
		case all == 0 && tr.postable(card):
			add("lacks %s\nwhich may read %s\nand shows %v", formatter.Headline(card), strings.Join(tr.forms[i], "\nor "), shown)
		case certain > 1:
			add("shows twice %s\nin %s", formatter.Headline(card), strings.Join(places(shown), "\nand "))
		case certain > 0 && tr.edits && tr.isTakenBack(card):
			add("still shows %s", formatter.Headline(card))
		}
	}
	for _, a := range shown {
		switch {
		case !tr.edits && passing.MatchString(a.card):
			add("shows for good what passes: %s", a)
		case tr.ever[a.card] == "":
			add("shows what was never true: %s", a)
		case tr.edits && a.certain && !slices.ContainsFunc(tr.forms, func(forms []string) bool { return slices.Contains(forms, a.card) }):
			add("shows what is no longer true: %s", a)
		}
	}
	return faults
}

// passing finds the state of what is under way.
var passing = regexp.MustCompile(`Checkout open|Paying now|Not paid yet|Refund pending`)

// count counts the messages that show a final card: as it is, or where messages
// are not edited as it was.
func (tr *truth) count(shown []appearance, i int) (all, certain int) {
	for _, a := range shown {
		if slices.Contains(tr.forms[i], a.card) || !tr.edits && tr.ever[a.card] == tr.news[i] {
			all++
			if a.certain {
				certain++
			}
		}
	}
	return all, certain
}

// forms are how a platform may show a card: alone, among others, and as its
// headline alone.
func forms(c formatter.Card, slack bool) []string {
	headline := c
	headline.HeadlineOnly = true
	var all []string
	for _, cards := range [][]formatter.Card{{c}, {c, {Headline: "another"}}, {headline}} {
		m := formatter.Message{Summary: "several", Cards: cards}
		var body any = formatter.Discord(m)
		if slack {
			body = formatter.Slack(m)
		}
		text, err := json.Marshal(body)
		if err != nil {
			panic(err)
		}
		all = append(all, read(text)[0])
	}
	return all
}

func isSlack(channel string) bool { return strings.HasPrefix(channel, "C0") }

// places says when the messages of cards were posted, and how often they were
// edited.
func places(shown []appearance) (all []string) {
	for _, a := range shown {
		all = append(all, fmt.Sprintf("%s (certain: %v), posted %s, %d edits: %s", a.message.ID, a.certain,
			a.message.Posted.Format("15:04:05.000"), a.message.Edits, a.card))
	}
	return all
}
