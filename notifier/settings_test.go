package notifier_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"polarbell/compose"
	"polarbell/standin"
)

func TestOneMessagePerEvent(t *testing.T) {
	inWorld(t, func(w *world) {
		w.options.PerEvent = true
		w.slack(sales)
		w.start()
		for _, body := range purchase() {
			w.deliver(body)
			w.pass(2 * time.Second)
		}
		w.idle(time.Minute)
		got := w.headlines(sales)
		if want := (cost{posts: len(purchase())}); w.cost(sales) != want || len(got) != want.posts {
			w.t.Fatalf("took %+v for %q, want %+v", w.cost(sales), got, want)
		}
		if !strings.HasPrefix(got[3], "💰 Order created") || !strings.HasPrefix(got[5], "💰 Order paid") {
			t.Errorf("cards read %q and %q, want the events named", got[3], got[5])
		}
	})
}

func TestRoutesDecideWhatIsPosted(t *testing.T) {
	inWorld(t, func(w *world) {
		w.slack(sales)
		w.to[0].Routes = compose.MustRoute("order.refunded")
		w.start()
		for _, body := range purchase() {
			w.deliver(body)
		}
		w.pass(time.Minute)
		if got := w.headlines(sales); len(got) != 0 {
			w.t.Fatalf("shown %q, want nothing yet", got)
		}
		w.deliver(sample("order.refunded", map[string]any{
			"status": "partially_refunded", "refunded_amount": 1852, "refunded_tax_amount": 148, "modified_at": "2026-03-10T13:15:21Z",
		}))
		w.idle(time.Minute)
		if got := w.headlines(sales); len(got) != 1 || !strings.HasPrefix(got[0], "💸 Refunded · $20.00 of $97.20") {
			t.Errorf("shown %q, want one card of the refund", got)
		}
	})
}

func TestReroutedAndRenamed(t *testing.T) {
	inWorld(t, func(w *world) {
		s := &scripted{}
		w.add("old", "Slack", s)
		w.to[0].Routes = compose.MustRoute("refund.created")
		w.start()
		w.deliver(sale(1))
		w.idle(time.Minute)
		w.to[0].Routes = nil
		w.restart()
		w.deliver(sale(2))
		w.idle(time.Minute)
		w.to[0].Name = "new"
		w.restart()
		w.deliver(sale(3))
		w.idle(time.Minute)
		if got := s.customers(); !slices.Equal(got, []string{"2", "3"}) {
			t.Errorf("shown %q, want the sale after the new route, and the one after the new name", got)
		}
	})
}

// TestCursorIsStoredWithoutNews: what a destination does not show is written
// down as considered within seconds, while the bridge runs. Otherwise a kill
// and a wider route would post it late.
func TestCursorIsStoredWithoutNews(t *testing.T) {
	inWorld(t, func(w *world) {
		w.slack(sales)
		w.to[0].Routes = compose.MustRoute("refund.created")
		w.start()
		w.deliver(sale(1))
		w.pass(10 * time.Second)
		state, err := w.journal.Destination(w.t.Context(), sales)
		if err != nil || state.Cursor != 1 {
			t.Errorf("the journal has the cursor %d, %v; want 1", state.Cursor, err)
		}
	})
}

// living is a journal of a sale, whose edit is due, a message of two sales, an
// order that waits, and one that is paid, whose older message is due to go.
func (w *world) living() {
	w.t.Helper()
	w.slack(sales)
	w.discord()
	w.start()
	w.deliver(sale(1))
	w.idle(time.Minute)
	w.stop()
	w.deliver(sale(2))
	w.deliver(sale(3))
	w.start()
	w.idle(time.Minute)
	w.deliver(sale(4, pending))
	w.idle(time.Minute)
	w.deliver(sale(5, pending))
	w.idle(time.Minute)
	for _, channel := range []string{sales, disc} {
		w.platforms.Fail(channel+" edit", -1, standin.Outcome{Status: 503})
		w.platforms.Fail(channel+" delete", -1, standin.Outcome{Status: 503})
	}
	w.deliver(renamed(1, "Renamed"))
	w.deliver(sale(5))
	w.pass(3 * time.Second)
	w.stop()
	for _, channel := range []string{sales, disc} {
		if got, want := w.cost(channel), (cost{posts: 5}); got != want {
			w.t.Fatalf("%s took %+v, want %+v", channel, got, want)
		}
		w.platforms.Mend(channel)
	}
}

// took is what each of the two channels took since it took before.
func (w *world) took(before map[string]cost) map[string]cost {
	all := map[string]cost{}
	for _, channel := range []string{sales, disc} {
		c := w.cost(channel)
		b := before[channel]
		all[channel] = cost{c.posts - b.posts, c.edits - b.edits, c.deletions - b.deletions}
	}
	return all
}

