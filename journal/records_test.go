package journal

import "testing"

func TestRecords(t *testing.T) {
	each(t, func(t *testing.T, j *Journal) {
		settle(t, j, Settlement{Destination: "sales", Posted: []Message{message("m1", 1, "a", 1), message("m1", 0, "a", 2)}})
		must(t, j.RequestReplays(t.Context(), []Replay{{Destination: "sales", Subject: "a", Key: "sale", Seq: 1}}, false))
		settle(t, j, Settlement{Destination: "ops", DeadLetters: []DeadLetter{
			{Subject: "b", Seq: 2, Headline: "B", Reason: "too long", At: day},
			{Subject: "c", Seq: 3, Headline: "C", Reason: "no text", At: day},
		}})
		records, err := j.Records(t.Context(), []string{"a", "b", "c"})
		if err != nil || len(records) != 3 {
			t.Fatalf("%d records, %v; want 3: %v", len(records), err, records)
		}
		a := records[SubjectAt{"sales", "a"}]
		if len(a.Messages) != 2 || a.Messages[1].Newest != 2 || a.Messages[1].Destination != "sales" {
			t.Errorf("messages of a at sales: %+v, want both in the order of posting", a.Messages)
		}
		if len(a.Replays) != 1 || a.Replays[0].Key != "sale" || len(a.DeadLetters) != 0 {
			t.Errorf("a at sales: %+v, want one replay and no dead letter", a)
		}
		for subject, want := range map[string]string{"b": "too long", "c": "no text"} {
			got := records[SubjectAt{"ops", subject}].DeadLetters
			if len(got) != 1 || got[0].Reason != want || !got[0].At.Equal(day) {
				t.Errorf("%s at ops: %+v, want one dead letter: %s", subject, got, want)
			}
		}
		if records, err = j.Records(t.Context(), []string{"c"}); err != nil || len(records) != 1 {
			t.Errorf("records of c alone: %v, %v; want its dead letter", records, err)
		}
		if records, err = j.Records(t.Context(), nil); err != nil || len(records) != 0 {
			t.Errorf("records of nothing: %v, %v; want none", records, err)
		}
	})
}
