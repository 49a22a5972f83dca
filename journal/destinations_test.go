package journal

import "testing"

func TestRegisterStartsAtTheHead(t *testing.T) {
	each(t, func(t *testing.T, j *Journal) {
		must(t, j.Register(t.Context(), "early"))
		head := add(t, j, entry("1", "s", "o"))
		must(t, j.Register(t.Context(), "early", "late"))
		for name, want := range map[string]Seq{"early": 0, "late": head} {
			if d, err := j.Destination(t.Context(), name); err != nil || d.Cursor != want {
				t.Errorf("%s: cursor %d, %v; want %d", name, d.Cursor, err, want)
			}
		}
		if _, err := j.Destination(t.Context(), "nobody"); err == nil {
			t.Error("a destination that is not registered: no error")
		}
		all, err := j.Destinations(t.Context())
		if err != nil || len(all) != 2 || all[0].Name != "early" || all[1].Name != "late" {
			t.Errorf("got %v, %v; want early and late", all, err)
		}
	})
}

func TestCursorNeverMovesBack(t *testing.T) {
	each(t, func(t *testing.T, j *Journal) {
		must(t, j.Register(t.Context(), "sales"))
		for _, cursor := range []Seq{7, 3, 0} {
			settle(t, j, Settlement{Destination: "sales", Cursor: cursor})
		}
		if d, err := j.Destination(t.Context(), "sales"); err != nil || d.Cursor != 7 {
			t.Errorf("cursor %d, %v; want 7", d.Cursor, err)
		}
	})
}

func TestFailuresAndParking(t *testing.T) {
	each(t, func(t *testing.T, j *Journal) {
		must(t, j.Register(t.Context(), "sales"))
		check := func(when string, want DestinationState) {
			t.Helper()
			want.Name = "sales"
			got, err := j.Destination(t.Context(), "sales")
			if err != nil || got != want {
				t.Errorf("%s: got %+v, %v\nwant %+v", when, got, err, want)
			}
		}
		fail := func(f Failure) {
			t.Helper()
			f.Destination = "sales"
			must(t, j.RecordFailure(t.Context(), f))
		}
		fail(Failure{Code: "slow", Text: "timeout", At: hour(1)})
		check("a failure", DestinationState{Error: "timeout", ErrorAt: hour(1), FailingSince: hour(1)})
		announced := []Entry{entry("own", "destination:sales", "destination:sales")}
		for range 2 { // its outcome was unknown
			fail(Failure{Code: "gone", Text: "no channel", At: hour(2), Parked: true, Retry: hour(3), Announce: announced})
		}
		fail(Failure{Code: "gone", Text: "no channel", At: hour(3), Parked: true, Retry: hour(5)})
		parked := DestinationState{Error: "no channel", ErrorAt: hour(3), FailingSince: hour(1), ParkedAt: hour(2), ParkedCode: "gone", RetryAt: hour(5)}
		check("parked", parked)
		if head, err := j.Head(t.Context()); err != nil || head != 1 {
			t.Errorf("%d entries, %v; want that of the parking alone", head, err)
		}
		must(t, j.Unpark(t.Context(), "sales", hour(4)))
		parked.RetryAt = hour(4)
		check("unparked", parked)
		settle(t, j, Settlement{Destination: "sales", Delivered: hour(6)})
		well := DestinationState{Delivered: hour(6), Error: "no channel", ErrorAt: hour(3)}
		check("delivered", well)
		must(t, j.Unpark(t.Context(), "sales", hour(7)))
		check("unparked without need", well)
		fail(Failure{Text: "too fast", At: hour(7), Retry: hour(9)})
		fail(Failure{Text: "too fast", At: hour(7), Retry: hour(8)}) // of other requests
		fail(Failure{Text: "down", At: hour(7)})
		check("asked to wait", DestinationState{Delivered: hour(6), Error: "down", ErrorAt: hour(7), FailingSince: hour(7), RetryAt: hour(9)})
		settle(t, j, Settlement{Destination: "sales", Delivered: hour(8)})
		check("other requests succeed", DestinationState{Delivered: hour(8), Error: "down", ErrorAt: hour(7), RetryAt: hour(9)})
		settle(t, j, Settlement{Destination: "sales", Delivered: hour(10)})
		check("waited", DestinationState{Delivered: hour(10), Error: "down", ErrorAt: hour(7)})
		fail(Failure{Code: "slow", Text: "timeout", At: hour(12)})
		settle(t, j, Settlement{Destination: "sales", Delivered: hour(11)}) // another replica's clock is behind
		check("delivered by another clock", DestinationState{Delivered: hour(12), Error: "timeout", ErrorAt: hour(12)})
	})
}

