package compose

import (
	"fmt"
	"slices"
	"strings"

	"polarbell/formatter"
	"polarbell/polar"
)

// event is the card of one delivery, for bridges with one message per event.
// Its headline names the event, so that three events about one thing never read
// alike.
func (c *composer) event(e *Entry) []formatter.Card {
	t := c.timelineOf(e)
	if len(t.body()) == 0 || t.record == nil { // a decline is part of another card
		return nil
	}
	card := t.record(e)
	all := c.all()
	if i := slices.IndexFunc(all, func(other formatter.Card) bool { return isNews(other) && tells(other, e.Seq) }); i >= 0 {
		card = all[i]
		if !polar.IsOwn(e.Type) { // whose headline says what is the matter first
			card.Headline = namedAfter(e.Type, card.Headline)
		}
	}
	card.Key, card.Events = fmt.Sprintf("event:%d", e.Seq), []formatter.Event{{Seq: e.Seq, Type: e.Type}}
	card.Outcome, card.Open, card.Over = "", false, false
	return []formatter.Card{card}
}

// isNews holds for cards that say more than the state of their object.
func isNews(c formatter.Card) bool {
	return !slices.Contains([]formatter.Kind{"", formatter.Record, formatter.Waiting, formatter.Abandoned}, c.Kind)
}

func (c *composer) timelineOf(e *Entry) *timeline {
	i := slices.IndexFunc(c.history.objects, func(t *timeline) bool { return t.object == e.Object })
	return c.history.objects[i]
}

func tells(c formatter.Card, seq int64) bool {
	return slices.ContainsFunc(c.Events, func(e formatter.Event) bool { return e.Seq == seq })
}

// namedAfter puts the event's words before a headline, and leaves its state out
// where the event's name says it.
func namedAfter(eventType, text string) string {
	words := polar.TypeOf(eventType).Words
	state, rest, _ := strings.Cut(text, " · ")
	if !isVague(eventType) && !strings.HasSuffix(eventType, ".created") || strings.HasPrefix(state, words) {
		return headline(words, rest)
	}
	return headline(words, lowercase(state), rest)
}
