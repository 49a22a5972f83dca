package notifier_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"polarbell/compose"
	"polarbell/notifier"
	"polarbell/standin"
)

var oslo = func() *time.Location {
	zone, err := time.LoadLocation("Europe/Oslo")
	if err != nil {
		panic(err)
	}
	return zone
}()

// renewed is the paid bill of a customer's period.
func renewed(n int, at time.Time) []byte {
	return sample("order.paid", map[string]any{
		"id": uuid(6, n), "checkout_id": nil, "subscription_id": uuid(7, n), "billing_reason": "subscription_cycle",
		"total_amount": 3000, "net_amount": 3000, "due_amount": 3000, "tax_amount": 0, "discount": nil, "discount_amount": 0,
		"created_at": at.UTC().Format(time.RFC3339), "modified_at": at.UTC().Format(time.RFC3339),
		"customer": map[string]any{"name": fmt.Sprintf("Customer %d", n), "email": fmt.Sprintf("c%d@example.com", n)},
	})
}

// inDays has a Slack channel, an incoming webhook and a Discord webhook in Oslo.
func inDays(t *testing.T, f func(w *world)) {
	t.Helper()
	inWorld(t, func(w *world) {
		w.options.Zone = oslo
		w.slack(sales)
		w.slackHook()
		w.discord()
		for i := range w.to {
			w.to[i].Routes, w.to[i].Daily = compose.MustRoute("news"), compose.MustRoute("renewal|free|abandoned")
		}
		w.start()
		f(w)
	})
}

// clock lets time pass until an hour of a day of January 2000 in Oslo.
func (w *world) clock(date, hour, minute int) {
	w.t.Helper()
	at := time.Date(2000, 1, date, hour, minute, 0, 0, oslo)
	if time.Until(at) > 10*time.Minute {
		w.idle(10 * time.Minute)
		w.stop()
		time.Sleep(time.Until(at) - 5*time.Minute)
		w.start()
	}
	w.pass(time.Until(at))
}

func (w *world) shows(channel string, want ...string) {
	w.t.Helper()
	if diff := cmp.Diff(want, w.headlines(channel)); diff != "" {
		w.t.Errorf("%s at %s shows (-want +got):\n%s", channel, time.Now().In(oslo).Format("2 Jan 15:04"), diff)
	}
}

// TestDay: the renewals of a local day are one message, which is edited every
// five minutes at most, and says after midnight which day it was. An incoming
// webhook gets them in the morning.
func TestDay(t *testing.T) {
	inDays(t, func(w *world) {
		first := "🔁 Renewed · $30.00 · Customer 1 · Pro Plan"
		w.clock(3, 8, 0)
		w.deliver(renewed(1, time.Now()))
		w.pass(time.Minute)
		for _, channel := range []string{sales, disc} {
			w.shows(channel, first)
		}
		for n := 2; n <= 9; n++ {
			w.deliver(renewed(n, time.Now()))
			w.pass(20 * time.Second)
		}
		w.shows(sales, first)
		w.pass(5 * time.Minute)
		nine := "🔁 9 renewals today · $270.00 · latest: Customer 9"
		for _, channel := range []string{sales, disc} {
			w.shows(channel, nine)
			if got, want := w.cost(channel), (cost{posts: 1, edits: 1}); got != want {
				t.Errorf("%s took %+v, want %+v", channel, got, want)
			}
		}
		w.shows(hooked)

		w.clock(3, 23, 58)
		w.deliver(renewed(10, time.Now()))
		w.clock(4, 0, 6)
		ten := "🔁 10 renewals on Mon 3 Jan · $300.00 · latest: Customer 10"
		w.shows(sales, ten)
		w.deliver(renewed(11, time.Now()))
		w.clock(4, 8, 0)
		w.shows(sales, ten, "🔁 Renewed · $30.00 · Customer 11 · Pro Plan")
		w.shows(hooked)
		w.clock(4, 9, 1)
		w.shows(hooked, ten)
		w.clock(5, 9, 1)
		w.shows(hooked, ten, "🔁 Renewed · $30.00 · Customer 11 · Pro Plan")
		w.clock(5, 9, 30)
		if got, want := w.cost(hooked), (cost{posts: 2}); got != want {
			t.Errorf("the incoming webhook took %+v, want %+v", got, want)
		}
	})
}

// TestDayAcrossRestarts: neither a restart after each delivery nor a delivery
// that comes twice makes a day's message another one.
func TestDayAcrossRestarts(t *testing.T) {
	inDays(t, func(w *world) {
		w.clock(3, 8, 0)
		for n := 1; n <= 4; n++ {
			w.deliver(renewed(n, time.Now()))
			w.pass(3 * time.Second)
			w.restart()
			w.deliver(renewed(n, time.Now()))
			w.pass(2 * time.Minute)
		}
		w.pass(10 * time.Minute)
		want := "🔁 4 renewals today · $120.00 · latest: Customer 4"
		w.shows(sales, want)
		w.shows(disc, want)
		w.clock(4, 9, 1)
		w.shows(hooked, "🔁 4 renewals on Mon 3 Jan · $120.00 · latest: Customer 4")
	})
}