func TestFailing(t *testing.T) {
	each(t, func(t *testing.T, j *Journal) {
		must(t, j.Register(t.Context(), "sales"))
		failing := func(when string, want bool) {
			t.Helper()
			if d, err := j.Destination(t.Context(), "sales"); err != nil || d.Failing() != want {
				t.Errorf("%s: failing is %t, %v; want %t", when, d.Failing(), err, want)
			}
		}
		failing("at first", false)
		must(t, j.RecordFailure(t.Context(), Failure{Destination: "sales", Text: "timeout", At: hour(2)}))
		failing("after an error", true)
		settle(t, j, Settlement{Destination: "sales", Delivered: hour(1)}) // another replica's clock is behind
		failing("after a success", false)
		must(t, j.RecordFailure(t.Context(), Failure{Destination: "sales", Text: "timeout", At: hour(3)}))
		failing("after another error", true)
	})
}

// TestDoubt: it is kept across failures and successes of other requests, until
// the post is over.
func TestDoubt(t *testing.T) {
	each(t, func(t *testing.T, j *Journal) {
		must(t, j.Register(t.Context(), "sales"))
		doubt := Doubt{Since: hour(1), At: hour(2), Tries: 2, Head: 7}
		for _, step := range []struct {
			name string
			do   func() error
			want Doubt
		}{
			{"failed", func() error {
				return j.RecordFailure(t.Context(), Failure{Destination: "sales", Text: "504", At: hour(1), Doubt: doubt})
			}, doubt},
			{"an edit succeeds", func() error {
				return j.Settle(t.Context(), Settlement{Destination: "sales", Delivered: hour(2)})
			}, doubt},
			{"tried again", func() error {
				doubt.At, doubt.Tries = hour(3), 3
				return j.RecordDoubt(t.Context(), "sales", doubt)
			}, Doubt{Since: hour(1), At: hour(3), Tries: 3, Head: 7}},
			{"posted", func() error {
				return j.Settle(t.Context(), Settlement{Destination: "sales", Delivered: hour(4), Certain: true})
			}, Doubt{}},
		} {
			must(t, step.do())
			if d, err := j.Destination(t.Context(), "sales"); err != nil || d.Doubt != step.want {
				t.Errorf("%s: in doubt %+v, %v; want %+v", step.name, d.Doubt, err, step.want)
			}
		}
	})
}

// TestHandover: what is written without one leaves it as it is.
func TestHandover(t *testing.T) {
	each(t, func(t *testing.T, j *Journal) {
		must(t, j.Register(t.Context(), "sales", "ops"))
		for _, step := range []struct {
			name string
			do   func() error
			want string
		}{
			{"settled", func() error {
				return j.Settle(t.Context(), Settlement{Destination: "sales", Handover: "1"})
			}, "1"},
			{"settled without", func() error {
				return j.Settle(t.Context(), Settlement{Destination: "sales", Cursor: 7, Certain: true})
			}, "1"},
			{"failed", func() error {
				return j.RecordFailure(t.Context(), Failure{Destination: "sales", Text: "504", At: hour(1), Handover: "2"})
			}, "2"},
			{"failed without", func() error {
				return j.RecordFailure(t.Context(), Failure{Destination: "sales", Text: "504", At: hour(2)})
			}, "2"},
			{"parked", func() error {
				return j.RecordFailure(t.Context(), Failure{Destination: "sales", Text: "gone", At: hour(3), Parked: true, Handover: "3"})
			}, "3"},
			{"released", func() error { return j.Unpark(t.Context(), "sales", hour(4)) }, "3"},
			{"of another destination", func() error {
				return j.Settle(t.Context(), Settlement{Destination: "ops", Handover: "4"})
			}, "3"},
		} {
			must(t, step.do())
			if d, err := j.Destination(t.Context(), "sales"); err != nil || d.Handover != step.want {
				t.Errorf("%s: handover %q, %v; want %q", step.name, d.Handover, err, step.want)
			}
		}
	})
}
