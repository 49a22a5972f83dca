package notifier

import (
	"fmt"
	"slices"
	"testing"

	"polarbell/formatter"
	"polarbell/journal"
)

const (
	april1 = "2026-04-01T12:00:00Z"
	may1   = "2026-05-01T12:00:00.123456Z"
)

// TestPlanTellsCardsApart: keys change, and deliveries go from one card to
// another, when others come late.
func TestPlanTellsCardsApart(t *testing.T) {
	card := func(key string, seqs ...int64) formatter.Card {
		c := formatter.Card{Key: key, Kind: formatter.Refund, Headline: key}
		for _, seq := range seqs {
			c.Events = append(c.Events, formatter.Event{Seq: seq, Type: "order.refunded"})
		}
		return c
	}
	row := func(id int64, c formatter.Card) journal.Message {
		return updated(journal.Message{ID: id, Ref: fmt.Sprint(id), Posted: noon}, c)
	}
	for _, tt := range []struct {
		name        string
		before, now []formatter.Card
		rows        []journal.Message
		posts       []string
		pruned      bool             // the deliveries that are not told of any more
		keys        map[int64]string // of the rows that change
	}{
		{
			name:   "a delivery that was one card's is another's too",
			before: []formatter.Card{card("a", 1, 2)}, now: []formatter.Card{card("a", 1), card("b", 2, 3)},
			rows: []journal.Message{row(1, card("a", 1, 2))}, posts: []string{"b"},
		},
		{
			name:   "a card goes on under another key",
			before: []formatter.Card{card("a", 1, 2)}, now: []formatter.Card{card("b", 1, 2, 3)},
			rows: []journal.Message{row(1, card("a", 1, 2))}, keys: map[int64]string{1: "b"},
		},
		{
			name:   "also where it has no message",
			before: []formatter.Card{card("a", 1, 2)}, now: []formatter.Card{card("b", 1, 2, 3)},
		},
		{
			name:   "a row with the key goes before one that tells of a delivery",
			before: []formatter.Card{card("a", 1), card("b", 2)}, now: []formatter.Card{card("a", 1, 2)},
			rows: []journal.Message{row(1, card("b", 2)), row(2, card("a", 1))},
		},
		{
			name:   "and only one does",
			before: []formatter.Card{card("a", 1, 2)}, now: []formatter.Card{card("b", 1, 2), card("c", 2, 3)},
			rows: []journal.Message{row(1, card("a", 1, 2))}, keys: map[int64]string{1: "b"}, posts: []string{"c"},
		},
		{
			name:   "the older row of a card is not another card's",
			before: []formatter.Card{card("a", 1, 2)}, now: []formatter.Card{card("a", 1, 2), card("b", 2)},
			rows: []journal.Message{row(1, card("a", 1, 2)), row(2, card("a", 1, 2))}, posts: []string{"b"},
		},
		{
			name:   "an earlier delivery that comes late gives the news another date",
			before: []formatter.Card{card("a:"+may1, 1), card("b", 1)}, now: []formatter.Card{card("a:"+april1, 2), card("b", 1)},
			rows: []journal.Message{row(1, card("a:"+may1, 1)), row(2, card("b", 1))}, keys: map[int64]string{1: "a:" + april1},
		},
		{
			name:   "also where it has no message",
			before: []formatter.Card{card("a:"+may1, 1), card("b", 1)}, now: []formatter.Card{card("a:"+april1, 2), card("b", 1)},
		},
		{
			name: "once the deliveries are gone, another date is other news",
			now:  []formatter.Card{card("a:"+may1, 2)},
			rows: []journal.Message{row(1, card("a:"+april1, 1))}, pruned: true, posts: []string{"a:" + may1},
		},
		{
			name:   "as is another id",
			before: []formatter.Card{card("a:1", 1), card("b", 1)}, now: []formatter.Card{card("a:2", 2), card("b", 1)},
			rows: []journal.Message{row(1, card("a:1", 1)), row(2, card("b", 1))}, posts: []string{"a:2"},
		},
		{
			name: "a replay is the row that is kept in line",
			now:  []formatter.Card{card("a", 1)},
			rows: []journal.Message{row(1, card("a", 1)), row(2, card("a", 1))},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := plan(situation{
				cards: tt.now, before: tt.before, rows: tt.rows, edits: true, at: noon,
				kept:  func(journal.Seq) bool { return !tt.pruned },
				wants: func(formatter.Card) bool { return true },
			})
			var posts []string
			for _, c := range p.posts {
				posts = append(posts, c.Key)
			}
			if !slices.Equal(posts, tt.posts) {
				t.Errorf("posts %q, want %q", posts, tt.posts)
			}
			var keys map[int64]string
			for _, r := range p.changed {
				if keys == nil {
					keys = map[int64]string{}
				}
				keys[r.ID] = r.Key
			}
			for id, key := range tt.keys {
				if keys[id] != key {
					t.Errorf("row %d has the key %q, want %q", id, keys[id], key)
				}
			}
			for id, key := range keys {
				if tt.keys[id] == "" && tt.rows[id-1].Key != key {
					t.Errorf("row %d takes the key %q, want none", id, key)
				}
			}
		})
	}
}
