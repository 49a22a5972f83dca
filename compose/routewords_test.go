package compose_test

import (
	"slices"
	"testing"

	"polarbell/compose"
	"polarbell/formatter"
)

func TestRouteWords(t *testing.T) {
	for _, c := range []struct {
		route string
		kind  formatter.Kind
		want  string
	}{
		{"*", formatter.Record, "yes"},
		{"news", formatter.Sale, "yes"},
		{"news", formatter.Waiting, "no"},
		{"news|-abandoned", formatter.Abandoned, "no"},
		{"-abandoned|news", formatter.Abandoned, "no"},
		{"-abandoned", formatter.Record, "yes"},
		{"refund[amount>=100usd/90eur]", formatter.Refund, "from $100.00 or €90.00"},
		{"refund>=100usd|refund[country=NO]", formatter.Refund, "from $100.00 or in Norway"},
		{"refund>=100usd|refund", formatter.Refund, "yes"},
		{"news|-refund|refund>=100usd", formatter.Refund, "from $100.00"},
		{"news|-refund[country=NO/US]", formatter.Refund, "yes, not in Norway or the United States"},
		{"sale[product=Team Plan&amount>=100usd]", formatter.Sale, "of Team Plan from $100.00"},
		{"news[organization=nimbus]", formatter.Sale, "of nimbus"},
		{"news[organization=nimbus]", formatter.Bridge, "yes"},
		{"alerts", formatter.Unpaid, "marked ⚠️ or ✅"},
		{"alerts", formatter.Sale, "no"},
		{"news|-alerts", formatter.Unpaid, "yes, not marked ⚠️ or ✅"},
		{"order.refunded|refund.*", formatter.Refund, "told by order.refunded or told by refund.*"},
		{"order.paid", formatter.Renewal, "told by order.paid"},
		{"order.paid", formatter.Refund, "no"},
		{"polarbell.*", formatter.Bridge, "told by polarbell.*"},
		{"news|order.paid", formatter.Sale, "yes"},
	} {
		if got := compose.MustRoute(c.route).Words(c.kind); got != c.want {
			t.Errorf("%s gives of %s: %s, want %s", c.route, c.kind, got, c.want)
		}
	}
}

func TestRouteOthers(t *testing.T) {
	route := compose.MustRoute("news|subscription.cycled|dispute.opened|order.paid|-foo.bar|refund>=100usd")
	if got, want := route.Others(), []string{"subscription.cycled", "dispute.opened"}; !slices.Equal(got, want) {
		t.Errorf("other types are %q, want %q", got, want)
	}
	if got, want := route.Thresholds(), []string{"refund[amount>=100usd]"}; !slices.Equal(got, want) {
		t.Errorf("thresholds are %q, want %q", got, want)
	}
}
