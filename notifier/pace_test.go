package notifier_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"polarbell/notifier"
	"polarbell/standin"
)

// TestBurstOfOrders: of 1,000 with -long.
func TestBurstOfOrders(t *testing.T) {
	orders := 300
	if *long {
		orders = 1000
	}
	inWorld(t, func(w *world) {
		w.slack(sales)
		w.slackHook()
		w.discord()
		w.start()
		begin := time.Now()
		for n := range orders {
			w.deliver(sale(n))
		}
		w.idle(time.Hour)
		for _, channel := range []string{sales, hooked, disc} {
			got := w.headlines(channel)
			for n, h := range got {
				if customer(h) != fmt.Sprint(n) {
					w.t.Fatalf("%s: card %d reads %q, want the sales in order", channel, n, h)
				}
			}
			if len(got) != orders {
				t.Errorf("%s shows %d cards, want all %d", channel, len(got), orders)
			}
			posts := len(w.platforms.Calls(channel + " post"))
			if most := orders / 10 * 12 / 10; posts > most {
				t.Errorf("%s took %d posts, want at most %d", channel, posts, most)
			}
			t.Logf("%s: %d orders in %d posts and %s", channel, orders, posts, w.lastPost(channel).Sub(begin).Round(time.Second))
			if limited := w.platforms.Limited(channel); limited > 3 {
				t.Errorf("%s met %d 429s", channel, limited)
			}
		}
	})
}

func (w *world) lastPost(channel string) time.Time {
	all := w.platforms.Messages(channel)
	return all[len(all)-1].Posted
}

func TestThreeHoursDown(t *testing.T) {
	old, all := 15, 60
	if *long {
		old, all = 50, 200
	}
	inWorld(t, func(w *world) {
		w.slack(sales)
		w.discord()
		w.start()
		for n := range old { // sales of before, whose messages are in the channels
			w.deliver(sale(n))
		}
		w.idle(time.Hour)
		before := map[string]cost{sales: w.cost(sales), disc: w.cost(disc)}
		w.stop()
		for n := range old { // three refunds in part for each old sale
			for part := range 3 {
				w.deliver(refund(n, map[string]any{"id": uuid(10+part, n)}))
			}
		}
		for n := old; n < all; n++ { // new sales, four events each
			for _, status := range []string{"pending", "paid", "paid", "paid"} {
				w.deliver(sale(n, map[string]any{"status": status, "paid": status == "paid"}))
			}
		}
		w.pass(3 * time.Hour)
		w.start()
		w.idle(time.Hour)
		for _, channel := range []string{sales, disc} {
			shown := map[string]int{}
			for _, h := range w.headlines(channel)[old:] {
				shown[customer(h)]++
			}
			for n := range all {
				want := 1
				if n < old {
					want = 3
				}
				if got := shown[fmt.Sprint(n)]; got != want {
					t.Errorf("%s got %d cards of sale %d, want %d: one of a new sale, one of each refund of an old one", channel, got, n, want)
				}
			}
			posts := before[channel].posts
			refunded := 0
			for _, m := range w.shown(channel)[:posts] {
				refunded += strings.Count(string(m.Body), "refunded $30.00")
			}
			if refunded != old {
				t.Errorf("%s: %d of the old cards tell their refunds, want %d", channel, refunded, old)
			}
			// Ten cards a message; each old message is edited once.
			cards := 3*old + all - old
			if got, want := w.cost(channel), (cost{posts: posts + (cards+9)/10, edits: posts}); got != want {
				t.Errorf("%s: %+v, want %+v", channel, got, want)
			}
			if limited := w.platforms.Limited(channel); limited > 3 {
				t.Errorf("%s met %d 429s", channel, limited)
			}
		}
	})
}

func TestEditsOfOneTokenShareItsLimit(t *testing.T) {
	inWorld(t, func(w *world) {
		w.slack(sales)
		w.slack(ops)
		w.start()
		for n := range 60 {
			w.deliver(sample("checkout.created", map[string]any{"id": uuid(2, n), "status": "open"}))
			w.pass(1100 * time.Millisecond)
		}
		w.idle(time.Minute)
		for n := range 60 { // 120 messages to edit at once
			w.deliver(sample("checkout.expired", map[string]any{"id": uuid(2, n), "status": "expired", "modified_at": "2026-04-01T00:00:00Z"}))
		}
		w.idle(10 * time.Minute)
		if limited := w.platforms.Limited("slack"); limited > 0 {
			t.Errorf("Slack answered %d 429s", limited)
		}
		for _, channel := range []string{sales, ops} {
			for _, h := range w.headlines(channel) {
				if !strings.Contains(h, "Abandoned checkout") {
					w.t.Fatalf("%s: a card reads %q, want it edited", channel, h)
				}
			}
		}
	})
}

