package journal

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// day is when everything in these tests happens.
var day = time.Date(2026, 9, 1, 12, 0, 0, 0, time.UTC)

// each runs a test once per database.
func each(t *testing.T, f func(t *testing.T, j *Journal)) {
	t.Run("sqlite", func(t *testing.T) { f(t, openFile(t)) })
	t.Run("postgres", func(t *testing.T) { f(t, open(t, databaseURL(t))) })
}

func openFile(t testing.TB) *Journal {
	t.Helper()
	return open(t, filepath.Join(t.TempDir(), "polarbell.db"))
}

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
		ID: id, Type: "order.paid", Subject: subject, Object: object, Brief: "Ann bought Pro",
		At: day, Received: day, Body: []byte(`{"id":"` + id + `"}`),
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

func TestAppendStoresOnce(t *testing.T) {
	each(t, func(t *testing.T, j *Journal) {
		e := entry("msg_1", "checkout:1", "order:1")
		e.At = day.Add(123456 * time.Microsecond)
		seq := add(t, j, e)
		again, fresh, err := j.Append(t.Context(), entry("msg_1", "other", "other"))
		if again != seq || fresh || err != nil {
			t.Errorf("second Append: got %d, %v, %v; want %d, false, nil", again, fresh, err, seq)
		}
		got, ok, err := j.Entry(t.Context(), seq)
		want := e
		want.Seq = seq
		if !ok || err != nil || fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("Entry: got %v, %v, %v\nwant %v", got, ok, err, want)
		}
		if _, ok, err := j.Entry(t.Context(), seq+1); ok || err != nil {
			t.Errorf("Entry of a number not given: %v, %v", ok, err)
		}
	})
}

// TestKeysThatEndAlike: the indexes hold the ends of keys, which tell nothing
// apart by themselves.
func TestKeysThatEndAlike(t *testing.T) {
	const end = "4f5e6d7c8b9a"
	each(t, func(t *testing.T, j *Journal) {
		keys := []string{"", "a", "ü", end, "a" + end, "b" + end}
		for i, key := range keys {
			add(t, j, entry(key, key, key))
			seq, fresh, err := j.Append(t.Context(), entry(key, "other", "other"))
			if int(seq) != i+1 || fresh || err != nil {
				t.Errorf("id %q again: got %d, %v, %v; want %d, false, nil", key, seq, fresh, err, i+1)
			}
		}
		for i, key := range keys {
			story, err := j.Story(t.Context(), key, Seq(len(keys)))
			if err != nil || len(story.Entries) != 1 || int(story.Entries[0].Seq) != i+1 {
				t.Errorf("subject %q: got %v, %v; want entry %d alone", key, story.Entries, err, i+1)
			}
		}
		follower := entry("follower", "own", "own")
		follower.Follows = "a" + end
		e, _, err := j.Entry(t.Context(), add(t, j, follower))
		if err != nil || e.Subject != "a"+end {
			t.Errorf("followed into subject %q, %v; want a%s", e.Subject, err, end)
		}
	})
}

func TestAppendTakesTextThatIsNone(t *testing.T) {
	each(t, func(t *testing.T, j *Journal) {
		seq := add(t, j, Entry{ID: "a\x00b\xff", Subject: "\x00", Received: day})
		got, _, err := j.Entry(t.Context(), seq)
		if err != nil || got.ID != "ab\uFFFD" || got.Subject != "" {
			t.Errorf("got %q, %q, %v", got.ID, got.Subject, err)
		}
	})
}

func TestConcurrentAppendsAreDense(t *testing.T) {
	each(t, func(t *testing.T, j *Journal) {
		const n = 300
		var wait sync.WaitGroup
		fresh := make([]bool, 2*n)
		for i := range 2 * n {
			wait.Go(func() { // each id twice
				var err error
				if _, fresh[i], err = j.Append(t.Context(), entry(fmt.Sprint("msg_", i/2), "s", "o")); err != nil {
					t.Error(err)
				}
			})
		}
		wait.Wait()
		entries, err := j.After(t.Context(), 0, 2*n)
		must(t, err)
		if len(entries) != n {
			t.Fatalf("stored %d entries, want %d", len(entries), n)
		}
		for i, e := range entries {
			if e.Seq != Seq(i+1) || e.Body != nil {
				t.Fatalf("entry %d has number %d and body %q", i+1, e.Seq, e.Body)
			}
		}
		for i := range n {
			if fresh[2*i] == fresh[2*i+1] {
				t.Errorf("msg_%d: both or none of two deliveries were fresh", i)
			}
		}
	})
}

