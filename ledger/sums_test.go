package ledger_test

import (
	"testing"
	"time"

	"polarbell/internal/polartest"
	"polarbell/ledger"
)

var start = time.Date(2026, 3, 3, 9, 0, 0, 0, time.UTC)

// always is longer than anything in these tests.
var always = ledger.Period{From: start.AddDate(-9, 0, 0), To: start.AddDate(9, 0, 0), All: true}

func TestSumsOfAPurchase(t *testing.T) {
	each(t, func(w *world) {
		s := polartest.New(1, start)
		s.Purchase(polartest.Book).Refund(1000)
		w.deliver(s.Sent...)
		w.follow()
		if got, want := w.sums(always, ledger.ByKind), "[{sale usd 1 5390 4900 490 1 100 4800}]"; got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
		if got, want := w.refunds(always), "[{usd 1 1100}]"; got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	})
}
