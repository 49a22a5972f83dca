package webhook

import (
	"net/http"
	"time"
)

// Server returns an HTTP server that may face the Internet: it closes the
// connection of a slow client and stores nothing of what that client has sent.
// Polar itself waits at most 10 s for an answer.
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
