package journal

import (
	"fmt"
	"testing"
)

// dead returns a destination's dead letters, each in one word.
func dead(t *testing.T, j *Journal, destination string) []string {
	t.Helper()
	letters, err := j.DeadLetters(t.Context(), destination, 10)
	must(t, err)
	words := []string{}
	for _, l := range letters {
		words = append(words, fmt.Sprintf("%s/%s=%d", l.Subject, l.Key, l.Seq))
	}
	if n, err := j.CountDeadLetters(t.Context(), destination); err != nil || n != len(words) {
		t.Errorf("counted %d, %v; want %d", n, err, len(words))
	}
	return words
}

func TestDeadLetters(t *testing.T) {
	each(t, func(t *testing.T, j *Journal) {
		first := DeadLetter{Subject: "a", Key: "sale", Seq: 1, Headline: "A", Reason: "too long", At: day}
		again := first
		again.Reason, again.At = "no text", hour(1)
		other := DeadLetter{Subject: "a", Key: "refund:1", Seq: 1, Headline: "B", Reason: "too long", At: day}
		settle(t, j, Settlement{Destination: "sales", DeadLetters: []DeadLetter{first, other}})
		settle(t, j, Settlement{Destination: "sales", DeadLetters: []DeadLetter{again}})
		settle(t, j, Settlement{Destination: "ops", DeadLetters: []DeadLetter{first}})
		if got := fmt.Sprint(dead(t, j, "sales")); got != "[a/refund:1=1 a/sale=1]" {
			t.Errorf("got %s, want the newest first", got)
		}
		one, err := j.DeadLetters(t.Context(), "sales", 1)
		other.Destination = "sales"
		if err != nil || len(one) != 1 || one[0] != other {
			t.Errorf("got %+v, %v; want %+v", one, err, other)
		}
		all, err := j.DeadLetters(t.Context(), "sales", 9)
		again.Destination = "sales"
		if err != nil || len(all) != 2 || all[1] != again {
			t.Errorf("got %+v, %v; want %+v last", all, err, again)
		}
	})
}
