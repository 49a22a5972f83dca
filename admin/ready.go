package admin

import (
	"context"
	"net/http"
	"time"
)

// ready answers 200 while a delivery can be stored and the loops run, or stand
// by for those of another process. A destination that is down does not matter
// here: taking the bridge out of service for it would lose deliveries.
func (a *admin) ready(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), 2*time.Second)
	defer cancel()
	err := a.Journal.Writable(ctx)
	if err == nil {
		err = a.Delivering()
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	reason := "ready\n"
	if err != nil {
		w.WriteHeader(http.StatusServiceUnavailable)
		reason = "not ready\n"
		if a.trusts(r) {
			reason = "not ready: " + err.Error() + "\n"
		}
	}
	_, _ = w.Write([]byte(reason))
}
