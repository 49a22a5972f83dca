package standin

import (
	"fmt"
	"net/http"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
)

// polarID is the UUID of the nth thing of which Polar makes many.
func polarID(n int) string { return fmt.Sprintf("de11fe00-0000-4000-8000-%012d", n) }

func polarTime(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UTC().Format(time.RFC3339Nano)
}

// polarParameters returns what is wrong with a call's parameters. The real API
// ignores names that it does not know.
func polarParameters(r *http.Request, modelled []string) (problem string) {
	for name, values := range r.URL.Query() {
		switch n, err := strconv.Atoi(values[0]); {
		case !slices.Contains(modelled, name), len(values) > 1:
			return notModelled + name
		case name == "page" && (err != nil || n < 1), name == "limit" && (err != nil || n < 1 || n > 100):
			return "query." + name
		}
	}
	return ""
}

// polarPage is the page of a list that the call asks for.
func polarPage[T any](x *exchange, all []T, show func(T) any) *reply {
	query := x.request.URL.Query()
	number := func(name string, otherwise int) int {
		if n, err := strconv.Atoi(query.Get(name)); err == nil {
			return n
		}
		return otherwise
	}
	page, limit := number("page", 1), number("limit", 10)
	items := []any{}
	for _, item := range all[min(len(all), (page-1)*limit):min(len(all), page*limit)] {
		items = append(items, show(item))
	}
	return object(http.StatusOK, map[string]any{
		"items":      items,
		"pagination": map[string]any{"total_count": len(all), "max_page": (len(all) + limit - 1) / limit},
	})
}

func (s *Server) polarEndpoints(x *exchange) *reply {
	return polarPage(x, s.polar.endpoints, showPolarEndpoint)
}

func showPolarEndpoint(e *PolarEndpoint) any {
	return map[string]any{
		"id": e.ID, "created_at": "2026-01-02T03:04:05Z", "modified_at": polarTime(e.Changed), "url": e.URL, "name": nil,
		"format": e.Format, "secret": e.Secret, "organization_id": "0a0a0a0a-0000-4000-8000-000000000000",
		"events": e.Events, "enabled": e.Enabled, "api_version": e.APIVersion,
	}
}

// polarEnable is the one change that polarbell makes.
func (s *Server) polarEnable(x *exchange) *reply {
	id := path.Base(x.Path)
	i := slices.IndexFunc(s.polar.endpoints, func(e *PolarEndpoint) bool { return e.ID == id })
	var change struct {
		Enabled *bool `json:"enabled"`
	}
	switch err := json.Unmarshal(x.body, &change, json.RejectUnknownMembers(true)); {
	case x.request.Header.Get("Content-Type") != "application/json":
		return polarError(http.StatusUnprocessableEntity, "RequestValidationError", "body: not JSON")
	case err != nil || change.Enabled != nil && !*change.Enabled:
		return polarError(http.StatusUnprocessableEntity, "RequestValidationError", notModelled+"a change other than enabled: true")
	case i < 0:
		return polarError(http.StatusNotFound, "ResourceNotFound", "Not found")
	}
	e := s.polar.endpoints[i]
	if change.Enabled != nil {
		e.Enabled, e.Changed = true, x.At
	}
	return object(http.StatusOK, showPolarEndpoint(e))
}

// polarDeliveries lists attempts, the newest first. Without an endpoint and a
// start the real one may take longer than anybody waits
// (github.com/polarsource/polar issue 8635).
func (s *Server) polarDeliveries(x *exchange) *reply {
	query := x.request.URL.Query()
	since, sinceErr := time.Parse(time.RFC3339, query.Get("start_timestamp"))
	until, untilErr := time.Parse(time.RFC3339, query.Get("end_timestamp"))
	if query.Get("endpoint_id") == "" || sinceErr != nil || untilErr != nil {
		return polarError(http.StatusUnprocessableEntity, "RequestValidationError", notModelled+"deliveries of all endpoints or of all times")
	}
	found := make([]polarAttempt, 0, len(s.polar.attempts)) // a caller reads all pages, one by one
	for _, a := range slices.Backward(s.polar.attempts) {
		asked := query.Get("succeeded")
		if a.endpoint == query.Get("endpoint_id") && !a.at.Before(since) && !a.at.After(until) &&
			(asked == "" || asked == strconv.FormatBool(a.succeeded)) {
			found = append(found, a)
		}
	}
	return polarPage(x, found, showPolarAttempt)
}

func showPolarAttempt(a polarAttempt) any {
	payload := any(a.event.Payload)
	if a.event.Archived {
		payload = nil
	}
	return map[string]any{
		"id": a.id, "created_at": polarTime(a.at), "modified_at": nil, "succeeded": a.succeeded, "http_code": nil, "response": nil,
		"webhook_event": map[string]any{
			"id": a.event.ID, "created_at": polarTime(a.at), "modified_at": nil, "type": a.event.Type, "api_version": "2026-10",
			"succeeded": a.event.Succeeded, "skipped": a.event.Skipped, "is_archived": a.event.Archived,
			"payload": payload, "last_http_code": nil,
		},
	}
}

func (s *Server) polarOrders(x *exchange) *reply {
	query := x.request.URL.Query()
	after, _ := time.Parse(time.RFC3339, query.Get("created_after"))
	before, err := time.Parse(time.RFC3339, query.Get("created_before"))
	found := slices.DeleteFunc(slices.Clone(s.polar.orders), func(o polarOrder) bool {
		return !o.at.After(after) || err == nil && !o.at.Before(before)
	})
	slices.SortStableFunc(found, func(a, b polarOrder) int { return a.at.Compare(b.at) })
	if query.Get("sorting") != "created_at" {
		slices.Reverse(found)
	}
	return polarPage(x, found, func(o polarOrder) any { return o.object })
}

// polarPayments lists payments, the newest first.
func (s *Server) polarPayments(x *exchange) *reply {
	query := x.request.URL.Query()
	var found []PolarPayment
	for _, p := range slices.Backward(s.polar.payments) {
		if of, status := query.Get("order_id"), query.Get("status"); (of == "" || of == p.OrderID) && (status == "" || status == p.Status) {
			found = append(found, p)
		}
	}
	return polarPage(x, found, func(p PolarPayment) any {
		return map[string]any{
			"id": p.ID, "created_at": polarTime(p.At), "modified_at": nil, "processor": "stripe", "status": p.Status,
			"amount": 3000, "currency": "usd", "method": "card", "trigger": "subscription_cycle",
			"decline_reason": p.Reason, "decline_message": p.Message, "order_id": p.OrderID, "checkout_id": nil,
			"method_metadata": map[string]any{"brand": "visa", "last4": "4242"},
		}
	})
}

func polarError(status int, kind, detail string) *reply {
	a := object(status, map[string]any{"error": kind, "detail": detail})
	a.code = strings.TrimSpace(kind + " " + detail)
	return a
}

// polarAuthError is in the form of OAuth 2.0.
func polarAuthError(status int, code, description string) *reply {
	a := object(status, map[string]any{"error": code, "error_description": description})
	a.header.Set("WWW-Authenticate", `Bearer realm="polar", error="`+code+`"`)
	a.code = code
	return a
}