func TestFollows(t *testing.T) {
	each(t, func(t *testing.T, j *Journal) {
		add(t, j, entry("1", "checkout:1", "order:1"))
		for _, c := range []struct{ name, follows, want string }{
			{"an object known", "order:1", "checkout:1"},
			{"an object unknown", "order:2", "own"},
			{"nothing", "", "own"},
		} {
			t.Run(c.name, func(t *testing.T) {
				e := entry(c.name, "own", "refund:1")
				e.Follows = c.follows
				got, _, err := j.Entry(t.Context(), add(t, j, e))
				if err != nil || got.Subject != c.want {
					t.Errorf("got subject %q, %v; want %q", got.Subject, err, c.want)
				}
			})
		}
	})
}

func TestFollowsWithinOneTransaction(t *testing.T) {
	each(t, func(t *testing.T, j *Journal) {
		refund := entry("2", "own", "refund:1")
		refund.Follows = "order:1"
		first := entry("1", "checkout:1", "order:1")
		batch := []*job{{ctx: t.Context(), entry: &first}, {ctx: t.Context(), entry: &refund}}
		for _, b := range batch {
			b.done = make(chan error, 1)
		}
		j.writer.settle(batch)
		must(t, <-batch[1].done)
		got, _, err := j.Entry(t.Context(), 2)
		if err != nil || got.Subject != "checkout:1" {
			t.Errorf("got subject %q, %v; want checkout:1", got.Subject, err)
		}
	})
}

func TestJoinStartsAtTheHead(t *testing.T) {
	each(t, func(t *testing.T, j *Journal) {
		must(t, j.Join(t.Context(), "early"))
		head := add(t, j, entry("1", "s", "o"))
		must(t, j.Join(t.Context(), "early", "late"))
		for name, want := range map[string]Seq{"early": 0, "late": head} {
			if p, err := j.Place(t.Context(), name); err != nil || p.Cursor != want {
				t.Errorf("%s: cursor %d, %v; want %d", name, p.Cursor, err, want)
			}
		}
		if _, err := j.Place(t.Context(), "nobody"); err == nil {
			t.Error("Place of a stranger: no error")
		}
	})
}

