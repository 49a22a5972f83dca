package journal

import (
	"context"
	"fmt"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
)

// body is as long as a typical order is, and compresses like one.
var body = order()

func uuid(n int64) string {
	h := uint64(n) * 0x9E3779B97F4A7C15 // scattered, as Polar's ids are
	return fmt.Sprintf("%08x-%04x-4%03x-8%03x-%012x", uint32(h), uint16(h>>32), h>>52, h>>40&0xfff, h&0xffffffffffff)
}

func delivery(n int64) Entry {
	e := entry("msg_"+uuid(n), "checkout:"+uuid(n/5), "order:"+uuid(-1-n/5))
	e.Body = body
	return e
}

var unique atomic.Int64

// appendAt appends b.N entries by a number of goroutines at once.
func appendAt(b *testing.B, j *Journal, goroutines int) {
	b.Helper()
	b.ReportAllocs()
	b.ResetTimer()
	var left atomic.Int64
	left.Store(int64(b.N))
	var wait sync.WaitGroup
	for range goroutines {
		wait.Go(func() {
			for left.Add(-1) >= 0 {
				if _, _, err := j.Append(context.Background(), delivery(unique.Add(1))); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	wait.Wait()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "appends/s")
}

func BenchmarkAppend(b *testing.B) {
	for _, database := range []string{"sqlite", "postgres"} {
		for _, n := range []int{1, 32, 128} {
			b.Run(fmt.Sprintf("%s/%d", database, n), func(b *testing.B) {
				url := filepath.Join(b.TempDir(), "polarbell.db")
				if database == "postgres" {
					url = databaseURL(b)
				}
				appendAt(b, open(b, url), n)
			})
		}
	}
}

// BenchmarkStored measures on journals that hold few and many deliveries; the
// second takes minutes to fill, and 6 GB of disk: -short leaves it out.
func BenchmarkStored(b *testing.B) {
	for _, stored := range []int{1000, 1_000_000} {
		if testing.Short() && stored > 1000 {
			continue
		}
		j, base := openFile(b), unique.Load()/5+1
		store(b, j, stored)
		b.Run(fmt.Sprintf("append/%d", stored), func(b *testing.B) { appendAt(b, j, 32) })
		b.Run(fmt.Sprintf("take/%d", stored), func(b *testing.B) {
			for i := range b.N {
				if _, err := j.After(b.Context(), Seq(stored-1000+i%990), 10); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(fmt.Sprintf("history/%d", stored), func(b *testing.B) {
			for i := range b.N {
				entries, err := j.History(b.Context(), Seq(stored), "checkout:"+uuid(base+int64(i%(stored/5-1))))
				if err != nil || len(entries) != 5 {
					b.Fatalf("history of %d entries, %v; want 5", len(entries), err)
				}
			}
		})
		j.Close()
	}
}

func store(b *testing.B, j *Journal, n int) {
	b.Helper()
	err := j.write(b.Context(), false, func(ctx context.Context, s *session) error {
		// Scattered keys are slow to fill in with few pages in memory.
		if err := s.exec(ctx, `PRAGMA cache_size = -400000`); err != nil {
			return err
		}
		for at := 0; at < n; at += 500 {
			entries := make([]*Entry, 500)
			for i := range entries {
				e := delivery(unique.Add(1))
				e.Seq = Seq(at + i + 1)
				entries[i] = &e
			}
			if err := s.d.insert(ctx, s, entries); err != nil {
				return err
			}
		}
		return s.exec(ctx, `UPDATE polarbell.head SET last = $1`, n)
	})
	must(b, err)
	j.checkpoint()
}

func order() []byte {
	var b []byte
	for i := int64(0); len(b) < 5500; i++ {
		b = fmt.Appendf(b, `{"id":%q,"created_at":"2026-09-01T12:00:00Z","amount":%d,"product_id":null},`, uuid(i), i*i)
	}
	return b
}
