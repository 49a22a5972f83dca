package reporter_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"polarbell/internal/polartest"
	"polarbell/journal"
	"polarbell/polar"
)

// failing is a customer whose renewal fails now.
func (w *world) failing(n int, p polartest.Product) (*polartest.Shop, *polartest.Subscription) {
	w.t.Helper()
	s, sub := failingOn(polartest.Terms{}, n, p)
	w.arrive(s)
	return s, sub
}

// failingOn is one on other terms. Of what the shop sends nothing is delivered yet.
func failingOn(terms polartest.Terms, n int, p polartest.Product) (*polartest.Shop, *polartest.Subscription) {
	start := time.Now().AddDate(0, -1, 0)
	if p.Yearly {
		start = time.Now().AddDate(-1, 0, 0)
	}
	s := polartest.NewOn(terms, n, start.Add(-4*time.Minute))
	sub := s.Subscribe(p)
	sub.FailRenewal()
	return s, sub
}

// arrive delivers what the shop has sent, now.
func (w *world) arrive(s *polartest.Shop) {
	w.t.Helper()
	for _, d := range s.Sent {
		w.deliver(d.Body)
	}
	s.Sent, s.Now = nil, time.Now()
}

// after has something happen at a shop now.
func (w *world) after(s *polartest.Shop, happens func()) {
	w.t.Helper()
	s.Now = time.Now()
	happens()
	w.arrive(s)
}

// TestReminderIsPosted two days before the end, by itself and with a sound, and
// what became of the payment is noted on it.
func TestReminderIsPosted(t *testing.T) {
	for _, tt := range []struct {
		name    string
		becomes func(s *polartest.Shop, sub *polartest.Subscription)
		end     string // of the posts
		outcome string
	}{
		{"recovered", func(_ *polartest.Shop, sub *polartest.Subscription) { sub.Recover() }, "✅ Recovered after 20 days · $33.00 · Customer 1 · Pro", "→ recovered after 20 days"},
		{"lost", func(_ *polartest.Shop, sub *polartest.Subscription) { sub.Lose() }, "👋 Lost to failed payment · Customer 1 · Pro, $30.00 a month", "→ lost on 3 Feb"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				s, sub := w.failing(1, polartest.Pro)
				w.tell(5 * time.Minute)
				w.skip(day)
				w.failing(2, polartest.Team)
				w.tell(5 * time.Minute)
				w.skip(18*day - 20*time.Minute)
				w.start()
				before := len(w.shown(disc))
				w.pass(15 * time.Minute)
				const want = "⚠️ 2 days left to pay · $33.00 · Customer 1 · Pro"
				for _, channel := range []string{sales, disc} {
					posted := w.posted(channel)
					if got := slices.Index(posted, want); got < 0 {
						t.Fatalf("%s: got %q, want %q among them", channel, posted, want)
					}
				}
				m := w.shown(disc)[before]
				if body := string(m.Body); m.Silent || !strings.Contains(body, "2 customers, $100.00 a month") {
					t.Errorf("silent %v: %s; want a sound, and what is at risk", m.Silent, body)
				}
				w.stop()
				w.skip(12 * time.Hour)
				w.start()
				w.after(s, func() { tt.becomes(s, sub) })
				w.pass(10 * time.Minute)
				posted := w.posted(sales)
				if posted[len(posted)-1] != tt.end {
					t.Errorf("in the end: got %q, want %q last", posted, tt.end)
				}
				if n := strings.Count(strings.Join(posted, "\n"), "left to pay · $33.00 · Customer 1"); n != 1 {
					t.Errorf("reminded %d times, want once: %q", n, posted)
				}
				if body := string(w.message(sales, "left to pay · $33.00 · Customer 1")); !strings.Contains(body, tt.outcome) {
					t.Errorf("the reminder is %s, want %q on it", body, tt.outcome)
				}
			})
		})
	}
}

// tell has the bridge post for a while.
func (w *world) tell(d time.Duration) {
	w.start()
	w.pass(d)
	w.stop()
}

// message is the body of the message in a channel whose headline has a text.
func (w *world) message(channel, text string) []byte {
	w.t.Helper()
	for _, m := range w.shown(channel) {
		if strings.Contains(headline(w.t, m.Body), text) {
			return m.Body
		}
	}
	w.t.Fatalf("no message with %q in %s", text, channel)
	return nil
}

