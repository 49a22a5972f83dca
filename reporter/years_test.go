package reporter_test

import (
	"cmp"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"polarbell/compose"
	"polarbell/internal/polartest"
	"polarbell/journal"
	"polarbell/ledger"
	"polarbell/polar"
	"polarbell/reporter"
	"polarbell/standin"
)

var long = flag.Bool("long", false, "run what takes long too, as .ci/run does: a shop of two years instead of a month")

// takesLong skips a test of many hours of virtual time without -long.
func takesLong(t *testing.T) {
	if !*long {
		t.Skip("takes long: give -long, as .ci/run does")
	}
}

// Days on which something happens to the bridge itself.
const (
	outageDay   = 12 // off from noon to the next noon
	takeoverDay = 19 // while its digest cannot be posted
	forgetDay   = 24 // somebody is forgotten
)

// years is a shop over a long time, and what its deliveries say.
type years struct {
	*world
	start     time.Time
	sent      []polartest.Delivery // by time
	next      int                  // of them to be delivered
	books     books
	caughtUp  time.Time
	compared  time.Time // the digests until then
	looks     []time.Time
	lease     *journal.Lease // of the process that runs
	something map[string]bool
}

// TestTwoYears: of a shop with three currencies, refunds, trials, failures, in a
// zone with daylight saving, each digest has the numbers that a plain sum over
// its deliveries gives and is posted once, and each reminder says what became of
// the payment: also after an outage, a takeover, and when somebody was forgotten.
func TestTwoYears(t *testing.T) {
	days, customers := 31, 90
	if *long {
		days, customers = 730, 360
	}
	inWorld(t, func(w *world) {
		w.asksFor(
			reporter.Digest{Destination: "sales", At: nine},
			reporter.Digest{Destination: "sales", Weekly: true, Weekday: time.Monday, At: nine},
		)
		w.to = w.to[:1]
		w.to[0].Routes = compose.MustRoute("unpaid")
		y := &years{world: w, start: time.Date(2000, 2, 21, 0, 0, 0, 0, w.options.Zone), books: newBooks(), something: map[string]bool{}}
		y.options.CaughtUp = func(context.Context) (time.Time, error) { return y.caughtUp, nil }
		y.live(days, customers)
		y.hold()
		for n := range days + 1 {
			y.day(n)
		}
		y.lease.Release()
		y.checkDigests(days)
		y.checkReminders()
	})
}

// forgotten is the number of the customer who is.
const forgotten = 1

// live has customers come during some days.
func (y *years) live(days, customers int) {
	r := rand.New(rand.NewPCG(3, 5))
	end := y.start.AddDate(0, 0, days)
	for n := range customers {
		at := y.start.Add(time.Duration(r.Int64N(int64(end.Sub(y.start)))))
		if n < 40 { // a month before, or on the first day
			at = y.start.AddDate(0, n%2-1, 0).Add(time.Duration(r.Int64N(int64(72 * time.Hour))))
		}
		shop := polartest.NewOn(polartest.Terms{Currency: []string{"usd", "usd", "eur", "jpy"}[n%4]}, n, at)
		switch {
		case n == forgotten:
			sub := shop.Subscribe(polartest.Pro)
			shop.Now = y.start.AddDate(0, 0, forgetDay+3)
			sub.CancelNow()
		case n < 40 && n%2 == 1:
			trial(r, shop)
		case n%4 == 0:
			member(r, shop, end, n/4%3)
		default:
			shop.LiveOn(r)
		}
		y.sent = append(y.sent, shop.Sent...)
	}
	y.sent = slices.DeleteFunc(y.sent, func(d polartest.Delivery) bool { return d.At.After(end) })
	slices.SortStableFunc(y.sent, func(a, b polartest.Delivery) int { return cmp.Compare(a.At.UnixNano(), b.At.UnixNano()) })
}

