package reporter_test

import (
	"reflect"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"polarbell/compose"
	"polarbell/internal/polartest"
	"polarbell/polar"
	"polarbell/reporter"
	"polarbell/standin"
)

const nine = 9 * time.Hour

// asksFor has a bridge in Oslo tell digests. Oslo is an hour ahead of UTC on 15
// January 2000, a Saturday, when a world begins.
func (w *world) asksFor(all ...reporter.Digest) {
	w.t.Helper()
	zone, err := time.LoadLocation("Europe/Oslo")
	if err != nil {
		w.t.Fatal(err)
	}
	w.options.Zone, w.options.Digests = zone, all
	w.isOn = true
}

// until lets time pass until a moment in January 2000, by Oslo's clock.
func (w *world) until(day int, clock string) {
	w.t.Helper()
	at, err := time.ParseInLocation("15:04:05", clock, w.options.Zone)
	if err != nil {
		w.t.Fatal(err)
	}
	at = time.Date(2000, 1, day, at.Hour(), at.Minute(), at.Second(), 0, w.options.Zone)
	if at.Before(time.Now()) {
		w.t.Fatalf("%d January, %s is over", day, clock)
	}
	w.pass(time.Until(at))
}

// digests are the events of digests that were told, as "sales day 2000-01-16".
func (w *world) digests() (all []string) {
	for _, e := range w.digestEvents() {
		all = append(all, e.Destination+" "+e.Period+" "+e.Date)
	}
	return all
}

func (w *world) digestEvents() (all []polar.DigestEvent) {
	w.t.Helper()
	w.open()
	for _, entry := range w.own(polar.Digest) {
		e, ok, err := w.journal.Entry(w.t.Context(), entry.Seq)
		if err != nil || !ok {
			w.t.Fatal(ok, err)
		}
		all = append(all, polar.Body(e.Body).DigestEvent())
	}
	return all
}

// TestDigestIsToldOnce at its time, by whichever process looks, and however often
// the bridge starts anew.
func TestDigestIsToldOnce(t *testing.T) {
	inWorld(t, func(w *world) {
		w.asksFor(reporter.Digest{Destination: "sales", At: nine})
		w.until(16, "10:00:00")
		w.sell()
		w.until(17, "08:59:59")
		w.look()
		w.expect("before its time", w.digests())
		w.until(17, "09:00:00")
		w.look()
		w.expect("at its time", w.digests(), "sales day 2000-01-16")
		w.look()
		w.end()
		w.open()
		w.look(w.reporter(), w.reporter())
		w.until(17, "12:00:00")
		w.look()
		w.expect("afterwards", w.digests(), "sales day 2000-01-16")
	})
}

// TestDigestGoesToItsDestinationAlone, whatever the routes say.
func TestDigestGoesToItsDestinationAlone(t *testing.T) {
	takesLong(t)
	inWorld(t, func(w *world) {
		w.asksFor(reporter.Digest{Destination: "sales", At: nine})
		w.to[0].Routes, w.to[1].Routes = compose.MustRoute("refund"), compose.MustRoute("*")
		w.until(16, "10:00:00")
		w.start()
		w.sell()
		w.until(17, "09:05:00")
		w.stop()
		w.expect("Slack", w.posted(sales), "📊 Sun 16 Jan · $53.90 · 1 sale")
		if all := strings.Join(w.posted(disc), "\n"); !strings.Contains(strings.ToLower(all), "sale") || strings.Contains(all, "📊") {
			w.t.Errorf("Discord: got %s, want the sale and no digest", all)
		}
	})
}

// TestDigestOfAPlatformThatIsDown: another process takes over while the digest
// cannot be sent, and it stands in the channel once.
func TestDigestOfAPlatformThatIsDown(t *testing.T) {
	takesLong(t)
	inWorld(t, func(w *world) {
		w.asksFor(reporter.Digest{Destination: "sales", At: nine})
		w.to[0].Routes = compose.MustRoute("refund")
		w.until(16, "10:00:00")
		w.start()
		w.sell()
		w.until(17, "08:55:00")
		w.platforms.Fail(sales, -1, standin.Outcome{Status: 503})
		w.until(17, "09:02:00")
		w.end()
		w.expect("nothing gets through", w.posted(sales))
		w.start()
		w.until(17, "09:10:00")
		w.platforms.Mend(sales)
		w.until(17, "12:00:00")
		w.expect("one is told", w.digests(), "sales day 2000-01-16")
		w.expect("one is posted", w.posted(sales), "📊 Sun 16 Jan · $53.90 · 1 sale")
	})
}

