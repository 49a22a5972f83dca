package ledger_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"polarbell/internal/polartest"
	"polarbell/journal"
	"polarbell/ledger"
	"polarbell/polar"
)

// beside is another process on the same journal, which does not deliver.
func (w *world) beside() *world {
	w.t.Helper()
	j, err := journal.Open(w.t.Context(), w.url)
	w.must(err)
	w.t.Cleanup(func() { j.Close() })
	return &world{t: w.t, url: w.url, journal: j, ledger: ledger.New(j, ledger.Options{})}
}

// soFar says what a day had sold up to each of its orders, in the order of IDs.
func (w *world) soFar(day time.Time, orders map[string]*plainOrder) (all []string) {
	w.t.Helper()
	for id, o := range orders {
		p := ledger.Period{From: day, To: day.AddDate(0, 0, 1)}
		sums, err := w.ledger.UpTo(w.t.Context(), p, journal.Order{ID: id, Paid: o.paidAt()})
		w.must(err)
		slices.SortFunc(sums, func(a, b ledger.Sum) int { return int(a.Total - b.Total) })
		all = append(all, fmt.Sprint(id, sums))
	}
	slices.Sort(all)
	return all
}

// someSales are purchases in two currencies on one day, some of them refunded or
// free.
func someSales(n int) (sent []polartest.Delivery) {
	for i := range n {
		s := polartest.NewOn(polartest.Terms{Currency: []string{"usd", "eur"}[i%2]}, i+1, start.Add(time.Duration(i)*time.Minute))
		switch i % 4 {
		case 0:
			s.Purchase(polartest.Gift)
		case 1:
			s.Purchase(polartest.Book).Refund(500)
		default:
			s.Purchase(polartest.Book)
		}
		sent = append(sent, s.Sent...)
	}
	return sent
}

// TestDayInMemory: the process that delivers knows a day as another one reads it,
// in whatever order orders arrive.
func TestDayInMemory(t *testing.T) {
	each(t, func(w *world) {
		w.hold()
		other, day := w.beside(), start.Truncate(24*time.Hour)
		sent := someSales(10)
		rand.New(rand.NewPCG(1, 1)).Shuffle(len(sent), func(i, j int) { sent[i], sent[j] = sent[j], sent[i] })
		orders := plainly(sent).orders
		for i, d := range sent {
			w.deliver(d)
			if i%3 != 0 {
				continue
			}
			w.follow()
			if got, want := w.soFar(day, orders), other.soFar(day, orders); !slices.Equal(got, want) {
				w.t.Fatalf("after %d deliveries:\ngot  %v\nwant %v", i+1, got, want)
			}
		}
	})
}

// TestDayAfterATakeover: what another process booked while it delivered is known.
func TestDayAfterATakeover(t *testing.T) {
	each(t, func(w *world) {
		other, day := w.beside(), start.Truncate(24*time.Hour)
		sent := someSales(8)
		orders := plainly(sent).orders
		acquire := func(w *world) *journal.Lease {
			lease, err := w.journal.AcquireLease(w.t.Context(), func() {})
			w.must(err)
			return lease
		}
		lease := acquire(w)
		w.deliver(sent[:len(sent)/2]...)
		w.follow()
		w.soFar(day, orders)
		lease.Release()
		lease = acquire(other)
		var bodies []polar.Body
		for _, d := range sent {
			if p, err := polar.Parse(d.Body); err == nil && p.Object[:6] == "order:" {
				bodies = append(bodies, d.Body)
			}
		}
		w.must(other.ledger.Import(w.t.Context(), "", bodies))
		want := other.soFar(day, orders)
		lease.Release()
		lease = acquire(w)
		defer lease.Release()
		if got := w.soFar(day, orders); !slices.Equal(got, want) {
			w.t.Errorf("got  %v\nwant %v", got, want)
		}
	})
}
