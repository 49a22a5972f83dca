package ledger_test

import (
	"bytes"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	_ "github.com/ncruces/go-sqlite3/driver" // the driver "sqlite3"

	"polarbell/internal/polartest"
	"polarbell/journal"
	"polarbell/ledger"
)

// TestAnyOrderOfArrival: the newest state wins, and an order counts on the day
// that it was paid.
func TestAnyOrderOfArrival(t *testing.T) {
	lives := map[string]func(s *polartest.Shop){
		"a purchase": func(s *polartest.Shop) { s.Purchase(polartest.Book) },
		"refunds": func(s *polartest.Shop) {
			o := s.Purchase(polartest.Book)
			s.Pass(time.Hour)
			o.Refund(1000)
			s.Pass(30 * 24 * time.Hour)
			o.Refund(500).Fail()
			o.RefundSlowly(700).Succeed()
		},
		"renewals": func(s *polartest.Shop) {
			sub := s.Subscribe(polartest.Pro)
			s.Pass(30 * 24 * time.Hour)
			sub.Renew()
			s.Pass(30 * 24 * time.Hour)
			sub.FailRenewal()
			s.Pass(7 * 24 * time.Hour)
			sub.Recover()
		},
		"a trial": func(s *polartest.Shop) {
			sub := s.StartTrial(polartest.Pro, 14)
			s.Pass(14 * 24 * time.Hour)
			sub.Renew()
		},
	}
	arrivals := map[string]func([]polartest.Delivery) []polartest.Delivery{
		"in order": func(all []polartest.Delivery) []polartest.Delivery { return all },
		"reversed": func(all []polartest.Delivery) []polartest.Delivery { slices.Reverse(all); return all },
		"twice":    func(all []polartest.Delivery) []polartest.Delivery { return append(all, all...) },
		"scrambled": func(all []polartest.Delivery) []polartest.Delivery {
			rand.New(rand.NewPCG(1, 1)).Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
			return all
		},
	}
	for life, live := range lives {
		for arrival, arrive := range arrivals {
			t.Run(life+" "+arrival, func(t *testing.T) {
				inFile(t, func(w *world) {
					s := polartest.New(1, start)
					live(s)
					want := plainly(s.Sent)
					for _, d := range arrive(slices.Clone(s.Sent)) {
						w.deliver(d)
						w.follow()
					}
					for day := start.Truncate(24 * time.Hour); day.Before(s.Now); day = day.AddDate(0, 0, 1) {
						p := ledger.Period{From: day, To: day.AddDate(0, 0, 1), All: true}
						if got, want := w.sums(p, ""), want.sums(p.From, p.To); got != want {
							w.t.Errorf("%s: got %s, want %s", day.Format(time.DateOnly), got, want)
						}
						if got, want := w.refunds(p), want.refundSums(p.From, p.To); got != want {
							w.t.Errorf("%s: got refunds %s, want %s", day.Format(time.DateOnly), got, want)
						}
					}
				})
			})
		}
	}
}

// TestKinds: what is bought anew is a sale, by its kind, and a renewal is none.
func TestKinds(t *testing.T) {
	each(t, func(w *world) {
		s := polartest.New(1, start)
		s.Purchase(polartest.Book)
		s.Purchase(polartest.Gift)
		sub := s.Subscribe(polartest.Pro)
		s.Pass(30 * 24 * time.Hour)
		sub.Renew()
		trial := s.StartTrial(polartest.Pro, 14)
		s.Pass(14 * 24 * time.Hour)
		trial.Renew()
		s.Pass(30 * 24 * time.Hour)
		trial.Renew()
		w.deliver(s.Sent...)
		w.follow()
		want := "[{renewal usd 2 6600 6000 600 2 200 5800} {sale usd 1 5390 4900 490 1 100 4800} {subscriber usd 2 6600 6000 600 2 200 5800}]"
		if got := w.sums(always, ledger.ByKind); got != want {
			w.t.Errorf("got  %s\nwant %s", got, want)
		}
		want = "[{Book usd 1 5390 4900 490 1 100 4800} {Pro usd 4 13200 12000 1200 4 400 11600}]"
		if got := w.sums(always, ledger.ByProduct); got != want {
			w.t.Errorf("got  %s\nwant %s", got, want)
		}
		want = "[{NO usd 5 18590 16900 1690 5 500 16400}]"
		if got := w.sums(always, ledger.ByCountry); got != want {
			w.t.Errorf("got  %s\nwant %s", got, want)
		}
	})
}

