package compose_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"polarbell/compose"
	"polarbell/formatter"
	"polarbell/internal/polartest"
)

// eachLife runs f with the deliveries of random lives, of each those that are one
// history, the seed in its name.
func eachLife(t *testing.T, f func(t *testing.T, r *rand.Rand, sent []compose.Entry)) {
	for seed := range *lives {
		r := rand.New(rand.NewPCG(uint64(seed), 0))
		shop := polartest.NewOn(polartest.Random(r), seed, time.Date(2026, 3, 3, 9, 0, 0, 0, time.UTC))
		shop.LiveOn(r)
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			var l ledger
			for _, d := range shop.Sent {
				if !strings.HasPrefix(d.Type, "customer.") {
					l.add(t, d.Body)
				}
			}
			f(t, r, l.entries)
		})
	}
}

// arrived are the cards after deliveries arrived in an order.
func arrived(o compose.Options, deliveries []compose.Entry) []formatter.Card {
	l := ledger{slices.Clone(deliveries)}
	for i := range l.entries {
		l.entries[i].Seq = int64(i + 1)
	}
	return l.cards(o)
}

func TestRandomHistoriesInAnyOrderOfArrival(t *testing.T) {
	eachLife(t, func(t *testing.T, r *rand.Rand, sent []compose.Entry) {
		want := plain(withoutRepeats(arrived(compose.Options{}, sent)))
		mixed := append(slices.Clone(sent), sent[r.IntN(len(sent))], sent[r.IntN(len(sent))])
		for range 5 {
			r.Shuffle(len(mixed), func(i, j int) { mixed[i], mixed[j] = mixed[j], mixed[i] })
			if diff := cmp.Diff(want, plain(withoutRepeats(arrived(compose.Options{}, mixed)))); diff != "" {
				t.Fatalf("in another order, and with doubles (-want +got):\n%s", diff)
			}
		}
	})
}

// TestRandomHistoriesWithGaps: whatever is missing, the cards keep their rules.
func TestRandomHistoriesWithGaps(t *testing.T) {
	eachLife(t, func(t *testing.T, r *rand.Rand, sent []compose.Entry) {
		for range 5 {
			left := slices.DeleteFunc(slices.Clone(sent), func(compose.Entry) bool { return r.IntN(4) == 0 })
			r.Shuffle(len(left), func(i, j int) { left[i], left[j] = left[j], left[i] })
			checkCards(t, arrived(compose.Options{}, left))
			for _, c := range arrived(compose.Options{Public: true}, left) {
				checkPublic(t, c)
			}
		}
	})
}

// checkCards holds for the cards of any history.
func checkCards(t *testing.T, cards []formatter.Card) {
	t.Helper()
	keys := map[string]bool{}
	telling := map[int64]int{}
	for _, c := range cards {
		if keys[c.Key] {
			t.Errorf("two cards have the key %q", c.Key)
		}
		keys[c.Key] = true
		if len(c.Events) == 0 {
			t.Errorf("the card %q tells of no delivery", c.Key)
		}
		seen := map[int64]bool{}
		for _, e := range c.Events {
			if seen[e.Seq] {
				t.Errorf("the card %q tells twice of delivery %d", c.Key, e.Seq)
			}
			seen[e.Seq] = true
			telling[e.Seq]++
		}
	}
	for seq, n := range telling {
		if n > 2 {
			t.Errorf("%d cards tell of delivery %d, want two at most", n, seq)
		}
	}
}

// checkPublic looks for what strangers must not read. The shop's customers are
// called Customer, its prices are in dollars.
func checkPublic(t *testing.T, c formatter.Card) {
	t.Helper()
	text := dump(c) + c.Who + c.Prefix
	if c.Amount != nil {
		text += c.Amount.String()
	}
	text = strings.ReplaceAll(text, c.Key, "")
	for _, secret := range []string{"Customer", "Company", "user_", "@", "$", "€", "£", "¥", "SHOP", "link", "LAUNCH"} {
		if strings.Contains(text, secret) {
			t.Errorf("a public card has %q:\n%s", secret, text)
		}
	}
	if c.Kind != formatter.Sale && c.Kind != formatter.Subscriber {
		t.Errorf("a public card is of kind %q", c.Kind)
	}
}

// withoutRepeats names each type of a card's deliveries once.
func withoutRepeats(cards []formatter.Card) []formatter.Card {
	for i, c := range cards {
		slices.SortFunc(c.Events, func(a, b formatter.Event) int { return strings.Compare(a.Type, b.Type) })
		cards[i].Events = slices.CompactFunc(c.Events, func(a, b formatter.Event) bool { return a.Type == b.Type })
	}
	return cards
}
