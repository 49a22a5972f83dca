//go:build unix

package ledger_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"database/sql"
	"encoding/base64"
	"fmt"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"polarbell/internal/polartest"
	"polarbell/journal"
	"polarbell/ledger"
)

const (
	manyOrders    = 1_000_000
	ordersEach    = 10 // of a customer
	manyCustomers = manyOrders / ordersEach
	inTwoYears    = 2 * 365 * 24 * time.Hour
	betweenThem   = inTwoYears / manyOrders
)

// BenchmarkMillionOrders reads what a card says of its customer and its day from
// a ledger of two years, three in ten of whose orders are sales, and states what
// a row takes on disk.
func BenchmarkMillionOrders(b *testing.B) {
	w := open(b, filepath.Join(b.TempDir(), "polarbell.db"))
	w.hold()
	fill(w)
	size, err := w.journal.Size(b.Context())
	w.must(err)
	b.Run("standing", func(b *testing.B) {
		defer reportCPU(b)()
		defer b.ReportMetric(float64(size)/manyOrders, "bytes/order")
		for i := 0; b.Loop(); i++ {
			s, err := w.ledger.Standing(b.Context(), []string{customerID(i * 7919 % manyCustomers)}, nil)
			if err != nil || len(s.Orders) != ordersEach {
				b.Fatalf("got %d orders, %v; want %d", len(s.Orders), err, ordersEach)
			}
		}
	})
	b.Run("day", func(b *testing.B) {
		defer reportCPU(b)()
		for i := 0; b.Loop(); i++ {
			n := manyOrders - 10 - i%30*10 // a sale of the last hours
			o := journal.Order{ID: orderID(n), Paid: start.Add(time.Duration(n) * betweenThem)}
			day := o.Paid.Truncate(24 * time.Hour)
			if _, err := w.ledger.UpTo(b.Context(), ledger.Period{From: day, To: day.AddDate(0, 0, 1)}, o); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("follow", func(b *testing.B) {
		n := 0
		for b.Loop() {
			b.StopTimer()
			n++
			s := polartest.New(n, start.Add(inTwoYears))
			s.Purchase(polartest.Book)
			w.deliver(s.Sent[len(s.Sent)-3])
			head, err := w.journal.Head(b.Context())
			if err != nil {
				b.Fatal(err)
			}
			b.StartTimer()
			if err := w.ledger.Follow(b.Context(), head); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// reportCPU adds the process's own time, which a busy machine leaves alone.
func reportCPU(b *testing.B) (report func()) {
	used := func() time.Duration {
		var r syscall.Rusage
		if err := syscall.Getrusage(syscall.RUSAGE_SELF, &r); err != nil {
			b.Fatal(err)
		}
		return time.Duration(r.Utime.Nano() + r.Stime.Nano())
	}
	before := used()
	return func() { b.ReportMetric(float64((used()-before).Nanoseconds())/float64(b.N), "cpu-ns/op") }
}

func orderID(i int) string { return fmt.Sprintf("%08x-0000-4000-8000-%012x", uint32(i*2654435761), i) }

func customerID(i int) string { return fmt.Sprintf("c0000000-0000-4000-8000-%012x", i) }

// fill writes many orders by SQL alone, which takes seconds. It gives them the
// hashes of their customers.
func fill(w *world) {
	w.t.Helper()
	w.must(w.ledger.Forget(w.t.Context(), nil)) // makes the key
	key, err := w.journal.SecretOr(w.t.Context(), "ledger-key", nil)
	w.must(err)
	db, err := sql.Open("sqlite3", w.url)
	w.must(err)
	defer db.Close()
	db.SetMaxOpenConns(1) // has the temporary table
	_, err = db.Exec(`CREATE TEMP TABLE customers (i INTEGER PRIMARY KEY, hash TEXT)`)
	w.must(err)
	for i := range manyCustomers {
		sum := hmac.New(sha256.New, key)
		sum.Write([]byte(customerID(i)))
		_, err := db.Exec(`INSERT INTO customers VALUES (?, ?)`, i, base64.RawURLEncoding.EncodeToString(sum.Sum(nil)[:12]))
		w.must(err)
	}
	_, err = db.Exec(`WITH RECURSIVE numbers (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM numbers WHERE i + 1 < ?1)
		INSERT INTO orders (id, customer, subscription, organization, product, kind, currency, total, net, tax, fee, refunded, country,
			paid, test, sale, state_at, seen_waiting, seen_paid, refunded_at)
		SELECT PRINTF('%08x-0000-4000-8000-%012x', i * 2654435761 & 4294967295, i),
			(SELECT hash FROM customers WHERE customers.i = numbers.i % ?2), PRINTF('s%07x%08x', i % ?2 * 2654435761 & 268435455, i % ?2),
			'', 'Pro Plan', CASE WHEN i % 10 < 3 THEN 'sale' ELSE 'renewal' END, 'usd', 9720, 9000, 720, 539, 0, 'NO',
			?3 + i * ?4, FALSE, i % 10 < 3, ?3 + i * ?4, FALSE, ?3 + i * ?4, 0 FROM numbers`,
		manyOrders, manyCustomers, start.UnixMicro(), betweenThem.Microseconds())
	w.must(err)
	_, err = db.Exec(`UPDATE ledger SET rows = (SELECT COUNT(*) FROM orders)`)
	w.must(err)
}
