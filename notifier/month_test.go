package notifier_test

import (
	"cmp"
	"flag"
	"slices"
	"strings"
	"testing"
	"time"

	"polarbell/compose"
	"polarbell/internal/polartest"
)

var monthDays = flag.Int("month.days", 1, "how many days of a shop the test of what a newcomer gets plays")

// TestAMonthOfAShop counts what the README's settings give: a shop with 200
// subscribers and 1,000 users of a free plan, ten sales and three abandoned
// checkouts a day and 30 visits of crawlers, and in a month 8 failed renewals, 16
// cancellations, 4 refunds and 4 changes of plan.
func TestAMonthOfAShop(t *testing.T) {
	const day = 24 * time.Hour
	inWorld(t, func(w *world) {
		w.asAdvised()
		start := time.Now()
		end := start.Add(time.Duration(*monthDays) * day)
		for _, d := range inMoments(aMonth(start, *monthDays), start, end) {
			w.until(d.At)
			w.receive(d)
		}
		w.idle(20 * time.Minute)
		w.pass(10 * time.Minute)
		w.idle(20 * time.Minute)
		days := float64(*monthDays)
		for channel, most := range map[string]float64{sales: 15, disc: 13} {
			posts, rings := w.rings(channel)
			t.Logf("%s: %d posts, %.1f rings a day", channel, posts, float64(rings)/days)
			if got := float64(posts) / days; got > 15 {
				t.Errorf("%s got %.1f posts a day, want at most 15: 450 in 30 days", channel, got)
			}
			if got := float64(rings) / days; got > most {
				t.Errorf("%s rang %.1f times a day, want at most %.0f", channel, got, most)
			}
			if posts < 10**monthDays {
				t.Errorf("%s got %d posts, want one for each sale at least", channel, posts)
			}
		}
	})
}

// asAdvised has a Slack channel and a Discord webhook with the README's settings.
func (w *world) asAdvised() {
	w.slack(sales)
	w.discord()
	for i := range w.to {
		w.to[i].Routes, w.to[i].Daily = compose.MustRoute("news"), compose.MustRoute("renewal|free|abandoned")
	}
	w.start()
}

// rings counts a channel's posts, and those that make a sound.
func (w *world) rings(channel string) (posts, rings int) {
	for _, m := range w.platforms.Messages(channel) {
		posts++
		if !m.Silent {
			rings++
		}
	}
	return posts, rings
}

// TestALaunchDay: with a whole month's flag 300 sales within two hours, and 500
// subscriptions that move to Polar within minutes; else a tenth of both.
func TestALaunchDay(t *testing.T) {
	inWorld(t, func(w *world) {
		w.asAdvised()
		var sent []polartest.Delivery
		start := time.Now()
		sold := min(10**monthDays+10, 300)
		for i := range sold {
			s := polartest.New(i+1, start.Add(time.Duration(i)*24*time.Second))
			s.Purchase(polartest.Book)
			sent = append(sent, s.Sent...)
		}
		for i := range sold * 5 / 3 {
			s := polartest.New(1000+i, start.Add(3*time.Hour+time.Duration(i)*time.Second))
			s.Migrate(polartest.Pro)
			sent = append(sent, s.Sent...)
		}
		for _, d := range inMoments(sent, start, start.Add(24*time.Hour)) {
			w.until(d.At)
			w.receive(d)
		}
		w.idle(20 * time.Minute)
		for _, channel := range []string{sales, disc} {
			posts, rings := w.rings(channel)
			t.Logf("%s: %d posts, %d rings", channel, posts, rings)
			if posts > sold {
				t.Errorf("%s got %d posts, want at most one for each sale, and none for what moved", channel, posts)
			}
		}
	})
}

// aMonth is all that happens in the first days of the 30 from start, and what
// happened to the same customers before.
func aMonth(start time.Time, days int) []polartest.Delivery {
	const day = 24 * time.Hour
	var sent []polartest.Delivery
	n := 0
	customer := func(at time.Duration) *polartest.Shop {
		n++
		return polartest.New(n, start.Add(at))
	}
	add := func(s *polartest.Shop) { sent = append(sent, s.Sent...) }
	for i := range 200 * days / 30 {
		s := customer(time.Duration(i-200) * 30 * day / 200) // their periods end one after the other
		sub := s.Subscribe(polartest.Pro)
		switch {
		case i%25 == 0:
			sub.FailRenewal()
			s.Pass(2 * day)
			sub.Recover()
		case i%25 == 1, i%25 == 2:
			s.Now = start.Add(time.Duration(i) * 30 * day / 200)
			sub.Cancel()
		case i%50 == 3:
			s.Now = start.Add(time.Duration(i) * 30 * day / 200)
			sub.Change(polartest.Team)
		default:
			sub.Renew()
		}
		add(s)
	}
	for i := range 1000 * days / 30 {
		s := customer(time.Duration(i-1000) * 30 * day / 1000)
		s.Subscribe(polartest.Hobby).Renew()
		add(s)
	}
	for i := range days * 10 {
		s := customer(time.Duration(i) * day / 10)
		o := s.Purchase(polartest.Book)
		if i%75 == 0 {
			s.Pass(day)
			o.Refund(o.Left())
		}
		add(s)
	}
	for i := range days * 33 {
		s := customer(time.Duration(i) * day / 33)
		c := s.Visit(polartest.Book)
		if i%11 == 0 {
			c.Fill()
		}
		c.Expire()
		add(s)
	}
	return sent
}

// inMoments are the deliveries that README's ticks in Polar give, some seconds
// apart at six moments a day, since in virtual time each second costs a look at
// the journal.
func inMoments(sent []polartest.Delivery, start, end time.Time) []polartest.Delivery {
	const apart = 4 * time.Hour
	slices.SortStableFunc(sent, func(a, b polartest.Delivery) int { return cmp.Compare(a.At.UnixNano(), b.At.UnixNano()) })
	var ticked []polartest.Delivery
	moment := start
	for _, d := range sent {
		family, _, _ := strings.Cut(d.Type, ".")
		isTicked := slices.Contains([]string{"order", "subscription", "refund"}, family) || d.Type == "checkout.expired"
		if !isTicked || d.At.Before(start) || d.At.After(end) {
			continue
		}
		if of := d.At.Truncate(apart).Add(10 * time.Minute); of.After(moment) {
			moment = of
		}
		moment = moment.Add(2 * time.Second)
		d.At = moment
		ticked = append(ticked, d)
	}
	return ticked
}