func TestLastSale(t *testing.T) {
	each(t, func(w *world) {
		s := polartest.New(1, start)
		s.Purchase(polartest.Book)
		sold := s.Now
		sub := s.Subscribe(polartest.Pro)
		subscribed := s.Now
		s.Pass(30 * 24 * time.Hour)
		sub.Renew()
		w.deliver(s.Sent...)
		w.follow()
		for _, c := range []struct {
			name   string
			before time.Time
			after  time.Time // the last sale is after it
			known  bool
		}{
			{"a renewal is no sale", s.Now.AddDate(1, 0, 0), sold, true},
			{"before the subscription", sold, start, true},
			{"before all", start, time.Time{}, false},
		} {
			got, known, err := w.ledger.LastSale(w.t.Context(), ledger.Period{To: c.before})
			if err != nil || known != c.known || got.Before(c.after) || got.After(subscribed) {
				w.t.Errorf("%s: got %s, %v, %v; want one after %s", c.name, got, known, err, c.after)
			}
		}
		if _, known, _ := w.ledger.LastSale(w.t.Context(), ledger.Period{To: s.Now, Organization: "nimbus"}); known {
			w.t.Error("another organization has a sale, want none")
		}
	})
}

// TestDamage: rows that are missing are made anew of what the journal has.
func TestDamage(t *testing.T) {
	inFile(t, testDamage)
}

func testDamage(w *world) {
	s := polartest.New(1, start)
	s.Purchase(polartest.Book).Refund(1000)
	s.Subscribe(polartest.Pro)
	w.deliver(s.Sent...)
	w.follow()
	want := w.sums(always, "") + w.refunds(always)
	for name, damage := range map[string]string{
		"nothing":                  `SELECT 1`,
		"a row is gone":            `DELETE FROM orders WHERE kind = 'sale'`,
		"all rows are gone":        `DELETE FROM orders`,
		"a refund is gone":         `DELETE FROM refunds`,
		"it never came this far":   `UPDATE ledger SET cursor = 0`,
		"it came from another one": `UPDATE ledger SET cursor = 1000000`,
	} {
		w.t.(*testing.T).Run(name, func(t *testing.T) {
			db, err := sql.Open("sqlite3", w.url)
			if err == nil {
				_, err = db.Exec(damage)
			}
			if err = errors.Join(err, db.Close()); err != nil {
				t.Fatal(err)
			}
			again := &world{t: t, url: w.url, journal: w.journal, ledger: ledger.New(w.journal, ledger.Options{})}
			again.follow()
			if got := again.sums(always, "") + again.refunds(always); got != want {
				t.Errorf("got  %s\nwant %s", got, want)
			}
		})
	}
}

