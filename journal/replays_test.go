package journal

import (
	"fmt"
	"slices"
	"testing"
)

// pending returns a destination's replays, each in one word.
func pending(t *testing.T, j *Journal, destination string) []string {
	t.Helper()
	replays, err := j.PendingReplays(t.Context(), destination, 10)
	must(t, err)
	words := []string{}
	for _, r := range replays {
		words = append(words, fmt.Sprintf("%s/%s=%d", r.Subject, r.Key, r.Seq))
	}
	if n, err := j.CountReplays(t.Context(), destination); err != nil || n != len(words) {
		t.Errorf("counted %d, %v; want %d", n, err, len(words))
	}
	return words
}

func TestReplays(t *testing.T) {
	each(t, func(t *testing.T, j *Journal) {
		request := func(replays ...Replay) {
			t.Helper()
			must(t, j.RequestReplays(t.Context(), replays, false))
		}
		sale := Replay{Destination: "sales", Subject: "b", Key: "sale", Seq: 2}
		request(sale, Replay{Destination: "sales", Subject: "a", Key: "sale", Seq: 1}, Replay{Destination: "ops", Subject: "a", Seq: 1})
		request(sale, Replay{Destination: "sales", Subject: "b", Key: "refund:1", Seq: 2}, Replay{Destination: "sales", Subject: "b", Key: "sale", Seq: 3})
		want := "[b/sale=2 a/sale=1 b/refund:1=2 b/sale=3]"
		if got := fmt.Sprint(pending(t, j, "sales")); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
		first, err := j.PendingReplays(t.Context(), "sales", 2)
		if err != nil || len(first) != 2 {
			t.Fatalf("got %v, %v; want two", first, err)
		}
		settle(t, j, Settlement{Destination: "sales", Replayed: []int64{first[0].ID, first[1].ID}})
		for destination, want := range map[string]string{"sales": "[b/refund:1=2 b/sale=3]", "ops": "[a/=1]"} {
			if got := fmt.Sprint(pending(t, j, destination)); got != want {
				t.Errorf("left for %s: %s, want %s", destination, got, want)
			}
		}
	})
}

func TestReplayFromDeadLetters(t *testing.T) {
	letters := []DeadLetter{
		{Subject: "a", Key: "sale", Seq: 1},
		{Subject: "a", Key: "sale", Seq: 2},
		{Subject: "a", Key: "refund", Seq: 2},
		{Subject: "b", Seq: 3},
	}
	each(t, func(t *testing.T, j *Journal) {
		for _, c := range []struct {
			name   string // also that of the destination
			replay Replay
			from   bool
			want   string
		}{
			{"of the same entry", Replay{Subject: "x", Seq: 2}, true, "[b/=3 a/sale=1]"},
			{"of the same card", Replay{Subject: "a", Key: "sale"}, true, "[b/=3 a/refund=2]"},
			{"elsewhere", Replay{Destination: "ops", Subject: "a", Key: "sale", Seq: 1}, true, "[b/=3 a/refund=2 a/sale=2 a/sale=1]"},
			{"not from them", Replay{Subject: "a", Key: "sale", Seq: 1}, false, "[b/=3 a/refund=2 a/sale=2 a/sale=1]"},
		} {
			settle(t, j, Settlement{Destination: c.name, DeadLetters: letters})
			if c.replay.Destination == "" {
				c.replay.Destination = c.name
			}
			must(t, j.RequestReplays(t.Context(), []Replay{c.replay}, c.from))
			if got := fmt.Sprint(dead(t, j, c.name)); got != c.want {
				t.Errorf("%s: left are %s, want %s", c.name, got, c.want)
			}
			if got := pending(t, j, c.replay.Destination); len(got) != 1 {
				t.Errorf("%s: pending are %v, want one", c.name, got)
			}
		}
	})
}

func TestSince(t *testing.T) {
	each(t, func(t *testing.T, j *Journal) {
		fill(t, j, 6)
		late := entry("late", "s", "o") // received before the one that got the number before
		late.Received = hour(4)
		add(t, j, late)
		for _, c := range []struct {
			name string
			hour int
			upTo Seq
			want []Seq
		}{
			{"a time in between", 4, 6, []Seq{4, 5, 6}},
			{"up to an entry", 4, 5, []Seq{4, 5}},
			{"all", 0, 7, []Seq{1, 2, 3, 4, 5, 6, 7}},
			{"one was overtaken", 4, 7, []Seq{4, 5, 6, 7}},
			{"nothing", 9, 6, []Seq{}},
		} {
			entries, err := j.Since(t.Context(), hour(c.hour), c.upTo)
			if err != nil || !slices.Equal(numbers(entries), c.want) {
				t.Errorf("%s: got %v, %v; want %v", c.name, numbers(entries), err, c.want)
			}
		}
	})
}

func TestSinceOverPages(t *testing.T) {
	each(t, func(t *testing.T, j *Journal) {
		var entries []Entry
		for i := range 2500 {
			entries = append(entries, entry(fmt.Sprint(i), "s", "o"))
		}
		must(t, j.RecordFailure(t.Context(), Failure{Announce: entries}))
		got, err := j.Since(t.Context(), day, 2500)
		if err != nil || len(got) != 2500 || got[0].Seq != 1 || got[2499].Seq != 2500 {
			t.Errorf("got %d entries, %v; want 2500 in order", len(got), err)
		}
	})
}