// TestReminders are told once, and only while it helps.
func TestReminders(t *testing.T) {
	type life struct {
		*world
		s   *polartest.Shop
		sub *polartest.Subscription
	}
	until := func(l life, left time.Duration) { l.skip(21*day - left) }
	for _, tt := range []struct {
		name string
		do   func(l life)
		want int
	}{
		{"still unpaid", func(l life) { l.skip(20 * day) }, 1},
		{"not before two days", func(l life) { until(l, 2*day+time.Hour) }, 0},
		{"updates change nothing", func(l life) {
			until(l, 3*day)
			l.after(l.s, l.sub.Touch)
			l.watch(25 * time.Hour)
			l.after(l.s, l.sub.Touch)
			l.watch(20 * time.Hour)
		}, 1},
		{"recovered before", func(l life) {
			until(l, 3*day)
			l.after(l.s, l.sub.Recover)
			l.skip(2 * day)
		}, 0},
		{"paid, of which only the order says so", func(l life) {
			until(l, 3*day)
			l.s.Now = time.Now()
			l.sub.Recover()
			for _, d := range l.s.Sent {
				if strings.HasPrefix(d.Type, "order.") {
					l.deliver(d.Body)
				}
			}
			l.skip(2 * day)
		}, 0},
		{"lost before, as after a hard decline", func(l life) {
			until(l, 3*day)
			l.after(l.s, l.sub.Lose)
			l.skip(2 * day)
		}, 0},
		{"canceled at once", func(l life) {
			until(l, 3*day)
			l.after(l.s, l.sub.CancelNow)
			l.skip(2 * day)
		}, 0},
		{"will leave", func(l life) {
			until(l, 3*day)
			l.after(l.s, l.sub.Cancel)
			l.skip(2 * day)
		}, 0},
		{"unpaid", func(l life) {
			until(l, 3*day)
			l.after(l.s, l.sub.GiveUp)
			l.skip(2 * day)
		}, 0},
		{"customer deleted", func(l life) {
			until(l, 3*day)
			l.after(l.s, l.s.DeleteCustomer)
			l.skip(2 * day)
		}, 0},
		{"forgotten", func(l life) {
			until(l, 3*day)
			if _, err := l.journal.Forget(l.t.Context(), l.subjects()); err != nil {
				l.t.Fatal(err)
			}
			l.skip(2 * day)
		}, 0},
		{"restarts", func(l life) {
			until(l, 2*day)
			for range 3 {
				l.end()
				time.Sleep(time.Minute)
				l.look()
			}
		}, 1},
		{"a takeover", func(l life) {
			a, b := l.replica(), l.replica()
			l.skip(19*day - time.Minute)
			l.watch(time.Hour, a, b)
			l.watch(time.Hour, b)
		}, 1},
		{"off meanwhile: late", func(l life) {
			until(l, 3*day)
			time.Sleep(2 * day)
			l.watch(time.Hour)
		}, 1},
		{"not while Polar may still deliver that it was paid", func(l life) {
			until(l, 3*day)
			time.Sleep(2 * day)
			l.watch(20 * time.Minute)
			l.after(l.s, l.sub.Recover)
			l.watch(time.Hour)
		}, 0},
		{"off until after the end: dropped", func(l life) {
			until(l, 3*day)
			time.Sleep(3*day + time.Hour)
			l.watch(2 * time.Hour)
			l.skip(4 * day)
		}, 0},
		{"again, at the next failure", func(l life) {
			l.skip(20 * day)
			l.after(l.s, l.sub.Recover)
			l.skip(10 * day)
			l.after(l.s, l.sub.FailRenewal)
			l.skip(20*day + time.Hour)
		}, 2},
	} {
		t.Run(tt.name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				w.open()
				w.look()
				s, sub := w.failing(1, polartest.Pro)
				tt.do(life{w, s, sub})
				if got := len(w.own(polar.Reminder)); got != tt.want {
					t.Errorf("reminded %d times, want %d", got, tt.want)
				}
			})
		})
	}
}

// subjects are all that the journal has.
func (w *world) subjects() (all []string) {
	w.t.Helper()
	entries, err := w.journal.Find(w.t.Context(), journal.Filter{}, 1000)
	if err != nil {
		w.t.Fatal(err)
	}
	for _, e := range entries {
		all = append(all, e.Subject)
	}
	return all
}

// TestWhatWasPastDueBefore this version, or before the bridge.
func TestWhatWasPastDueBefore(t *testing.T) {
	for _, tt := range []struct {
		name string
		do   func(w *world)
		want int
	}{
		{"the release before heard of it", func(w *world) {
			w.failing(1, polartest.Pro)
			time.Sleep(10 * day)
			w.skip(10 * day)
		}, 1},
		{"the bridge hears of it in time", func(w *world) {
			w.look()
			s, sub := w.unheard(1)
			w.skip(10 * day)
			w.after(s, sub.Touch)
			w.skip(10 * day)
		}, 1},
		{"the bridge hears of it on the last day", func(w *world) {
			w.look()
			s, sub := w.unheard(1)
			w.skip(20 * day)
			w.after(s, sub.Touch)
			w.skip(12 * time.Hour)
		}, 0},
		{"a made-up one", func(w *world) {
			w.look()
			w.deliver(sampleOfFailure(w.t))
			w.skip(20 * day)
		}, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				w.open()
				tt.do(w)
				if got := len(w.own(polar.Reminder)); got != tt.want {
					t.Errorf("reminded %d times, want %d", got, tt.want)
				}
			})
		})
	}
}

// unheard is a renewal that fails now, of which nothing is delivered.
func (w *world) unheard(n int) (*polartest.Shop, *polartest.Subscription) {
	s, sub := failingOn(polartest.Terms{}, n, polartest.Pro)
	s.Sent = nil
	return s, sub
}

// sampleOfFailure is what polarbell send makes of subscription.past_due.
func sampleOfFailure(t *testing.T) []byte {
	t.Helper()
	body, _ := polar.Sample("subscription.past_due")
	return asMadeUp(t, polar.Refresh(time.Now(), body)[0])
}
