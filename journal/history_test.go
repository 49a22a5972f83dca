package journal

import (
	"fmt"
	"slices"
	"testing"
)

func TestHistory(t *testing.T) {
	filed := []struct{ subject, object string }{
		1:  {"checkout:1", "checkout:1"},
		2:  {"checkout:1", "order:1"},
		3:  {"order:1", "refund:1"}, // a refund is filed under its order
		4:  {"subscription:1", "order:2"},
		5:  {"subscription:1", "subscription:1"},
		6:  {"checkout:1", "subscription:1"},
		7:  {"customer:1", "customer:1"},
		8:  {"order:3", "refund:3"}, // before its order
		9:  {"checkout:3", "order:3"},
		10: {"", "product:1"},
		11: {"", "product:2"},
		12: {"benefit:1", ""},
		13: {"order:2", "refund:2"},
	}
	each(t, func(t *testing.T, j *Journal) {
		for i, f := range filed[1:] {
			add(t, j, entry(fmt.Sprint(i+1), f.subject, f.object))
		}
		for _, c := range []struct {
			name, of string
			upTo     Seq
			want     []Seq
		}{
			{"a name that is subject and object", "customer:1", 13, []Seq{7}},
			{"an object", "refund:3", 13, []Seq{8, 9}},
			{"a subject named like an object", "checkout:3", 13, []Seq{8, 9}},
			{"from the first to the last by three others", "checkout:1", 13, []Seq{1, 2, 3, 4, 5, 6, 13}},
			{"and back", "refund:2", 13, []Seq{1, 2, 3, 4, 5, 6, 13}},
			{"up to an entry", "checkout:1", 3, []Seq{1, 2, 3}},
			{"what joins comes later", "refund:1", 5, []Seq{1, 2, 3}},
			{"what joined has come", "refund:1", 6, []Seq{1, 2, 3, 4, 5, 6}},
			{"an empty subject joins nothing", "product:1", 13, []Seq{10}},
			{"an empty object joins nothing", "benefit:1", 13, []Seq{12}},
			{"the empty name", "", 13, nil},
			{"not there", "order:9", 13, nil},
			{"before all", "checkout:1", 0, nil},
		} {
			entries, err := j.History(t.Context(), c.upTo, c.of)
			if err != nil || !slices.Equal(numbers(entries), c.want) {
				t.Errorf("%s: got %v, %v; want %v", c.name, numbers(entries), err, c.want)
			}
		}
		entries, err := j.History(t.Context(), 2, "order:1")
		want := entry("2", "checkout:1", "order:1")
		want.Seq, want.Body, want.APIVersion = 2, nil, ""
		if err != nil || len(entries) != 2 || fmt.Sprint(entries[1]) != fmt.Sprint(want) {
			t.Errorf("got %v, %v; want %v last, without body and version", entries, err, want)
		}
	})
}

// TestLongHistory: thousands of entries of one subject, and a chain in which
// each link is found by the one before.
func TestLongHistory(t *testing.T) {
	t.Parallel()
	const many, links = 5000, 60
	each(t, func(t *testing.T, j *Journal) {
		var entries []Entry
		for i := range many {
			entries = append(entries, entry(fmt.Sprint("event-", i), "organization:1", fmt.Sprint("seat:", i%1000)))
		}
		for i := range links {
			entries = append(entries, entry(fmt.Sprint("link-", i), fmt.Sprint("chain:", i), fmt.Sprint("chain:", i+1)))
		}
		must(t, j.RecordFailure(t.Context(), Failure{Announce: entries}))
		for _, c := range []struct {
			name        string
			n           int
			first, last Seq
		}{
			{"organization:1", many, 1, many},
			{"seat:999", many, 1, many},
			{"chain:0", links, many + 1, many + links},
			{fmt.Sprint("chain:", links), links, many + 1, many + links},
		} {
			got, err := j.History(t.Context(), many+links, c.name)
			if err != nil || len(got) != c.n || got[0].Seq != c.first || got[c.n-1].Seq != c.last {
				t.Errorf("%s: %d entries, %v; want %d, from %d to %d", c.name, len(got), err, c.n, c.first, c.last)
			}
		}
	})
}
