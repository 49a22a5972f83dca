package journal

import (
	"context"
	"time"
)

// APIVersions returns the API versions of the newest n entries, each with when
// its last entry was received. Entries without a version do not count.
func (j *Journal) APIVersions(ctx context.Context, n int) (map[string]time.Time, error) {
	type version struct {
		name string
		last instant
	}
	all, err := read(ctx, j, func(v *version) []any { return []any{&v.name, &v.last} },
		`SELECT api_version, MAX(received) FROM polarbell.entries
		WHERE seq > (SELECT last FROM polarbell.head WHERE id = 1) - $1 AND api_version <> '' GROUP BY api_version`, n)
	versions := map[string]time.Time{}
	for _, v := range all {
		versions[v.name] = time.Time(v.last)
	}
	return versions, err
}
