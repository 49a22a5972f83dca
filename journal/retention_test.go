package journal

import (
	"fmt"
	"slices"
	"testing"
	"time"
)

// fill appends entries 1 to n, an hour apart, two to a subject.
func fill(t *testing.T, j *Journal, n int) {
	t.Helper()
	for i := range n {
		e := entry(fmt.Sprint(i+1), fmt.Sprint("s", i/2+1), fmt.Sprint("o", i))
		e.Received = day.Add(time.Duration(i+1) * time.Hour)
		e.Type = []string{"order.created", "order.paid"}[i%2]
		add(t, j, e)
	}
}

func hour(n int) time.Time { return day.Add(time.Duration(n) * time.Hour) }

func TestReplay(t *testing.T) {
	paid := func(_, eventType string) bool { return eventType == "order.paid" }
	for _, c := range []struct {
		name string
		sel  Selection
		want string
	}{
		{"everything", Selection{}, "[{s1 2} {s2 4} {s3 5}]"},
		{"since", Selection{Since: hour(4)}, "[{s2 4} {s3 5}]"},
		{"entries", Selection{Seqs: []Seq{4, 3, 5, 6}}, "[{s2 4} {s3 5}]"},
		{"by type", Selection{Types: paid}, "[{s1 2} {s2 4}]"},
		{"failed", Selection{Failed: true}, "[{s1 1}]"},
		{"one card an event", Selection{PerEvent: true, Seqs: []Seq{2, 1}}, "[{event:1 1} {event:2 2}]"},
		{"failed, one card an event", Selection{PerEvent: true, Failed: true}, "[{event:1 1}]"},
		{"failed elsewhere", Selection{Failed: true, Seqs: []Seq{3}}, "[]"},
	} {
		t.Run(c.name, func(t *testing.T) {
			each(t, func(t *testing.T, j *Journal) {
				must(t, j.Join(t.Context(), "sales"))
				fill(t, j, 6)
				c.sel.Destinations = []string{"sales"}
				settle(t, j, Settlement{
					Destination: "sales", Cursor: 5,
					Refused: []Refusal{{Subject: "s1", Seq: 1, Headline: "h", Reason: "r", At: day}},
				})
				counts, err := j.Replay(t.Context(), c.sel)
				must(t, err)
				got, err := j.Again(t.Context(), "sales", 10)
				if err != nil || fmt.Sprint(got) != c.want || counts["sales"] != len(got) {
					t.Errorf("got %v, %v, counted %v; want %s", got, err, counts, c.want)
				}
				left, err := j.Refusals(t.Context(), "sales", 10)
				if stays := c.want != "[{s1 1}]" && c.want != "[{event:1 1}]"; err != nil || (len(left) == 1) != stays {
					t.Errorf("dead letters left: %v, %v", left, err)
				}
				settle(t, j, Settlement{Destination: "sales", Done: got})
				if got, err := j.Again(t.Context(), "sales", 10); err != nil || len(got) != 0 {
					t.Errorf("still to be shown after all was: %v, %v", got, err)
				}
			})
		})
	}
}

func TestPrune(t *testing.T) {
	each(t, func(t *testing.T, j *Journal) {
		ctx := t.Context()
		must(t, j.Join(ctx, "sales", "removed"))
		fill(t, j, 10)
		young := slot("young", 0, "s2", 4)
		young.Posted = time.Now()
		settle(t, j, Settlement{Destination: "sales", Cursor: 7, Posted: []Slot{young}})
		settle(t, j, Settlement{
			Destination: "sales", Posted: []Slot{slot("old", 0, "s1", 2)},
			Refused: []Refusal{{Subject: "s1", Seq: 1, At: day}},
			Again:   []Replay{{Subject: "s3", Seq: 6}},
		})
		// 7; then 1 and 2, whose dead letter went with the first step. 3 to 6 are
		// needed, 8 is waited for.
		for _, want := range []int{1, 2, 0} {
			if n, err := j.Prune(ctx, hour(20), []string{"sales"}, 2); n != want || err != nil {
				t.Errorf("pruned %d, %v; want %d", n, err, want)
			}
		}
		entries, err := j.After(ctx, 0, 20)
		must(t, err)
		var seqs []Seq
		for _, e := range entries {
			seqs = append(seqs, e.Seq)
		}
		if want := []Seq{3, 4, 5, 6, 8, 9, 10}; !slices.Equal(seqs, want) {
			t.Errorf("left are %v, want %v", seqs, want)
		}
		if _, ok, err := j.Card(ctx, "sales", "s1"); ok || err != nil {
			t.Errorf("the old card stayed: %v", err)
		}
		if _, ok, err := j.Card(ctx, "sales", "s2"); !ok || err != nil {
			t.Errorf("the young card went: %v", err)
		}
		if letters, err := j.Refusals(ctx, "", 9); err != nil || len(letters) != 0 {
			t.Errorf("dead letters %v, %v; want none", letters, err)
		}
		if head := add(t, j, entry("next", "s", "o")); head != 11 {
			t.Errorf("next number %d, want 11", head)
		}
	})
}

func TestPruneKeepsYoungEntries(t *testing.T) {
	each(t, func(t *testing.T, j *Journal) {
		must(t, j.Join(t.Context(), "sales"))
		fill(t, j, 4)
		settle(t, j, Settlement{Destination: "sales", Cursor: 4})
		if n, err := j.Prune(t.Context(), hour(3), []string{"sales"}, 100); n != 2 || err != nil {
			t.Errorf("pruned %d, %v; want 2", n, err)
		}
	})
}

func TestSizeAndWritable(t *testing.T) {
	each(t, func(t *testing.T, j *Journal) {
		if size, err := j.Size(t.Context()); size < 4096 || err != nil {
			t.Errorf("size %d, %v", size, err)
		}
		must(t, j.Writable(t.Context()))
	})
}