// member pays each month, for the most part, but for the first one.
func member(r *rand.Rand, shop *polartest.Shop, end time.Time, first int) {
	const day = 24 * time.Hour
	sub := shop.Subscribe(polartest.Pro)
	for what := first; shop.Now.Before(end); what = r.IntN(9) {
		switch what {
		case 0, 1:
			sub.FailRenewal()
			shop.Pass([]time.Duration{3 * time.Hour, 5 * day, 20*day + 3*time.Hour}[r.IntN(3)])
			sub.Recover()
		case 2:
			sub.FailRenewal()
			shop.Pass(21*day + 5*time.Minute)
			sub.Lose()
			return
		case 3:
			sub.Renew()
			shop.Pass(2 * day)
			sub.Last.Refund(1000)
		case 4:
			sub.Cancel()
			sub.End()
			return
		default:
			sub.Renew()
		}
	}
}

// at is a time of day n.
func (y *years) at(n int, clock time.Duration) time.Time {
	return time.Date(y.start.Year(), y.start.Month(), y.start.Day()+n, int(clock.Hours()), 0, 0, 0, y.options.Zone)
}

// day is one until nine, when the bridge looks and posts.
func (y *years) day(n int) {
	y.t.Helper()
	nine := y.at(n, nine)
	switch n {
	case outageDay + 1:
		y.outage(y.at(n-1, 12*time.Hour), y.at(n, 12*time.Hour))
	case takeoverDay:
		y.until(nine)
		y.takeover()
	default:
		y.until(nine.Add(-10 * time.Minute))
		y.on() // posts what is no digest
		y.until(nine)
		y.on()
	}
	if n == forgetDay {
		y.forget()
	}
	y.compareNew()
}

// compareNew compares the digests that were told since the last time.
func (y *years) compareNew() {
	y.t.Helper()
	entries, err := y.journal.ReceivedSince(y.t.Context(), y.compared, []string{polar.Digest})
	if err != nil {
		y.t.Fatal(err)
	}
	for _, entry := range entries {
		e, _, err := y.journal.Entry(y.t.Context(), entry.Seq)
		if err != nil {
			y.t.Fatal(err)
		}
		y.compare(polar.Body(e.Body).DigestEvent(), y.books, y.something)
	}
	y.compared = time.Now()
}

// until delivers what comes until a moment.
func (y *years) until(end time.Time) {
	y.t.Helper()
	for y.next < len(y.sent) && y.sent[y.next].At.Before(end.Add(-time.Minute)) {
		d := y.sent[y.next]
		y.pass(time.Until(d.At))
		y.deliver(d.Body)
		y.books.add(y.t, d)
		y.next++
	}
	y.pass(time.Until(end))
}

// on runs the bridge for a moment, which has been on all the while.
func (y *years) on() {
	y.t.Helper()
	y.looks = append(y.looks, time.Now())
	y.noteAlive()
	y.run(y.notifier.Run, y.process.Run, y.process.StayAlive)
	y.pass(8 * time.Second)
	y.stop()
}

// outage is a time in which the bridge is off. What came meanwhile is fetched
// once it is on.
func (y *years) outage(from, to time.Time) {
	y.t.Helper()
	y.until(from)
	y.on()
	y.pass(time.Until(to))
	y.isOn = false
	y.world.start()
	y.pass(time.Minute)
	for y.next < len(y.sent) && y.sent[y.next].At.Before(to) {
		d := y.sent[y.next]
		y.deliver(d.Body)
		y.books.add(y.t, d)
		y.next++
	}
	y.caughtUp = time.Now()
	y.pass(40 * time.Minute)
	y.stop()
	y.isOn = true
}

// takeover has two processes look at the same time. The one that posts is killed
// while the platform is down, and the other goes on.
func (y *years) takeover() {
	y.t.Helper()
	y.platforms.Fail(sales, -1, standin.Outcome{Status: 503})
	y.look(y.reporter(), y.reporter())
	y.on()
	y.lease.Release()
	y.end()
	y.hold()
	y.on()
	y.platforms.Mend(sales)
	y.noteAlive()
	y.world.start()
	y.pass(20 * time.Minute)
	y.stop()
	y.boot()
}

// hold opens the journal in a process that delivers.
func (y *years) hold() {
	y.t.Helper()
	y.open()
	lease, err := y.journal.AcquireLease(y.t.Context(), func() {})
	if err != nil {
		y.t.Fatal(err)
	}
	y.lease = lease
	y.boot()
}

