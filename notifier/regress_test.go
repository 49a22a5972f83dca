package notifier_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"polarbell/journal"
	"polarbell/notifier"
	"polarbell/standin"
)

func TestNewsBehindAnEventThatWasToldIsNotSkipped(t *testing.T) {
	inWorld(t, func(w *world) {
		w.slack(sales)
		w.open()
		pending := map[string]any{"status": "pending", "paid": false}
		for n := range 11 {
			w.deliver(sale(n, pending))
		}
		w.deliver(sale(0, pending))
		w.start()
		w.pass(100 * time.Millisecond) // the first message is full; the second waits for its second
		w.deliver(sale(0))
		w.idle(time.Minute)
		got := w.headlines(sales)
		if strings.Contains(got[0], "Waiting") || len(got) != 12 {
			t.Errorf("shown %q, want the first sale's card edited, and a line", got)
		}
	})
}

func TestGapOfPrunedEntriesIsSteppedOver(t *testing.T) {
	inWorld(t, func(w *world) {
		gone := &scripted{}
		w.add("gone", "Slack", gone)
		w.start()
		w.deliver(sale(0))
		w.idle(time.Minute)
		w.end()
		away := w.to
		w.to = nil
		w.open()
		for range 2500 {
			w.deliver(sample("customer.updated", nil))
		}
		w.pass(50 * 24 * time.Hour)
		for pruned := 1; pruned > 0; {
			var err error
			if pruned, err = w.journal.Prune(w.t.Context(), time.Now().Add(-w.options.Retention), nil, 5000); err != nil {
				w.t.Fatal(err)
			}
		}
		w.to = away
		w.end()
		w.start()
		w.deliver(sale(1))
		w.idle(time.Minute)
		if got := customers(gone); !slices.Equal(got, []string{"0", "1"}) {
			t.Errorf("shown %q, want what is new", got)
		}
	})
}

func TestEditThatShowsNewsDoesNotSwallowItsLine(t *testing.T) {
	inWorld(t, func(w *world) {
		s := &scripted{}
		w.add("slow", "Slack", s)
		w.open()
		for n := range 2 {
			w.deliver(sample("checkout.created", map[string]any{"id": uuid(2, n), "status": "open"}))
		}
		w.start()
		w.idle(time.Minute)
		// The first card owes an edit whose request fails; meanwhile posts are
		// throttled, and the second sale is paid.
		s.faults = []*notifier.Fault{{Verdict: notifier.Later, Code: "503", Wait: 10 * time.Second}}
		w.deliver(sample("checkout.updated", map[string]any{"id": uuid(2, 0), "status": "confirmed", "modified_at": "2026-05-01T00:00:00Z"}))
		w.pass(time.Second)
		s.faults = []*notifier.Fault{{Verdict: notifier.Later, Code: "429", Wait: time.Minute, Limited: true}}
		w.deliver(sale(1))
		w.pass(5 * time.Minute)
		last := s.posts[len(s.posts)-1].cards[0]
		if !strings.Contains(last.Headline, "Customer 1") {
			t.Errorf("the last post reads %q, want the line of the sale", last.Headline)
		}
	})
}

func TestExpiredLettersCanBeReplayed(t *testing.T) {
	inWorld(t, func(w *world) {
		w.options.Retention = 72 * time.Hour
		s := &scripted{}
		for range 100 {
			s.faults = append(s.faults, &notifier.Fault{Verdict: notifier.Broken, Code: "token_revoked"})
		}
		w.add("broken", "Slack", s)
		w.start()
		w.deliver(sale(1))
		w.pass(time.Minute)
		w.stop()
		w.pass(73 * time.Hour)
		w.start()
		w.pass(5 * time.Minute)
		s.faults = nil
		if err := w.journal.Release(w.t.Context(), "broken", time.Now()); err != nil {
			w.t.Fatal(err)
		}
		dead, err := w.journal.Refusals(w.t.Context(), "broken", 10)
		if err != nil || len(dead) != 1 || !strings.Contains(dead[0].Headline, "Customer 1") {
			w.t.Fatalf("dead letters %+v, %v; want the sale alone", dead, err)
		}
		w.replay(journal.Selection{Failed: true})
		if got := customers(s); !slices.Contains(got, "1") {
			t.Errorf("the replay shows %q, want the sale", got)
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
		w.replay(journal.Selection{Failed: true}) // refused again
		w.replay(journal.Selection{Failed: true})
		if got := customers(s); !slices.Equal(got, []string{"1"}) {
			t.Errorf("shown %q, want the sale at the second replay", got)
		}
	})
}

func TestReplacedChannelDoesNotParkItsSuccessor(t *testing.T) {
	inWorld(t, func(w *world) {
		w.slack(sales)
		w.start()
		w.deliver(sale(1))
		w.idle(time.Minute)
		w.platforms.Revoke(sales, standin.Archived)
		w.to[0].Sender = w.app.Channel(ops)
		w.restart()
		w.deliver(refund(1))
		w.idle(time.Minute)
		place, err := w.journal.Place(w.t.Context(), sales)
		if err != nil || !place.ParkedAt.IsZero() {
			t.Errorf("place %+v, %v; want it not parked", place, err)
		}
		if got := strings.Join(w.headlines(ops), "\n"); !strings.Contains(got, "Refunded") || strings.Contains(got, "stopped") {
			t.Errorf("the new channel shows %s", got)
		}
	})
}

func TestReleaseIsHeardAtOnce(t *testing.T) {
	inWorld(t, func(w *world) {
		w.slack(sales)
		w.start()
		w.platforms.Revoke(sales, standin.BotRemoved)
		w.deliver(sale(1))
		w.pass(40 * time.Minute)
		w.platforms.Restore(sales)
		if err := w.journal.Release(w.t.Context(), sales, time.Now()); err != nil {
			w.t.Fatal(err)
		}
		w.pass(3 * time.Second)
		if got := w.headlines(sales); len(got) == 0 || !strings.Contains(got[0], "Customer 1") {
			t.Errorf("shown %q, want the sale at once", got)
		}
	})
}

func TestLimitOfATokensEditsHoldsAllItsChannels(t *testing.T) {
	inWorld(t, func(w *world) {
		a, b := w.app.Channel(sales), w.app.Channel(ops)
		refA, refB := post(t, a), post(t, b)
		w.platforms.Fail(sales+" edit", 1, standin.Outcome{Status: 429, Header: after("30")})
		ctx, cancel := timeout()
		defer cancel()
		if a.Edit(ctx, refA, card("x")) == nil {
			w.t.Fatal("want a 429")
		}
		if err, isFault := b.Edit(ctx, refB, card("x")).(*notifier.Fault); !isFault || !err.Paced {
			t.Errorf("the other channel's edit: %v, want it held back", err)
		}
		if free := time.Until(b.Free(true)); free < 29*time.Second {
			t.Errorf("the other channel is free in %s, want 30 s", free)
		}
		if len(w.platforms.Calls(ops+" edit")) != 0 {
			t.Error("the other channel's edit went out")
		}
	})
}

func TestRetryAfterOfZeroIsNoBan(t *testing.T) {
	inWorld(t, func(w *world) {
		w.discord()
		w.platforms.Fail(disc, 1, standin.Outcome{Status: 429, Header: after("0"), Body: `{"retry_after":0}`})
		ctx, cancel := timeout()
		defer cancel()
		_, err := w.to[0].Sender.Post(ctx, card("x"))
		if f, isFault := err.(*notifier.Fault); !isFault || f.Wait > time.Second {
			t.Errorf("got %v, want a short wait", err)
		}
	})
}
