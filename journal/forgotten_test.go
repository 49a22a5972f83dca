package journal

import (
	"fmt"
	"testing"
)

func TestForgotten(t *testing.T) {
	each(t, func(t *testing.T, j *Journal) {
		for i, subject := range []string{"ann", "bob", "ann"} {
			e := entry(fmt.Sprint(i), subject, "o")
			e.Body = fmt.Appendf(nil, `{"email":"%s@example.com"}`, subject)
			add(t, j, e)
		}
		settle(t, j, Settlement{Destination: "sales", Posted: []Slot{
			slot("m1", 0, "ann", 1), slot("m1", 1, "bob", 2), slot("m2", 0, "ann", 3), slot("", 0, "ann", 3),
		}})
		check := func(when, want string) {
			t.Helper()
			got, err := j.Forgotten(t.Context())
			messages := []string{}
			for _, s := range got["sales"] {
				messages = append(messages, s.Message+" "+s.Subject)
			}
			if fmt.Sprint(messages) != want || err != nil {
				t.Errorf("%s: got %v, %v; want %s", when, messages, err, want)
			}
		}
		check("nobody is forgotten", "[]")
		_, err := j.Forget(t.Context(), "ann@example.com")
		must(t, err)
		add(t, j, entry("4", "ann", "o"))
		settle(t, j, Settlement{Destination: "sales", Posted: []Slot{slot("m3", 0, "ann", 4)}})
		check("a new card tells what came since", "[m1 ann m2 ann]")
		settle(t, j, Settlement{Destination: "sales", Gone: "m2"})
		settle(t, j, Settlement{Destination: "sales", Edited: "m1", Shown: 4, Erased: []Slot{slot("m1", 0, "ann", 1)}})
		check("both are cleared", "[]")
		left, err := j.Message(t.Context(), "sales", "m1")
		if err != nil || len(left) != 1 || left[0].Subject != "bob" || left[0].Shown != 4 {
			t.Errorf("m1 holds %v, %v; want bob's card as of 4", left, err)
		}
	})
}