// TestBacklogOfADay: what waited is one message from the start, other news
// beside it, and what happened before yesterday's noon counts for today.
func TestBacklogOfADay(t *testing.T) {
	inDays(t, func(w *world) {
		w.clock(3, 13, 0)
		w.stop()
		for n := 1; n <= 14; n++ {
			w.deliver(renewed(n, time.Now().Add(-24*time.Hour)))
		}
		w.deliver(sale(1))
		for n := 15; n <= 20; n++ {
			w.deliver(renewed(n, time.Now()))
		}
		w.start()
		w.pass(10 * time.Minute)
		got := w.headlines(sales)
		slices.Sort(got)
		want := []string{"💰 Sale · $97.20 · Customer 1 · Pro Plan", "🔁 20 renewals today · $600.00 · latest: Customer 20"}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("shows (-want +got):\n%s", diff)
		}
		if got := w.cost(sales); got.posts != 2 || got.edits > 1 {
			t.Errorf("took %+v, want 2 posts and at most an edit", got)
		}
	})
}

// TestWhoBoughtAfterAllIsNotCounted: an abandoned checkout that is completed
// leaves the day's message.
func TestWhoBoughtAfterAllIsNotCounted(t *testing.T) {
	left := func(n int) []byte {
		return sample("checkout.expired", map[string]any{
			"id": uuid(2, n), "status": "expired", "customer_name": fmt.Sprintf("Customer %d", n), "currency": "usd", "total_amount": 4900,
			"modified_at": time.Now().UTC().Format(time.RFC3339), "expires_at": time.Now().UTC().Format(time.RFC3339),
		})
	}
	inDays(t, func(w *world) {
		w.clock(3, 8, 0)
		for n := 1; n <= 3; n++ {
			w.deliver(left(n))
			w.pass(time.Second)
		}
		w.pass(10 * time.Minute)
		w.shows(sales, "🛒 3 abandoned checkouts today · $147.00 · latest: Customer 3")
		w.deliver(sample("checkout.updated", map[string]any{"id": uuid(2, 2), "status": "succeeded", "modified_at": time.Now().UTC().Format(time.RFC3339)}))
		w.pass(10 * time.Minute)
		w.shows(sales, "🛒 2 abandoned checkouts today · $98.00 · latest: Customer 3")
		w.clock(4, 9, 1)
		w.shows(hooked, "🛒 2 abandoned checkouts on Mon 3 Jan · $98.00 · latest: Customer 3")
	})
}

// TestDayForgetsAPerson: the person is no longer counted nor named.
func TestDayForgetsAPerson(t *testing.T) {
	inDays(t, func(w *world) {
		w.clock(3, 8, 0)
		for n := 1; n <= 3; n++ {
			w.deliver(renewed(n, time.Now()))
			w.pass(time.Second)
		}
		w.pass(10 * time.Minute)
		rows, err := w.journal.Messages(w.t.Context(), sales, []string{"subscription:" + uuid(7, 3)})
		if err != nil || len(rows) != 1 {
			t.Fatal(rows, err)
		}
		w.stop()
		erased, remaining := notifier.New(w.journal, w.to, w.options).Erase(w.t.Context(), rows)
		if erased != 1 || len(remaining) > 0 {
			t.Errorf("erased %d, remaining %v", erased, remaining)
		}
		w.shows(sales, "🔁 2 renewals today · $60.00 · latest: Customer 2")
		w.start()
	})
}

// TestCollectedDayInDoubt: it is tried again as seldom as any post that may have
// arrived, also across restarts.
func TestCollectedDayInDoubt(t *testing.T) {
	inDays(t, func(w *world) {
		w.clock(3, 8, 0)
		w.deliver(renewed(1, time.Now()))
		w.clock(4, 8, 59)
		w.platforms.Fail(hooked, -1, standin.Outcome{Applied: true, Status: 504})
		w.pass(61 * time.Second)
		for range 10 {
			w.pass(12 * time.Second)
			w.restart()
		}
		w.pass(time.Hour)
		if got := w.copies(hooked, 5*time.Minute); got != 2 {
			t.Errorf("%d copies in five minutes with ten restarts, want 2", got)
		}
		if got := w.copies(hooked, time.Hour); got > 4 {
			t.Errorf("%d copies in an hour with ten restarts, want at most 4", got)
		}
		w.platforms.Mend(hooked)
		w.pass(2 * time.Hour)
		before := len(w.shown(hooked))
		w.deliver(renewed(2, time.Now()))
		w.restart()
		w.clock(5, 9, 1)
		if got := len(w.shown(hooked)); got != before+1 {
			t.Errorf("%d messages a day later, want one more than %d, without a rest", got, before)
		}
	})
}

// TestCollectedDayIsRefused: it is sent again as its headline alone, and the sale
// that waits beside it whole.
func TestCollectedDayIsRefused(t *testing.T) {
	inDays(t, func(w *world) {
		w.clock(3, 8, 0)
		w.deliver(renewed(1, time.Now()))
		w.deliver(renewed(2, time.Now()))
		w.clock(4, 8, 59)
		w.platforms.Fail(hooked, 1, standin.Outcome{Status: 400, Body: "invalid_blocks"})
		w.pass(61 * time.Second)
		w.deliver(sale(1))
		w.idle(time.Minute)
		w.shows(hooked, "🔁 2 renewals on Mon 3 Jan · $60.00 · latest: Customer 2", "💰 Sale · $97.20 · Customer 1 · Pro Plan")
		for i, want := range []bool{false, true} {
			if got := strings.Contains(string(w.shown(hooked)[i].Body), "fields"); got != want {
				t.Errorf("message %d has fields: %v, want %v", i, got, want)
			}
		}
	})
}
