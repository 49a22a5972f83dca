package notifier

import (
	"cmp"
	"context"
	"slices"
	"time"

	"polarbell/journal"
	"polarbell/polar"
)

// OldVersion is an API version that Polar removes or has removed, and that
// deliveries still come in.
type OldVersion struct {
	Name string
	Cure string
	Last time.Time // when the last of them was received
}

const (
	// versionLook is how many deliveries are looked at for their version.
	versionLook = 500
	// versionSpan is how long an old version counts after its last delivery: the
	// endpoint may have been switched since.
	versionSpan = 24 * time.Hour
)

// OldVersions returns the old versions of the newest deliveries, the one source
// of the status page and the command status. Endpoints differ in their version,
// so the newest delivery alone does not tell.
func OldVersions(ctx context.Context, j *journal.Journal) ([]OldVersion, error) {
	versions, err := j.APIVersions(ctx, versionLook)
	var newest time.Time
	for _, last := range versions {
		newest = later(newest, last)
	}
	var old []OldVersion
	for name, last := range versions {
		if cure := polar.VersionCure(name); cure != "" && newest.Sub(last) < versionSpan {
			old = append(old, OldVersion{Name: name, Cure: cure, Last: last})
		}
	}
	slices.SortFunc(old, func(a, b OldVersion) int { return cmp.Compare(a.Name, b.Name) })
	return old, err
}
