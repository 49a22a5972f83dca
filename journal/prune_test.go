package journal

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

// fill appends entries 1 to n, an hour apart, two to a subject.
func fill(t *testing.T, j *Journal, n int) {
	t.Helper()
	for i := range n {
		e := entry(fmt.Sprint(i+1), fmt.Sprint("s", i/2+1), fmt.Sprint("o", i))
		e.Received = hour(i + 1)
		add(t, j, e)
	}
}

// left is what Prune has left.
func left(t *testing.T, j *Journal) []Seq {
	t.Helper()
	entries, err := j.After(t.Context(), 0, 10_000)
	must(t, err)
	return numbers(entries)
}

func TestPrune(t *testing.T) {
	each(t, func(t *testing.T, j *Journal) {
		ctx := t.Context()
		must(t, j.Register(ctx, "sales", "removed"))
		fill(t, j, 10)
		young := message("young", 0, "s2", 4)
		young.Posted = time.Now()
		settle(t, j, Settlement{Destination: "sales", Cursor: 7, Posted: []Message{young}})
		settle(t, j, Settlement{
			Destination: "sales", Posted: []Message{message("old", 0, "s1", 2)},
			DeadLetters: []DeadLetter{{Subject: "s1", Seq: 1, At: day}},
		})
		must(t, j.RequestReplays(ctx, []Replay{{Destination: "sales", Subject: "s3", Seq: 6}}, false))
		// 7; then 1 and 2, whose dead letter went with the first step. 3 to 6 are
		// needed, 8 is waited for.
		for _, want := range []int{1, 2, 0} {
			if n, err := j.Prune(ctx, hour(20), []string{"sales"}, 2, nil); n != want || err != nil {
				t.Errorf("pruned %d, %v; want %d", n, err, want)
			}
		}
		if got, want := left(t, j), []Seq{3, 4, 5, 6, 8, 9, 10}; !slices.Equal(got, want) {
			t.Errorf("left are %v, want %v", got, want)
		}
		messages, err := j.Messages(ctx, "sales", []string{"s1", "s2"})
		if got, want := words(messages), "[young/0:s2=4]"; got != want || err != nil {
			t.Errorf("messages %s, %v; want %s", got, err, want)
		}
		if got := dead(t, j, "sales"); len(got) != 0 {
			t.Errorf("dead letters %v, want none", got)
		}
		if got := pending(t, j, "sales"); len(got) != 1 {
			t.Errorf("replays %v, want the one just requested", got)
		}
		if head := add(t, j, entry("next", "s", "o")); head != 11 {
			t.Errorf("next number %d, want 11", head)
		}
	})
}

func TestPruneKeepsYoungEntries(t *testing.T) {
	each(t, func(t *testing.T, j *Journal) {
		must(t, j.Register(t.Context(), "sales"))
		fill(t, j, 4)
		settle(t, j, Settlement{Destination: "sales", Cursor: 4})
		if n, err := j.Prune(t.Context(), hour(3), []string{"sales"}, 100, nil); n != 2 || err != nil {
			t.Errorf("pruned %d, %v; want 2", n, err)
		}
	})
}

// TestPruneKeepsTheNewestOfItsObject: keep decides, and only about those.
func TestPruneKeepsTheNewestOfItsObject(t *testing.T) {
	subscriptions := func(e Entry) bool { return strings.HasPrefix(e.Type, "subscription.") }
	filed := []struct {
		eventType, object string
		hour              int
	}{
		1: {"subscription.created", "subscription:1", 1},
		2: {"subscription.updated", "subscription:1", 3},
		3: {"subscription.updated", "subscription:1", 2}, // arrived late
		4: {"order.paid", "order:1", 4},
		5: {"subscription.updated", "subscription:2", 5},
		6: {"subscription.updated", "subscription:2", 5}, // at the same time
		7: {"subscription.created", "subscription:3", 6},
		8: {"subscription.revoked", "subscription:3", 7},
	}
	each(t, func(t *testing.T, j *Journal) {
		for i, f := range filed[1:] {
			e := entry(fmt.Sprint(i+1), "s", f.object)
			e.Type, e.At = f.eventType, hour(f.hour)
			if i+1 == 8 {
				e.Received = hour(20) // it stays, as it is young
			}
			add(t, j, e)
		}
		var asked []Seq
		n, err := j.Prune(t.Context(), hour(10), nil, 100, func(e Entry) bool {
			asked = append(asked, e.Seq)
			if e.Body != nil || e.State == "" {
				t.Errorf("asked about %+v, want its state and no body", e)
			}
			return subscriptions(e)
		})
		// 7 is what the young one is compared with.
		if want := []Seq{2, 6, 7, 8}; err != nil || n != 4 || !slices.Equal(left(t, j), want) {
			t.Errorf("pruned %d, %v, left %v; want %v", n, err, left(t, j), want)
		}
		if want := []Seq{2, 4, 6, 7}; !slices.Equal(asked, want) {
			t.Errorf("asked about %v, want %v", asked, want)
		}
	})
}

