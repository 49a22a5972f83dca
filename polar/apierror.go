package polar

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Why Polar's API refuses a call.
var (
	ErrToken = errors.New("POLAR_ACCESS_TOKEN is not valid, was revoked or has expired: make a new one in Polar, in the organization's settings, and restart")
	ErrScope = errors.New("POLAR_ACCESS_TOKEN lacks a scope")
)

// limitedError is a refusal because of too many requests.
type limitedError struct {
	host string
	wait time.Duration
}

func (e *limitedError) Error() string { return e.host + " says that there are too many requests" }

// refusal puts an answer that is not a success into words. What the answer says
// itself is left out: it comes from a stranger and may repeat a secret.
func (a *API) refusal(method, path string, r *http.Response) error {
	host := a.base.Host
	switch {
	case r.StatusCode == http.StatusUnauthorized:
		return fmt.Errorf("%s: %w", host, ErrToken)
	case r.StatusCode == http.StatusForbidden:
		return fmt.Errorf("%s: %w: %s", host, ErrScope, scopeOf(method, path))
	case r.StatusCode == http.StatusTooManyRequests:
		return &limitedError{host, retryAfter(r.Header.Get("Retry-After"))}
	}
	return &statusError{host, r.StatusCode}
}

// statusError is an answer whose status says all that is known of it.
type statusError struct {
	host   string
	status int
}

func (e *statusError) Error() string {
	cure := ""
	if e.status/100 == 3 || e.status == http.StatusNotFound {
		cure = ": is POLAR_API_URL right?"
	}
	return fmt.Sprintf("%s answered %d%s", e.host, e.status, cure)
}

func isNotFound(err error) bool {
	var status *statusError
	return errors.As(err, &status) && status.status == http.StatusNotFound
}

// scopeOf is the scope that a call needs.
func scopeOf(method, path string) string {
	switch family, _, _ := strings.Cut(path, "/"); {
	case family == "webhooks" && method == http.MethodPatch:
		return ScopeWriteWebhooks
	case family == "webhooks":
		return ScopeReadWebhooks
	case family == "payments":
		return ScopeReadPayments
	}
	return ScopeReadOrders
}

func (a *API) nonsense() error {
	return fmt.Errorf("%s answered with something that is not Polar's: is POLAR_API_URL right, or is there a proxy in between?", a.base.Host)
}

// retryAfter reads whole seconds; what cannot be read is a minute, the span of
// Polar's limit.
func retryAfter(header string) time.Duration {
	const otherwise, longest = time.Minute, time.Hour
	seconds, err := strconv.Atoi(header)
	if err != nil || seconds < 0 {
		return otherwise
	}
	return min(time.Duration(seconds)*time.Second, longest)
}
