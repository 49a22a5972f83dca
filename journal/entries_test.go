package journal

import (
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"
)

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

// TestKeysThatEndAlike: the indexes hold only the ends of keys.
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
		for i, key := range keys[1:] { // the empty name has no history
			entries, err := j.History(t.Context(), Seq(len(keys)), key)
			if err != nil || len(entries) != 1 || int(entries[0].Seq) != i+2 {
				t.Errorf("subject %q: got %v, %v; want entry %d alone", key, numbers(entries), err, i+2)
			}
		}
	})
}

func TestAppendTakesInvalidText(t *testing.T) {
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

func TestContents(t *testing.T) {
	each(t, func(t *testing.T, j *Journal) {
		for _, id := range []string{"a", "b", "c"} {
			e := entry(id, "s", "o")
			e.Organization = "shop-" + id
			add(t, j, e)
		}
		for _, c := range []struct {
			name string
			seqs []Seq
			want string
		}{
			{"some", []Seq{3, 1}, `[1 {"id":"a"} shop-a 3 {"id":"c"} shop-c]`},
			{"one that is not there", []Seq{2, 9}, `[2 {"id":"b"} shop-b]`},
			{"none", nil, "[]"},
		} {
			contents, err := j.Contents(t.Context(), c.seqs)
			got := []string{}
			for _, e := range contents {
				got = append(got, fmt.Sprint(e.Seq), string(e.Body), e.Organization)
			}
			if err != nil || fmt.Sprint(got) != c.want {
				t.Errorf("%s: got %v, %v; want %s", c.name, got, err, c.want)
			}
		}
	})
}

func TestCountAfter(t *testing.T) {
	each(t, func(t *testing.T, j *Journal) {
		for i, eventType := range []string{"order.paid", "refund.created", "order.paid", "order.paid"} {
			e := entry(string(rune('a'+i)), "s", []string{"one", "two"}[i%2])
			e.Type, e.Received = eventType, hour(i)
			add(t, j, e)
		}
		for _, c := range []struct {
			name   string
			after  Seq
			object string
			want   map[string]Count
		}{
			{"all", 0, "", map[string]Count{"order.paid": {3, day}, "refund.created": {1, hour(1)}}},
			{"after the second", 2, "", map[string]Count{"order.paid": {2, hour(2)}}},
			{"of an object", 0, "two", map[string]Count{"order.paid": {1, hour(3)}, "refund.created": {1, hour(1)}}},
			{"after the last", 4, "", map[string]Count{}},
		} {
			got, err := j.CountAfter(t.Context(), c.after, c.object)
			if err != nil || fmt.Sprint(got) != fmt.Sprint(c.want) {
				t.Errorf("%s: got %v, %v; want %v", c.name, got, err, c.want)
			}
		}
	})
}

func TestReceivedSince(t *testing.T) {
	each(t, func(t *testing.T, j *Journal) {
		for i, name := range []string{"order.paid", "subscription.updated", "subscription.updated", "subscription.revoked"} {
			e := entry(fmt.Sprint(i), "s", "o")
			e.Type, e.Received = name, day.Add(time.Duration(i)*time.Hour)
			add(t, j, e)
		}
		for _, c := range []struct {
			name  string
			after time.Duration
			types []string
			want  []Seq
		}{
			{"of one type", 0, []string{"subscription.updated"}, []Seq{2, 3}},
			{"of several", 0, []string{"order.paid", "subscription.revoked"}, []Seq{1, 4}},
			{"of a type that there is not", 0, []string{"refund.created"}, nil},
			{"from a time on", 2 * time.Hour, []string{"subscription.updated", "subscription.revoked"}, []Seq{3, 4}},
		} {
			got, err := j.ReceivedSince(t.Context(), day.Add(c.after), c.types)
			if err != nil || !slices.Equal(numbers(got), c.want) {
				t.Errorf("%s: got %v, %v; want %v", c.name, numbers(got), err, c.want)
			}
		}
	})
}
