package compose_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"polarbell/compose"
	"polarbell/formatter"
	"polarbell/polar"
)

// receivedAfter are cards of deliveries that were received some time after they
// were made.
func receivedAfter(t *testing.T, delay time.Duration, o compose.Options, bodies ...[]byte) []formatter.Card {
	t.Helper()
	var l ledger
	for _, body := range bodies {
		l.add(t, body)
	}
	for i := range l.entries {
		l.entries[i].State.Fetched, l.entries[i].Received = !polar.IsOwn(l.entries[i].Type), l.entries[i].At.Add(delay)
	}
	return l.cards(o)
}

// TestToldLate shows the headlines of all stories that are heard of a day late.
func TestToldLate(t *testing.T) {
	all := stories(t)
	var b strings.Builder
	for _, story := range slices.Sorted(maps.Keys(all)) {
		fmt.Fprintf(&b, "== %s\n", story)
		for _, o := range []struct {
			name string
			compose.Options
		}{
			{"", compose.Options{}},
			{"public: ", compose.Options{Public: true}},
			{"anonymous: ", compose.Options{Anonymous: true}},
			{"per event: ", compose.Options{PerEvent: true}},
		} {
			for _, c := range receivedAfter(t, 26*time.Hour, o.Options, all[story]...) {
				fmt.Fprintf(&b, "%s%s\n", o.name, line(c))
				if text := formatter.Headline(c); utf8.RuneCountInString(c.Headline) > 120 || !c.Late && !c.Time.IsZero() && !strings.Contains(c.Headline, "left to pay") { // which is ours
					t.Errorf("%s: %s is late: %v, and has %d characters", story, text, c.Late, utf8.RuneCountInString(c.Headline))
				}
			}
		}
	}
	golden(t, "late.golden", b.String())
}

