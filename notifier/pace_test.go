package notifier_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"polarbell/notifier"
	"polarbell/standin"
)

func TestBurstOfAThousandOrders(t *testing.T) {
	inWorld(t, func(w *world) {
		w.slack(sales)
		w.slackHook()
		w.discord()
		w.start()
		for n := range 1000 {
			w.deliver(sale(n))
		}
		w.idle(time.Hour)
		for _, channel := range []string{sales, hooked, disc} {
			got := w.headlines(channel)
			want := make([]string, 1000)
			for n := range want {
				want[n] = fmt.Sprintf("Customer %d", n)
			}
			if !slices.EqualFunc(got, want, func(g, w string) bool {
				return strings.HasSuffix(strings.TrimRight(g, "*"), w)
			}) {
				t.Errorf("%s shows %d cards, want all 1,000 once, in order", channel, len(got))
			}
			if posts := len(w.platforms.Calls(channel + " post")); posts > 120 {
				t.Errorf("%s took %d posts, want at most 120", channel, posts)
			}
			if limited := w.platforms.Limited(channel); limited > 3 {
				t.Errorf("%s met %d 429s", channel, limited)
			}
		}
	})
}

func TestThreeHoursDown(t *testing.T) {
	inWorld(t, func(w *world) {
		w.slack(sales)
		w.discord()
		w.start()
		for n := range 50 { // sales of before, whose cards stand in the channels
			w.deliver(sale(n))
		}
		w.idle(time.Hour)
		before := map[string]int{sales: len(w.headlines(sales)), disc: len(w.headlines(disc))}
		w.stop()
		for n := range 50 { // three refunds in part for each old sale
			for part := range 3 {
				w.deliver(sample("refund.created", map[string]any{
					"id": uuid(10+part, n), "order_id": uuid(1, n), "amount": 1000, "tax_amount": 0, "status": "succeeded",
				}))
			}
		}
		for n := 50; n < 500; n++ { // new sales, four events each
			for _, status := range []string{"pending", "paid", "paid", "paid"} {
				w.deliver(sale(n, map[string]any{"status": status, "paid": status == "paid"}))
			}
		}
		w.pass(3 * time.Hour)
		w.start()
		w.idle(time.Hour)
		for _, channel := range []string{sales, disc} {
			shown := map[string]int{}
			for _, h := range w.headlines(channel)[before[channel]:] {
				_, customer, _ := strings.Cut(h, "Customer ")
				shown[customer]++
			}
			for n := range 500 {
				if got := shown[fmt.Sprint(n)]; got != 1 {
					t.Errorf("%s got %d messages of sale %d, want one card of a new sale and one line of an old one", channel, got, n)
				}
			}
			for _, h := range w.headlines(channel)[:50] {
				if !strings.Contains(h, "Refunded") {
					w.t.Fatalf("%s: an old card reads %q, want the refund", channel, h)
				}
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
				if !strings.Contains(h, "Left at checkout") {
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