// TestSettingsChangeOverALivingJournal: no change of the settings posts anything
// anew. What is posted since, is by the new settings.
func TestSettingsChangeOverALivingJournal(t *testing.T) {
	visit := sample("checkout.created", map[string]any{"id": uuid(2, 6)})
	type settings struct {
		perEvent  bool
		public    bool
		anonymous bool
		routes    compose.Route
	}
	type step struct {
		to      settings
		deliver [][]byte // after a start that finds no news
		want    cost     // of each channel
	}
	tests := []struct {
		name  string
		steps []step
	}{
		{"none", []step{{settings{}, nil, cost{edits: 1, deletions: 1}}}},
		{"CARDS off and on", []step{
			{settings{perEvent: true}, nil, cost{}},
			{settings{perEvent: true}, [][]byte{renamed(2, "Renamed"), sale(4)}, cost{posts: 2}},
			{settings{perEvent: true}, [][]byte{sale(6, pending), visit}, cost{posts: 2}},
			{settings{}, nil, cost{}},
			{settings{}, [][]byte{renamed(1, "Renamed again")}, cost{edits: 1}},
			{settings{}, [][]byte{refund(2)}, cost{posts: 1, edits: 1}},
			{settings{}, [][]byte{refund(4)}, cost{posts: 1, edits: 1}}, // the order that waited has ended
			{settings{}, [][]byte{sale(6)}, cost{posts: 1}},
		}},
		{"PUBLIC on and off", []step{
			{settings{public: true}, nil, cost{edits: 1, deletions: 1}},
			{settings{public: true}, [][]byte{renamed(2, "Renamed")}, cost{edits: 1}},
			{settings{public: true}, [][]byte{sale(4)}, cost{posts: 1, deletions: 1}},
			{settings{public: true}, [][]byte{refund(3)}, cost{}},
			{settings{}, nil, cost{}},
			{settings{}, [][]byte{renamed(3, "Renamed")}, cost{edits: 1}},
			{settings{}, [][]byte{refund(2)}, cost{posts: 1, edits: 1}},
		}},
		{"ANONYMOUS on and off", []step{
			{settings{anonymous: true}, nil, cost{edits: 1, deletions: 1}},
			{settings{anonymous: true}, [][]byte{renamed(2, "Renamed")}, cost{edits: 1}},
			{settings{anonymous: true}, [][]byte{renamed(2, "Renamed again")}, cost{}},
			{settings{anonymous: true}, [][]byte{sale(4)}, cost{posts: 1, deletions: 1}},
			{settings{anonymous: true}, [][]byte{refund(3)}, cost{posts: 1, edits: 1}},
			{settings{}, nil, cost{}},
			{settings{}, [][]byte{renamed(3, "Renamed")}, cost{edits: 2}}, // the refund names its customer too,
		}},
		{"ROUTES narrower and wider", []step{
			{settings{routes: compose.MustRoute("refund.created")}, nil, cost{edits: 1, deletions: 1}},
			{settings{routes: compose.MustRoute("refund.created")}, [][]byte{renamed(2, "Renamed")}, cost{edits: 1}},
			{settings{routes: compose.MustRoute("refund.created")}, [][]byte{sale(4)}, cost{edits: 1}},
			{settings{routes: compose.MustRoute("refund.created")}, [][]byte{sale(7)}, cost{}},
			{settings{}, nil, cost{}},
			{settings{}, [][]byte{renamed(7, "Renamed")}, cost{}},
			{settings{}, [][]byte{refund(7)}, cost{posts: 1}},
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				w.living()
				for i, step := range tt.steps {
					for d := range w.to {
						w.to[d].Public, w.to[d].Anonymous, w.to[d].Routes = step.to.public, step.to.anonymous, step.to.routes
					}
					w.options.PerEvent = step.to.perEvent
					before := w.took(nil)
					w.start()
					w.idle(time.Minute)
					for _, body := range step.deliver {
						w.deliver(body)
						w.idle(time.Minute)
					}
					w.stop()
					for channel, got := range w.took(before) {
						if got != step.want {
							t.Errorf("step %d: %s took %+v, want %+v: %q", i+1, channel, got, step.want, w.headlines(channel))
						}
					}
				}
			})
		})
	}
}

// TestPublicFormOfOlderMessages: a destination that strangers read from now on
// has its young messages brought into their form by the next delivery.
func TestPublicFormOfOlderMessages(t *testing.T) {
	const public = "🎉 Someone in Norway bought Pro Plan"
	tests := []struct {
		name   string
		age    time.Duration
		first  string
		second string
	}{
		{"23 hours", 23 * time.Hour, public, public},
		{"25 hours", 25 * time.Hour, "💰 Sale · $97.20 · Customer 1 · Pro Plan", "💰 Sale · $97.20 · Customer 2 · Pro Plan"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				w.slack(sales)
				w.discord()
				w.open()
				w.deliver(sale(1))
				w.deliver(sale(2))
				w.start()
				w.idle(time.Minute)
				w.stop()
				w.pass(tt.age)
				for d := range w.to {
					w.to[d].Public = true
				}
				w.start()
				w.deliver(refund(2))
				w.deliver(sale(3))
				w.idle(time.Minute)
				for _, channel := range []string{sales, disc} {
					if got, want := w.headlines(channel), []string{tt.first, tt.second, public}; !slices.Equal(got, want) {
						t.Errorf("%s shows %q, want %q", channel, got, want)
					}
				}
			})
		})
	}
}
