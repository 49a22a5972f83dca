package polar

import (
	"fmt"
	"regexp"
)

// Polar serves three versions of its API at a time, and delivers to an endpoint
// in the one chosen in the endpoint's settings. In the first week of January
// 2027 it removes 2026-04, and 2027-01 becomes the current one.
// (polar.sh/docs/api-reference/versioning)
const (
	currentVersion  = "2026-10"
	versionToRemove = "2026-04"
)

// maxVersion bounds a version's name, in bytes.
const maxVersion = 20

var versionForm = regexp.MustCompile(`^20\d\d-\d\d$`)

// APIVersion is the name of a version as a stranger wrote it, cut to a length
// that can be kept.
func APIVersion(name string) string { return bounded(name, maxVersion) }

// VersionCure says what to do about deliveries that come in an API version that
// Polar removes or has removed. It is empty for every other version, a newer
// one and a text that is not a version included: all of them are decoded.
func VersionCure(version string) string {
	switch {
	case version >= currentVersion || !versionForm.MatchString(version):
		return ""
	case version == versionToRemove:
		return fmt.Sprintf("Polar removes API version %s in the first week of January 2027: choose %s in the endpoint's settings at Polar.",
			version, currentVersion)
	}
	return fmt.Sprintf("Polar no longer has API version %s: choose %s in the endpoint's settings at Polar.", version, currentVersion)
}
