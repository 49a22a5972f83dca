package cli_test

import (
	"bytes"
	"strings"
	"testing"

	"polarbell/cli"
	"polarbell/polar"
)

// TestPreviewOfEveryType: each built-in sample shows something in each format.
func TestPreviewOfEveryType(t *testing.T) {
	t.Parallel()
	var names []string
	for _, eventType := range append(polar.Types(), polar.OwnTypes()...) {
		if eventType.Name != polar.Declined { // a field of another message
			names = append(names, eventType.Name)
		}
	}
	for _, name := range names {
		for _, format := range []string{"text", "slack", "discord", "html"} {
			var out, errs bytes.Buffer
			code := cli.Run(t.Context(), cli.Build{}, []string{"preview", "--format", format, name}, cli.Streams{Out: &out, Err: &errs})
			if code != 0 || errs.Len() > 0 || strings.TrimSpace(out.String()) == "" {
				t.Errorf("preview --format %s %s: exit code %d, %q, %q; want 0 and a message", format, name, code, out.String(), errs.String())
			}
		}
	}
}
