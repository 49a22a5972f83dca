package notifier_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"polarbell/journal"
	"polarbell/notifier"
)

// deadLetters are a destination's, newest first.
func (w *world) deadLetters(destination string) []journal.DeadLetter {
	w.t.Helper()
	letters, err := w.journal.DeadLetters(w.t.Context(), destination, 100)
	if err != nil {
		w.t.Fatal(err)
	}
	return letters
}

func TestCardRefusedForGoodGoesToTheDeadLetters(t *testing.T) {
	inWorld(t, func(w *world) {
		refused := &notifier.Fault{Verdict: notifier.Refused, Code: "50035", Detail: "embeds[0].title"}
		s := &scripted{faults: []*notifier.Fault{refused, refused}}
		w.add("picky", "Discord", s)
		w.start()
		w.deliver(sale(1))
		w.pass(time.Second)
		w.deliver(sale(2))
		w.idle(time.Minute)
		if got := s.customers(); !slices.Equal(got, []string{"2"}) {
			t.Errorf("shown %q, want the line to move on", got)
		}
		dead := w.deadLetters("picky")
		if len(dead) != 1 || !strings.Contains(dead[0].Headline, "Customer 1") || !strings.Contains(dead[0].Reason, "50035") {
			w.t.Fatalf("dead letters %+v; want the first sale with its reason", dead)
		}
		w.replay(notifier.Selection{Failed: true})
		if got := s.customers(); !slices.Equal(got, []string{"2", "1"}) {
			t.Errorf("after the replay shown %q, want the dead letter too", got)
		}
		if dead := w.deadLetters("picky"); len(dead) != 0 {
			t.Errorf("dead letters %+v; want none", dead)
		}
	})
}

// TestDeadLetterIsNotPostedAgain: other cards of its history go on, and what
// comes later does not bring the refused card back.
func TestDeadLetterIsNotPostedAgain(t *testing.T) {
	inWorld(t, func(w *world) {
		refused := &notifier.Fault{Verdict: notifier.Refused, Code: "50035"}
		// The message of three; the first sale alone, and as its headline.
		s := &scripted{faults: []*notifier.Fault{refused, refused, refused}}
		w.add("picky", "Discord", s)
		w.open()
		w.deliver(sale(1))
		w.deliver(sale(2))
		w.deliver(refund(1))
		w.start()
		w.idle(time.Minute)
		want := []string{"💸 Refunded · $10.00 of $97.20 · Customer 1 · Pro Plan", "💰 Sale · $97.20 · Customer 2 · Pro Plan"}
		if got := s.headlines(); !slices.Equal(got, want) {
			t.Errorf("shown %q, want %q", got, want)
		}
		w.deliver(renamed(1, "Renamed"))
		w.idle(time.Minute)
		w.restart()
		w.deliver(refund(1, map[string]any{"id": uuid(3, 9), "created_at": "2026-03-11T13:15:20Z"}))
		w.idle(time.Minute)
		want = append(want, "💸 Refunded · $10.00 more, $20.00 of $97.20 · Renamed · Pro Plan")
		if got := s.headlines(); !slices.Equal(got, want) {
			t.Errorf("later shown %q, want %q", got, want)
		}
		if dead := w.deadLetters("picky"); len(dead) != 1 {
			t.Errorf("dead letters %+v; want one", dead)
		}
	})
}

func TestLetterRefusedAgainIsFoundAgain(t *testing.T) {
	inWorld(t, func(w *world) {
		refused := &notifier.Fault{Verdict: notifier.Refused, Code: "50035"}
		s := &scripted{faults: []*notifier.Fault{refused, refused, refused, refused}}
		w.add("picky", "Discord", s)
		w.start()
		w.deliver(sale(1))
		w.idle(time.Minute)
		w.replay(notifier.Selection{Failed: true}) // refused again
		w.replay(notifier.Selection{Failed: true})
		if got := s.customers(); !slices.Equal(got, []string{"1"}) {
			t.Errorf("shown %q, want the sale at the second replay", got)
		}
	})
}

