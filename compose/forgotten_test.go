package compose_test

import (
	"strings"
	"testing"
	"time"

	"polarbell/compose"
	"polarbell/internal/polartest"
	"polarbell/polar"
)

// TestForgottenThatGoesOn: a subscription whose customer was forgotten is heard
// of for the first time by what comes next: it does not begin once more, and its
// end counts.
func TestForgottenThatGoesOn(t *testing.T) {
	s := polartest.New(1, time.Date(2026, 3, 3, 9, 0, 0, 0, time.UTC))
	sub := s.Subscribe(polartest.Pro)
	forgotten := len(s.Sent)
	sub.Renew()
	s.Pass(24 * time.Hour)
	sub.CancelNow()
	var known []compose.Entry
	for i, sent := range s.Sent {
		d, err := polar.Parse(sent.Body)
		if err != nil {
			t.Fatal(err)
		}
		e := compose.Entry{Seq: int64(i + 1), Type: d.Type, Object: d.Object, At: d.At}
		if i >= forgotten {
			e.State, e.Body = d.State, sent.Body
		}
		known = append(known, e)
	}
	var headlines []string
	for _, c := range compose.Cards(compose.NewHistory(known), compose.Options{}) {
		headlines = append(headlines, c.Headline)
	}
	if all := strings.Join(headlines, "\n"); strings.Contains(all, "New subscriber") || !strings.Contains(all, "Canceled") {
		t.Errorf("got %q, want the end and no start", headlines)
	}
	got := compose.RecurringOf(compose.NewHistory(known)).Movements
	if len(got) != 1 || got[0].What != compose.MovedEnded {
		t.Errorf("got %v, want the end alone", got)
	}
}
