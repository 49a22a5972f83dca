package cli

import (
	"context"
	"crypto/tls"
	"net/http"
	"time"
)

// serverName is the header Server of every answer, by which polarbell knows a
// port of its own from one of another program.
const serverName = "polarbell"

// withServerName adds serverName to every answer.
func withServerName(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Server", serverName)
		next.ServeHTTP(w, r)
	})
}

// isBridge reports whether a polarbell answers at an address of this machine,
// with HTTPS or without.
func isBridge(ctx context.Context, address string) bool {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	transport := dialing(address)
	transport.TLSClientConfig = &tls.Config{InsecureSkipVerify: true} // who answers is all that counts
	for _, scheme := range []string{"http", "https"} {
		r, err := http.NewRequestWithContext(ctx, http.MethodGet, scheme+"://bridge/healthz", nil)
		if err != nil {
			return false
		}
		response, err := transport.RoundTrip(r)
		if err != nil {
			continue
		}
		response.Body.Close()
		if response.Header.Get("Server") == serverName {
			return true
		}
	}
	return false
}
