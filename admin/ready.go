package admin

import (
	"context"
	"net/http"
	"time"
)

// ready answers 200 while a delivery can be stored and the loops run, or wait
// for those of another process to end. A destination that is down does not
// matter here: taking the bridge out of service for it would lose deliveries.
func (o Options) ready(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), 2*time.Second)
	defer cancel()
	err := o.Journal.Writable(ctx)
	if err == nil {
		err = o.Delivering()
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
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
