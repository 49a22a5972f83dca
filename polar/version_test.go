package polar_test

import (
	"strings"
	"testing"

	"polarbell/polar"
)

func TestVersionCure(t *testing.T) {
	for _, c := range []struct{ name, version, want string }{
		{"none", "", ""},
		{"the current one", "2026-10", ""},
		{"the next one", "2027-01", ""},
		{"a newer one", "2028-04", ""},
		{"not a version", "1; drop", ""},
		{"a draft's name", "2026-preview", ""},
		{"to be removed", "2026-04", "Polar removes API version 2026-04 in the first week of January 2027: choose 2026-10 "},
		{"removed before", "2025-10", "Polar no longer has API version 2025-10: choose 2026-10 "},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := polar.VersionCure(c.version)
			if (got == "") != (c.want == "") || !strings.HasPrefix(got, c.want) {
				t.Errorf("VersionCure(%q) = %q, want it to begin with %q", c.version, got, c.want)
			}
		})
	}
}

func TestParseReadsTheAPIVersion(t *testing.T) {
	const rest = `"type":"moon.full","data":{"id":"1"}`
	for _, c := range []struct{ name, body, want string }{
		{"none", `{` + rest + `}`, ""},
		{"at the front", `{"api_version":"2026-04",` + rest + `}`, "2026-04"},
		{"not known yet", `{` + rest + `,"api_version":"2031-01"}`, "2031-01"},
		{"not a text", `{"api_version":2026,` + rest + `}`, ""},
		{"too long", `{"api_version":"` + strings.Repeat("9", 5000) + `",` + rest + `}`, strings.Repeat("9", 20)},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := parse(t, c.body); got.APIVersion != c.want || got.Type != "moon.full" {
				t.Errorf("got version %q of %s, want %q of moon.full", got.APIVersion, got.Type, c.want)
			}
		})
	}
}
