package ledger_test

import (
	"flag"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"polarbell/internal/polartest"
	"polarbell/ledger"
)

var long = flag.Bool("long", false, "a shop with more customers, looked at each day, as .ci/run does")

// shop is what many customers do in two years, in the order of time.
func shop(customers int) (sent []polartest.Delivery) {
	r := rand.New(rand.NewPCG(1, 2))
	for n := range customers {
		terms := polartest.Terms{Currency: []string{"usd", "usd", "eur", "jpy"}[n%4], Credits: n%5 == 0}
		s := polartest.NewOn(terms, n+1, start.Add(time.Duration(r.Int64N(int64(600*24*time.Hour)))))
		s.Live(r)
		s.Live(r)
		sent = append(sent, s.Sent...)
	}
	slices.SortStableFunc(sent, func(a, b polartest.Delivery) int { return a.At.Compare(b.At) })
	return sent
}

// TestTwoYearsOfAShop: days, and weeks without -long, are those of a zone with
// daylight saving.
func TestTwoYearsOfAShop(t *testing.T) {
	oslo, err := time.LoadLocation("Europe/Oslo")
	if err != nil {
		t.Fatal(err)
	}
	customers, days := 12, 7
	if *long {
		customers, days = 120, 1
	}
	sent := shop(customers)
	want := plainly(sent)
	each(t, func(w *world) {
		for i, d := range sent {
			w.deliver(d)
			if i%97 == 0 { // arrives while the ledger is made
				w.follow()
			}
		}
		w.follow()
		var orders int
		for day := time.Date(2026, 3, 1, 0, 0, 0, 0, oslo); day.Before(start.AddDate(2, 6, 0)); day = day.AddDate(0, 0, days) {
			p := ledger.Period{From: day, To: day.AddDate(0, 0, days), All: true}
			orders += len(want.paidIn(p.From, p.To))
			if got, want := w.sums(p, ledger.Together), want.sums(p.From, p.To); got != want {
				w.t.Errorf("%s: got %s, want %s", day.Format(time.DateOnly), got, want)
			}
			if got, want := w.refunds(p), want.refundSums(p.From, p.To); got != want {
				w.t.Errorf("%s: got refunds %s, want %s", day.Format(time.DateOnly), got, want)
			}
		}
		if orders < customers {
			w.t.Errorf("the shop had %d orders, want enough to be worth a test", orders)
		}
	})
}
