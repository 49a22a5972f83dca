package config_test

import (
	"testing"

	"polarbell/formatter"
)

// TestSettingsOfBefore: the settings of the README before routes by kind go on
// working. What changed: news has nothing that is under way and no unknown type,
// and renewals come as one message a day.
func TestSettingsOfBefore(t *testing.T) {
	c := load(t, vars{
		"POLAR_WEBHOOK_SECRET": secret, "SLACK_BOT_TOKEN": token, "SLACK_CHANNELS": "sales:#sales,ops:#ops",
		"DISCORD_WEBHOOKS": "team:" + discordHook, "DATABASE_URL": "/var/lib/polarbell/polarbell.db", "TLS_DOMAIN": "alerts.nimbus.dev",
		"ROUTES": "sales:news,team:news,ops:order.refunded|refund.*|polarbell.*",
	})
	if len(c.Warnings) > 0 {
		t.Errorf("warnings: %q", c.Warnings)
	}
	for _, tt := range []struct {
		kind            formatter.Kind
		eventType       string
		sales, ops, day bool
	}{
		{formatter.Sale, "order.paid", true, false, false},
		{formatter.Renewal, "order.paid", true, false, true},
		{formatter.Refund, "order.refunded", true, true, false},
		{formatter.Refund, "refund.updated", true, true, false},
		{formatter.Bridge, "polarbell.parked", true, true, false},
		{formatter.Abandoned, "checkout.expired", true, false, true},
		{formatter.Waiting, "order.created", false, false, false},
		{formatter.Record, "dispute.opened", false, false, false},
		{"", "subscription.cycled", false, false, false},
	} {
		card := formatter.Card{Kind: tt.kind, Events: []formatter.Event{{Seq: 1, Type: tt.eventType}}}
		for _, d := range c.Destinations {
			want := tt.sales
			if d.Name == "ops" {
				want = tt.ops
			}
			if got := d.Routes.Wants(card); got != want {
				t.Errorf("%s wants %s of %s: %t, want %t", d.Name, tt.kind, tt.eventType, got, want)
			}
			if got := d.Daily.Wants(card); got != tt.day {
				t.Errorf("%s gets %s once a day: %t, want %t", d.Name, tt.kind, got, tt.day)
			}
		}
	}
}
