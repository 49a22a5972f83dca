package compose_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"polarbell/formatter"
)

// silences are why a delivery may make no message at all.
var silences = []struct {
	name string
	is   func(known []object, o object, eventType string) bool
}{
	{"the start of a period, whose order says more", func(_ []object, _ object, eventType string) bool {
		return eventType == "subscription.cycled"
	}},
	{"an update that changes nothing that people read", func(known []object, o object, eventType string) bool {
		before := stateBefore(known, o)
		return strings.HasSuffix(eventType, ".updated") && before != nil && readsAlike(before, o)
	}},
	{"what a buyer types, which the checkout's message has", func(known []object, o object, eventType string) bool {
		before := stateBefore(known, o)
		return eventType == "checkout.updated" && before != nil && before["status"] == o["status"]
	}},
	{"an order whose refund failed after all, which the refund says itself", func(known []object, o object, _ string) bool {
		before := stateBefore(known, o)
		return before != nil && whole(o["refunded_amount"]) < whole(before["refunded_amount"])
	}},
	{"a bill of a subscription that is not paid yet", func(_ []object, o object, _ string) bool {
		return o["status"] == "pending" && isBill(o)
	}},
	{"a bill of nothing", func(_ []object, o object, _ string) bool {
		return isBill(o) && o["net_amount"] == 0.0
	}},
	{"a bill that will never be paid, of a subscription that says so itself", func(_ []object, o object, _ string) bool {
		return o["status"] == "void" && isBill(o)
	}},
	{"an active subscription that is first heard of by an update, with nothing planned", func(known []object, o object, eventType string) bool {
		return eventType == "subscription.updated" && stateBefore(known, o) == nil && o["status"] == "active" &&
			o["cancel_at_period_end"] == false && o["pause_at_period_end"] == false && o["pending_update"] == nil
	}},
	{"a trial that is over, whose first order says more", func(known []object, o object, _ string) bool {
		before := stateBefore(known, o)
		return before != nil && before["status"] == "trialing" && o["status"] == "active"
	}},
}

// TestSilenceHasAReason: a delivery makes no message only where it brings no
// news, and each reason is one that occurs.
func TestSilenceHasAReason(t *testing.T) {
	used := map[string]bool{}
	for _, l := range lived() {
		if l.lossy {
			continue
		}
		for i, cards := range l.cards {
			tells := func(c formatter.Card) bool {
				return c.Kind != "" && slices.Contains(c.Echoes, int64(i+1)) || c.Kind != "" && slices.ContainsFunc(c.Events, func(e formatter.Event) bool { return e.Seq == int64(i+1) })
			}
			if slices.ContainsFunc(cards, tells) {
				continue
			}
			reason := ""
			for _, s := range silences {
				if s.is(l.said[:i], l.said[i], l.sent[i].Type) {
					reason = s.name
					break
				}
			}
			used[reason] = true
			if reason == "" {
				t.Errorf("%d: %s makes no message, after %d deliveries; %s differ", l.seed, l.sent[i].Type, i, differences(stateBefore(l.said[:i], l.said[i]), l.said[i]))
			}
		}
	}
	for _, s := range silences {
		if !used[s.name] {
			t.Errorf("it never happens: %s", s.name)
		}
	}
}

// isBill holds for the orders that a subscription makes by itself.
func isBill(o object) bool {
	reason, _ := o["billing_reason"].(string)
	return reason != "" && reason != "purchase" && reason != "subscription_create"
}

// readsAlike holds for two states that differ only in what nobody is told.
func readsAlike(a, b object) bool {
	quiet := []string{
		"modified_at", "platform_fee_amount", "platform_fee_currency", "is_invoice_generated", "current_period_start", "current_period_end",
		"discount", "discount_id", "amount", "ends_at", "canceled_at", "past_due_at", "paused_at",
	}
	return !slices.ContainsFunc(differences(a, b), func(name string) bool { return !slices.Contains(quiet, name) })
}

// differences names the fields that two states have different.
func differences(a, b object) (names []string) {
	for name := range b {
		if fmt.Sprint(a[name]) != fmt.Sprint(b[name]) {
			names = append(names, name)
		}
	}
	return names
}
