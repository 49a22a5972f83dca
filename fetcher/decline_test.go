package fetcher_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"polarbell/polar"
	"polarbell/standin"
	"polarbell/webhook"
)

func newAPI(t *testing.T, s *standin.Server) *polar.API {
	t.Helper()
	base, err := url.Parse("https://api.polar.sh/v1/")
	if err != nil {
		t.Fatal(err)
	}
	return polar.NewAPI(base, token, s.Transport())
}

const (
	subscription = "50000000-0000-4000-8000-000000000001"
	bill         = "b0000000-0000-4000-8000-000000000001"
)

// fails has a renewal fail.
func (w *world) fails() {
	w.t.Helper()
	now := time.Now().UTC().Format(time.RFC3339)
	for id, body := range map[string]string{
		"bill": fmt.Sprintf(`{"type":"order.created","timestamp":%q,"data":{"id":%q,"status":"pending","billing_reason":"subscription_cycle",
			"subscription_id":%q,"created_at":%q}}`, now, bill, subscription, now),
		"past-due": fmt.Sprintf(`{"type":"subscription.past_due","timestamp":%q,"data":{"id":%q,"status":"past_due","created_at":"1999-01-01T00:00:00Z",
			"modified_at":%q}}`, now, subscription, now),
	} {
		e, err := webhook.Entry(id, []byte(body), "", time.Now())
		if err != nil {
			w.t.Fatal(err)
		}
		if _, _, err := w.journal.Append(w.t.Context(), e); err != nil {
			w.t.Fatal(err)
		}
	}
}

func (w *world) declines(message string) {
	w.polar.PolarPayment(standin.PolarPayment{ID: "p1", OrderID: bill, Status: "failed", Reason: "insufficient_funds", Message: message, At: time.Now()})
}

func TestDecline(t *testing.T) {
	for name, c := range map[string]struct {
		scopes, message string
		after           time.Duration // until Polar knows of the payment
		want            string
	}{
		"in Polar's words":      {"webhooks:read payments:read", "Your card has insufficient funds.", 0, "Your card has insufficient funds."},
		"without a message":     {"webhooks:read payments:read", "", 0, "Insufficient funds"},
		"known a moment later":  {"webhooks:read payments:read", "Expired.", 2 * time.Minute, "Expired."},
		"known too late":        {"webhooks:read payments:read", "Expired.", time.Hour, ""},
		"a token without scope": {"webhooks:read", "Expired.", 0, ""},
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, c.scopes, func(w *world) {
				w.start()
				w.pass(time.Minute)
				w.fails()
				w.pass(c.after)
				w.declines(c.message)
				for range 2 { // a restart asks and tells nothing again
					w.pass(2 * time.Minute)
					w.stop()
					w.start()
				}
				w.pass(2 * time.Minute)
				entries, err := w.journal.After(w.t.Context(), 0, 100)
				if err != nil {
					t.Fatal(err)
				}
				var got []string
				for _, e := range entries {
					if full, _, _ := w.journal.Entry(w.t.Context(), e.Seq); e.Type == polar.Declined {
						got = append(got, polar.Body(full.Body).Decline().Reason)
						if e.Subject != "subscription:"+subscription {
							t.Errorf("it is filed under %s, want the subscription", e.Subject)
						}
					}
				}
				if got := strings.Join(got, "|"); got != c.want {
					t.Errorf("got %q, want %q; log:\n%s", got, c.want, w.log)
				}
			})
		})
	}
}
