package cli_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"polarbell/standin"
)

// TestFailedRenewalSaysWhy: the reason comes by an edit after the message, and
// stays the same after a restart.
func TestFailedRenewalSaysWhy(t *testing.T) {
	t.Parallel()
	p := newPlace(t, false)
	p.env = append(p.env, "POLAR_ACCESS_TOKEN="+accessToken, "POLAR_API_URL="+p.setting("SLACK_API_URL", "/api/")+"/v1/")
	p.platforms.PolarToken(accessToken, "payments:read")
	const sub, bill = "50000000-0000-4000-8000-000000000001", "b0000000-0000-4000-8000-000000000001"
	p.start()
	now := time.Now().UTC().Format(time.RFC3339)
	p.post("bill", fmt.Appendf(nil, `{"type":"order.created","timestamp":%q,"data":{"id":%q,"created_at":%q,"status":"pending",
		"billing_reason":"subscription_cycle","subscription_id":%q,"currency":"usd","net_amount":3000,"total_amount":3000,
		"product":{"name":"Pro Plan"},"customer":{"name":"Jane Doe"}}}`, now, bill, now, sub))
	p.post("due", fmt.Appendf(nil, `{"type":"subscription.past_due","timestamp":%q,"data":{"id":%q,"created_at":"2026-01-01T00:00:00Z",
		"modified_at":%q,"past_due_at":%q,"status":"past_due","amount":3000,"currency":"usd","recurring_interval":"month",
		"product":{"name":"Pro Plan"},"customer":{"name":"Jane Doe"}}}`, now, sub, now, now))
	p.eventually("the failed renewal", func() bool { return strings.Contains(p.texts("C0SALES"), "Renewal failed") })
	if strings.Contains(p.texts("C0SALES"), "Declined") {
		t.Error("the message waited for its reason")
	}
	p.platforms.PolarPayment(standin.PolarPayment{
		ID: "p1", OrderID: bill, Status: "failed", Reason: "insufficient_funds", Message: "Your card has insufficient funds.", At: time.Now(),
	})
	const reason = "Your card has insufficient funds."
	p.eventually("the reason", func() bool { return strings.Contains(p.texts("C0SALES"), reason) })
	p.stop()
	p.start()
	p.post("after", saleOf("00000001"))
	p.eventually("a sale after the restart", func() bool { return strings.Contains(p.texts("C0SALES"), "Customer-00000001-") })
	if n := strings.Count(p.texts("C0SALES"), reason); n != 1 {
		t.Errorf("the reason stands there %d times, want once:\n%s", n, p.texts("C0SALES"))
	}
}
