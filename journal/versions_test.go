package journal

import (
	"fmt"
	"testing"
	"time"
)

func TestAPIVersions(t *testing.T) {
	each(t, func(t *testing.T, j *Journal) {
		for i, version := range []string{"2025-10", "2026-04", "2026-10", "2026-04", "", "2026-10"} {
			e := entry(fmt.Sprint(i), "s", "o")
			e.APIVersion, e.Received = version, hour(i)
			add(t, j, e)
		}
		for _, c := range []struct {
			name string
			n    int
			want map[string]time.Time
		}{
			{"all", 100, map[string]time.Time{"2025-10": hour(0), "2026-04": hour(3), "2026-10": hour(5)}},
			{"the newest", 3, map[string]time.Time{"2026-04": hour(3), "2026-10": hour(5)}},
			{"none", 0, map[string]time.Time{}},
		} {
			t.Run(c.name, func(t *testing.T) {
				if got, err := j.APIVersions(t.Context(), c.n); err != nil || fmt.Sprint(got) != fmt.Sprint(c.want) {
					t.Errorf("got %v, %v; want %v", got, err, c.want)
				}
			})
		}
	})
}
