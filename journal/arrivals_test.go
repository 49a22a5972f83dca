package journal

import (
	"fmt"
	"slices"
	"testing"
)

func TestArrivals(t *testing.T) {
	each(t, func(t *testing.T, j *Journal) {
		for i := range 5 {
			e := entry(fmt.Sprint(i), "s", "o")
			e.Received = hour(i)
			add(t, j, e)
		}
		for _, c := range []struct {
			name          string
			after, before Seq
			limit         int
			want          []Seq
		}{
			{"all", 0, 100, 100, []Seq{5, 4, 3, 2, 1}},
			{"a page", 0, 100, 2, []Seq{5, 4}},
			{"the next page", 0, 4, 2, []Seq{3, 2}},
			{"what is new", 3, 100, 100, []Seq{5, 4}},
			{"nothing new", 5, 100, 100, nil},
		} {
			t.Run(c.name, func(t *testing.T) {
				var got []Seq
				found, err := j.Arrivals(t.Context(), c.after, c.before, c.limit)
				for _, a := range found {
					got = append(got, a.Seq)
					if want := hour(int(a.Seq) - 1); !a.Received.Equal(want) || a.Type != "order.paid" {
						t.Errorf("entry %d: got %v; want received at %v", a.Seq, a, want)
					}
				}
				if !slices.Equal(got, c.want) || err != nil {
					t.Errorf("got %v, %v; want %v", got, err, c.want)
				}
			})
		}
	})
}
