package compose_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"polarbell/compose"
	"polarbell/formatter"
	"polarbell/polar"
)

// TestMessagesPage keeps the tables of docs/messages.md true: what a team reads,
// and what each event becomes.
func TestMessagesPage(t *testing.T) {
	path := filepath.Join("..", "docs", "messages.md")
	page, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	made := string(page)
	for head, table := range map[string]string{
		"| What happened | Headline | Below it |\n|---|---|---|\n":   newsTable(t),
		"| Event | Level | Headline | Fields |\n|---|---|---|---|\n": eventTable(t),
	} {
		before, rest, found := strings.Cut(made, head)
		_, after, ended := strings.Cut(rest, "\n\n")
		if !found || !ended {
			t.Fatalf("%s has no table that starts with %q", path, head)
		}
		made = before + head + table + "\n" + after
	}
	if *update {
		if err := os.WriteFile(path, []byte(made), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(strings.Split(made, "\n"), strings.Split(string(page), "\n")); diff != "" {
		t.Errorf("%s is not true (-made +written; go test ./compose -update):\n%s", path, diff)
	}
}

// newsTable has a row for each kind of news. A row's card is the one whose
// headline starts as it says.
func newsTable(t *testing.T) string {
	all := stories(t)
	sample := func(eventType string) [][]byte { return [][]byte{sampleOf(t, eventType)} }
	team := sampleObject(t, "subscription.created")
	more := team.with("seats", 8, "amount", 9600, "modified_at", "2026-03-20T09:30:00Z")
	fewer := more.with("modified_at", "2026-03-24T14:00:00Z", "pending_update", object{"applies_at": team["current_period_end"], "seats": 6})
	var table strings.Builder
	for _, row := range []struct {
		what   string
		sent   [][]byte
		starts string
	}{
		{"A purchase is paid", sample("order.paid"), "Sale"},
		{"A company buys, with a coupon of a fixed amount", sample("order.created"), "Sale"},
		{"Somebody subscribes", sample("subscription.created"), "New subscriber"},
		{"A trial starts", all["trial, converted"], "Trial started"},
		{"A trial is paid for", all["trial, converted"], "Trial converted"},
		{"Somebody takes what costs nothing", all["free"], "Free signup"},
		{"A period is paid", all["renewal"], "Renewed"},
		{"Usage is billed", [][]byte{usageBill(t)}, "Usage billed"},
		{"A plan is changed for a larger one", all["upgraded, downgraded"], "Upgraded"},
		{"A plan is changed for a smaller one", all["upgraded, downgraded"], "Downgraded"},
		{"Seats are added", [][]byte{team.as("subscription.created"), more.as("subscription.updated")}, "Seats 5 → 8"},
		{"Fewer seats are planned for the next period", [][]byte{team.as("subscription.created"), more.as("subscription.updated"), fewer.as("subscription.updated")}, "Seats 8 → 6 on"},
		{"A renewal is not paid", sample("subscription.past_due"), "Renewal failed"},
		{"Two days before Polar gives it up", all["renewal failed, reminded, given up"][:len(all["renewal failed, reminded, given up"])-1], "2 days left"},
		{"It is paid after all", all["renewal failed, recovered"], "Recovered"},
		{"It is never paid", all["renewal failed, lost"], "Lost"},
		{"A customer cancels", sample("subscription.updated"), "Canceled"},
		{"The last period is over", sample("subscription.revoked"), "Subscription ended"},
		{"A customer stays after all", sample("subscription.uncanceled"), "Staying"},
		{"A customer pauses", sample("subscription.paused"), "Paused"},
		{"A customer comes back from a pause", sample("subscription.resumed"), "Resumed"},
		{"A part is refunded", sample("order.refunded"), "Refunded"},
		{"The rest is refunded", all["refunded in part, then in full"], "Refunded in full"},
		{"A refund prevents a chargeback", sample("refund.updated"), "Refunded to avoid"},
		{"A refund does not go through", all["refund pending, failed"], "Refund failed"},
		{"A payment is broken off or declined", all["checkout failed"], "Payment not completed"},
		{"A checkout is left behind", sample("checkout.expired"), "Abandoned"},
		{"A benefit could not be given", [][]byte{failedGrant(t)}, "Benefit not granted"},
		{"A day is over", sample(polar.Digest), "Thu 19 Mar"},
		{"A subscription is moved to Polar", sample("subscription.migrated"), "Moved"},
	} {
		c := cardThatStarts(t, row.sent, row.starts)
		fmt.Fprintf(&table, "| %s | %s | %s |\n", row.what, cell(formatter.Headline(c)), cell(below(c)))
	}
	return table.String()
}

// cardThatStarts is a card as it is before anything comes of its news.
func cardThatStarts(t *testing.T, sent [][]byte, starts string) (found formatter.Card) {
	t.Helper()
	for n := range sent {
		for _, c := range cardsOf(t, compose.Options{}, sent[:n+1]...) {
			if strings.HasPrefix(c.Headline, starts) && (c.Outcome == "" || found.Headline == "") {
				found = c
			}
		}
	}
	if found.Headline == "" {
		t.Fatalf("no card starts with %q", starts)
	}
	return found
}

func usageBill(t *testing.T) []byte {
	return sampleObject(t, "order.paid").with(
		"billing_reason", "subscription_meter_cycle", "description", "API calls", "product", nil, "discount", nil, "custom_field_data", nil, "invoice_number", "NIMB-0083",
		"items", []any{object{"label": "API calls", "start_timestamp": "2026-02-01T00:00:00Z", "end_timestamp": "2026-03-01T00:00:00Z"}},
	).as("order.paid")
}

func failedGrant(t *testing.T) []byte {
	return sampleObject(t, "benefit_grant.created").with(
		"is_granted", false, "granted_at", nil, "error", object{"message": "Customer has no connected Discord account", "type": "BenefitActionRequiredError"},
	).as("benefit_grant.created")
}

// below is what a card says below its headline.
func below(c formatter.Card) string {
	var parts []string
	for _, f := range c.Fields {
		text := f.Text
		for _, at := range f.Times {
			text = strings.TrimPrefix(text+", "+at.UTC().Format("2 Jan"), ", ")
		}
		parts = append(parts, f.Name+": "+text)
	}
	if c.Quote != "" {
		parts = append(parts, "“"+c.Quote+"”")
	}
	return strings.Join(append(parts, c.Context...), "; ")
}

// eventTable has a row for each event, of its built-in sample.
func eventTable(t *testing.T) string {
	var table strings.Builder
	for _, k := range polar.Types() {
		var headlines, fields []string
		for _, c := range cardsOf(t, compose.Options{}, sampleOf(t, k.Name)) {
			headlines = append(headlines, formatter.Headline(c))
			for _, f := range c.Fields {
				fields = append(fields, f.Name)
			}
		}
		level := map[polar.Level]string{polar.Full: "Full", polar.Basic: "Basic"}[k.Level]
		fmt.Fprintf(&table, "| `%s` | %s | %s | %s |\n", k.Name, level, cell(strings.Join(headlines, "; ")), strings.Join(fields, ", "))
	}
	return table.String()
}

func cell(s string) string { return strings.ReplaceAll(s, "|", `\|`) }