// TestReplayPostsEachCardOnce: as new messages, whatever number of deliveries
// tell of a card; what is over, such as the checkout of a sale, is left out.
// Later news edits the newer message.
func TestReplayPostsEachCardOnce(t *testing.T) {
	inWorld(t, func(w *world) {
		w.slack(sales)
		w.slackHook()
		w.start()
		start := time.Now()
		for _, body := range purchase() {
			w.deliver(body)
		}
		w.deliver(sale(7))
		w.deliver(refund(7))
		w.idle(time.Minute)
		before := w.cost(sales)
		counts := w.replay(notifier.Selection{Since: start.Add(-time.Minute)})
		if counts[sales] != 3 || counts["hook"] != 3 {
			t.Errorf("asked for %v, want three cards each", counts)
		}
		want := []string{paidSale, "💰 Sale · $97.20 · Customer 7 · Pro Plan", "💸 Refunded · $10.00 of $97.20 · Customer 7 · Pro Plan"}
		for _, channel := range []string{sales, hooked} {
			got := w.headlines(channel)
			if len(got) != 6 || !slices.Equal(got[3:], want) {
				t.Errorf("%s shows %q, want the same three cards again", channel, got)
			}
		}
		after := w.cost(sales)
		if after.posts != before.posts+1 || after.edits != before.edits || after.deletions != before.deletions {
			t.Errorf("the replay took %+v after %+v, want one post more", after, before)
		}
		w.deliver(renamed(7, "Renamed"))
		w.idle(time.Minute)
		if got := w.headlines(sales); strings.Contains(got[1], "Renamed") || !strings.Contains(got[4], "Renamed") {
			t.Errorf("after a correction shown %q, want the newer message edited", got)
		}
	})
}

// TestReplayThatFails: whoever asks again after an error gets each card once.
func TestReplayThatFails(t *testing.T) {
	inWorld(t, func(w *world) {
		s := &scripted{}
		w.add("sales", "Slack", s)
		w.start()
		w.deliver(sale(1))
		w.idle(time.Minute)
		both := append(w.to[:1:1], notifier.Destination{Name: "not registered", Sender: &scripted{}})
		if _, err := notifier.NewViewer(w.journal, w.options).Replay(w.t.Context(), notifier.Selection{Destinations: both}); err == nil {
			t.Error("a destination that is not registered: no error")
		}
		w.idle(time.Minute)
		if got := s.customers(); !slices.Equal(got, []string{"1"}) {
			t.Errorf("shown %q, want the sale once", got)
		}
	})
}

// TestReplayOfOneMessagePerEvent posts each event's card again.
func TestReplayOfOneMessagePerEvent(t *testing.T) {
	inWorld(t, func(w *world) {
		w.options.PerEvent = true
		w.slack(sales)
		w.start()
		w.deliver(sale(1))
		w.deliver(refund(1))
		w.idle(time.Minute)
		before := w.headlines(sales)
		w.replay(notifier.Selection{Seqs: []journal.Seq{1, 2}})
		if got := w.headlines(sales); !slices.Equal(got, append(before, before...)) {
			t.Errorf("shown %q, want %q twice", got, before)
		}
	})
}

// TestReplayLeavesOutWhatWaits: what a destination has still to take is posted
// anyway, so asking for it does not post it twice.
func TestReplayLeavesOutWhatWaits(t *testing.T) {
	renewal := func(status string) []byte {
		return sale(3, map[string]any{
			"status": status, "paid": status == "paid", "billing_reason": "subscription_cycle", "checkout_id": nil, "subscription_id": uuid(9, 3),
		})
	}
	inWorld(t, func(w *world) {
		s, hook := &scripted{}, &scripted{final: true}
		w.add("sales", "Slack", s)
		w.add("hook", "Slack", hook)
		w.start()
		for _, body := range [][]byte{sale(1), renewal("pending"), sale(4, pending)} {
			w.deliver(body)
			w.idle(time.Minute)
		}
		w.stop()
		w.deliver(sale(2))
		w.deliver(renewal("paid"))
		counts := w.ask(notifier.Selection{Seqs: []journal.Seq{1, 2, 3, 4, 5}})
		w.start()
		w.idle(time.Minute)
		if counts["sales"] != 2 || counts["hook"] != 1 {
			t.Errorf("asked for %v, want the first sale and of those that can edit the order that waits", counts)
		}
		for name, got := range map[string][]string{"sales": s.customers(), "hook": hook.customers()} {
			want := map[string][]string{"sales": {"1", "4", "2", "3", "1", "4"}, "hook": {"1", "2", "3", "1"}}[name]
			if !slices.Equal(got, want) {
				t.Errorf("%s shows %q, want %q", name, got, want)
			}
		}
	})
}

