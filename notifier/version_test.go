package notifier_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"polarbell/internal/journaltest"
	"polarbell/journal"
	"polarbell/notifier"
)

func TestOldVersions(t *testing.T) {
	const day = 24 * time.Hour
	type delivery struct {
		version string
		age     time.Duration
	}
	for _, c := range []struct {
		name       string
		deliveries []delivery
		want       string
	}{
		{"none", nil, ""},
		{"without a version", []delivery{{"", 0}}, ""},
		{"the current one", []delivery{{"2026-10", 0}, {"2027-01", 0}}, ""},
		{"one to be removed", []delivery{{"2026-04", 40 * day}}, "2026-04"},
		{"one of two endpoints", []delivery{{"2026-04", time.Hour}, {"2026-10", 0}}, "2026-04"},
		{"of a removed one", []delivery{{"2026-04", 0}, {"2025-10", 0}}, "2025-10 2026-04"},
		{"switched since", []delivery{{"2026-04", day}, {"2026-10", 0}}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			j, err := journal.Open(t.Context(), journaltest.New(t))
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = j.Close() })
			now := time.Now()
			for i, d := range c.deliveries {
				e := journal.Entry{ID: fmt.Sprint(i), Type: "order.paid", APIVersion: d.version, Received: now.Add(-d.age)}
				if _, _, err := j.Append(t.Context(), e); err != nil {
					t.Fatal(err)
				}
			}
			old, err := notifier.OldVersions(t.Context(), j)
			var names []string
			for _, v := range old {
				names = append(names, v.Name)
				if !strings.Contains(v.Cure, v.Name) || v.Last.IsZero() {
					t.Errorf("got %+v, want a cure that names it, and a time", v)
				}
			}
			if got := strings.Join(names, " "); got != c.want || err != nil {
				t.Errorf("got %q, %v; want %q", got, err, c.want)
			}
		})
	}
}
