package compose_test

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"polarbell/compose"
	"polarbell/formatter"
	"polarbell/internal/polartest"
)

// What the tests in property_*_test.go want holds for the cards of any history:
// random lives on random terms, looked at after each of their deliveries.

// life is a random history on random terms, and what its deliveries say.
type life struct {
	seed  int
	terms polartest.Terms
	sent  []polartest.Delivery
	lossy bool               // a part of them came, in no order
	said  []object           // data of sent
	cards [][]formatter.Card // after each of sent, by its number
}

var lives = flag.Int("property.n", 100, "how many random lives the properties are tried on")

// lived are the histories that the properties hold for, composed once.
var lived = sync.OnceValue(func() []life {
	var all []life
	for seed := range *lives {
		all = append(all, newLife(seed))
	}
	return all
})

func newLife(seed int) life {
	r := rand.New(rand.NewPCG(uint64(seed), 5))
	l := life{seed: seed, terms: polartest.Random(r), lossy: seed%4 == 3}
	shop := polartest.NewOn(l.terms, seed, time.Date(2026, 3, 3, 9, 0, 0, 0, time.UTC))
	shop.LiveOn(r)
	l.sent = slices.DeleteFunc(shop.Sent, func(d polartest.Delivery) bool { return strings.HasPrefix(d.Type, "customer.") })
	if l.lossy {
		l.sent = slices.DeleteFunc(l.sent, func(polartest.Delivery) bool { return r.IntN(4) == 0 })
		r.Shuffle(len(l.sent), func(i, j int) { l.sent[i], l.sent[j] = l.sent[j], l.sent[i] })
	}
	var known ledger
	for _, d := range l.sent {
		var event struct{ Data object }
		if err := errors.Join(json.Unmarshal(d.Body, &event), known.file(d.Body)); err != nil {
			panic(err)
		}
		l.said = append(l.said, event.Data)
		l.cards = append(l.cards, known.cards(compose.Options{}))
	}
	return l
}

// eachMoment runs f with the cards after each delivery of each life.
func eachMoment(t *testing.T, f func(t *testing.T, known []object, cards []formatter.Card)) {
	for _, l := range lived() {
		t.Run(fmt.Sprint(l.seed), func(t *testing.T) {
			for i, cards := range l.cards {
				f(t, l.said[:i+1], cards)
				if t.Failed() {
					t.Fatalf("after %d deliveries, %s the last; terms %+v", i+1, l.sent[i].Type, l.terms)
				}
			}
		})
	}
}

// told are the objects as the deliveries that a card tells of have them.
func told(known []object, c formatter.Card) []object {
	var all []object
	for _, e := range c.Events {
		all = append(all, known[e.Seq-1])
	}
	return all
}

// stateBefore is the newest older state of an object, nil where none is known.
func stateBefore(known []object, o object) (before object) {
	for _, other := range known {
		if other["id"] == o["id"] && changed(other).Before(changed(o)) && (before == nil || !changed(other).Before(changed(before))) {
			before = other
		}
	}
	return before
}

func changed(o object) time.Time {
	for _, name := range []string{"modified_at", "created_at"} {
		text, _ := o[name].(string)
		if at, err := time.Parse(time.RFC3339Nano, text); err == nil {
			return at
		}
	}
	return time.Time{}
}