// TestPruneGoesOnBehindWhatStays: the entries kept for good are more than one
// call looks at.
func TestPruneGoesOnBehindWhatStays(t *testing.T) {
	t.Parallel()
	const kept, old = pruneLook + 100, 7
	each(t, func(t *testing.T, j *Journal) {
		var entries []Entry
		for i := range kept + old {
			entries = append(entries, entry(fmt.Sprint(i), "s", fmt.Sprint("object:", i)))
		}
		must(t, j.RecordFailure(t.Context(), Failure{Announce: entries}))
		keep := func(e Entry) bool { return e.Seq <= kept }
		for _, want := range []int{0, old, 0, 0} {
			if n, err := j.Prune(t.Context(), hour(1), nil, 100, keep); n != want || err != nil {
				t.Errorf("pruned %d, %v; want %d", n, err, want)
			}
		}
		if n, err := j.Prune(t.Context(), hour(1), nil, 200, nil); n != 200 || err != nil {
			t.Errorf("pruned %d, %v; want 200 once nothing is kept", n, err)
		}
	})
}

// TestPruneOtherTables: what is older than the retention goes from them all.
func TestPruneOtherTables(t *testing.T) {
	each(t, func(t *testing.T, j *Journal) {
		late := message("m2", 0, "a", 2)
		late.Posted = hour(9)
		settle(t, j, Settlement{
			Destination: "sales", Posted: []Message{message("m1", 0, "a", 1)},
			DeadLetters: []DeadLetter{{Subject: "a", Seq: 1, At: day}, {Subject: "b", Seq: 1, At: hour(9)}},
		})
		settle(t, j, Settlement{Destination: "sales", Posted: []Message{late}})
		for range 2 { // asked for again it is as young as before
			must(t, j.RequestReplays(t.Context(), []Replay{{Destination: "sales", Subject: "a", Seq: 1}}, false))
		}
		must(t, j.write(t.Context(), false, func(ctx context.Context, s *session) error {
			return s.exec(ctx, `INSERT INTO polarbell.refused (destination, subject, seq, headline, reason, at)
				VALUES ('sales', 'a', 1, '', '', $1), ('sales', 'b', 1, '', '', $2)`, micros(day), micros(hour(9)))
		}))
		prune := func(before time.Time) {
			t.Helper()
			_, err := j.Prune(t.Context(), before, nil, 100, nil)
			must(t, err)
		}
		prune(hour(1))
		messages, err := j.Messages(t.Context(), "sales", []string{"a"})
		if got, want := words(messages), "[m2/0:a=2]"; got != want || err != nil {
			t.Errorf("messages %s, %v; want %s", got, err, want)
		}
		if got, want := fmt.Sprint(dead(t, j, "sales")), "[b/=1]"; got != want {
			t.Errorf("dead letters %s, want %s", got, want)
		}
		if got := pending(t, j, "sales"); len(got) != 1 {
			t.Errorf("replays %v, want the one just requested", got)
		}
		var refused string
		must(t, j.db.QueryRow(j.d.sql(`SELECT subject FROM polarbell.refused`)).Scan(&refused))
		if refused != "b" {
			t.Errorf("the table of the release before holds %s, want b alone", refused)
		}
		prune(time.Now().Add(time.Hour))
		if got := pending(t, j, "sales"); len(got) != 0 {
			t.Errorf("replays %v, want none after the retention", got)
		}
	})
}
