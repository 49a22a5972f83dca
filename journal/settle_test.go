package journal

import (
	"fmt"
	"testing"
)

func TestSettleChangesAndRemoves(t *testing.T) {
	each(t, func(t *testing.T, j *Journal) {
		settle(t, j, Settlement{Destination: "sales", Posted: []Message{
			message("m1", 0, "a", 5), message("m1", 1, "b", 5), message("m1", 2, "c", 5),
		}})
		rows, err := j.Message(t.Context(), "sales", "m1")
		must(t, err)
		changed := rows[1]
		changed.Key, changed.Kind, changed.Ref, changed.Newest = "refund:1", "refund", "m2", 8
		changed.Fingerprint, changed.Outcome, changed.Due = "f2", "refunded", hour(2)
		settle(t, j, Settlement{Destination: "sales", Changed: []Message{changed}, Removed: []int64{rows[2].ID}})
		got, err := j.Messages(t.Context(), "sales", []string{"a", "b", "c"})
		if want := []Message{rows[0], changed}; err != nil || fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("got %+v, %v\nwant %+v", got, err, want)
		}
	})
}

// everything is a settlement that does all that one can.
func everything(t *testing.T, j *Journal) Settlement {
	t.Helper()
	settle(t, j, Settlement{Destination: "sales", Posted: []Message{message("m0", 0, "a", 1), message("m0", 1, "b", 1)}})
	must(t, j.RequestReplays(t.Context(), []Replay{{Destination: "sales", Subject: "a", Seq: 1}}, false))
	old, err := j.Message(t.Context(), "sales", "m0")
	must(t, err)
	replays, err := j.PendingReplays(t.Context(), "sales", 9)
	must(t, err)
	old[0].Outcome = "refunded"
	return Settlement{
		Destination: "sales", Cursor: 7, Delivered: hour(1),
		Posted:      []Message{message("m1", 0, "c", 7), message("", 1, "d", 7), message("", 2, "d", 7)},
		Changed:     old[:1],
		Removed:     []int64{old[1].ID},
		Replayed:    []int64{replays[0].ID},
		DeadLetters: []DeadLetter{{Subject: "e", Key: "sale", Seq: 7, Headline: "E", Reason: "too long", At: day}},
		Announce:    []Entry{entry("own", "destination:sales", "destination:sales")},
	}
}

// state is all that a settlement can change.
func state(t *testing.T, j *Journal) string {
	t.Helper()
	ctx := t.Context()
	destinations, err := j.Destinations(ctx)
	must(t, err)
	records, err := j.Records(ctx, []string{"a", "b", "c", "d", "e"})
	must(t, err)
	entries, err := j.After(ctx, 0, 9)
	must(t, err)
	return fmt.Sprintf("%+v\n%+v\n%+v", destinations, records, entries)
}

// TestSettlementTriedAgain: the caller saw an error, though the commit took.
func TestSettlementTriedAgain(t *testing.T) {
	each(t, func(t *testing.T, j *Journal) {
		must(t, j.Register(t.Context(), "sales"))
		before := everything(t, j)
		settle(t, j, before)
		once := state(t, j)
		settle(t, j, before)
		if twice := state(t, j); twice != once {
			t.Errorf("after the same settlement again:\n%s\nwant\n%s", twice, once)
		}
		messages, err := j.Messages(t.Context(), "sales", []string{"a", "b", "c", "d"})
		if got, want := words(messages), "[m0/0:a=1 m1/0:c=7 /1:d=7 /2:d=7]"; got != want || err != nil {
			t.Errorf("rows are %s, %v; want %s", got, err, want)
		}
	})
}
