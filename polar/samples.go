package polar

import (
	"embed"
	"regexp"
	"strings"
	"time"

	"github.com/google/uuid"
)

//go:embed samples/*.json
var samples embed.FS

// Sample is a whole delivery of a type, as Polar sends it today (API version
// 2026-10) and the bridge its own. checkout.created, checkout.updated,
// order.paid and refund.created are of one sale; people, invoices and products
// of the others differ. It is false for a type that is not known.
func Sample(eventType string) ([]byte, bool) {
	body, err := samples.ReadFile("samples/" + eventType + ".json")
	return body, err == nil
}

const instant = `\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z`

var (
	ids      = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`)
	instants = regexp.MustCompile(`"` + instant + `"`)
	changes  = regexp.MustCompile(`"(?:modified_at|timestamp)":\s*"(` + instant + `)"`)
)

// Refresh makes deliveries new: each UUID is replaced by a random one, by the
// same in all the bodies, and all times are shifted by as much as brings the
// latest modified_at or timestamp to now.
func Refresh(now time.Time, bodies ...[]byte) [][]byte {
	shift := now.Sub(latestChange(bodies))
	fresh := map[string]string{}
	refreshed := make([][]byte, len(bodies))
	for i, body := range bodies {
		body = ids.ReplaceAllFunc(body, func(id []byte) []byte {
			if fresh[string(id)] == "" {
				fresh[string(id)] = uuid.NewString()
			}
			return []byte(fresh[string(id)])
		})
		refreshed[i] = instants.ReplaceAllFunc(body, func(quoted []byte) []byte {
			t, err := time.Parse(time.RFC3339Nano, strings.Trim(string(quoted), `"`))
			if err != nil {
				return quoted // looks like a time, and is none: the 31st of June
			}
			t = t.Add(shift).UTC().Truncate(time.Microsecond) // as exact as Polar's
			return []byte(t.Format(`"` + time.RFC3339Nano + `"`))
		})
	}
	return refreshed
}

func latestChange(bodies [][]byte) (latest time.Time) {
	for _, body := range bodies {
		for _, match := range changes.FindAllSubmatch(body, -1) {
			if t, err := time.Parse(time.RFC3339Nano, string(match[1])); err == nil && t.After(latest) {
				latest = t
			}
		}
	}
	return latest
}
