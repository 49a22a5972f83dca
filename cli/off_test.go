//go:build unix

package cli_test

import (
	"strings"
	"testing"
	"time"

	"polarbell/journal"
)

// TestTheRealBridgeSaysThatItWasOff once, however often it is started.
func TestTheRealBridgeSaysThatItWasOff(t *testing.T) {
	t.Parallel()
	path := newJournal(t)
	p := newPlace(t, false, "DATABASE_URL="+path)
	p.start()
	p.stop()
	j, err := journal.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	note, noted, err := j.Note(t.Context(), "alive")
	if err != nil || !noted {
		t.Fatalf("the bridge noted %q, %v; want that it was alive", note, err)
	}
	now := time.Now().UTC()
	note = strings.ReplaceAll(`{"began":"T","at":"T"}`, "T", now.Add(-8*time.Hour-time.Minute).Format(time.RFC3339))
	if err := j.PutNote(t.Context(), "alive", note); err != nil {
		t.Fatal(err)
	}
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	const want = "polarbell was off for 8 hours · sales may be missing"
	for range 3 {
		p.start()
		p.eventually("the bridge to say that it was off", func() bool { return strings.Contains(p.texts("C0SALES"), want) })
		p.stop()
	}
	p.start()
	if status, text := p.post("sale", saleOf("1")); status != 202 {
		t.Fatalf("got %d %s, want 202", status, text)
	}
	p.eventually("the sale", func() bool { return strings.Contains(p.texts("C0SALES"), "Sale") })
	if n := len(p.shown("C0SALES")); n != 2 {
		t.Errorf("%d messages, want that it was off, once, and the sale: %s", n, p.texts("C0SALES"))
	}
}
