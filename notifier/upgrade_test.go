package notifier_test

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/pressly/goose/v3"

	"polarbell/notifier"
)

// before makes the journal of the release before keys: the first migration's
// tables, and the rows that this release left.
func (w *world) before() {
	w.t.Helper()
	rows, err := os.ReadFile("testdata/release_before.sql")
	if err != nil {
		w.t.Fatal(err)
	}
	if err := os.Remove(w.path); err != nil {
		w.t.Fatal(err)
	}
	db, err := sql.Open("sqlite3", "file:"+w.path)
	if err != nil {
		w.t.Fatal(err)
	}
	defer db.Close()
	migrations, err := goose.NewProvider(goose.DialectSQLite3, db, os.DirFS("../journal/migrations/sqlite"))
	if err != nil {
		w.t.Fatal(err)
	}
	if _, err := migrations.UpTo(w.t.Context(), 1); err != nil {
		w.t.Fatal(err)
	}
	if _, err := db.ExecContext(w.t.Context(), `DELETE FROM head;`+string(rows)); err != nil {
		w.t.Fatal(err)
	}
	w.delivered = 100
}

// order is a delivery about one of the sales in that journal.
func order(eventType string, n int, changes map[string]any) []byte {
	data := map[string]any{
		"id": uuid(1, n), "checkout_id": uuid(2, n), "status": "paid", "billing_reason": "purchase",
		"created_at": "2026-03-03T09:00:00Z", "modified_at": "2026-03-03T11:00:00Z", "currency": "usd",
		"net_amount": 9000, "tax_amount": 720, "total_amount": 9720, "due_amount": 9720, "refunded_amount": 0,
		"customer": map[string]any{"id": uuid(7, n), "name": fmt.Sprint("Customer ", n), "email": fmt.Sprintf("c%d@acme.example", n)},
		"product":  map[string]any{"id": uuid(8, 1), "name": "Pro Plan"},
	}
	maps.Copy(data, changes)
	body, err := json.Marshal(map[string]any{"type": eventType, "timestamp": data["modified_at"], "data": data})
	if err != nil {
		panic(err)
	}
	return body
}

// TestUpgrade: over the journal of the release before, nothing is posted that
// was not asked for; what is young is edited, later news is posted once.
func TestUpgrade(t *testing.T) {
	rename := func(n int) []byte {
		return order("order.updated", n, map[string]any{"customer": map[string]any{"name": fmt.Sprint("Renamed ", n)}})
	}
	steps := []struct {
		name      string
		news      []byte
		posts     []string // to both, if not said otherwise
		hook      []string // instead
		edits     []notifier.Ref
		deletions []notifier.Ref
	}{
		{
			name: "start", edits: []notifier.Ref{"old-3"}, hook: []string{},
			posts: []string{"💰 Sale · $97.20 · Customer 5 · Pro Plan", "💰 Sale · $97.20 · Customer 6 · Pro Plan"},
		},
		{name: "correction of one card of three", news: rename(4), edits: []notifier.Ref{"old-4"}},
		{
			name: "refund of an old sale", news: refund(1, map[string]any{"id": uuid(3, 100)}),
			posts: []string{"💸 Refunded · $10.00 of $97.20 · Customer 1 · Pro Plan"}, edits: []notifier.Ref{"old-0"},
		},
		{
			name: "second refund", news: refund(2, map[string]any{"id": uuid(3, 101)}),
			posts: []string{"💸 Refunded · $10.00 more, $20.00 of $97.20 · Customer 2 · Pro Plan"}, edits: []notifier.Ref{"old-1"},
		},
		{
			name: "correction of a sale that has a line", news: rename(7),
			edits: []notifier.Ref{"old-6"}, deletions: []notifier.Ref{"old-5"},
		},
		{
			name: "payment of an order that waited", news: order("order.paid", 8, nil),
			posts: []string{"💰 Sale · $97.20 · Customer 8 · Pro Plan"}, deletions: []notifier.Ref{"old-7"},
		},
		{name: "correction of a refused sale", news: rename(9)},
	}
	inWorld(t, func(w *world) {
		s, hook := &scripted{}, &scripted{final: true}
		w.add("sales", "Slack", s)
		w.add("hook", "Slack", hook)
		w.pass(48*time.Hour + 10*time.Minute)
		w.before()
		for i, step := range steps {
			posts, hooked, edits, deletions := len(s.headlines()), len(hook.headlines()), len(s.edits), len(s.deletions)
			if i == 0 {
				w.start()
			}
			if step.news != nil {
				w.deliver(step.news)
			}
			w.idle(time.Minute)
			if got := s.headlines()[posts:]; !slices.Equal(got, step.posts) {
				t.Errorf("%s: posted %q, want %q", step.name, got, step.posts)
			}
			if step.hook == nil {
				step.hook = step.posts
			}
			if got := hook.headlines()[hooked:]; !slices.Equal(got, step.hook) {
				t.Errorf("%s: posted %q to the hook, want %q", step.name, got, step.hook)
			}
			if got := refs(s.edits[edits:]); !slices.Equal(got, step.edits) {
				t.Errorf("%s: edited %q, want %q", step.name, got, step.edits)
			}
			if got := refs(s.deletions[deletions:]); !slices.Equal(got, step.deletions) {
				t.Errorf("%s: deleted %q, want %q", step.name, got, step.deletions)
			}
			w.restart()
		}
		posts := len(s.headlines())
		w.replay(notifier.Selection{Failed: true})
		if got, want := s.headlines()[posts:], []string{"💰 Sale · $97.20 · Renamed 9 · Pro Plan"}; !slices.Equal(got, want) {
			t.Errorf("of the dead letters posted %q, want %q", got, want)
		}
	})
}

func refs(requests []request) []notifier.Ref {
	var all []notifier.Ref
	for _, r := range requests {
		all = append(all, r.ref)
	}
	return all
}
