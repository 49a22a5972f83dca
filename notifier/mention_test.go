package notifier_test

import (
	"slices"
	"testing"
	"time"

	"polarbell/compose"
	"polarbell/formatter"
	"polarbell/journal"
	"polarbell/notifier"
)

// fresh is a sale that is paid now.
func fresh(n int, changes ...map[string]any) []byte { return paid(n, 0, changes...) }

// paid is a sale that was paid some time ago.
func paid(n int, ago time.Duration, changes ...map[string]any) []byte {
	at := time.Now().Add(-ago).UTC().Format(time.RFC3339)
	return sale(n, append(changes, map[string]any{"created_at": at, "modified_at": at})...)
}

// callers are a channel, an incoming webhook and a Discord webhook that call
// somebody for sales.
func (w *world) callers() {
	w.slack(sales)
	w.slackHook()
	w.discord()
	who := []formatter.Mention{{Groups: []string{"S123"}}, {Crowds: []string{"here"}}, {Groups: []string{"456"}}}
	for i := range w.to {
		w.to[i].Calls = []compose.Call{{Who: who[i], For: compose.MustRoute("sale>=50usd")}}
	}
}

// calls are those of each message in a channel, in order.
func (w *world) calls(channel string) [][]string {
	var all [][]string
	for _, m := range w.shown(channel) {
		all = append(all, m.Mentions)
	}
	return all
}

var calling = map[string]string{sales: "<!subteam^S123>", hooked: "<!here>", disc: "<@&456>"}

func TestCalls(t *testing.T) {
	hostile := map[string]any{"customer": map[string]any{"name": "@everyone <!channel> <@&456> <@U1>"}}
	for _, tt := range []struct {
		name string
		play func(w *world)
		want []bool // whether each message calls
	}{
		{"a new sale", func(w *world) { w.deliver(fresh(1)) }, []bool{true}},
		{"a hostile name", func(w *world) { w.deliver(fresh(1, hostile)) }, []bool{true}},
		{"a hostile name that does not call", func(w *world) {
			w.deliver(fresh(1, hostile, map[string]any{"total_amount": 100, "due_amount": 100}))
		}, []bool{false}},
		{"what happened just within the hour", func(w *world) { w.deliver(paid(1, 59*time.Minute)) }, []bool{true}},
		{"what happened long ago", func(w *world) { w.deliver(paid(1, 61*time.Minute)) }, []bool{false}},
		{"an edit", func(w *world) {
			w.deliver(fresh(1))
			w.idle(time.Minute)
			w.deliver(fresh(1, map[string]any{"customer": map[string]any{"name": "Renamed"}}))
		}, []bool{true}},
		{"the sandbox", func(w *world) {
			w.options.Sandbox = true
			w.restart()
			w.deliver(fresh(1))
		}, []bool{false}},
		{"two within ten minutes", func(w *world) {
			w.deliver(fresh(1))
			w.pass(9 * time.Minute)
			w.deliver(fresh(2))
		}, []bool{true, false}},
		{"two within ten minutes, the second after a restart", func(w *world) {
			w.deliver(fresh(1))
			w.pass(5 * time.Minute)
			w.restart()
			w.deliver(fresh(2))
		}, []bool{true, false}},
		{"two after ten minutes, the second after a restart with the clock set back", func(w *world) {
			w.deliver(fresh(1))
			w.pass(11 * time.Minute)
			w.deliver(paid(2, 2*time.Hour))
			w.idle(time.Minute)
			w.setBack(24 * time.Hour)
			w.deliver(fresh(3))
		}, []bool{true, false, true}},
		{"two after ten minutes", func(w *world) {
			w.deliver(fresh(1))
			w.pass(11 * time.Minute)
			w.deliver(fresh(2))
		}, []bool{true, true}},
		{"news that waits with others is posted alone", func(w *world) {
			w.stop()
			for n := range 3 {
				w.deliver(paid(n, 2*time.Hour))
			}
			w.deliver(fresh(9))
			w.deliver(paid(4, 2*time.Hour))
			w.start()
		}, []bool{false, true, false}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				w.callers()
				w.start()
				tt.play(w)
				w.idle(time.Minute)
				for channel, who := range calling {
					var got []bool
					for _, called := range w.calls(channel) {
						got = append(got, slices.Equal(called, []string{who}))
						if len(called) > 0 && !slices.Equal(called, []string{who}) {
							t.Errorf("%s calls %q, want %s alone", channel, called, who)
						}
					}
					want := tt.want
					if tt.name == "an edit" && channel == hooked {
						want = []bool{true}
					}
					if !slices.Equal(got, want) {
						t.Errorf("%s: messages that call: %v, want %v: %q", channel, got, want, w.headlines(channel))
					}
				}
			})
		})
	}
}

// setBack restarts the bridge after its clock was ahead when it handed over.
func (w *world) setBack(ahead time.Duration) {
	w.t.Helper()
	w.end()
	w.open()
	all, err := w.journal.Destinations(w.t.Context())
	if err != nil {
		w.t.Fatal(err)
	}
	for _, d := range all {
		s := journal.Settlement{Destination: d.Name, Handover: moved(w.t, d.Handover, ahead)}
		if err := w.journal.Settle(w.t.Context(), s); err != nil {
			w.t.Fatal(err)
		}
	}
	w.start()
}

// TestCallsAreCounted: the first call after a silence says how many cards did
// without, also those of the process before.
func TestCallsAreCounted(t *testing.T) {
	inWorld(t, func(w *world) {
		w.callers()
		w.start()
		for n := range 4 {
			w.deliver(fresh(n + 1))
			w.pass(2 * time.Minute)
		}
		w.restart()
		w.pass(10 * time.Minute)
		w.deliver(fresh(5))
		w.idle(time.Minute)
		want := "<!subteam^S123> *💰 Sale · $97.20 · Customer 5 · Pro Plan* and 3 more"
		shown := w.shown(sales)
		if got := headlines(t, shown[len(shown)-1])[0]; got != want {
			t.Errorf("the last message reads %q, want %q", got, want)
		}
		w.replay(notifier.Selection{Destinations: w.to, Seqs: nil, Since: time.Now().Add(-time.Minute)})
		w.idle(time.Minute)
		if calls := w.calls(sales); len(calls) != 6 || len(calls[5]) != 0 {
			t.Errorf("calls of the messages are %q, want a sixth that calls nobody", calls)
		}
	})
}
