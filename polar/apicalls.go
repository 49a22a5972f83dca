package polar

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/go-json-experiment/json/jsontext"
)

// Scopes that an access token may have.
const (
	ScopeReadWebhooks  = "webhooks:read"
	ScopeWriteWebhooks = "webhooks:write"
	ScopeReadPayments  = "payments:read"
	ScopeReadOrders    = "orders:read"
)

// sealed is a text that nothing prints.
type sealed string

// Format hides the text from every verb of fmt.
func (s sealed) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "[secret]") }

// Endpoint is an endpoint in Polar's webhook settings.
type Endpoint struct {
	ID         string   `json:"id"`
	URL        string   `json:"url"`
	Format     string   `json:"format"` // "raw", "slack", "discord"
	Secret     sealed   `json:"secret"`
	APIVersion string   `json:"api_version"`
	Events     []string `json:"events"`
	Off        bool     `json:"-"`
	ChangedAt  Time     `json:"modified_at"`

	Enabled *bool `json:"enabled"`
}

// HasSecret reports whether the endpoint signs by a secret. Padding that was
// lost in copying does not count.
func (e Endpoint) HasSecret(secret string) bool {
	return e.Secret != "" && strings.TrimRight(string(e.Secret), "=") == strings.TrimRight(secret, "=")
}

// Address is the endpoint's host and path. What people add behind them may be a
// secret.
func (e Endpoint) Address() string {
	u, err := url.Parse(e.URL)
	if err != nil {
		return "an address that is not a URL"
	}
	return u.Host + u.Path
}

// Endpoints returns the organization's endpoints.
func (a *API) Endpoints(ctx context.Context) ([]Endpoint, error) {
	var all []Endpoint
	for number, pages := 1, 1; number <= pages; number++ {
		some, n, err := page[Endpoint](ctx, a, "webhooks/endpoints", url.Values{}, number)
		if err != nil {
			return nil, err
		}
		for _, e := range some {
			if e.ID == "" || e.URL == "" {
				return nil, a.nonsense()
			}
			e.Off = e.Enabled != nil && !*e.Enabled
			all = append(all, e)
		}
		pages = n
	}
	return all, nil
}

// Enable switches an endpoint on that Polar has switched off.
func (a *API) Enable(ctx context.Context, endpoint string) error {
	var changed Endpoint
	return a.call(ctx, http.MethodPatch, "webhooks/endpoints/"+url.PathEscape(endpoint), nil, map[string]bool{"enabled": true}, &changed)
}

// Attempt is one try to deliver an event. An event that Polar gave up has ten.
type Attempt struct {
	At    Time        `json:"created_at"`
	Event MissedEvent `json:"webhook_event"`
}

// MissedEvent is an event as its attempts show it.
type MissedEvent struct {
	ID         string `json:"id"` // the webhook-id of its deliveries
	Type       string `json:"type"`
	APIVersion string `json:"api_version"`
	Payload    string `json:"payload"`   // the body; empty once Polar has archived it
	Succeeded  bool   `json:"succeeded"` // a later attempt was answered with 2xx
}

// FailedAttempts returns a page of the attempts within a time that failed, the
// newest first, and how many pages there are.
func (a *API) FailedAttempts(ctx context.Context, endpoint string, since, until time.Time, number int) ([]Attempt, int, error) {
	return page[Attempt](ctx, a, "webhooks/deliveries", url.Values{
		"endpoint_id": {endpoint}, "succeeded": {"false"},
		"start_timestamp": {since.UTC().Format(time.RFC3339)}, "end_timestamp": {until.UTC().Format(time.RFC3339)},
	}, number)
}

// Payment is a try to charge somebody for an order.
type Payment struct {
	ID             string `json:"id"`
	CreatedAt      Time   `json:"created_at"`
	DeclineReason  string `json:"decline_reason"`  // "insufficient_funds"
	DeclineMessage string `json:"decline_message"` // "Your card has insufficient funds."
}

// FailedPayments returns the payments of an order that failed, the newest first.
func (a *API) FailedPayments(ctx context.Context, order string) ([]Payment, error) {
	all, _, err := page[Payment](ctx, a, "payments/", url.Values{"order_id": {order}, "status": {"failed"}}, 1)
	return all, err
}

// Scopes reports for each scope that the bridge can use whether the token has
// it. Only calls that change nothing are made: for the scope to write, one for
// an endpoint that cannot exist.
func (a *API) Scopes(ctx context.Context) (map[string]bool, error) {
	read := func(path string) func() error {
		return func() error {
			return a.call(ctx, http.MethodGet, path, url.Values{"limit": {"1"}}, nil, &listing[struct{}]{})
		}
	}
	scopes := map[string]bool{}
	for scope, ask := range map[string]func() error{
		ScopeReadWebhooks:  read("webhooks/endpoints"),
		ScopeReadPayments:  read("payments/"),
		ScopeReadOrders:    read("orders/"),
		ScopeWriteWebhooks: func() error { return a.Enable(ctx, "00000000-0000-4000-8000-000000000000") },
	} {
		err := ask()
		scopes[scope] = !errors.Is(err, ErrScope)
		if err != nil && scopes[scope] && !isNotFound(err) {
			return nil, err
		}
	}
	return scopes, nil
}

// Orders returns a page of the orders that were made within a time, the oldest
// first, each wrapped like a delivery, and how many pages there are.
func (a *API) Orders(ctx context.Context, after, before time.Time, number int) ([]Body, int, error) {
	query := url.Values{"sorting": {"created_at"}, "created_before": {before.UTC().Format(time.RFC3339)}}
	if !after.IsZero() {
		query.Set("created_after", after.UTC().Format(time.RFC3339))
	}
	orders, pages, err := page[jsontext.Value](ctx, a, "orders/", query, number)
	bodies := make([]Body, len(orders))
	for i, order := range orders {
		bodies[i] = Body(`{"type":"order.updated","data":` + string(order) + `}`)
	}
	return bodies, pages, err
}
