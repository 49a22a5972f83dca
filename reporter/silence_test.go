package reporter_test

import (
	"encoding/json"
	"math/rand/v2"
	"testing"
	"time"

	"polarbell/polar"
	"polarbell/reporter"
)

const day = 24 * time.Hour

// sellFor is a shop whose sales are about some time apart, and none at night.
func (w *world) sellFor(d, apart time.Duration, all ...*reporter.Reporter) {
	w.t.Helper()
	r := rand.New(rand.NewPCG(1, 2))
	for end := time.Now().Add(d); time.Now().Before(end); {
		if hour := time.Now().Hour(); hour < 22 && hour >= 7 || apart > day {
			w.sell()
		}
		w.skip(apart/2+time.Duration(r.Int64N(int64(apart))), all...)
	}
}

// expectSilent compares how often it was told, and whether it is noted.
func (w *world) expectSilent(when string, told int, isNoted bool) {
	w.t.Helper()
	if got := len(w.own(polar.Silent)); got != told {
		w.t.Errorf("%s: told %d times, want %d", when, got, told)
	}
	s, err := reporter.CurrentSilence(w.t.Context(), w.journal)
	if err != nil || s.IsZero() == isNoted {
		w.t.Errorf("%s: noted %v, %v; want a silence: %v", when, s, err, isNoted)
	}
}

// TestAMonth of a shop gives no false alarm, and an endpoint that is switched off
// then is told once, until something comes again.
func TestAMonth(t *testing.T) {
	takesLong(t)
	for _, tt := range []struct {
		name  string
		apart time.Duration // the sales, about
		after time.Duration // the endpoint is switched off: told by then
	}{
		{"busy", 2 * time.Hour, 3 * day},
		{"quiet", 2 * day, 10 * day},
	} {
		t.Run(tt.name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				r := w.replica()
				w.sellFor(30*day, tt.apart, r)
				w.expectSilent("after a month", 0, false)
				w.watch(tt.after, r)
				w.expectSilent("off", 1, true)
				w.watch(3*day, r)
				w.expectSilent("still off", 1, true)
				w.sell()
				w.look(r)
				w.expectSilent("on again", 1, false)
			})
		})
	}
}

// week is a shop of which enough is known, a sale every six hours, with a release
// that did not look at it.
func (w *world) week() {
	w.t.Helper()
	for range 8 * 4 {
		w.sell()
		time.Sleep(6 * time.Hour)
	}
	w.look()
}

func TestSilence(t *testing.T) {
	for i, tt := range []struct {
		name string
		do   func(w *world)
		told int
		is   bool
	}{
		{"a day", func(w *world) {
			w.week()
			w.sell()
			w.watch(23 * time.Hour)
		}, 0, false},
		{"more than a day", func(w *world) {
			w.week()
			w.sell()
			w.watch(25 * time.Hour)
		}, 1, true},
		{"young", func(w *world) {
			for range 5 * 4 {
				w.sell()
				time.Sleep(6 * time.Hour)
			}
			w.watch(2 * day)
		}, 0, false},
		{"few sales", func(w *world) {
			for range 6 {
				w.sell()
				time.Sleep(2 * day)
			}
			w.watch(7 * day)
		}, 0, false},
		{"nothing ever", func(w *world) { w.watch(2 * day) }, 0, false},
		{"what send made up does not count", func(w *world) {
			w.week()
			for range 4 {
				w.deliver(madeUp(w.t))
				w.watch(7 * time.Hour)
			}
		}, 1, true},
		{"nor does it end a silence", func(w *world) {
			w.week()
			w.watch(25 * time.Hour)
			w.deliver(madeUp(w.t))
			w.watch(time.Hour)
		}, 1, true},
		{"nor do our own events", func(w *world) {
			w.week()
			for range 4 {
				w.deliver(polar.DestinationEvent{ID: "sales"}.Body(polar.Parked, time.Now()))
				w.watch(7 * time.Hour)
			}
		}, 1, true},
		{"the bridge was off for days", func(w *world) {
			w.week()
			time.Sleep(4 * day)
			w.watch(20 * time.Hour)
		}, 0, false},
		{"it was, and then nothing comes", func(w *world) {
			w.week()
			time.Sleep(4 * day)
			w.watch(25 * time.Hour)
		}, 1, true},
		{"off while nothing comes", func(w *world) {
			w.week()
			w.watch(20 * time.Hour)
			time.Sleep(time.Hour)
			w.watch(2 * day)
		}, 1, true},
		{"while a release that did not note that it lives", func(w *world) {
			w.sell()
			for range 8 * 4 {
				w.sell()
				time.Sleep(6 * time.Hour)
			}
			time.Sleep(4 * day)
			w.watch(20 * time.Hour)
		}, 0, false},
		{"one silence does not make the next one usual", func(w *world) {
			w.week()
			w.sell()
			w.watch(7 * day)
			w.sell()
			w.watch(4 * day)
		}, 2, true},
		{"two replicas", func(w *world) {
			a, b := w.replica(), w.replica()
			w.week()
			w.watch(25*time.Hour, a, b)
			w.watch(5*time.Hour, b)
		}, 1, true},
	} {
		if !*long && i%5 > 1 {
			continue
		}
		t.Run(tt.name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				tt.do(w)
				w.expectSilent("in the end", tt.told, tt.is)
			})
		})
	}
}

// madeUp is a delivery as polarbell send makes it.
func madeUp(t *testing.T) []byte {
	t.Helper()
	body, _ := polar.Sample("order.paid")
	return asMadeUp(t, polar.Refresh(time.Now(), body)[0])
}

func asMadeUp(t *testing.T, body []byte) []byte {
	t.Helper()
	var event map[string]any
	if err := json.Unmarshal(body, &event); err != nil {
		t.Fatal(err)
	}
	event["data"].(map[string]any)["metadata"] = map[string]any{"polarbell": "sample"}
	body, err := json.Marshal(event)
	if err != nil {
		t.Fatal(err)
	}
	return body
}

// TestSilenceIsPosted in words that say how long, and how often something comes.
func TestSilenceIsPosted(t *testing.T) {
	inWorld(t, func(w *world) {
		w.week()
		w.sell()
		w.watch(24*time.Hour - 10*time.Minute)
		w.start()
		w.pass(12 * time.Minute)
		const want = "⚠️ Nothing from Polar for 24 hours · usually every 6"
		for _, channel := range []string{sales, disc} {
			all := w.posted(channel)
			w.expect("after a day", all[len(all)-1:], want)
		}
	})
}
