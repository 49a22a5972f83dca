package notifier_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"polarbell/notifier"
)

func TestAPITransport(t *testing.T) {
	long := strings.Repeat("x", 1<<20)
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(long)) }))
	defer server.Close()
	for name, c := range map[string]struct {
		base *http.Transport
		url  string
		want string // of the error
	}{
		"a long answer":      {server.Client().Transport.(*http.Transport), server.URL, ""},
		"no such name":       {http.DefaultTransport.(*http.Transport), "https://api.polar.invalid/v1/", "cannot reach api.polar.invalid"},
		"a strange signer":   {http.DefaultTransport.(*http.Transport), server.URL, "set SSL_CERT_FILE to a file with its authority"},
		"nobody who listens": {http.DefaultTransport.(*http.Transport), "https://127.0.0.1:1/", "cannot connect to 127.0.0.1:1: connection refused"},
	} {
		t.Run(name, func(t *testing.T) {
			r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, c.url, nil)
			if err != nil {
				t.Fatal(err)
			}
			response, err := notifier.NewAPITransport(c.base).RoundTrip(r)
			if c.want != "" {
				if err == nil || !strings.Contains(err.Error(), c.want) {
					t.Errorf("got %v, want an error with %q", err, c.want)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			body, err := io.ReadAll(response.Body)
			if err != nil || len(body) != len(long) {
				t.Errorf("read %d bytes, %v; want %d", len(body), err, len(long))
			}
		})
	}
}
