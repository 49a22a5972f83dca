package fetcher_test

import (
	"strings"
	"testing"
	"time"

	"polarbell/fetcher"
	"polarbell/polar"
	"polarbell/standin"
)

// told are the events about the endpoint, in the journal's order.
func (w *world) told() string {
	w.t.Helper()
	entries, err := w.journal.After(w.t.Context(), 0, 1000)
	if err != nil {
		w.t.Fatal(err)
	}
	var all []string
	for _, e := range entries {
		if polar.IsOwn(e.Type) {
			_, name, _ := strings.Cut(e.Type, ".")
			all = append(all, name)
		}
	}
	return strings.Join(all, " ")
}

func (w *world) wantTold(want string, isOn bool) {
	w.t.Helper()
	if problem, err := fetcher.Problem(w.t.Context(), w.journal); err != nil || isOn == strings.Contains(problem, "is switched off at Polar") {
		w.t.Errorf("the problem is %q, %v; the endpoint is on: %t", problem, err, isOn)
	}
	if got := w.told(); got != want {
		w.t.Errorf("told %q, want %q; log:\n%s", got, want, w.log)
	}
	if got := w.polar.PolarEndpoints()[0].Enabled; got != isOn {
		w.t.Errorf("the endpoint is on: %t, want %t", got, isOn)
	}
}

func off(e *standin.PolarEndpoint) { e.Enabled = false }

func TestEndpointIsSwitchedOn(t *testing.T) {
	inWorld(t, "webhooks:write", func(w *world) {
		w.endpoint(off)
		w.start()
		w.pass(time.Minute)
		w.wantTold("endpoint_on", true)
		w.pass(2 * time.Hour)
		w.wantTold("endpoint_on", true)

		w.endpoint(off) // at once again: a person must look
		w.pass(3 * time.Hour)
		w.wantTold("endpoint_on endpoint_off", false)
		w.pass(24 * time.Hour)
		w.wantTold("endpoint_on endpoint_off endpoint_on", true)
	})
}

func TestEndpointMayNotBeSwitchedOn(t *testing.T) {
	inWorld(t, reads, func(w *world) {
		w.deliver("before")
		w.pass(time.Minute)
		w.lose("lost")
		w.endpoint(off)
		w.pass(2 * time.Hour)
		w.start()
		w.pass(5 * time.Hour)
		w.wantTold("endpoint_off", false)
		w.wantLines(1, "the endpoint is switched off at Polar")
		if !strings.Contains(w.ids(), "lost") {
			t.Errorf("the journal has %q, want what was lost as well", w.ids())
		}
		w.stop()
		w.start() // a restart does not tell it again
		w.pass(time.Minute)
		w.wantTold("endpoint_off", false)
		w.endpoint(func(*standin.PolarEndpoint) {})
		w.pass(2 * time.Hour)
		w.wantTold("endpoint_off endpoint_on", true)
	})
}

// TestWhoseEndpoint: an endpoint is the bridge's by its secret, or by its host
// and path.
func TestWhoseEndpoint(t *testing.T) {
	const other = "whsec_anothersecretofanother"
	e := func(url, secret string) standin.PolarEndpoint { return standin.PolarEndpoint{URL: url, Secret: secret} }
	for name, c := range map[string]struct {
		host string
		all  []standin.PolarEndpoint
		want string
	}{
		"by its secret":                     {"", []standin.PolarEndpoint{e("https://tunnel.example/x", secret), e(ours, other)}, "tunnel.example/x"},
		"by a secret without its padding":   {"", []standin.PolarEndpoint{e(ours, strings.TrimRight(secret, "="))}, "alerts.example.com/webhook"},
		"by host and path":                  {"alerts.example.com", []standin.PolarEndpoint{e("https://staging.example/webhook", other), e(ours+"/", other)}, "alerts.example.com/webhook/"},
		"a path alone may be another's":     {"", []standin.PolarEndpoint{e("https://staging.example/webhook", other)}, ""},
		"another path":                      {"alerts.example.com", []standin.PolarEndpoint{e("https://alerts.example.com/other", other)}, ""},
		"of two secrets the one at its own": {"", []standin.PolarEndpoint{e("https://tunnel.example/x", secret), e(ours, secret)}, "alerts.example.com/webhook"},
		"two that fit":                      {"", []standin.PolarEndpoint{e(ours, secret), e("https://b.example/webhook", secret)}, "alerts.example.com/webhook b.example/webhook"},
		"none at all":                       {"alerts.example.com", nil, ""},
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, reads, func(w *world) {
				s := standin.New(standin.Options{})
				s.PolarToken(token, reads)
				for i, e := range c.all {
					e.ID = string(rune('a' + i))
					s.PolarEndpoint(e)
				}
				b := fetcher.Bridge{Host: c.host, Path: "/webhook", Secrets: []string{secret}}
				all, err := newAPI(w.t, s).Endpoints(w.t.Context())
				if err != nil {
					t.Fatal(err)
				}
				var got []string
				for _, e := range b.Own(all) {
					got = append(got, e.Address())
				}
				if got := strings.Join(got, " "); got != c.want {
					t.Errorf("got %q, want %q", got, c.want)
				}
			})
		})
	}
}

