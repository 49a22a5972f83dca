package journal

import (
	"fmt"
	"testing"
	"time"
)

func slot(message string, n int, subject string, upTo Seq) Slot {
	return Slot{Message: message, Slot: n, Subject: subject, Posted: day, Born: upTo, Shown: upTo, Told: upTo}
}

func TestSettlePostsAndEdits(t *testing.T) {
	each(t, func(t *testing.T, j *Journal) {
		must(t, j.Join(t.Context(), "sales"))
		line := slot("m1", 2, "c", 5)
		line.Line = true
		posted := []Slot{slot("m1", 0, "a", 5), slot("m1", 1, "b", 5), line}
		settle(t, j, Settlement{Destination: "sales", Cursor: 5, Posted: posted})
		settle(t, j, Settlement{Destination: "sales", Posted: posted}) // its outcome was unknown

		check := func(when string, want []Slot) {
			t.Helper()
			got, err := j.Message(t.Context(), "sales", "m1")
			if err != nil || fmt.Sprint(got) != fmt.Sprint(want) {
				t.Errorf("%s: got %v, %v\nwant %v", when, got, err, want)
			}
		}
		check("posted", posted)
		settle(t, j, Settlement{Destination: "sales", Told: map[string]Seq{"b": 8, "c": 8}})
		posted[1].Told = 8
		check("told", posted)
		settle(t, j, Settlement{Destination: "sales", Edited: "m1", Shown: 9})
		posted[0].Shown, posted[1].Shown = 9, 9
		check("edited", posted)
		settle(t, j, Settlement{Destination: "sales", Gone: "m1"})
		check("gone", nil)
	})
}

func TestCardIsTheNewest(t *testing.T) {
	each(t, func(t *testing.T, j *Journal) {
		if _, ok, err := j.Card(t.Context(), "sales", "a"); ok || err != nil {
			t.Fatalf("nothing posted: %v, %v", ok, err)
		}
		line := slot("m3", 0, "a", 3)
		line.Line = true
		for _, s := range []Slot{slot("m1", 0, "a", 1), slot("m2", 0, "a", 2), line} {
			settle(t, j, Settlement{Destination: "sales", Posted: []Slot{s}})
		}
		settle(t, j, Settlement{Destination: "ops", Posted: []Slot{slot("m9", 0, "a", 9)}})
		got, ok, err := j.Card(t.Context(), "sales", "a")
		if !ok || err != nil || got != slot("m2", 0, "a", 2) {
			t.Errorf("got %v, %v, %v; want m2", got, ok, err)
		}
	})
}

func TestCardsWithoutMessage(t *testing.T) {
	each(t, func(t *testing.T, j *Journal) {
		settle(t, j, Settlement{Destination: "hook", Posted: []Slot{slot("", 0, "a", 1)}})
		settle(t, j, Settlement{Destination: "hook", Posted: []Slot{slot("", 0, "b", 2)}})
		settle(t, j, Settlement{Destination: "hook", Told: map[string]Seq{"a": 3}})
		for subject, told := range map[string]Seq{"a": 3, "b": 2} {
			got, ok, err := j.Card(t.Context(), "hook", subject)
			if !ok || err != nil || got.Message != "" || got.Told != told {
				t.Errorf("%s: got %v, %v, %v; want told %d", subject, got, ok, err, told)
			}
		}
		if message, ok, err := j.Owed(t.Context(), "hook", time.Time{}); ok || err != nil {
			t.Errorf("owed %q, %v; such a message cannot be edited", message, err)
		}
	})
}

