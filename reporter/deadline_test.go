package reporter_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"polarbell/compose"
	"polarbell/internal/polartest"
	"polarbell/polar"
)

// TestAtRisk is the sum of what is still unpaid: of the same organization, one
// sum a currency, a year's price by month, without what is settled.
func TestAtRisk(t *testing.T) {
	inWorld(t, func(w *world) {
		w.look()
		for i, of := range []struct {
			terms        polartest.Terms
			product      polartest.Product
			organization string
			becomes      func(*polartest.Subscription)
		}{
			{product: polartest.Pro, organization: "nimbus"},
			{product: polartest.Team, organization: "nimbus"},
			{product: polartest.Yearly, organization: "nimbus"},
			{product: polartest.Pro, organization: "nimbus", terms: polartest.Terms{Currency: "eur"}},
			{product: polartest.Team, organization: "nimbus", becomes: (*polartest.Subscription).Recover},
			{product: polartest.Team, organization: "nimbus", becomes: (*polartest.Subscription).Lose},
			{product: polartest.Team, organization: "acme"},
			{product: polartest.Team, organization: "nimbus@sandbox"},
		} {
			s, sub := failingOn(of.terms, i+1, of.product)
			if of.becomes != nil {
				of.becomes(sub)
			}
			for _, d := range s.Sent {
				w.deliverOf(of.organization, d.Body)
			}
		}
		w.skip(19*day + time.Hour)
		var got []string
		for _, e := range w.own(polar.Reminder) {
			e, _, err := w.journal.Entry(w.t.Context(), e.Seq)
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, fmt.Sprint(e.Organization, " ", polar.Body(e.Body).Deadline().AtRisk))
		}
		const nimbus = "nimbus {4 [{12500 usd} {3000 eur}]}"
		slices.Sort(got)
		w.expect("at risk", got, "acme {1 [{7000 usd}]}", nimbus, nimbus, nimbus, nimbus, "nimbus@sandbox {1 [{7000 usd}]}")
	})
}

// TestReminderLate says how much time is left.
func TestReminderLate(t *testing.T) {
	inWorld(t, func(w *world) {
		w.look()
		w.failing(1, polartest.Pro)
		w.tell(time.Minute)
		w.skip(18 * day)
		time.Sleep(2 * day)
		w.watch(25 * time.Minute)
		w.tell(10 * time.Minute)
		posted := w.posted(sales)
		if got, want := posted[len(posted)-1], "⚠️ 1 day left to pay · $33.00 · Customer 1 · Pro"; got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	})
}

// TestWhoGetsReminders: routes, days and audiences as for the failure.
func TestWhoGetsReminders(t *testing.T) {
	for _, tt := range []struct {
		name              string
		route, daily      string
		public, anonymous bool
		perEvent          bool
		want              string // the last headline; "": no message about it
	}{
		{name: "news", route: "news", want: "⚠️ 2 days left to pay · $33.00 · Customer 1 · Pro"},
		{name: "alerts", route: "alerts", want: "⚠️ 2 days left to pay · $33.00 · Customer 1 · Pro"},
		{name: "unpaid", route: "unpaid", want: "⚠️ 2 days left to pay · $33.00 · Customer 1 · Pro"},
		{name: "the type that it repeats", route: "subscription.past_due", want: "⚠️ 2 days left to pay · $33.00 · Customer 1 · Pro"},
		{name: "a condition", route: "unpaid[amount>=100usd]"},
		{name: "the bridge's", route: "bridge"},
		{name: "polarbell.*", route: "polarbell.*"},
		{name: "sales", route: "sale"},
		{name: "public", route: "unpaid|subscriber", public: true, want: "🎉 Someone in Norway subscribed to Pro"},
		{name: "anonymous", route: "unpaid", anonymous: true, want: "⚠️ 2 days left to pay · $33.00 · Pro · Norway"},
		{name: "of a day", route: "unpaid", daily: "unpaid", want: "⚠️ 2 days left to pay · $33.00 · Customer 1 · Pro"},
		{name: "one message per event", route: "unpaid", perEvent: true, want: "⚠️ 2 days left to pay · $33.00 · Customer 1 · Pro"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				d := &w.to[0]
				d.Routes, d.Public, d.Anonymous, w.perEvent = compose.MustRoute(tt.route), tt.public, tt.anonymous, tt.perEvent
				if tt.daily != "" {
					d.Daily = compose.MustRoute(tt.daily)
				}
				w.to = w.to[:1]
				w.look()
				w.failing(1, polartest.Pro)
				w.tell(time.Minute)
				w.skip(19*day - 10*time.Minute)
				w.tell(15 * time.Minute)
				got := ""
				if posted := w.posted(sales); len(posted) > 0 {
					got = posted[len(posted)-1]
				}
				if got != tt.want {
					t.Errorf("got %q, want %q", w.posted(sales), tt.want)
				}
				for _, m := range w.shown(sales) {
					if tt.anonymous && strings.Contains(string(m.Body), "Customer 1") {
						t.Errorf("the message names the customer: %s", m.Body)
					}
				}
			})
		})
	}
}
