package journal

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// day is when everything in these tests happens.
var day = time.Date(2026, 9, 1, 12, 0, 0, 0, time.UTC)

func hour(n int) time.Time { return day.Add(time.Duration(n) * time.Hour) }

// each runs a test once per database.
func each(t *testing.T, f func(t *testing.T, j *Journal)) {
	t.Run("sqlite", func(t *testing.T) { f(t, openFile(t)) })
	t.Run("postgres", func(t *testing.T) { f(t, onServer(t)) })
}

// both opens a test's journal a second time, as another process would.
func both(t *testing.T, f func(t *testing.T, a, b *Journal)) {
	t.Run("sqlite", func(t *testing.T) {
		a := openFile(t)
		f(t, a, open(t, a.file))
	})
	t.Run("postgres", func(t *testing.T) {
		at := databaseURL(t)
		f(t, open(t, at), open(t, at))
	})
}

// openFile opens a copy of a file whose tables are there already, which is a lot
// faster than making them.
func openFile(t testing.TB) *Journal {
	t.Helper()
	content, err := emptyFile()
	must(t, err)
	path := filepath.Join(t.TempDir(), "polarbell.db")
	must(t, os.WriteFile(path, content, 0o600))
	return open(t, path)
}

var emptyFile = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "polarbell")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "polarbell.db")
	j, err := Open(context.Background(), path)
	if err != nil {
		return nil, err
	}
	if err := j.Close(); err != nil {
		return nil, err
	}
	return os.ReadFile(path)
})

func open(t testing.TB, url string) *Journal {
	t.Helper()
	j, err := Open(t.Context(), url)
	if err != nil {
		t.Fatalf("Open(%s): %v", url, err)
	}
	t.Cleanup(func() { j.Close() })
	return j
}

func entry(id, subject, object string) Entry {
	return Entry{
		ID: id, Type: "order.paid", Subject: subject, Object: object, State: "Ann bought Pro",
		At: day, Received: day, Body: []byte(`{"id":"` + id + `"}`), APIVersion: "2026-10",
	}
}

func add(t testing.TB, j *Journal, e Entry) Seq {
	t.Helper()
	seq, fresh, err := j.Append(t.Context(), e)
	if err != nil || !fresh {
		t.Fatalf("Append(%s): fresh %v, %v; want fresh", e.ID, fresh, err)
	}
	return seq
}

func settle(t testing.TB, j *Journal, s Settlement) {
	t.Helper()
	must(t, j.Settle(t.Context(), s))
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func numbers(entries []Entry) []Seq {
	seqs := make([]Seq, len(entries))
	for i, e := range entries {
		seqs[i] = e.Seq
	}
	return seqs
}

func TestChanged(t *testing.T) {
	each(t, func(t *testing.T, j *Journal) {
		must(t, j.Register(t.Context(), "sales"))
		add(t, j, entry("0", "s", "o"))
		own := entry("own", "s", "o")
		for _, c := range []struct {
			name string
			act  func(ctx context.Context) error
			want bool
		}{
			{"append", func(ctx context.Context) error { _, _, err := j.Append(ctx, entry("1", "s", "o")); return err }, false},
			{"append, answered", func(context.Context) error { j.Wake(2); return nil }, true},
			{"an earlier one, answered late", func(context.Context) error { j.Wake(1); return nil }, false},
			{"known id", func(ctx context.Context) error { _, _, err := j.Append(ctx, entry("1", "s", "o")); return err }, false},
			{"settle", func(ctx context.Context) error {
				return j.Settle(ctx, Settlement{Destination: "sales", Cursor: 1})
			}, false},
			{"settle and announce", func(ctx context.Context) error {
				return j.Settle(ctx, Settlement{Destination: "sales", Announce: []Entry{own}})
			}, true},
			{"failure", func(ctx context.Context) error {
				return j.RecordFailure(ctx, Failure{Destination: "sales", Text: "x", At: day})
			}, false},
			{"replay", func(ctx context.Context) error {
				return j.RequestReplays(ctx, []Replay{{Destination: "sales", Subject: "s", Seq: 1}}, false)
			}, true},
			{"unpark", func(ctx context.Context) error { return j.Unpark(ctx, "sales", day) }, true},
		} {
			changed := j.Changed()
			must(t, c.act(t.Context()))
			must(t, j.Writable(t.Context())) // the writer has ended the transaction before, wake included
			got := false
			select {
			case <-changed:
				got = true
			default:
			}
			if got != c.want {
				t.Errorf("%s: woke %v, want %v", c.name, got, c.want)
			}
		}
	})
}

func TestCanceledAppendFailsAlone(t *testing.T) {
	each(t, func(t *testing.T, j *Journal) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, _, err := j.Append(ctx, entry("1", "s", "o")); !errors.Is(err, context.Canceled) {
			t.Errorf("got %v, want context.Canceled", err)
		}
		add(t, j, entry("2", "s", "o"))
	})
}

func TestClosed(t *testing.T) {
	each(t, func(t *testing.T, j *Journal) {
		must(t, j.Close())
		if _, _, err := j.Append(t.Context(), entry("1", "s", "o")); !errors.Is(err, ErrClosed) {
			t.Errorf("got %v, want ErrClosed", err)
		}
	})
}

func TestWorksInABubble(t *testing.T) {
	inBubble(t, func(t *testing.T, j *Journal) {
		must(t, j.Register(t.Context(), "sales"))
		changed := j.Changed()
		got := make(chan []Entry)
		go func() {
			<-changed
			entries, _ := j.After(t.Context(), 0, 10)
			got <- entries
		}()
		time.Sleep(time.Hour)
		j.Wake(add(t, j, entry("1", "s", "o")))
		if entries := <-got; len(entries) != 1 {
			t.Errorf("got %d entries, want 1", len(entries))
		}
		settle(t, j, Settlement{Destination: "sales", Cursor: 1, Delivered: time.Now()})
		if entries, err := j.History(t.Context(), 1, "s"); err != nil || len(entries) != 1 {
			t.Errorf("History: %v, %v; want one entry", entries, err)
		}
	})
}

// inBubble runs a test with virtual time, on SQLite.
func inBubble(t *testing.T, f func(t *testing.T, j *Journal)) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "polarbell.db")
	synctest.Test(t, func(t *testing.T) {
		j, err := Open(t.Context(), path)
		must(t, err)
		defer j.Close()
		f(t, j)
	})
}

func TestSizeAndWritable(t *testing.T) {
	each(t, func(t *testing.T, j *Journal) {
		if size, err := j.Size(t.Context()); size < 4096 || err != nil {
			t.Errorf("size %d, %v; want a page at least", size, err)
		}
		must(t, j.Writable(t.Context()))
	})
}
