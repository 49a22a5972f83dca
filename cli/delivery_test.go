package cli_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"polarbell/cli"
)

func TestDeliveryThatIsTooLarge(t *testing.T) {
	t.Setenv("POLAR_WEBHOOK_SECRET", secret)
	delivery := func(size int) string {
		const head, tail = `{"type":"moon.full","data":{"id":"`, `"}}`
		return head + strings.Repeat("x", size-len(head)-len(tail)) + tail
	}
	small, full, large := delivery(100), delivery(1<<20), delivery(1<<20+1)
	for _, c := range []struct{ name, text, want string }{
		{"as large as the bridge takes", full, ""},
		{"a byte more", large, "delivery 1 is larger than 1 MiB, the most that the bridge takes"},
		{"an array that is large", "[" + full + "," + full + "]", ""},
		{"the third of an array", "[" + small + "," + small + "," + large + "]", "delivery 3 is larger than 1 MiB"},
		{"without an end", large[:1<<20+1] + large, "delivery 1 is larger than 1 MiB"},
	} {
		t.Run(c.name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "delivery.json")
			if err := os.WriteFile(file, []byte(c.text), 0o600); err != nil {
				t.Fatal(err)
			}
			for _, args := range [][]string{{"preview", file}, {"preview", "-"}, {"send", "--url", "http://127.0.0.1:1/webhook", file}} {
				var out, errs bytes.Buffer
				cli.Run(t.Context(), cli.Build{}, args, cli.Streams{In: strings.NewReader(c.text), Out: &out, Err: &errs})
				if c.want == "" && args[0] == "send" {
					c.want = "is the bridge running" // it was sent
				}
				if got := errs.String(); c.want == "" && got != "" || !strings.Contains(got, c.want) {
					t.Errorf("%q: got %q, want %q", args, got, c.want)
				}
			}
		})
	}
}
