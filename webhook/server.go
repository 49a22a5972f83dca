package webhook

import (
	"net/http"
	"time"
)

// Server returns a server for strangers on the Internet: whoever sends slowly
// is cut off, and nothing of what was sent is stored. Polar itself waits 10 s
// at most for an answer.
func Server(h http.Handler) *http.Server {
	const body = 10 * time.Second
	return &http.Server{
		Handler:           h,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       body,
		WriteTimeout:      body + storeTimeout + 2*time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    16 << 10,
	}
}
