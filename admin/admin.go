// Package admin is what an operator looks at: readiness, and later the status
// page and metrics.
package admin

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"net/http"
	"time"

	"polarbell/journal"
)

// Options are what the admin listener shows and how it is guarded.
type Options struct {
	Journal  *journal.Journal
	Password string // of HTTP Basic, with any user name; "": none
}

// New is the admin listener's handler.
func New(o Options) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /readyz", o.ready)
	return mux
}

// ready answers 200 while a delivery can be stored. A destination that is down
// does not matter here: taking the bridge out of service for it would lose
// deliveries.
func (o Options) ready(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), 2*time.Second)
	defer cancel()
	err := o.Journal.Writable(ctx)
	reason := "ready\n"
	if err != nil {
		w.WriteHeader(http.StatusServiceUnavailable)
		reason = "not ready\n"
		if o.trusts(r) {
			reason = "not ready: " + err.Error() + "\n"
		}
	}
	_, _ = w.Write([]byte(reason))
}

// trusts is true where no password is set or the request has it.
func (o Options) trusts(r *http.Request) bool {
	_, password, _ := r.BasicAuth()
	got, want := sha256.Sum256([]byte(password)), sha256.Sum256([]byte(o.Password))
	return o.Password == "" || subtle.ConstantTimeCompare(got[:], want[:]) == 1
}
