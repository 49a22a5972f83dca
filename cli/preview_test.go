package cli_test

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"

	"polarbell/cli"
	"polarbell/polar"
)

// TestPreviewOfEveryType: each built-in sample shows something in each format.
func TestPreviewOfEveryType(t *testing.T) {
	t.Parallel()
	samples, err := filepath.Glob("../polar/samples/*.json")
	if err != nil || len(samples) < len(polar.Types()) {
		t.Fatalf("%d samples, %v; want one of each type", len(samples), err)
	}
	for _, sample := range samples {
		name := strings.TrimSuffix(filepath.Base(sample), ".json")
		if name == polar.Declined { // a field of another message
			continue
		}
		for _, format := range []string{"text", "slack", "discord", "html"} {
			var out, errs bytes.Buffer
			code := cli.Run(t.Context(), cli.Build{}, []string{"preview", "--format", format, name}, cli.Streams{Out: &out, Err: &errs})
			if code != 0 || errs.Len() > 0 || strings.TrimSpace(out.String()) == "" {
				t.Errorf("preview --format %s %s: exit code %d, %q, %q; want 0 and a message", format, name, code, out.String(), errs.String())
			}
		}
	}
}