func TestNoEndpointOfOurs(t *testing.T) {
	inWorld(t, reads, func(w *world) {
		w.endpoint(func(e *standin.PolarEndpoint) { e.Secret, e.URL = "whsec_anothersecret", ours+"?key=hush" })
		w.lose("of-another-bridge")
		w.start()
		w.pass(90 * time.Minute)
		w.wantIDs("")
		w.wantLines(2, "they deliver to alerts.example.com. Copy its secret again")
	})
}

// TestKilledAfterSwitchingOn: what was lost while the endpoint was off is told
// all the same, and that the bridge has switched it on. Off at once again it needs a
// person.
func TestKilledAfterSwitchingOn(t *testing.T) {
	inWorld(t, "webhooks:write", func(w *world) {
		w.endpoint(off)
		w.polar.Fail("polar edit", 1, standin.Outcome{Applied: true, Delay: 10 * time.Second})
		w.start()
		w.pass(5 * time.Second)
		w.stop()
		w.wantTold("", true)
		w.start()
		w.pass(time.Minute)
		w.wantTold("endpoint_on", true)
		e, _, err := w.journal.Entry(w.t.Context(), 1)
		if err != nil || !polar.Body(e.Body).EndpointEvent().ByUs {
			t.Errorf("told %s, %v; want that the bridge has switched it on", e.Body, err)
		}
		w.endpoint(off)
		w.pass(3 * time.Hour)
		w.wantTold("endpoint_on endpoint_off", false)
	})
}

// TestKilledBeforeSwitchingOn: it is tried again.
func TestKilledBeforeSwitchingOn(t *testing.T) {
	inWorld(t, "webhooks:write", func(w *world) {
		w.endpoint(off)
		w.polar.Fail("polar edit", 1, standin.Outcome{Delay: 10 * time.Second})
		w.start()
		w.pass(5 * time.Second)
		w.stop()
		w.start()
		w.pass(time.Minute)
		w.wantTold("endpoint_on", true)
	})
}

// TestPersonSwitchesOnAfterAKill: that the bridge was killed amid a try does not
// make a later one of a person its own.
func TestPersonSwitchesOnAfterAKill(t *testing.T) {
	inWorld(t, "webhooks:write", func(w *world) {
		w.endpoint(off)
		w.polar.Fail("polar edit", 1, standin.Outcome{Delay: 10 * time.Second, Status: 500})
		w.start()
		w.pass(5 * time.Second)
		w.stop()
		w.polar.PolarToken(token, strings.Fields(reads)...) // it may no longer do so
		w.start()
		w.pass(time.Minute)
		w.wantTold("endpoint_off", false)
		w.endpoint(func(*standin.PolarEndpoint) {})
		w.pass(2 * time.Hour)
		w.wantTold("endpoint_off endpoint_on", true)
		e, _, err := w.journal.Entry(w.t.Context(), 2)
		if err != nil || polar.Body(e.Body).EndpointEvent().ByUs {
			t.Errorf("told %s, %v; want that a person has switched it on", e.Body, err)
		}
	})
}