// TestDigestLate: what was due while the bridge was off is told for six hours,
// and then with the next digest.
func TestDigestLate(t *testing.T) {
	inWorld(t, func(w *world) {
		w.asksFor(reporter.Digest{Destination: "sales", At: nine})
		w.until(16, "10:00:00")
		w.sell()
		w.until(17, "15:00:00")
		w.look()
		w.expect("six hours late", w.digests(), "sales day 2000-01-16")
		w.sell()
		w.until(18, "15:01:00")
		w.look()
		w.expect("later than that", w.digests(), "sales day 2000-01-16")
		w.sell()
		w.until(19, "09:00:00")
		w.look()
		w.expect("the next day", w.digests(), "sales day 2000-01-16", "sales day 2000-01-18")
		last := w.digestEvents()[1]
		if len(last.Missed) != 1 || last.Missed[0].Name != "2000-01-17" || last.Missed[0].N != 1 {
			w.t.Errorf("missed: got %+v, want the sale of the seventeenth", last.Missed)
		}
	})
}

// TestNewDigestMissedNothing: of the days before somebody asked for digests none
// is missing.
func TestNewDigestMissedNothing(t *testing.T) {
	inWorld(t, func(w *world) {
		w.asksFor()
		for day := 16; day <= 19; day++ {
			w.until(day, "10:00:00")
			w.sell()
			w.look()
		}
		w.asksFor(reporter.Digest{Destination: "sales", At: nine})
		w.until(20, "09:00:00")
		w.look()
		if all := w.digestEvents(); len(all) != 1 || len(all[0].Missed) != 0 {
			w.t.Errorf("got %+v, want one digest that misses nothing", all)
		}
	})
}

// TestQuietDays: after three days without a payment only the weekly digest says
// so.
func TestQuietDays(t *testing.T) {
	inWorld(t, func(w *world) {
		w.asksFor(reporter.Digest{Destination: "sales", At: nine}, reporter.Digest{Destination: "sales", Weekly: true, Weekday: time.Monday, At: nine})
		w.until(18, "10:00:00")
		w.sell()
		for day := 19; day <= 25; day++ {
			w.until(day, "09:00:00")
			w.look()
		}
		w.until(25, "10:00:00")
		w.sell()
		w.until(26, "09:00:00")
		w.look()
		w.expect("told", w.digests(), "sales day 2000-01-18", "sales day 2000-01-19", "sales day 2000-01-20", "sales day 2000-01-21",
			"sales week 2000-01-17", "sales day 2000-01-25")
		for i, e := range w.digestEvents() {
			if got, want := e.Silent, i == 3; got != want {
				w.t.Errorf("%s %s says that it is the last for now = %t, want %t", e.Period, e.Date, got, want)
			}
		}
		if last := w.digestEvents()[5]; len(last.Missed) > 0 {
			w.t.Errorf("missed: %+v, want none: nothing was sold", last.Missed)
		}
	})
}

// TestFirstDigest counts from when deliveries are known, and says so.
func TestFirstDigest(t *testing.T) {
	inWorld(t, func(w *world) {
		w.asksFor(reporter.Digest{Destination: "sales", At: nine}, reporter.Digest{Destination: "sales", Weekly: true, Weekday: time.Monday, At: nine})
		w.until(19, "08:00:00")
		w.look()
		w.expect("of what is not known", w.digests())
		w.until(19, "14:05:00")
		w.sell()
		w.until(20, "09:00:00")
		w.look()
		w.until(24, "09:00:00")
		w.sell()
		w.look()
		w.until(31, "09:00:00")
		w.sell()
		w.look()
		known := []string{}
		for _, e := range w.digestEvents() {
			since := ""
			if !e.Known.IsZero() {
				since = " since " + e.Known.Format("Mon 15:04")
			}
			known = append(known, e.Period+" "+e.Date+since)
			if e.Compares {
				w.t.Errorf("%s %s compares with what is not known", e.Period, e.Date)
			}
		}
		w.expect("told", known, "day 2000-01-19 since Wed 14:05", "week 2000-01-17 since Wed 14:05", "week 2000-01-24")
	})
}