func TestOwedLongest(t *testing.T) {
	each(t, func(t *testing.T, j *Journal) {
		for i, subject := range []string{"a", "b", "c"} {
			s := slot("m"+subject, 0, subject, 1)
			s.Posted = day.Add(time.Duration(i) * time.Hour)
			settle(t, j, Settlement{Destination: "sales", Posted: []Slot{s}})
		}
		for _, told := range []map[string]Seq{{"b": 2}, {"c": 3}, {"a": 4}, {"b": 5}} {
			settle(t, j, Settlement{Destination: "sales", Told: told})
		}
		check := func(since time.Time, want string) {
			t.Helper()
			got, ok, err := j.Owed(t.Context(), "sales", since)
			if err != nil || got != want || ok != (want != "") {
				t.Errorf("got %q, %v, %v; want %q", got, ok, err, want)
			}
		}
		check(day.Add(-time.Hour), "mb")
		check(day.Add(time.Hour), "mc")
		settle(t, j, Settlement{Destination: "sales", Edited: "mb", Shown: 5})
		check(day.Add(-time.Hour), "mc")
		settle(t, j, Settlement{Destination: "sales", Edited: "mc", Shown: 5})
		settle(t, j, Settlement{Destination: "sales", Gone: "ma"})
		check(day.Add(-time.Hour), "")
	})
}

func TestCursorNeverMovesBack(t *testing.T) {
	each(t, func(t *testing.T, j *Journal) {
		must(t, j.Join(t.Context(), "sales"))
		for _, cursor := range []Seq{7, 3, 0} {
			settle(t, j, Settlement{Destination: "sales", Cursor: cursor})
		}
		if p, err := j.Place(t.Context(), "sales"); err != nil || p.Cursor != 7 {
			t.Errorf("cursor %d, %v; want 7", p.Cursor, err)
		}
	})
}

func TestParking(t *testing.T) {
	each(t, func(t *testing.T, j *Journal) {
		at := func(n int) time.Time { return day.Add(time.Duration(n) * time.Minute) }
		must(t, j.Join(t.Context(), "sales"))
		check := func(when string, want Place) {
			t.Helper()
			want.Name = "sales"
			got, err := j.Place(t.Context(), "sales")
			if err != nil || got != want {
				t.Errorf("%s: got %+v, %v\nwant %+v", when, got, err, want)
			}
		}
		must(t, j.Trouble(t.Context(), "sales", "timeout", at(1)))
		check("trouble", Place{Error: "timeout", ErrorAt: at(1)})
		must(t, j.Park(t.Context(), "sales", "gone", "no channel", at(2), at(3)))
		must(t, j.Park(t.Context(), "sales", "gone", "no channel", at(3), at(5)))
		parked := Place{Error: "no channel", ErrorAt: at(3), ParkedAt: at(2), ParkedCode: "gone", RetryAt: at(5)}
		check("parked", parked)
		must(t, j.Release(t.Context(), "sales", at(4)))
		parked.RetryAt = at(4)
		check("released", parked)
		settle(t, j, Settlement{Destination: "sales", Delivered: at(6)})
		check("delivered", Place{Delivered: at(6)})
		must(t, j.Release(t.Context(), "sales", at(7)))
		check("released without need", Place{Delivered: at(6)})
	})
}

func TestStory(t *testing.T) {
	each(t, func(t *testing.T, j *Journal) {
		put := func(id, subject, object string, minute int) {
			e := entry(id, subject, object)
			e.At = day.Add(time.Duration(minute) * time.Minute)
			add(t, j, e)
		}
		put("1", "subscription:1", "sub", 0)
		put("2", "subscription:0", "sub", 0)
		put("3", "checkout:1", "order", 5)
		put("4", "checkout:1", "order", 4) // arrived late
		put("5", "checkout:1", "sub", 1)
		put("6", "checkout:1", "sub", 1)
		put("7", "subscription:1", "sub", 9)
		put("8", "checkout:1", "order", 9)
		s, err := j.Story(t.Context(), "checkout:1", 7)
		must(t, err)
		got := ""
		for _, e := range s.Entries {
			got += fmt.Sprintf("%d%s ", e.Seq, e.Body)
		}
		if want := `3{"id":"3"} 4 5 6{"id":"6"} `; got != want {
			t.Errorf("entries are %s, want %s", got, want)
		}
		if len(s.Before) != 1 || s.Before[0].Seq != 2 {
			t.Errorf("before are %v, want entry 2", s.Before)
		}
	})
}
