package journal

import (
	"testing"
	"time"
)

func TestTracesTellWhatBecameOfSubjects(t *testing.T) {
	each(t, func(t *testing.T, j *Journal) {
		must(t, j.Join(t.Context(), "sales", "ops"))
		for _, id := range []string{"a", "b", "c"} {
			add(t, j, entry(id, "subject "+id, "object "+id))
		}
		settle(t, j, Settlement{
			Destination: "sales",
			Posted: []Slot{
				{Message: "m1", Subject: "subject a", Posted: day, Born: 1, Shown: 1, Told: 1},
				{Message: "m1", Slot: 1, Subject: "subject a", Line: true, Posted: day, Born: 2, Shown: 2, Told: 2},
			},
			Again: []Replay{{Subject: "subject a", Seq: 1}},
		})
		settle(t, j, Settlement{Destination: "ops", Refused: []Refusal{
			{Subject: "subject b", Seq: 2, Headline: "B", Reason: "too long", At: day},
			{Subject: "subject c", Seq: 3, Headline: "C", Reason: "no text", At: day},
		}})
		traces, err := j.Traces(t.Context(), []string{"subject a", "subject b", "subject c"})
		must(t, err)
		if len(traces) != 3 {
			t.Errorf("%d showings, want 3: %v", len(traces), traces)
		}
		atSales := traces[Showing{"sales", "subject a"}]
		if len(atSales.Slots) != 2 || !atSales.Slots[1].Line || atSales.Slots[1].Shown != 2 || atSales.Again != 1 {
			t.Errorf("a at sales: %+v, want a card, a line, and entry 1 to be shown again", atSales)
		}
		for subject, want := range map[string]string{"subject b": "too long", "subject c": "no text"} {
			got := traces[Showing{"ops", subject}].Refused
			if len(got) != 1 || got[0].Reason != want || !got[0].At.Equal(day) {
				t.Errorf("%s at ops: %+v, want one refusal: %s", subject, got, want)
			}
		}
		if traces, err = j.Traces(t.Context(), []string{"subject c"}); err != nil || len(traces) != 1 {
			t.Errorf("traces of c alone: %v, %v; want its refusal", traces, err)
		}
		if traces, err = j.Traces(t.Context(), nil); err != nil || len(traces) != 0 {
			t.Errorf("traces of nothing: %v, %v; want none", traces, err)
		}
	})
}

func TestBeyondCountsByTypeAndObject(t *testing.T) {
	each(t, func(t *testing.T, j *Journal) {
		for i, kind := range []string{"order.paid", "refund.created", "order.paid", "order.paid"} {
			e := entry(string(rune('a'+i)), "s", []string{"one", "two"}[i%2])
			e.Type, e.Received = kind, day.Add(time.Duration(i)*time.Hour)
			add(t, j, e)
		}
		for name, tc := range map[string]struct {
			after  Seq
			object string
			want   map[string]Pile
		}{
			"all":              {0, "", map[string]Pile{"order.paid": {3, day}, "refund.created": {1, day.Add(time.Hour)}}},
			"after the second": {2, "", map[string]Pile{"order.paid": {2, day.Add(2 * time.Hour)}}},
			"of an object":     {0, "two", map[string]Pile{"order.paid": {1, day.Add(3 * time.Hour)}, "refund.created": {1, day.Add(time.Hour)}}},
			"after the last":   {4, "", nil},
		} {
			got, err := j.Beyond(t.Context(), tc.after, tc.object)
			must(t, err)
			if len(got) != len(tc.want) {
				t.Errorf("%s: %v, want %v", name, got, tc.want)
			}
			for kind, pile := range tc.want {
				if got[kind].Count != pile.Count || !got[kind].Oldest.Equal(pile.Oldest) {
					t.Errorf("%s: %s %+v, want %+v", name, kind, got[kind], pile)
				}
			}
		}
	})
}