func TestChanged(t *testing.T) {
	each(t, func(t *testing.T, j *Journal) {
		must(t, j.Join(t.Context(), "sales"))
		add(t, j, entry("0", "s", "o"))
		settle(t, j, Settlement{Destination: "sales", Cursor: 1})
		for _, c := range []struct {
			name string
			act  func() error
			want bool
		}{
			{"append", func() error { _, _, err := j.Append(t.Context(), entry("1", "s", "o")); return err }, false},
			{"append, answered", func() error { j.Wake(2); return nil }, true},
			{"an earlier one, answered late", func() error { j.Wake(1); return nil }, false},
			{"known id", func() error { _, _, err := j.Append(t.Context(), entry("1", "s", "o")); return err }, false},
			{"settle", func() error { return j.Settle(t.Context(), Settlement{Destination: "sales", Cursor: 1}) }, false},
			{"replay", func() error { _, err := j.Replay(t.Context(), Selection{}); return err }, true},
			{"release", func() error { return j.Release(t.Context(), "sales", day) }, true},
		} {
			changed := j.Changed()
			must(t, c.act())
			got := false
			select {
			case <-changed:
				got = true
			case <-time.After(map[bool]time.Duration{true: 5 * time.Second, false: 20 * time.Millisecond}[c.want]):
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
	path := filepath.Join(t.TempDir(), "polarbell.db")
	synctest.Test(t, func(t *testing.T) {
		j, err := Open(t.Context(), path)
		must(t, err)
		defer j.Close()
		must(t, j.Join(t.Context(), "sales"))
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
		if s, err := j.Story(t.Context(), "s", 1); err != nil || len(s.Entries) != 1 {
			t.Errorf("Story: %v, %v", s, err)
		}
	})
}

func TestOpenSaysWhatIsWrong(t *testing.T) {
	dir := t.TempDir()
	garbage, newer := filepath.Join(dir, "garbage.db"), filepath.Join(dir, "newer.db")
	must(t, os.WriteFile(garbage, []byte(strings.Repeat("no database ", 1000)), 0o600))
	ahead(t, newer, 2)
	cut, scratched := damaged(t, func(data []byte) []byte { return data[:5000] }), damaged(t, func(data []byte) []byte {
		copy(data[20_000:], bytes.Repeat([]byte("scratch"), 5000))
		return data
	})
	for _, c := range []struct{ name, path, want string }{
		{"another database", "mysql://u:secret@host/x", `open journal "mysql": give a file's path`},
		{"nothing", "", "give a file's path"},
		{"a directory", dir, "is a directory"},
		{"no such folder", filepath.Join(dir, "none", "x.db"), "no such file"},
		{"garbage", garbage, "not a SQLite file"},
		{"cut off", cut, "the file is damaged"},
		{"scratched", scratched, "the file is damaged"},
		{"a newer version", newer, "written by a newer polarbell"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := Open(t.Context(), c.path)
			if err == nil || !strings.Contains(err.Error(), c.want) || strings.ContainsAny(err.Error(), "\n\t") ||
				strings.Contains(err.Error(), "secret") {
				t.Errorf("got %v; want one line with %q", err, c.want)
			}
		})
	}
}

func damaged(t *testing.T, damage func([]byte) []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "damaged.db")
	j := open(t, path)
	for i := range 10 {
		add(t, j, entry(fmt.Sprint(i), "s", "o"))
	}
	must(t, j.Close())
	data, err := os.ReadFile(path)
	must(t, err)
	must(t, os.WriteFile(path, damage(data), 0o600))
	return path
}

// ahead makes a journal as a release would that knows n migrations more.
func ahead(t *testing.T, path string, n int) {
	t.Helper()
	j := open(t, path)
	err := j.write(t.Context(), false, func(ctx context.Context, s *session) error {
		return s.exec(ctx, `INSERT INTO goose_db_version (version_id, is_applied)
			SELECT MAX(version_id) + $1, 1 FROM goose_db_version`, n)
	})
	must(t, err)
	must(t, j.Close())
}

func TestOpenAcceptsTheNextRelease(t *testing.T) {
	path := filepath.Join(t.TempDir(), "next.db")
	ahead(t, path, 1)
	add(t, open(t, path), entry("1", "s", "o"))
}

func TestFileBelongsToItsOwner(t *testing.T) {
	for _, c := range []struct{ name, link string }{
		{"as it is called", ""},
		{"through a link", "link.db"},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "a b?c#d%.db")
			called := path
			if c.link != "" {
				called = filepath.Join(t.TempDir(), c.link)
				must(t, os.WriteFile(path, nil, 0o600))
				must(t, os.Symlink(path, called))
			}
			j := open(t, "sqlite:"+called)
			add(t, j, entry("1", "s", "o"))
			names, err := filepath.Glob(filepath.Dir(path) + "/*")
			must(t, err)
			if !slices.Contains(names, path) || !slices.Contains(names, path+"-wal") {
				t.Errorf("files are %q, want %q and its log among them", names, path)
			}
			for _, name := range names {
				info, err := os.Stat(name)
				must(t, err)
				if info.Mode().Perm() != 0o600 {
					t.Errorf("%s has mode %v, want 0600", name, info.Mode().Perm())
				}
			}
			if beside, _ := filepath.Glob(filepath.Dir(called) + "/link.db-*"); len(beside) > 0 {
				t.Errorf("beside the link: %q, want nothing", beside)
			}
		})
	}
}

func TestReopened(t *testing.T) {
	path := filepath.Join(t.TempDir(), "polarbell.db")
	j := open(t, path)
	add(t, j, entry("1", "s", "o"))
	must(t, j.Close())
	j = open(t, path)
	if got := add(t, j, entry("2", "s", "o")); got != 2 {
		t.Errorf("next number is %d, want 2", got)
	}
}
