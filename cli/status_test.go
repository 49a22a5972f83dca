package cli_test

import (
	"bytes"
	"path/filepath"
	"regexp"
	"testing"
	"time"

	"polarbell/cli"
	"polarbell/journal"
)

// TestStatusSaysWhatIsWrongWithTheLineToPolar as the process that delivers noted it.
func TestStatusSaysWhatIsWrongWithTheLineToPolar(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal.db")
	t.Chdir(t.TempDir())
	t.Setenv("DATABASE_URL", path)
	status := func() string {
		t.Helper()
		var out, errs bytes.Buffer
		if code := cli.Run(t.Context(), cli.Build{}, []string{"status"}, cli.Streams{Out: &out, Err: &errs}); code != 0 {
			t.Fatalf("exit code %d: %s", code, errs.String())
		}
		return out.String()
	}
	j, err := journal.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	const wrong = `(?m)^polarbell was off for .*: sales may be missing\..*\nNothing has come from Polar for \d+ days, since 3 Jan 00:00 UTC\.`
	if got := status(); regexp.MustCompile(wrong).MatchString(got) {
		t.Errorf("at first: %s; want no warning", got)
	}
	now := time.Now().UTC().Format(time.RFC3339)
	for name, note := range map[string]string{
		"alive":   `{"at":"` + now + `","outage":{"since":"2026-01-02T00:00:00Z","until":"` + now + `"}}`,
		"silence": `{"since":"2026-01-03T00:00:00Z","usual":7200}`,
	} {
		if err := j.PutNote(t.Context(), name, note); err != nil {
			t.Fatal(err)
		}
	}
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	if got := status(); !regexp.MustCompile(wrong).MatchString(got) {
		t.Errorf("got %s; want both warnings", got)
	}
}