func TestIdleDestinationNeverWaitsToFillAMessage(t *testing.T) {
	inWorld(t, func(w *world) {
		w.slack(sales)
		w.discord()
		w.start()
		w.pass(time.Minute)
		w.deliver(sale(1))
		w.pass(0)
		for _, channel := range []string{sales, disc} {
			if got := len(w.shown(channel)); got != 1 {
				t.Errorf("%s has %d messages, want one at once", channel, got)
			}
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
		if a.Edit(ctx, refA, message("x")) == nil {
			w.t.Fatal("want a 429")
		}
		if err, isFault := b.Edit(ctx, refB, message("x")).(*notifier.Fault); !isFault || err.Verdict != notifier.NotYet {
			t.Errorf("the other channel's edit: %v, want it held back", err)
		}
		if free := time.Until(b.NextEdit()); free < 29*time.Second {
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
		_, err := w.to[0].Sender.Post(ctx, message("x"))
		if f, isFault := err.(*notifier.Fault); !isFault || f.Wait > time.Second {
			t.Errorf("got %v, want a short wait", err)
		}
	})
}

func TestDeletionsHaveALimitOfTheirOwn(t *testing.T) {
	inWorld(t, func(w *world) {
		a, b := w.app.Channel(sales), w.app.Channel(ops)
		first, second := post(t, a), post(t, b)
		w.pass(time.Second)
		third := post(t, b)
		w.platforms.Fail(sales+" delete", 1, standin.Outcome{Status: 429, Header: after("30")})
		ctx, cancel := timeout()
		defer cancel()
		if a.Delete(ctx, first) == nil {
			w.t.Fatal("want a 429")
		}
		if err, isFault := b.Delete(ctx, second).(*notifier.Fault); !isFault || err.Verdict != notifier.NotYet {
			t.Errorf("the other channel's deletion: %v, want it held back", err)
		}
		if free := time.Until(b.NextEdit()); free < 29*time.Second {
			t.Errorf("the other channel is free in %s, want 30 s", free)
		}
		edit(t, b, third) // counted apart
	})
}

func TestDeletionsOfOneTokenShareItsLimit(t *testing.T) {
	inWorld(t, func(w *world) {
		posted := map[notifier.Sender][]notifier.Ref{}
		for _, channel := range []string{sales, ops} {
			s := w.app.Channel(channel)
			for range 40 {
				w.pass(time.Until(s.NextPost()))
				posted[s] = append(posted[s], post(t, s))
			}
		}
		for s, refs := range posted {
			for _, ref := range refs {
				w.pass(time.Until(s.NextEdit()))
				ctx, cancel := timeout()
				if err := s.Delete(ctx, ref); err != nil {
					t.Errorf("deletion of %s: %v", ref, err)
				}
				cancel()
			}
		}
		if limited := w.platforms.Limited("slack"); limited > 0 {
			t.Errorf("Slack answered %d 429s", limited)
		}
		for _, channel := range []string{sales, ops} {
			if got := len(w.shown(channel)); got != 0 {
				t.Errorf("%s shows %d messages, want none", channel, got)
			}
		}
	})
}

func TestHeldBackRequestTakesNoPlace(t *testing.T) {
	inWorld(t, func(w *world) {
		a, b := w.app.Channel(sales), w.app.Channel(ops)
		ref := post(t, a)
		edit(t, a, ref)
		ctx, cancel := timeout()
		defer cancel()
		for range 60 {
			if err, isFault := a.Edit(ctx, ref, message("too early")).(*notifier.Fault); !isFault || err.Verdict != notifier.NotYet {
				w.t.Fatalf("an edit in the same second: %v, want it held back", err)
			}
		}
		if wait := time.Until(b.NextEdit()); wait > 0 {
			t.Errorf("the other channel waits %s, want the token's limit untouched", wait)
		}
	})
}

func TestOnlyWhatHasAReferenceCanBeEdited(t *testing.T) {
	inWorld(t, func(w *world) {
		w.slack(sales)
		w.slackHook()
		w.discord()
		for i, want := range []bool{true, false, true} {
			s := w.to[i].Sender
			if ref := post(t, s); s.CanEdit() != want || (ref != "") != want {
				t.Errorf("%s: can edit %v, reference %q; want %v", w.to[i].Name, s.CanEdit(), ref, want)
			}
		}
	})
}