// TestWhenItHappened: the day in the reader's zone, or the time of the same day,
// and nothing of what came as Polar's own retries do.
func TestWhenItHappened(t *testing.T) {
	c := castOf(t)
	oslo, err := time.LoadLocation("Europe/Oslo")
	if err != nil {
		t.Fatal(err)
	}
	order := c.order.with("created_at", "2026-03-03T22:40:00Z", "modified_at", "2026-03-03T22:40:00Z")
	canceled := c.sub.with("cancel_at_period_end", true, "modified_at", "2026-03-20T16:45:09Z", "ends_at", "2026-04-12T23:02:44Z")
	paused := c.sub.with("status", "paused", "modified_at", "2026-03-20T16:45:09Z", "resumes_at", "2027-01-02T23:30:00Z")
	for _, tt := range []struct {
		name  string
		delay time.Duration
		zone  *time.Location
		sent  []byte
		want  string
	}{
		{"at once", 0, nil, order.as("order.paid"), "💰 Sale · $97.20 · Jane Doe · Pro Plan"},
		{"by Polar's last retry", 34 * time.Minute, nil, order.as("order.paid"), "💰 Sale · $97.20 · Jane Doe · Pro Plan"},
		{"within the hour", time.Hour, nil, order.as("order.paid"), "💰 Sale · $97.20 · Jane Doe · Pro Plan"},
		{"on the same day", 61 * time.Minute, nil, order.as("order.paid"), "💰 Sale at 22:40 UTC · $97.20 · Jane Doe · Pro Plan"},
		{"on the same day in Oslo", 13 * time.Hour, oslo, c.order.as("order.paid"), "💰 Sale at 10:26 · $97.20 · Jane Doe · Pro Plan"},
		{"on the next day", 2 * time.Hour, nil, order.as("order.paid"), "💰 Sale on 3 Mar · $97.20 · Jane Doe · Pro Plan"},
		{"across midnight in Oslo", 61 * time.Minute, oslo, order.as("order.paid"), "💰 Sale on 3 Mar · $97.20 · Jane Doe · Pro Plan"},
		{"in the next year", 89 * 24 * time.Hour, nil, order.with("created_at", "2025-12-31T10:00:00Z", "modified_at", "2025-12-31T10:00:00Z").as("order.paid"), "💰 Sale on 31 Dec 2025 · $97.20 · Jane Doe · Pro Plan"},
		{"before it was made", -26 * time.Hour, nil, order.as("order.paid"), "💰 Sale · $97.20 · Jane Doe · Pro Plan"},
		{"an end to come", 26 * time.Hour, nil, canceled.as("subscription.canceled"), "👋 Canceled on 20 Mar, ends 12 Apr · Jane Doe · Pro Plan, $30.00 a month"},
		{"an end to come in Oslo", 26 * time.Hour, oslo, canceled.as("subscription.canceled"), "👋 Canceled on 20 Mar, ends 13 Apr · Jane Doe · Pro Plan, $30.00 a month"},
		{"a pause", 26 * time.Hour, oslo, paused.as("subscription.paused"), "Paused on 20 Mar until 3 Jan 2027 · Jane Doe · Pro Plan, $30.00 a month"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			cards := receivedAfter(t, tt.delay, compose.Options{Zone: tt.zone}, tt.sent)
			if got := formatter.Headline(cards[len(cards)-1]); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

// TestWhichDeliverySaysThatItIsLate: the earliest, of what became of the news
// the one that says so.
func TestWhichDeliverySaysThatItIsLate(t *testing.T) {
	c := castOf(t)
	canceled := c.sub.with("cancel_at_period_end", true, "canceled_at", "2026-04-20T16:45:09Z", "ends_at", "2026-05-12T10:02:44Z", "modified_at", "2026-04-20T16:45:09Z")
	ended := canceled.with("status", "canceled", "ended_at", "2026-05-12T10:02:44Z", "modified_at", "2026-05-12T10:05:00Z")
	for _, tt := range []struct {
		name   string
		sent   [][]byte
		delays []time.Duration
		want   string
		isLate bool
	}{
		{"the second delivery is late", [][]byte{c.order.as("order.created"), c.order.as("order.paid")}, []time.Duration{0, 26 * time.Hour}, "💰 Sale · $97.20 · Jane Doe · Pro Plan", false},
		{"the first delivery is late", [][]byte{c.order.as("order.created"), c.order.as("order.paid")}, []time.Duration{26 * time.Hour, 0}, "💰 Sale on 3 Mar · $97.20 · Jane Doe · Pro Plan", true},
		{"a cancellation in time, its end late", [][]byte{canceled.as("subscription.canceled"), ended.as("subscription.revoked")}, []time.Duration{0, 26 * time.Hour}, "👋 Subscription ended on 12 May · Jane Doe · Pro Plan, $30.00 a month", true},
		{"a checkout in time, its end late", [][]byte{c.checkout.with("customer_name", "Jane Doe", "customer_email", "jane@acme.com").as("checkout.created"), c.checkout.with("customer_name", "Jane Doe", "customer_email", "jane@acme.com", "status", "expired", "modified_at", "2026-03-04T09:30:00Z").as("checkout.expired")}, []time.Duration{0, 26 * time.Hour}, "🛒 Abandoned checkout on 4 Mar · $97.20 · Jane Doe · Pro Plan", true},
		{"a cancellation late, its end in time", [][]byte{canceled.as("subscription.canceled"), ended.as("subscription.revoked")}, []time.Duration{26 * time.Hour, 0}, "👋 Subscription ended · Jane Doe · Pro Plan, $30.00 a month", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var l ledger
			for i, body := range tt.sent {
				l.add(t, body)
				l.entries[i].State.Fetched, l.entries[i].Received = !polar.IsOwn(l.entries[i].Type), l.entries[i].At.Add(tt.delays[i])
			}
			card := l.cards(compose.Options{})[0]
			if got := formatter.Headline(card); got != tt.want || card.Late != tt.isLate {
				t.Errorf("got %q, late: %v; want %q, %v", got, card.Late, tt.want, tt.isLate)
			}
		})
	}
}

func TestLateSummary(t *testing.T) {
	at := time.Date(2026, 11, 24, 22, 0, 0, 0, time.UTC)
	card := func(kind formatter.Kind, n int, amount int64, product string) []formatter.Card {
		var all []formatter.Card
		for i := range n {
			all = append(all, formatter.Card{
				Kind: kind, Late: true, Headline: fmt.Sprint(kind, " ", i), Product: product, Time: at.Add(time.Duration(i%24) * time.Hour),
				Amount: &formatter.Money{Amount: amount, Currency: "usd"},
			})
		}
		return all
	}
	sales, renewals := card(formatter.Sale, 12, 10034, "Pro Plan"), card(formatter.Renewal, 3, 3000, "Pro Plan")
	many := slices.Concat(card(formatter.Sale, 250, 1234567, "Pro"), card(formatter.Subscriber, 120, 3000, "Pro"), card(formatter.Renewal, 900, 3000, "Pro"),
		card(formatter.Free, 40, 0, "Hobby"), card(formatter.Abandoned, 31, 4900, "Pro"))
	over := card(formatter.Abandoned, 2, 4900, "Pro Plan")
	over[0].Over = true
	for _, tt := range []struct {
		name   string
		cards  []formatter.Card
		public bool
		prefix string
		want   []string
	}{
		{"of one kind", sales, false, "", []string{"📊 While polarbell was off: 12 sales · $1,204.08", "Pro Plan: 12 · $1,204.08", "since 24 Nov"}},
		{"of two kinds", slices.Concat(renewals, sales), false, "", []string{"📊 While polarbell was off: 12 sales · $1,204.08 · 3 renewals · $90.00", "Sales: 12 · $1,204.08", "Renewals: 3 · $90.00", "since 24 Nov"}},
		{"too much for one line", many, false, "", []string{
			"📊 While polarbell was off: 250 sales · 120 new subscribers · 900 renewals · 40 free signups · 31 abandoned checkouts",
			"Sales: 250 · $3,086,417.50", "New subscribers: 120", "Renewals: 900 · $27,000.00", "Free signups: 40", "since 24 Nov",
		}},
		{"for strangers", slices.Concat(sales, card(formatter.Subscriber, 1, 0, "Team")), true, "", []string{"🎉 12 people bought Pro Plan · Someone subscribed to Team since 24 Nov"}},
		{"of tests", sales, false, "TEST", []string{"TEST · While polarbell was off: 12 sales · $1,204.08", "Pro Plan: 12 · $1,204.08", "since 24 Nov"}},
		{"one that counts", append(over, sales[0]), false, "", []string{"📊 While polarbell was off: 1 sale · $100.34 · 1 abandoned checkout · $49.00", "Sales: 1 · $100.34", "Abandoned checkouts: 1 · $49.00", "since 24 Nov"}},
		{"one alone", over, false, "", []string{"abandoned 1"}},
		{"none", over[:1], false, "", []string{"abandoned 0"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			late := compose.Late{Prefix: tt.prefix, Zone: time.UTC}
			c := late.Card(tt.cards, at, tt.public)
			got := []string{formatter.Headline(c)}
			for _, f := range c.Fields {
				got = append(got, f.Name+": "+f.Text)
			}
			if diff := cmp.Diff(tt.want, append(got, c.Context...)); diff != "" {
				t.Errorf("summary (-want +got):\n%s", diff)
			}
			if read, ok := compose.ParseLate(late.String(), time.UTC); !ok || read != late {
				t.Errorf("%q reads as %+v, %v; want %+v", late, read, ok, late)
			}
		})
	}
}

// TestWhatCanBeSummed: good news in number, and what nobody has to answer.
func TestWhatCanBeSummed(t *testing.T) {
	all := stories(t)
	for story, want := range map[string][]bool{
		"purchase":     {false, true}, // the checkout that is completed
		"subscription": {true},
		"free":         {true},
		"renewal of what began before the journal":   {false, true},
		"declined twice, left":                       {true},
		"trial, converted":                           {false, false, true},
		"renewal failed, recovered, the order alone": {true, false, false, false},
		"refunded, told by the order alone":          {true, false},
		"cancels, stays":                             {true, false, false},
		"plan change billed, the rest unknown":       {false},
	} {
		var got []bool
		for _, c := range receivedAfter(t, 26*time.Hour, compose.Options{}, all[story]...) {
			got = append(got, compose.CanBeSummed(c))
		}
		slices.SortFunc(got, func(a, b bool) int { return strings.Compare(fmt.Sprint(b), fmt.Sprint(a)) })
		slices.SortFunc(want, func(a, b bool) int { return strings.Compare(fmt.Sprint(b), fmt.Sprint(a)) })
		if !slices.Equal(got, want) {
			t.Errorf("%s: can be summed %v, want %v", story, got, want)
		}
		for _, c := range receivedAfter(t, 0, compose.Options{}, all[story]...) {
			if compose.CanBeSummed(c) {
				t.Errorf("%s: %q can be summed, though it is not late", story, c.Headline)
			}
		}
	}
	active := formatter.Card{Kind: formatter.Subscriber, Late: true, Facts: formatter.Facts{Alert: true}}
	if compose.CanBeSummed(active) {
		t.Error("a subscription that is active again can be summed, want it by itself")
	}
}
