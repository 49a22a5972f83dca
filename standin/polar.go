package standin

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json/jsontext"
)

const polar = "polar"

// Polar's limits and versions (polar.sh/docs/api-reference): requests a minute
// in the sandbox, where there are fewest; the versions of the API that it serves.
const polarCalls = 100

var polarVersions = []string{"", "2026-04", "2026-10", "2027-01"}

// polarOrganization is an organization at Polar as its API shows it.
type polarOrganization struct {
	scopes    map[string][]string // by token
	endpoints []*PolarEndpoint
	events    map[string]*PolarEvent
	attempts  []polarAttempt // by their time
	orders    []polarOrder
	payments  []PolarPayment
}

// PolarEndpoint is an endpoint in Polar's webhook settings.
type PolarEndpoint struct {
	ID, URL, Secret string
	Format          string // "raw", "slack", "discord"
	APIVersion      string // "2026-10"
	Events          []string
	Enabled         bool
	Changed         time.Time // modified_at
}

// PolarEvent is an event that Polar made for an endpoint.
type PolarEvent struct {
	ID, Type  string
	Payload   string // the body that it delivers
	Succeeded bool   // a delivery was answered with 2xx; PolarAttempt sets it
	Skipped   bool   // the endpoint was off before a delivery succeeded
	Archived  bool   // its payload is gone
}

// PolarPayment is a try to charge somebody for an order.
type PolarPayment struct {
	ID, OrderID string
	Status      string // "failed", "succeeded"
	Reason      string // decline_reason, "insufficient_funds"
	Message     string // decline_message, "Your card has insufficient funds."
	At          time.Time
}

type polarAttempt struct {
	id        string
	endpoint  string
	event     *PolarEvent
	succeeded bool
	at        time.Time
}

type polarOrder struct {
	object jsontext.Value
	status string
	at     time.Time
}

// PolarToken adds an access token of the organization, which may do what the
// scopes say: "webhooks:read", "orders:read".
func (s *Server) PolarToken(token string, scopes ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.polar.scopes[token] = scopes
}

// PolarEndpoint adds an endpoint, or replaces the one with its ID.
func (s *Server) PolarEndpoint(e PolarEndpoint) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.polar.endpoints = append(slices.DeleteFunc(s.polar.endpoints, func(old *PolarEndpoint) bool { return old.ID == e.ID }), &e)
}

// PolarEndpoints returns the endpoints as they are now.
func (s *Server) PolarEndpoints() []PolarEndpoint {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []PolarEndpoint
	for _, e := range s.polar.endpoints {
		all = append(all, *e)
	}
	return all
}

// PolarAttempt notes that Polar tried to deliver an event to an endpoint.
func (s *Server) PolarAttempt(endpoint string, e PolarEvent, succeeded bool, at time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	event := s.polar.events[e.ID]
	if event == nil {
		event = &e
		s.polar.events[e.ID] = event
	}
	event.Succeeded = event.Succeeded || succeeded
	a := polarAttempt{polarID(len(s.polar.attempts)), endpoint, event, succeeded, at.UTC()}
	i := len(s.polar.attempts)
	for i > 0 && s.polar.attempts[i-1].at.After(a.at) {
		i--
	}
	s.polar.attempts = slices.Insert(s.polar.attempts, i, a)
}

// PolarPayment adds a payment.
func (s *Server) PolarPayment(p PolarPayment) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.polar.payments = append(s.polar.payments, p)
}

// PolarOrder adds an order, as JSON of Polar's own.
func (s *Server) PolarOrder(object []byte, status string, at time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.polar.orders = append(s.polar.orders, polarOrder{slices.Clone(object), status, at.UTC()})
}

// polarRoutes are the calls that polarbell makes: method, path, the scopes of
// which one is needed, and the parameters that are modelled. {id} stands for the
// part after the path's last slash.
var polarRoutes = []struct {
	method, path string
	action       string
	scopes       []string
	parameters   []string
	serve        func(*Server, *exchange) *reply
}{
	{
		http.MethodGet, "/v1/webhooks/endpoints", "read",
		[]string{"webhooks:read", "webhooks:write"},
		nil, (*Server).polarEndpoints,
	},
	{
		http.MethodPatch, "/v1/webhooks/endpoints/{id}", "edit",
		[]string{"webhooks:write"},
		nil, (*Server).polarEnable,
	},
	{
		http.MethodGet, "/v1/webhooks/deliveries", "read",
		[]string{"webhooks:read", "webhooks:write"},
		[]string{"endpoint_id", "start_timestamp", "end_timestamp", "succeeded"},
		(*Server).polarDeliveries,
	},
	{
		http.MethodGet, "/v1/orders/", "read",
		[]string{"orders:read"},
		[]string{"created_after", "created_before", "sorting"},
		(*Server).polarOrders,
	},
	{
		http.MethodGet, "/v1/payments/", "read",
		[]string{"payments:read"},
		[]string{"order_id", "status"},
		(*Server).polarPayments,
	},
}

// polarCall is a call of Polar's API, which checks the token, then its limit,
// then the version, the scope and the parameters.
func (s *Server) polarCall(x *exchange) func() *reply {
	x.Platform = polar
	for _, route := range polarRoutes {
		base, hasID := strings.CutSuffix(route.path, "{id}")
		id, found := strings.CutPrefix(x.request.URL.Path, base)
		if x.Method != route.method || !found || !hasID && id != "" {
			continue
		}
		x.Action = route.action
		return func() *reply {
			if refused := s.polarMay(x, route.scopes); refused != nil {
				return refused
			}
			if problem := polarParameters(x.request, append(route.parameters, "page", "limit")); problem != "" {
				return polarError(http.StatusUnprocessableEntity, "RequestValidationError", problem)
			}
			return route.serve(s, x)
		}
	}
	return func() *reply {
		return polarError(http.StatusNotFound, "ResourceNotFound", notModelled+x.Method+" "+x.Path)
	}
}

// polarMay refuses a call by its token, the limit, the version or the scope.
func (s *Server) polarMay(x *exchange, scopes []string) *reply {
	token, hasToken := strings.CutPrefix(x.request.Header.Get("Authorization"), "Bearer ")
	granted, known := s.polar.scopes[token]
	if !hasToken || !known {
		return polarAuthError(http.StatusUnauthorized, "invalid_token", "The access token provided is expired, revoked, malformed, or invalid for other reasons.")
	}
	if d := s.limiter.take(polar, polarCalls, time.Minute, x.At); d > 0 {
		a := polarError(http.StatusTooManyRequests, "", "Too Many Requests")
		a.header.Set("Retry-After", wholeSeconds(d))
		return a
	}
	if version := x.request.Header.Get("Polar-Version"); !slices.Contains(polarVersions, version) {
		return polarError(http.StatusNotFound, "ResourceNotFound", "Not found")
	}
	if !slices.ContainsFunc(scopes, func(scope string) bool { return slices.Contains(granted, scope) }) {
		return polarAuthError(http.StatusForbidden, "insufficient_scope",
			"The request requires higher privileges than provided by the access token.")
	}
	return nil
}
