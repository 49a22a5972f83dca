package cli_test

import (
	"os/exec"
	"strings"
	"testing"

	"polarbell/standin"
)

var ticked = strings.Fields(`order.created order.updated order.paid order.refunded subscription.created subscription.updated
	subscription.active subscription.canceled subscription.uncanceled subscription.revoked subscription.past_due
	subscription.paused subscription.resumed subscription.cycled subscription.migrated refund.created refund.updated checkout.expired`)

func TestCheckComparesPolarsEndpoint(t *testing.T) {
	t.Parallel()
	const is = "Polar's endpoint alerts.nimbus.dev/webhook"
	for name, c := range map[string]struct {
		change func(*standin.PolarEndpoint)
		env    string
		scopes string
		want   string
		fails  bool
	}{
		"it fits": {
			nil, "", "webhooks:write payments:read orders:read",
			"POLAR_ACCESS_TOKEN has the scopes webhooks:read, webhooks:write, payments:read, orders:read.\n" +
				is + " is on, with the format Raw, API version 2026-10 and a secret that is configured.\nThe clock", false,
		},
		"scopes are missing": {
			nil, "", "webhooks:read",
			"POLAR_ACCESS_TOKEN has the scopes webhooks:read. It lacks webhooks:write (switching the endpoint on again), " +
				"payments:read (why a payment failed), orders:read (past orders).\n" + is + " is on", false,
		},
		"no scope at all": {nil, "", "customers:read", "POLAR_ACCESS_TOKEN has no scope that is of use here. It lacks webhooks:read (what was missed)", false},
		"it is off": {
			func(e *standin.PolarEndpoint) { e.Enabled = false }, "", "webhooks:read",
			is + ": FAILS: it is switched off, so nothing is delivered: switch it on", true,
		},
		"another format": {
			func(e *standin.PolarEndpoint) { e.Format = "slack" }, "", "webhooks:read", is + ": FAILS: it has the format slack: choose Raw.", true,
		},
		"another secret": {
			func(e *standin.PolarEndpoint) { e.Secret = "whsec_anothersecret" }, "TLS_DOMAIN=alerts.nimbus.dev", "webhooks:read",
			is + ": FAILS: it signs by a secret that POLAR_WEBHOOK_SECRET does not have", true,
		},
		"another host": {
			nil, "TLS_DOMAIN=bell.nimbus.dev", "webhooks:read",
			is + ": FAILS: it is not at this bridge's address: its URL should be https://bell.nimbus.dev/webhook.", true,
		},
		"nobody's": {
			func(e *standin.PolarEndpoint) { e.Secret = "whsec_anothersecret" }, "", "webhooks:read",
			"Polar: FAILS: no endpoint at Polar is this bridge's: none has a secret of POLAR_WEBHOOK_SECRET; they deliver to alerts.nimbus.dev.", true,
		},
		"an old version": {
			func(e *standin.PolarEndpoint) { e.APIVersion = "2026-04" }, "", "webhooks:read", "WARNING: Polar removes API version 2026-04", false,
		},
		"ticks that are missing": {
			func(e *standin.PolarEndpoint) { e.Events = ticked[1:] }, "ROUTES=sales:news|customer.created,ops:refund,hook:refund,dsales:refund,dops:refund",
			"webhooks:read", "  Tick there too, since ROUTES asks for what they bring: customer.created, order.created.\n", false,
		},
		"ticks that are of no use": {
			func(e *standin.PolarEndpoint) { e.Events = append(ticked, "benefit.created", "checkout.updated") },
			"ROUTES=sales:news,ops:news,hook:news,dsales:news,dops:news", "webhooks:read",
			"  Ticked, though ROUTES shows them nowhere: benefit.created, checkout.updated.\n  checkout.updated is ticked:", false,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path, err := program()
			if err != nil {
				t.Fatal(err)
			}
			p := newPlace(t, false)
			p.env = append(p.env, "POLAR_ACCESS_TOKEN="+accessToken, "POLAR_API_URL="+p.setting("SLACK_API_URL", "/api/")+"/v1/", c.env)
			p.platforms.PolarToken(accessToken, strings.Fields(c.scopes)...)
			e := standin.PolarEndpoint{
				ID: endpointID, URL: "https://alerts.nimbus.dev/webhook?key=hush", Secret: secret, Format: "raw", APIVersion: "2026-10",
				Enabled: true, Events: ticked,
			}
			if c.change != nil {
				c.change(&e)
			}
			p.platforms.PolarEndpoint(e)
			check := exec.Command(path, "check")
			check.Env, check.Dir = p.env, t.TempDir()
			out, err := check.CombinedOutput()
			if !strings.Contains(string(out), c.want) || (err != nil) != c.fails {
				t.Errorf("check: %v, prints:\n%s\nwant %q, an error: %t", err, out, c.want, c.fails)
			}
			for _, hidden := range []string{accessToken, secret, "hush", "anothersecret"} {
				if strings.Contains(string(out), hidden) {
					t.Errorf("check prints %q:\n%s", hidden, out)
				}
			}
			if got := p.platforms.PolarEndpoints()[0].Enabled; got != e.Enabled {
				t.Error("check has changed the endpoint")
			}
		})
	}
}
