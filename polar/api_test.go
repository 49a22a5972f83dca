package polar_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"polarbell/polar"
	"polarbell/standin"
)

const (
	token      = "polar_oat_testtoken"
	endpointID = "e0000000-0000-4000-8000-000000000001"
	inClear    = "whsec_inclear"
)

var everything = []string{polar.ScopeWriteWebhooks, polar.ScopeReadOrders, polar.ScopeReadPayments}

// newAPI is a client of an organization with one endpoint.
func newAPI(o standin.Options, scopes ...string) (*polar.API, *standin.Server) {
	s := standin.New(o)
	s.PolarToken(token, scopes...)
	s.PolarEndpoint(standin.PolarEndpoint{
		ID: endpointID, URL: "https://alerts.example.com/webhook?key=hush", Secret: inClear + "=", Format: "raw",
		APIVersion: "2026-10", Events: []string{"order.paid", "refund.created"},
	})
	base, _ := url.Parse("https://api.polar.sh/v1/")
	return polar.NewAPI(base, token, s.Transport()), s
}

func TestAPIReadsEndpoints(t *testing.T) {
	api, _ := newAPI(standin.Options{}, everything...)
	all, err := api.Endpoints(t.Context())
	if err != nil || len(all) != 1 {
		t.Fatalf("got %d endpoints, %v; want 1", len(all), err)
	}
	e := all[0]
	if e.ID != endpointID || !e.Off || e.Format != "raw" || e.APIVersion != "2026-10" || strings.Join(e.Events, " ") != "order.paid refund.created" {
		t.Errorf("got %+v, want it as it was made, and off", e)
	}
	if want := "alerts.example.com/webhook"; e.Address() != want {
		t.Errorf("its address is %s, want %s", e.Address(), want)
	}
	if !e.HasSecret(inClear) || !e.HasSecret(inClear+"=") || e.HasSecret("whsec_other") || (polar.Endpoint{}).HasSecret("") {
		t.Error("it does not know its secret from others")
	}
	if printed := fmt.Sprintf("%v %+v %#v %v %+v", all, all, all, api, api); strings.Contains(printed, inClear) || strings.Contains(printed, token) {
		t.Errorf("a secret is printed: %s", printed)
	}
}

func TestAPIEnablesAnEndpoint(t *testing.T) {
	api, s := newAPI(standin.Options{}, everything...)
	if err := api.Enable(t.Context(), endpointID); err != nil || !s.PolarEndpoints()[0].Enabled {
		t.Errorf("got %v, enabled %v; want it enabled", err, s.PolarEndpoints()[0].Enabled)
	}
}