// TestDigestOfOneOrganization leaves the others' orders out.
func TestDigestOfOneOrganization(t *testing.T) {
	inWorld(t, func(w *world) {
		w.asksFor(
			reporter.Digest{Destination: "sales", Organizations: []string{"nimbus"}, At: nine},
			reporter.Digest{Destination: "community", At: nine},
		)
		w.until(16, "10:00:00")
		for i, organization := range []string{"nimbus", "acme", "acme", "nimbus@sandbox"} {
			s := polartest.New(i, time.Now())
			s.Purchase(polartest.Book)
			sub := s.Subscribe(polartest.Pro)
			s.Pass(time.Hour)
			sub.CancelNow()
			for _, d := range s.Sent {
				w.deliverOf(organization, d.Body)
			}
		}
		w.until(17, "09:00:00")
		w.look()
		for i, want := range []string{"nimbus", ""} {
			if e, _, err := w.journal.Entry(w.t.Context(), w.own(polar.Digest)[i].Seq); err != nil || e.Organization != want {
				w.t.Errorf("digest %d is of %q, %v; want %q", i, e.Organization, err, want)
			}
		}
		want := []polar.Part{
			{Name: "acme", Tally: polar.Tally{N: 4, Sums: []polar.Sum{{Amount: 17380, Currency: "usd"}}}},
			{Name: "nimbus", Tally: polar.Tally{N: 2, Sums: []polar.Sum{{Amount: 8690, Currency: "usd"}}}},
		}
		if got := w.digestEvents(); len(got[0].Organizations) != 0 || !reflect.DeepEqual(got[1].Organizations, want) {
			w.t.Errorf("the digests name %v and %v, want none and %v", got[0].Organizations, got[1].Organizations, want)
		}
		for i, want := range []int64{1, 3} {
			if e := w.digestEvents()[i]; e.Sales.N != 2*want || e.Joined != want || e.Left != want {
				w.t.Errorf("%s: got %d sales, %d new, %d left; want %d, %d, %d", e.Destination, e.Sales.N, e.Joined, e.Left, 2*want, want, want)
			}
		}
	})
}

// TestTodaySoFar is compared with the same weekday until the same time.
func TestTodaySoFar(t *testing.T) {
	inWorld(t, func(w *world) {
		w.asksFor()
		w.until(18, "23:00:00")
		w.sell() // before all that is compared
		for _, clock := range []string{"10:00:00", "12:00:00", "16:00:00"} {
			w.until(19, clock)
			w.sell()
		}
		w.until(26, "08:00:00")
		w.sell()
		w.until(26, "13:00:00")
		w.open()
		e, known, err := w.reporter().Today(w.t.Context(), reporter.Digest{}, time.Now())
		if err != nil || !known || !e.SoFar || e.Sales.N != 1 || !e.Compares || e.Before.N != 2 {
			w.t.Errorf("got %+v, %t, %v; want a sale today, two before", e, known, err)
		}
		w.settle()
	})
}

// TestDigestNamesNobody: it outlives the wish to be forgotten.
func TestDigestNamesNobody(t *testing.T) {
	inWorld(t, func(w *world) {
		w.asksFor(reporter.Digest{Destination: "sales", Weekly: true, At: nine, Weekday: time.Monday})
		w.until(18, "10:00:00")
		s := polartest.New(1, time.Now())
		s.Subscribe(polartest.Pro).Cancel()
		s.Visit(polartest.Team).Fill()
		for _, d := range s.Sent {
			w.deliver(d.Body)
		}
		w.until(24, "09:00:00")
		w.look()
		for _, entry := range w.own(polar.Digest) {
			e, _, err := w.journal.Entry(w.t.Context(), entry.Seq)
			if err != nil {
				w.t.Fatal(err)
			}
			if body := string(e.Body); strings.Contains(body, "Customer 1") || strings.Contains(body, "customer1@") || !strings.Contains(body, "too_expensive") {
				w.t.Errorf("got %s, want the reason and nobody's name", body)
			}
		}
		synctest.Wait()
	})
}