// forget removes a customer, as the command does.
func (y *years) forget() {
	y.t.Helper()
	email := fmt.Sprintf("customer%d@example.com", forgotten)
	id := ""
	for _, s := range y.books.subs {
		if customer, _ := s.thing["customer"].(thing); text(customer, "email") == email {
			id = text(customer, "id")
		}
	}
	var subjects []string
	for _, who := range []string{email, id} {
		person, _ := polar.PersonBy(who)
		found, err := y.journal.Subjects(y.t.Context(), who, person.IsIn)
		if err != nil || len(found) == 0 {
			y.t.Fatalf("%q: %v, %v", who, found, err)
		}
		subjects = append(subjects, found...)
	}
	if err := ledger.New(y.journal, ledger.Options{}).Forget(y.t.Context(), []string{id}); err != nil {
		y.t.Fatal(err)
	}
	if _, err := y.journal.Forget(y.t.Context(), subjects); err != nil {
		y.t.Fatal(err)
	}
	y.books.forget(id, email)
}

// checkDigests: there is one for each day and each week, and each was posted
// once, in their order.
func (y *years) checkDigests(days int) {
	y.t.Helper()
	want, posted := []string{"📊 Week of 14 Feb"}, []string{}
	quiet := 4 // more days than are told of
	for n := range days + 1 {
		if n > 0 {
			if quiet++; y.wasPaidOn(n - 1) {
				quiet = 0
			}
			if quiet <= 3 {
				want = append(want, "📊 "+y.at(n-1, 0).Format("Mon 2 Jan"))
			}
		}
		if y.at(n, 0).Weekday() == time.Monday && n > 0 {
			want = append(want, "📊 Week of "+y.at(n-7, 0).Format("2 Jan"))
		}
	}
	for _, h := range y.posted(sales) {
		if strings.HasPrefix(h, "📊") {
			when, _, _ := strings.Cut(h, " · ")
			posted = append(posted, when)
		}
	}
	y.expect("digests", posted, want...)
	if len(y.something) != 13 || slices.Contains(slices.Collect(maps.Values(y.something)), false) {
		y.t.Errorf("want something of everything, got %v", y.something)
	}
}

func (y *years) wasPaidOn(n int) bool {
	from, to := y.at(n, 0), y.at(n+1, 0)
	for _, o := range y.books.orders {
		if !o.paid.Before(from) && o.paid.Before(to) && number(o.thing, "total_amount") > 0 {
			return true
		}
	}
	return false
}

// checkReminders: each payment that had failed for nineteen days when the bridge
// looked has one reminder, which says what became of it.
func (y *years) checkReminders() {
	y.t.Helper()
	var want, got []string
	for _, s := range y.books.subs {
		for _, f := range s.failures {
			from, until := f.since.AddDate(0, 0, 19), cmp.Or(f.until, time.Now().Add(time.Hour))
			if !slices.ContainsFunc(y.looks, func(at time.Time) bool { return !at.Before(from) && at.Before(until) }) {
				continue
			}
			became := "open"
			if !f.until.IsZero() {
				became = map[bool]string{true: "→ recovered", false: "→ lost"}[f.paid]
			}
			want = append(want, f.who+" "+became)
		}
	}
	for _, card := range y.cards(sales) {
		_, of, isReminder := strings.Cut(card, "left to pay · ")
		if !isReminder {
			continue
		}
		who, became := strings.Split(of, " · ")[1], "open"
		for _, outcome := range []string{"→ recovered", "→ lost"} {
			if strings.Contains(card, outcome) {
				became = outcome
			}
		}
		got = append(got, who+" "+became)
	}
	slices.Sort(want)
	slices.Sort(got)
	y.expect("reminders", got, want...)
	if len(want) < 3 {
		y.t.Errorf("%d payments failed for long, want enough to be worth a test", len(want))
	}
}

// cards are those of a Slack channel's messages, as JSON.
func (y *years) cards(channel string) (all []string) {
	y.t.Helper()
	for _, m := range y.shown(channel) {
		var body struct{ Attachments []json.RawMessage }
		if err := json.Unmarshal(m.Body, &body); err != nil {
			y.t.Fatal(err)
		}
		for _, card := range body.Attachments {
			all = append(all, string(card))
		}
	}
	return all
}