func TestAPIKnowsItsScopes(t *testing.T) {
	for name, c := range map[string]struct{ scopes, want string }{
		"all":           {"webhooks:read webhooks:write payments:read orders:read", "webhooks:read webhooks:write payments:read orders:read"},
		"only reading":  {"webhooks:read", "webhooks:read"},
		"writing reads": {"webhooks:write", "webhooks:read webhooks:write"},
		"none":          {"customers:read", ""},
	} {
		t.Run(name, func(t *testing.T) {
			api, _ := newAPI(standin.Options{}, strings.Fields(c.scopes)...)
			scopes, err := api.Scopes(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, scope := range []string{polar.ScopeReadWebhooks, polar.ScopeWriteWebhooks, polar.ScopeReadPayments, polar.ScopeReadOrders} {
				if scopes[scope] {
					got = append(got, scope)
				}
			}
			if got := strings.Join(got, " "); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

// TestAPIErrors: each says in one line what is wrong, and holds neither the
// token nor what the answer says.
func TestAPIErrors(t *testing.T) {
	for name, c := range map[string]struct {
		outcome standin.Outcome
		says    string
		is      error
	}{
		"the token is wrong":  {standin.Outcome{Status: 401, Body: `{"error":"` + token + `"}`}, "POLAR_ACCESS_TOKEN is not valid", polar.ErrToken},
		"a scope is missing":  {standin.Outcome{Status: 403, Body: token}, "lacks a scope: webhooks:read", polar.ErrScope},
		"the version is gone": {standin.Outcome{Status: 404}, "answered 404: is POLAR_API_URL right?", nil},
		"a redirect":          {standin.Outcome{Status: 307, Header: http.Header{"Location": {"https://evil.example/" + token}}}, "answered 307", nil},
		"a gateway's error":   {standin.Outcome{Status: 502, Body: "<html>"}, "api.polar.sh answered 502", nil},
		"a page":              {standin.Outcome{Status: 200, Body: "<html>" + token}, "not Polar's", nil},
		"another form":        {standin.Outcome{Status: 200, Body: `{"ok":true,"token":"` + token + `"}`}, "not Polar's", nil},
		"another type":        {standin.Outcome{Status: 200, Body: `{"items":"none"}`}, "not Polar's", nil},
		"an empty endpoint":   {standin.Outcome{Status: 200, Body: `{"items":[{}],"pagination":{"max_page":1}}`}, "not Polar's", nil},
	} {
		t.Run(name, func(t *testing.T) {
			api, s := newAPI(standin.Options{}, everything...)
			s.Fail("polar", -1, c.outcome)
			_, err := api.Endpoints(t.Context())
			if err == nil || !strings.Contains(err.Error(), c.says) || c.is != nil && !errors.Is(err, c.is) {
				t.Errorf("got %v, want an error with %q", err, c.says)
			}
			if strings.Contains(fmt.Sprint(err), token) || strings.Contains(fmt.Sprint(err), "\n") {
				t.Errorf("the error holds a secret or two lines: %v", err)
			}
		})
	}
}

// TestAPIObeysRetryAfter: what Polar refuses for a while is asked again then.
func TestAPIObeysRetryAfter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		api, s := newAPI(standin.Options{}, everything...)
		s.Fail("polar", 2, standin.Outcome{Status: 429, Header: http.Header{"Retry-After": {"40"}}})
		began := time.Now()
		if _, err := api.Endpoints(t.Context()); err != nil {
			t.Errorf("got %v, want the endpoints in the end", err)
		}
		if took := time.Since(began); took < 80*time.Second || took > 90*time.Second {
			t.Errorf("it took %s, want 80 s", took)
		}
	})
}

func TestAPIEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		api, s := newAPI(standin.Options{}, everything...)
		s.Fail("polar", -1, standin.Outcome{Delay: time.Hour})
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		began := time.Now()
		if _, err := api.Endpoints(ctx); err == nil || time.Since(began) != time.Second {
			t.Errorf("got %v after %s, want an error after 1 s", err, time.Since(began))
		}
		began = time.Now()
		if _, err := api.Endpoints(t.Context()); err == nil || time.Since(began) > 20*time.Second {
			t.Errorf("got %v after %s, want an error of its own deadline", err, time.Since(began))
		}
	})
}

// TestAPIKeepsItsPace stays below the lowest of Polar's limits, and does not
// dawdle.
func TestAPIKeepsItsPace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		api, s := newAPI(standin.Options{Limits: true}, everything...)
		began := time.Now()
		for range 400 {
			if _, err := api.Endpoints(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		if s.Limited("polar") != 0 {
			t.Errorf("%d answers were 429, want none", s.Limited("polar"))
		}
		if took := time.Since(began); took > 6*time.Minute {
			t.Errorf("400 calls took %s, want less than six minutes", took)
		}
	})
}

// failing is a transport that gets no answer.
type failing struct{ error }

func (f failing) RoundTrip(*http.Request) (*http.Response, error) { return nil, f.error }

func TestAPIPassesTheTransportsErrorsOn(t *testing.T) {
	base, _ := url.Parse("https://api.polar.sh/v1/")
	api := polar.NewAPI(base, token, failing{io.ErrUnexpectedEOF})
	if _, err := api.Endpoints(t.Context()); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("got %v, want the transport's own", err)
	}
}