// TestCoverage: what came before the first delivery, and what is missing between
// two, may hold orders that nobody knows of.
func TestCoverage(t *testing.T) {
	sale := func(n int, at time.Time) []polartest.Delivery {
		s := polartest.New(n, at)
		s.Purchase(polartest.Book)
		return s.Sent
	}
	week := 7 * 24 * time.Hour
	ahead := time.Now().Add(4 * week).UTC().Truncate(time.Millisecond)
	first, second, third := sale(1, start), sale(2, start.Add(week)), sale(3, start.Add(9*week))
	since := func(of []polartest.Delivery) time.Time {
		var all []time.Time
		for _, o := range plainly(of).orders {
			all = append(all, o.newest.Created)
		}
		return all[0].UTC()
	}
	for _, c := range []struct {
		name string
		do   func(w *world)
		want journal.Coverage
	}{
		{"from the first order on", func(w *world) {
			w.deliver(first...)
			w.follow()
			w.deliver(second...)
		}, journal.Coverage{Since: since(first)}},
		{"one that comes long after it was made", func(w *world) {
			w.deliverOf("", start.Add(week), first[len(first)-1].Body)
		}, journal.Coverage{Since: start.Add(week)}},
		{"an outage", func(w *world) {
			w.deliver(first...)
			w.follow()
			w.must(w.ledger.Missed(w.t.Context(), start.Add(week)))
		}, journal.Coverage{Since: start.Add(week)}},
		{"imported", func(w *world) {
			w.deliver(first...)
			w.follow()
			w.must(w.ledger.Imported(w.t.Context(), ""))
		}, journal.Coverage{Since: since(first), Imported: true}},
		{"imported before an outage", func(w *world) {
			w.deliver(first...)
			w.follow()
			w.must(w.ledger.Imported(w.t.Context(), ""))
			w.must(w.ledger.Missed(w.t.Context(), start.Add(week)))
		}, journal.Coverage{Since: start.Add(week)}},
		{"imported after the outage", func(w *world) {
			w.deliver(first...)
			w.follow()
			w.must(w.ledger.Missed(w.t.Context(), start.Add(week)))
			w.must(w.ledger.Imported(w.t.Context(), ""))
			w.must(w.ledger.Missed(w.t.Context(), start.Add(week)))
		}, journal.Coverage{Since: start.Add(week), Imported: true}},
		{"an outage that a wrong clock ended", func(w *world) {
			w.deliver(first...)
			w.follow()
			w.must(w.ledger.Missed(w.t.Context(), ahead))
			w.must(w.ledger.Imported(w.t.Context(), ""))
			w.must(w.ledger.Missed(w.t.Context(), ahead))
		}, journal.Coverage{Since: ahead, Imported: true}},
		{"an outage after one that a wrong clock ended", func(w *world) {
			w.deliver(first...)
			w.follow()
			w.must(w.ledger.Missed(w.t.Context(), ahead))
			w.must(w.ledger.Imported(w.t.Context(), ""))
			w.must(w.ledger.Missed(w.t.Context(), start.Add(week)))
		}, journal.Coverage{Since: start.Add(week)}},
		{"deleted unread", func(w *world) {
			w.deliver(first...)
			w.follow()
			w.deliver(second...)
			w.deliver(third...)
			if _, err := w.journal.Prune(w.t.Context(), start.Add(2*week), nil, 1000, nil); err != nil {
				w.t.Fatal(err)
			}
		}, journal.Coverage{Since: third[0].At}},
		{"deleted after they were read", func(w *world) {
			w.deliver(first...)
			w.deliver(second...)
			w.follow()
			if _, err := w.journal.Prune(w.t.Context(), start.Add(2*week), nil, 1000, nil); err != nil {
				w.t.Fatal(err)
			}
			w.deliver(third...)
		}, journal.Coverage{Since: since(first)}},
	} {
		t.Run(c.name, func(t *testing.T) {
			each(t, func(w *world) {
				c.do(w)
				w.follow()
				got, known, err := w.ledger.Coverage(w.t.Context(), "")
				if err != nil || !known || got != c.want {
					w.t.Errorf("got %v, %v, %v; want %v", got, known, err, c.want)
				}
			})
		})
	}
}

// TestFirstStartAfterAnUpgrade: a ledger that begins with a full journal is the
// same as one that was there from the start.
func TestFirstStartAfterAnUpgrade(t *testing.T) {
	each(t, func(w *world) {
		sent := shop(6)
		w.deliver(sent...)
		w.follow()
		want := plainly(sent)
		if got, want := w.sums(always, ""), want.sums(always.From, always.To); got != want {
			w.t.Errorf("got  %s\nwant %s", got, want)
		}
		if state, rows, err := w.journal.CheckLedger(w.t.Context()); err != nil || rows != state.Rows || rows == 0 {
			w.t.Errorf("%d rows, the ledger expects %d, %v", rows, state.Rows, err)
		}
	})
}

// TestLongStart: the log says that a long journal is read, and when that is done.
func TestLongStart(t *testing.T) {
	inFile(t, func(w *world) {
		var log bytes.Buffer
		w.ledger = ledger.New(w.journal, ledger.Options{Log: slog.New(slog.NewTextHandler(&log, nil))})
		const many = 20_000
		var appends sync.WaitGroup
		for worker := range 200 {
			appends.Go(func() {
				for i := range many / 200 {
					_, _, err := w.journal.Append(w.t.Context(), journal.Entry{
						ID: fmt.Sprint(worker, "-", i), Type: "customer.updated", Object: fmt.Sprint("customer:", i), Subject: fmt.Sprint("customer:", i),
						At: start, Received: start, Body: []byte("{}"),
					})
					if err != nil {
						w.t.Error(err)
					}
				}
			})
		}
		appends.Wait()
		w.follow()
		for _, want := range []string{`msg="making the ledger of orders`, `msg="the ledger of orders is made" deliveries=20000 took=`} {
			if !strings.Contains(log.String(), want) {
				w.t.Errorf("got %s, want %s", log.String(), want)
			}
		}
		log.Reset()
		s := polartest.New(1, start)
		s.Purchase(polartest.Book)
		w.deliver(s.Sent...)
		w.follow()
		if log.Len() > 0 {
			w.t.Errorf("afterwards: got %s, want nothing", log.String())
		}
	})
}
