package standin_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"polarbell/standin"
)

const (
	endpoint   = "e0000000-0000-4000-8000-000000000001"
	deliveries = "/v1/webhooks/deliveries?endpoint_id=" + endpoint +
		"&start_timestamp=2026-11-26T00:00:00Z&end_timestamp=2026-11-27T00:00:00Z"
)

// organization has an endpoint that is off, and two tokens.
func organization(o standin.Options) *standin.Server {
	s := standin.New(o)
	s.PolarToken("polar_oat_all", "webhooks:write", "orders:read", "payments:read")
	s.PolarToken("polar_oat_read", "webhooks:read")
	s.PolarEndpoint(standin.PolarEndpoint{
		ID: endpoint, URL: "https://alerts.example.com/webhook", Secret: "whsec_clear", Format: "raw", APIVersion: "2026-10",
	})
	return s
}

// ask calls Polar's API with a token.
func ask(t *testing.T, s *standin.Server, token, call, body string, header ...string) answer {
	t.Helper()
	method, path, _ := strings.Cut(call, " ")
	return send(t, s, method, path, body, append(header, "Authorization", "Bearer "+token)...)
}

func TestPolarRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		token, call, body string
		header            []string
		status            int
		says              string
	}{
		"a wrong token":                  {"polar_oat_wrong", "GET /v1/webhooks/endpoints", "", nil, 401, "invalid_token"},
		"a change without the scope":     {"polar_oat_read", "PATCH /v1/webhooks/endpoints/" + endpoint, `{"enabled":true}`, nil, 403, "insufficient_scope"},
		"orders without the scope":       {"polar_oat_read", "GET /v1/orders/", "", nil, 403, "insufficient_scope"},
		"a version that is gone":         {"polar_oat_all", "GET /v1/webhooks/endpoints", "", []string{"Polar-Version", "2024-01"}, 404, "Not found"},
		"a path without its slash":       {"polar_oat_all", "GET /v1/orders", "", nil, 404, "not modelled"},
		"a call that we never make":      {"polar_oat_all", "GET /v1/customers/", "", nil, 404, "not modelled"},
		"a page of more than 100":        {"polar_oat_all", "GET /v1/orders/?limit=101", "", nil, 422, "query.limit"},
		"the page 0":                     {"polar_oat_all", "GET /v1/orders/?page=0", "", nil, 422, "query.page"},
		"a parameter that is not one":    {"polar_oat_all", "GET /v1/orders/?before=today", "", nil, 422, "not modelled"},
		"deliveries of all times":        {"polar_oat_all", "GET /v1/webhooks/deliveries?endpoint_id=" + endpoint, "", nil, 422, "not modelled"},
		"an endpoint that is not there":  {"polar_oat_all", "PATCH /v1/webhooks/endpoints/none", `{"enabled":true}`, nil, 404, "Not found"},
		"another change":                 {"polar_oat_all", "PATCH /v1/webhooks/endpoints/" + endpoint, `{"url":"https://evil.example"}`, nil, 422, "not modelled"},
		"an endpoint that is turned off": {"polar_oat_all", "PATCH /v1/webhooks/endpoints/" + endpoint, `{"enabled":false}`, nil, 422, "not modelled"},
	} {
		t.Run(name, func(t *testing.T) {
			got := ask(t, organization(standin.Options{}), c.token, c.call, c.body, c.header...)
			if got.status != c.status || !strings.Contains(got.body, c.says) {
				t.Errorf("got %d %s, want %d with %q", got.status, got.body, c.status, c.says)
			}
		})
	}
}

func TestPolarEnablesAnEndpoint(t *testing.T) {
	s := organization(standin.Options{})
	got := ask(t, s, "polar_oat_all", "PATCH /v1/webhooks/endpoints/"+endpoint, `{"enabled":true}`)
	if got.status != http.StatusOK || !s.PolarEndpoints()[0].Enabled {
		t.Errorf("got %d %s, the endpoint %+v; want it enabled", got.status, got.body, s.PolarEndpoints()[0])
	}
	if got := ask(t, s, "polar_oat_read", "GET /v1/webhooks/endpoints", ""); !strings.Contains(got.body, "whsec_clear") {
		t.Errorf("the list of endpoints is %s, want the secret in it", got.body)
	}
}

// TestPolarListsAttempts: an event that was lost has a row for each try, the
// newest first, and each row says what became of the event.
func TestPolarListsAttempts(t *testing.T) {
	s := organization(standin.Options{})
	noon := time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC)
	for i := range 10 {
		s.PolarAttempt(endpoint, standin.PolarEvent{ID: "lost", Type: "order.paid", Payload: `{"a":1}`}, false, noon.Add(time.Duration(i)*time.Minute))
	}
	s.PolarAttempt(endpoint, standin.PolarEvent{ID: "late", Type: "order.paid"}, false, noon.Add(20*time.Minute))
	s.PolarAttempt(endpoint, standin.PolarEvent{ID: "late"}, true, noon.Add(21*time.Minute))
	s.PolarAttempt(endpoint, standin.PolarEvent{ID: "old"}, false, noon.AddDate(0, 0, -3))
	for call, want := range map[string]string{
		deliveries + "&succeeded=false&limit=100": "late+ lost lost lost lost lost lost lost lost lost lost max_page:1",
		deliveries + "&limit=5":                   "late+ late+ lost lost lost max_page:3",
		deliveries + "&limit=5&page=3":            "lost lost max_page:3",
		deliveries + "&limit=5&page=4":            "max_page:3",
	} {
		got := ask(t, s, "polar_oat_read", "GET "+call, "")
		var rows []string
		for _, item := range got.field(t, "items").([]any) {
			event := item.(map[string]any)["webhook_event"].(map[string]any)
			row := fmt.Sprint(event["id"])
			if event["succeeded"] == true {
				row += "+"
			}
			rows = append(rows, row)
		}
		rows = append(rows, fmt.Sprintf("max_page:%v", got.field(t, "pagination").(map[string]any)["max_page"]))
		if got := strings.Join(rows, " "); got != want {
			t.Errorf("%s: got %s, want %s", call, got, want)
		}
	}
}

func TestPolarLimitsCallsOfAMinute(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := organization(standin.Options{Limits: true})
		var statuses []int
		for range 101 {
			statuses = append(statuses, ask(t, s, "polar_oat_read", "GET /v1/webhooks/endpoints", "").status)
		}
		if slices.Contains(statuses[:100], 429) || statuses[100] != 429 {
			t.Errorf("got %v, want a 429 for the 101st alone", statuses)
		}
		time.Sleep(time.Minute)
		if got := ask(t, s, "polar_oat_read", "GET /v1/webhooks/endpoints", ""); got.status != 200 {
			t.Errorf("got %d a minute later, want 200", got.status)
		}
	})
}

func TestPolarFailsByScript(t *testing.T) {
	s := organization(standin.Options{})
	s.Fail("polar read", 1, standin.Outcome{Status: 502, Body: "<html>"})
	if got := ask(t, s, "polar_oat_read", "GET /v1/webhooks/endpoints", ""); got.status != 502 || got.body != "<html>" {
		t.Errorf("got %d %s, want the scripted 502", got.status, got.body)
	}
	if got := ask(t, s, "polar_oat_read", "GET /v1/webhooks/endpoints", ""); got.status != 200 || len(s.Calls("polar")) != 2 {
		t.Errorf("got %d after %d calls, want 200 after 2", got.status, len(s.Calls("polar")))
	}
}