// TestReplayOfWhatIsOverByThen posts nothing: the order is paid meanwhile.
func TestReplayOfWhatIsOverByThen(t *testing.T) {
	inWorld(t, func(w *world) {
		s := &scripted{}
		w.add("sales", "Slack", s)
		w.start()
		w.deliver(sale(1, pending))
		w.idle(time.Minute)
		w.stop()
		w.ask(notifier.Selection{Seqs: []journal.Seq{1}})
		w.deliver(sale(1))
		w.start()
		w.idle(time.Minute)
		want := []string{"Not paid yet · $97.20 · Customer 1 · Pro Plan", "💰 Sale · $97.20 · Customer 1 · Pro Plan"}
		if got := s.headlines(); !slices.Equal(got, want) {
			t.Errorf("posted %q, want %q", got, want)
		}
	})
}

// TestReplayBesideNews: a card that is asked for and is news too is posted once,
// and one that does not fit into the message with the news comes after it.
func TestReplayBesideNews(t *testing.T) {
	for _, tt := range []struct {
		name           string
		waiting, posts int
		replayed       []int
	}{
		{"in one message", 3, 2, []int{1, 2}},
		{"behind a full one", 10, 3, []int{1}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				s := &scripted{}
				w.add("sales", "Slack", s)
				w.start()
				w.deliver(sale(1))
				w.idle(time.Minute)
				w.stop()
				want := []string{"1"}
				for n := 2; n < 2+tt.waiting; n++ {
					w.deliver(sale(n))
					want = append(want, fmt.Sprint(n))
				}
				var replays []journal.Replay
				for _, n := range tt.replayed {
					replays = append(replays, journal.Replay{
						Destination: "sales", Subject: "checkout:" + uuid(2, n), Key: "sale:" + uuid(1, n), Seq: journal.Seq(n),
					})
				}
				if err := w.journal.RequestReplays(w.t.Context(), replays, false); err != nil {
					t.Fatal(err)
				}
				w.start()
				w.idle(time.Minute)
				want = append(want, "1")
				if got := s.customers(); !slices.Equal(got, want) || len(s.posts) != tt.posts {
					t.Errorf("%d posts show %q, want %d and %q", len(s.posts), got, tt.posts, want)
				}
			})
		})
	}
}

// TestReplayShowsNothingOfTheForgotten whichever way it is asked for, and
// whatever was asked for before.
func TestReplayShowsNothingOfTheForgotten(t *testing.T) {
	for name, perEvent := range map[string]bool{"one message per news": false, "one message per event": true} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				w.options.PerEvent = perEvent
				refused := &notifier.Fault{Verdict: notifier.Refused, Code: "50035"}
				w.add("picky", "Discord", &scripted{faults: []*notifier.Fault{refused, refused}})
				w.slack(sales)
				w.start()
				w.deliver(by(1, "Ann"))
				w.deliver(moon("Ann"))
				w.pass(time.Minute)
				w.deliver(by(2, "Bob"))
				w.pass(time.Minute)
				w.forget("ann@forget.example")
				for _, c := range []struct {
					how  string
					s    notifier.Selection
					want int
				}{
					{"by time", notifier.Selection{Since: time.Now().Add(-time.Hour)}, 1},
					{"by number", notifier.Selection{Seqs: []journal.Seq{1, 2}}, 0},
					{"dead letters", notifier.Selection{Failed: true}, 0},
				} {
					for destination, n := range w.replay(c.s) {
						if n != c.want {
							t.Errorf("%s: %d cards are to come in %s, want %d", c.how, n, destination, c.want)
						}
					}
					for _, headline := range w.headlines(sales) {
						if !strings.Contains(headline, "Bob") {
							t.Errorf("%s: %s shows %q again", c.how, sales, headline)
						}
					}
				}
			})
		})
	}
}

// moon is a delivery of an unknown type about a person of that name.
func moon(name string) []byte {
	return fmt.Appendf(nil, `{"type":"moon.phase_changed","data":{"id":"m1","status":"full","customer":{"name":%q,"email":%q}}}`,
		name, strings.ToLower(name)+"@forget.example")
}
