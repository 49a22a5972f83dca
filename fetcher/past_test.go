package fetcher_test

import (
	"fmt"
	"testing"
	"time"
)

const readsOrders = "webhooks:read orders:read"

// orders are made at Polar, each some minutes after the one before, up to now.
func (w *world) orders(n int) {
	for i := range n {
		at := time.Now().Add(-time.Duration(n-i) * 7 * time.Minute).UTC()
		w.polar.PolarOrder(fmt.Appendf(nil, `{"id":"0d000000-0000-4000-8000-%012d","status":"paid","billing_reason":"purchase",
			"currency":"usd","net_amount":1000,"total_amount":1000,"customer_id":"c0000000-0000-4000-8000-000000000001",
			"created_at":%q}`, i, at.Format(time.RFC3339)), "paid", at)
	}
}

// wantOrders compares how many orders the ledger has, and whether these are all
// since ever.
func (w *world) wantOrders(want int, isAll bool) {
	w.t.Helper()
	state, err := w.journal.Ledger(w.t.Context())
	if err != nil || state.Rows != want {
		w.t.Errorf("the ledger has %d rows, %v; want %d; log:\n%s", state.Rows, err, want, w.log)
	}
	if c, _, err := w.ledger.Coverage(w.t.Context(), "nimbus"); err != nil || c.Imported != isAll {
		w.t.Errorf("past orders are known: %t, %v; want %t", c.Imported, err, isAll)
	}
}

func TestImport(t *testing.T) {
	inWorld(t, readsOrders, func(w *world) {
		w.orders(250)
		w.start()
		w.pass(time.Minute)
		w.wantOrders(250, true)
		w.wantIDs("") // nothing is told
		calls := len(w.polar.Calls("polar"))
		w.stop()
		w.start()
		w.pass(time.Minute)
		if more := len(w.polar.Calls("polar")) - calls; more != 2 {
			t.Errorf("%d calls after a restart, want the two that look for what was missed", more)
		}
	})
}

func TestImportWithoutItsScope(t *testing.T) {
	inWorld(t, reads, func(w *world) {
		w.orders(1)
		w.start()
		w.pass(3 * time.Hour)
		w.wantOrders(0, false)
		w.wantLines(1, "lacks the scope orders:read")
	})
}

// TestImportInterrupted goes on where it was, and asks for all within the limits.
func TestImportInterrupted(t *testing.T) {
	inWorld(t, readsOrders, func(w *world) {
		w.orders(12_000)
		w.start()
		w.pass(20 * time.Second)
		w.stop()
		state, err := w.journal.Ledger(w.t.Context())
		if err != nil || state.Rows == 0 || state.Rows == 12_000 {
			t.Fatalf("the ledger has %d rows, %v; want a part of 12,000", state.Rows, err)
		}
		w.wantOrders(state.Rows, false)
		calls := len(w.polar.Calls("polar"))
		w.start()
		w.pass(3 * time.Minute)
		w.wantOrders(12_000, true)
		most := (12_000-state.Rows)/100 + 4
		if more := len(w.polar.Calls("polar")) - calls; more > most {
			t.Errorf("%d calls after the restart, want at most %d", more, most)
		}
		if n := w.polar.Limited("polar"); n > 0 {
			t.Errorf("%d answers were 429, want none", n)
		}
	})
}

// TestImportAfterAnOutage: what happened while the endpoint was off is never
// delivered, so the ledger asks for all orders again.
func TestImportAfterAnOutage(t *testing.T) {
	inWorld(t, "webhooks:write orders:read", func(w *world) {
		w.orders(10)
		w.start()
		w.pass(time.Minute)
		w.wantOrders(10, true)
		w.endpoint(off)
		w.polar.PolarOrder([]byte(`{"id":"0d000000-0000-4000-8000-999999999999","status":"paid","total_amount":5,"created_at":"2000-01-01T00:00:30Z"}`),
			"paid", time.Now())
		w.pass(2*time.Hour + time.Minute)
		w.wantOrders(11, true)
	})
}

// TestImportOfOneOfSeveralOrganizations goes by the secret of the token's
// endpoint.
func TestImportOfOneOfSeveralOrganizations(t *testing.T) {
	inWorld(t, readsOrders, func(w *world) {
		w.bridge.Secrets = []string{"nimbus:" + secret + ",acme:whsec_another", "whsec_another", secret}
		w.bridge.Organizations["whsec_another"] = "acme"
		w.orders(3)
		w.start()
		w.pass(time.Minute)
		w.wantOrders(3, true)
		if c, _, err := w.ledger.Coverage(w.t.Context(), "acme"); err != nil || c.Imported {
			t.Errorf("the other organization's past is said to be known: %+v, %v", c, err)
		}
	})
}
