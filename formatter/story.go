package formatter

import (
	"slices"
	"strings"
	"time"

	"polarbell/polar"
)

// track is what is known of one object.
type track struct {
	object     string // "order:ID"
	family     string // "order"
	deliveries []delivery
	steps      []step

	// What the newest body says, decoded at most once.
	asOrder        *polar.Order
	asSubscription *polar.Subscription
}

type delivery struct {
	*Entry
	old bool // filed under an earlier subject
}

// step is a state the object took on. A delivery that moves nothing adds none:
// what it tells has been told.
type step struct {
	brief polar.Brief
	at    time.Time
	old   bool
}

// tracks sorts what is known by object.
func tracks(k Known) []*track {
	var all []*track
	byObject := make(map[string]*track)
	add := func(entries []Entry, old bool) {
		for i := range entries {
			e := &entries[i]
			t := byObject[e.Object]
			if t == nil {
				family, _, _ := strings.Cut(e.Object, ":")
				t = &track{object: e.Object, family: family}
				byObject[e.Object] = t
				all = append(all, t)
			}
			t.deliveries = append(t.deliveries, delivery{e, old})
		}
	}
	add(k.Before, true)
	add(k.Entries, false)
	for _, t := range all {
		t.walk()
	}
	return all
}

// walk puts the deliveries in the order in which things happened, which is not
// always the order of arrival, and finds the steps.
func (t *track) walk() {
	slices.SortStableFunc(t.deliveries, func(a, b delivery) int { return a.At.Compare(b.At) })
	for _, d := range t.deliveries {
		if len(t.steps) > 0 && unchanged(t.last().brief, d.Brief) {
			continue
		}
		t.steps = append(t.steps, step{brief: d.Brief, at: d.At, old: d.old})
	}
}

func unchanged(a, b polar.Brief) bool {
	if !equal(a.Amount, b.Amount) || !equal(a.Seats, b.Seats) {
		return false
	}
	a.Amount, a.Seats, b.Amount, b.Seats = nil, nil, nil, nil
	return a == b
}

func equal(a, b *int64) bool {
	if a == nil || b == nil {
		return a == b
	}
	return *a == *b
}

// last is the object's newest state.
func (t *track) last() step { return t.steps[len(t.steps)-1] }

// heard tells whether one of these types is among the subject's deliveries.
func (t *track) heard(types ...string) bool {
	return slices.ContainsFunc(t.deliveries, func(d delivery) bool {
		return !d.old && slices.Contains(types, d.Type)
	})
}

// onlyUpdated tells whether the object was never heard of but as updated.
func (t *track) onlyUpdated() bool {
	return !slices.ContainsFunc(t.deliveries, func(d delivery) bool {
		return d.old || d.Type != t.family+".updated"
	})
}

// isKnown tells whether some type of the object's deliveries has a layout of
// its own. A type to come, "order.shipped", says nothing about money, and a
// checkout in a state to come, or in none, is told plainly.
func (t *track) isKnown() bool {
	if t.family == "checkout" {
		return checkoutStatuses[t.last().brief.Status] != newsNone || t.blank()
	}
	return slices.ContainsFunc(t.deliveries, func(d delivery) bool {
		return d.Type == "subscription.cycled" || polar.KindOf(d.Type).Level == polar.Full
	})
}

// newestTelling is the newest delivery. Of several at one time it is the first
// that says more than that something changed.
func (t *track) newestTelling() delivery {
	newest := t.deliveries[0]
	for _, d := range t.deliveries[1:] {
		vague := strings.HasSuffix(d.Type, ".updated") || strings.HasSuffix(d.Type, ".state_changed")
		if d.At.After(newest.At) || !vague {
			newest = d
		}
	}
	return newest
}

// blank tells whether no body of the object is kept, as when a person has been
// forgotten.
func (t *track) blank() bool { return len(t.body()) == 0 }

// body is the newest one there is.
func (t *track) body() polar.Body {
	for _, d := range slices.Backward(t.deliveries) {
		if len(d.Body) > 0 {
			return d.Body
		}
	}
	return nil
}

// order reads the newest body as an order, once.
func (t *track) order() *polar.Order {
	if t.asOrder == nil {
		o := t.body().Order()
		t.asOrder = &o
	}
	return t.asOrder
}

// subscription reads the newest body as a subscription, once.
func (t *track) subscription() *polar.Subscription {
	if t.asSubscription == nil {
		s := t.body().Subscription()
		t.asSubscription = &s
	}
	return t.asSubscription
}

// newest is the time of the object's newest delivery.
func (t *track) newest() time.Time { return t.deliveries[len(t.deliveries)-1].At }

// find is the track of an object, or nil.
func find(all []*track, object string) *track {
	for _, t := range all {
		if strings.EqualFold(t.object, object) {
			return t
		}
	}
	return nil
}
