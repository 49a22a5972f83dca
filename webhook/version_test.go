package webhook_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"polarbell/webhook"
)

func TestAPIVersion(t *testing.T) {
	for _, c := range []struct{ name, field, header, want string }{
		{"none", "", "", ""},
		{"only the body's", "2026-10", "", "2026-10"},
		{"only the header's", "", "2026-04", "2026-04"},
		{"the body's is signed", "2026-10", "2026-04", "2026-10"},
		{"a header that is too long", "", strings.Repeat("7", 1000), strings.Repeat("7", 20)},
	} {
		t.Run(c.name, func(t *testing.T) {
			store := &memory{}
			body := fmt.Sprintf(`{"type":"order.paid","api_version":%q,"data":{"id":"1"}}`, c.field)
			header := webhook.Sign(newSecret, "1", noon, []byte(body))
			header.Set("webhook-api-version", c.header)
			if got := post(open(t, store, webhook.Options{Now: at(noon)}), header, body); got.Code != 202 {
				t.Fatalf("answered %d, want 202", got.Code)
			}
			if got := store.entries[0].APIVersion; got != c.want {
				t.Errorf("stored with version %q, want %q", got, c.want)
			}
		})
	}
}

// TestOldVersionIsLoggedOnce: once per version, not per delivery, and never for
// what was not stored.
func TestOldVersionIsLoggedOnce(t *testing.T) {
	var log bytes.Buffer
	h := open(t, &memory{}, webhook.Options{Log: slog.New(slog.NewTextHandler(&log, nil)), Now: at(noon)})
	for i, c := range []struct {
		version string
		signed  bool
		want    string
	}{
		{"2026-04", false, ""},
		{"2026-04", true, "Polar removes API version 2026-04"},
		{"2026-04", true, ""},
		{"2026-10", true, ""},
		{"2027-01", true, ""},
		{"2025-10", true, "Polar no longer has API version 2025-10"},
		{"2026-04", true, ""},
	} {
		log.Reset()
		body := fmt.Sprintf(`{"type":"order.paid","api_version":%q,"data":{"id":"1"}}`, c.version)
		secret := newSecret
		if !c.signed {
			secret = "another secret of some length"
		}
		post(h, webhook.Sign(secret, fmt.Sprint(i), noon, []byte(body)), body)
		got := strings.Contains(log.String(), "API version")
		if got != (c.want != "") || !strings.Contains(log.String(), c.want) {
			t.Errorf("delivery %d in %s: the log is %q, want %q in it", i, c.version, &log, c.want)
		}
	}
}
