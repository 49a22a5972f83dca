package journal

import (
	"slices"
	"testing"
)

func TestDue(t *testing.T) {
	each(t, func(t *testing.T, j *Journal) {
		check := func(when string, want ...Due) {
			t.Helper()
			if got, err := j.AllDue(t.Context(), "reminder"); !slices.Equal(got, want) || err != nil {
				t.Errorf("%s: got %v, %v; want %v", when, got, err, want)
			}
		}
		check("at first")
		put := func(job, subject string, at int) Due {
			d := Due{job, subject, hour(at)}
			must(t, j.PutDue(t.Context(), d))
			return d
		}
		put("reminder", "a", 1)
		b := put("reminder", "b", 2)
		put("another", "a", 0)
		a := put("reminder", "a", 3)
		check("the earliest first", b, a)
		must(t, j.DeleteDue(t.Context(), "reminder", "b"))
		check("after one is done", a)
		_, err := j.Forget(t.Context(), []string{"a"})
		must(t, err)
		check("after a was forgotten")
	})
}
