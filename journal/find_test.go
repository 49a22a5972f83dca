package journal

import (
	"fmt"
	"testing"
	"time"
)

func TestFind(t *testing.T) {
	each(t, func(t *testing.T, j *Journal) {
		for i, text := range []string{"ann@example.com", "100% \xff", "Ann@Example.com", "a_b", "organization"} {
			e := entry(fmt.Sprint("msg_", i+1), "s", "o")
			e.Type, e.Body = []string{"order.paid", "order.created"}[i%2], []byte(text)
			e.Organization = []string{"nimbus", "", "nimbus@sandbox", "nimbus", "acme"}[i]
			add(t, j, e)
		}
		for _, c := range []struct {
			name   string
			filter Filter
			limit  int
			want   string
		}{
			{"all", Filter{}, 9, "[5 4 3 2 1]"},
			{"a page", Filter{Before: 4}, 2, "[3 2]"},
			{"between", Filter{After: 1, Before: 4}, 9, "[3 2]"},
			{"the oldest of those after", Filter{After: 1, OldestFirst: true}, 2, "[2 3]"},
			{"an id", Filter{Text: "msg_3"}, 9, "[3]"},
			{"a type", Filter{Text: "order.created"}, 9, "[4 2]"},
			{"in the body", Filter{Text: "ann@example"}, 9, "[3 1]"},
			{"in the body, before", Filter{Text: "ann@example", Before: 3}, 9, "[1]"},
			{"percent means itself", Filter{Text: "0%"}, 9, "[2]"},
			{"underscore means itself", Filter{Text: "a_b"}, 9, "[4]"},
			{"not there", Filter{Text: "eve"}, 9, "[]"},
			{"an organization", Filter{Organization: "nimbus"}, 9, "[4 1]"},
			{"an organization, a text and a bound", Filter{Organization: "nimbus", Text: "ann", Before: 4}, 9, "[1]"},
			{"some numbers", Filter{Seqs: []Seq{3, 1, 9, 4}, Before: 4}, 9, "[3 1]"},
			{"no numbers", Filter{Seqs: []Seq{}}, 9, "[]"},
			{"an organization that is not there", Filter{Organization: "nim"}, 9, "[]"},
		} {
			entries, err := j.Find(t.Context(), c.filter, c.limit)
			must(t, err)
			if got := fmt.Sprint(numbers(entries)); got != c.want {
				t.Errorf("%s: got %v, want %s", c.name, got, c.want)
			}
		}
	})
}

func TestRefused(t *testing.T) {
	each(t, func(t *testing.T, j *Journal) {
		must(t, j.Register(t.Context(), "sales", "ops"))
		for i, subject := range []string{"order:1", "order:2", "order:1", "order:3"} {
			add(t, j, entry(fmt.Sprint(i), subject, subject))
		}
		settle(t, j, Settlement{Destination: "sales", DeadLetters: []DeadLetter{{Subject: "order:1", Seq: 3}}})
		settle(t, j, Settlement{Destination: "ops", DeadLetters: []DeadLetter{{Subject: "order:3", Seq: 4}}})
		for _, c := range []struct {
			name         string
			destinations []string
			want         int
		}{{"one", []string{"sales"}, 2}, {"both", []string{"sales", "ops"}, 3}, {"another", []string{"other"}, 0}, {"none", nil, 0}} {
			seqs, err := j.Refused(t.Context(), c.destinations)
			if err != nil || len(seqs) != c.want {
				t.Errorf("%s: got %v, %v; want %d numbers", c.name, seqs, err, c.want)
			}
		}
	})
}

func TestReceivedFrom(t *testing.T) {
	each(t, func(t *testing.T, j *Journal) {
		if seq, err := j.ReceivedFrom(t.Context(), day); seq != 1 || err != nil {
			t.Errorf("of an empty journal: got %d, %v; want 1", seq, err)
		}
		for i := range 9 { // two each hour
			e := entry(fmt.Sprint(i), "s", fmt.Sprint(i))
			e.Received = hour(i / 2)
			add(t, j, e)
		}
		must(t, j.run(t.Context(), do(`DELETE FROM polarbell.entries WHERE seq IN (1, 4, 5)`)))
		for _, c := range []struct {
			name string
			at   time.Time
			want Seq
		}{
			{"before all", day.Add(-time.Hour), 1},
			{"the first hour, whose first is gone", day, 1},
			{"between two hours", day.Add(time.Minute), 3},
			{"an hour whose first is gone", hour(2), 4},
			{"the last", hour(4), 9},
			{"after all", hour(5), 10},
		} {
			seq, err := j.ReceivedFrom(t.Context(), c.at)
			if err != nil {
				t.Fatal(err)
			}
			got, err := j.Count(t.Context(), seq, 10, "")
			must(t, err)
			want, err := j.Count(t.Context(), c.want, 10, "")
			must(t, err)
			if got != want {
				t.Errorf("%s: got %d with %d entries from there, want %d with %d", c.name, seq, got, c.want, want)
			}
		}
	})
}

// Events of one family may be left out of a count.
func TestCountLeavesAFamilyOut(t *testing.T) {
	each(t, func(t *testing.T, j *Journal) {
		for i, eventType := range []string{"order.paid", "own.parked", "ownership.moved", "own.recovered", "order.paid"} {
			e := entry(fmt.Sprint("msg_", i), "s", "o")
			e.Type = eventType
			add(t, j, e)
		}
		for _, c := range []struct {
			name     string
			from, to Seq
			but      string
			want     int
		}{
			{"all", 1, 6, "", 5},
			{"without a family", 1, 6, "own", 3},
			{"only the family's", 4, 5, "own", 0},
			{"a family that is not there", 1, 6, "refund", 5},
		} {
			got, err := j.Count(t.Context(), c.from, c.to, c.but)
			if err != nil || got != c.want {
				t.Errorf("%s: %d, %v; want %d", c.name, got, err, c.want)
			}
		}
	})
}
