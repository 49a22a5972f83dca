package journal

import (
	"fmt"
	"testing"
	"time"
)

// message is a card as it was posted.
func message(ref string, position int, subject string, newest Seq) Message {
	return Message{
		Ref: ref, Position: position, Subject: subject, Key: "sale", Kind: "sale",
		Posted: day, Newest: newest, Fingerprint: "f1",
	}
}

// words puts each message in one word.
func words(messages []Message) string {
	words := []string{}
	for _, m := range messages {
		words = append(words, fmt.Sprintf("%s/%d:%s=%d", m.Ref, m.Position, m.Subject, m.Newest))
	}
	return fmt.Sprint(words)
}

func TestMessages(t *testing.T) {
	each(t, func(t *testing.T, j *Journal) {
		settle(t, j, Settlement{Destination: "sales", Posted: []Message{message("m1", 1, "b", 5), message("m1", 0, "a", 5)}})
		settle(t, j, Settlement{Destination: "sales", Posted: []Message{message("m2", 0, "c", 6)}})
		settle(t, j, Settlement{Destination: "ops", Posted: []Message{message("m1", 0, "a", 7)}})
		for _, c := range []struct {
			name, destination string
			subjects          []string
			want              string
		}{
			{"by ID", "sales", []string{"c", "a", "b"}, "[m1/1:b=5 m1/0:a=5 m2/0:c=6]"},
			{"of one destination", "ops", []string{"a", "b"}, "[m1/0:a=7]"},
			{"none asked for", "sales", nil, "[]"},
			{"not there", "sales", []string{"d"}, "[]"},
		} {
			messages, err := j.Messages(t.Context(), c.destination, c.subjects)
			if got := words(messages); got != c.want || err != nil {
				t.Errorf("%s: got %s, %v; want %s", c.name, got, err, c.want)
			}
		}
		one, err := j.Message(t.Context(), "sales", "m1")
		want := message("m1", 0, "a", 5)
		if err != nil || len(one) != 2 || one[0].Subject != "a" || one[1].Subject != "b" {
			t.Fatalf("m1 is %v, %v; want the cards of a and b", one, err)
		}
		want.ID, want.Destination = one[0].ID, "sales"
		if one[0] != want || want.ID == 0 {
			t.Errorf("got %+v\nwant %+v, with an ID", one[0], want)
		}
	})
}

func TestNextDue(t *testing.T) {
	each(t, func(t *testing.T, j *Journal) {
		check := func(when, want string, at time.Time) {
			t.Helper()
			ref, due, ok, err := j.NextDue(t.Context(), "sales")
			if ref != want || !due.Equal(at) || ok != (want != "") || err != nil {
				t.Errorf("%s: got %q at %v, %v, %v; want %q at %v", when, ref, due, ok, err, want, at)
			}
		}
		check("nothing is posted", "", time.Time{})
		for i, m := range []Message{
			message("", 0, "no reference", 1), message("m2", 0, "late", 1), message("m3", 0, "early", 1), message("m4", 0, "in line", 1),
		} {
			m.Due = hour([]int{1, 3, 2, 0}[i])
			if m.Ref == "m4" {
				m.Due = time.Time{}
			}
			settle(t, j, Settlement{Destination: "sales", Posted: []Message{m}})
		}
		elsewhere := message("m1", 0, "elsewhere", 1)
		elsewhere.Due = day
		settle(t, j, Settlement{Destination: "ops", Posted: []Message{elsewhere}})
		check("the earliest", "m3", hour(2))

		early, err := j.Message(t.Context(), "sales", "m3")
		must(t, err)
		early[0].Due = time.Time{}
		settle(t, j, Settlement{Destination: "sales", Changed: early})
		check("the earliest is in line", "m2", hour(3))

		early[0].Due = hour(4)
		late, err := j.Message(t.Context(), "sales", "m2")
		must(t, err)
		late[0].Ref = ""
		settle(t, j, Settlement{Destination: "sales", Changed: append(late, early...)})
		check("the other is deleted", "m3", hour(4))
		settle(t, j, Settlement{Destination: "sales", Removed: []int64{early[0].ID}})
		check("all are done", "", time.Time{})
	})
}
