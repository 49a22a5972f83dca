package notifier_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"polarbell/notifier"
)

// renamed is a sale whose buyer corrected the name: a visible change that is
// not news.
func renamed(n int, name string) []byte {
	return sale(n, map[string]any{"customer": map[string]any{"name": name}, "modified_at": "2026-03-04T09:00:00Z"})
}

func TestNewsWithoutVisibleChangeCostsNoRequest(t *testing.T) {
	inWorld(t, func(w *world) {
		w.slack(sales)
		w.discord()
		w.start()
		w.deliver(sale(1))
		w.idle(time.Minute)
		for n := range 10 {
			w.deliver(sale(1, map[string]any{"platform_fee_amount": n, "modified_at": "2026-11-22T10:00:00Z"}))
			w.pass(2 * time.Second)
		}
		for _, channel := range []string{sales, disc} {
			if got := len(w.platforms.Calls(channel)); got != 1 {
				t.Errorf("%s: %d requests, want the post alone", channel, got)
			}
		}
	})
}

// TestAgeDecidesWhatIsEdited: a message is edited whatever changed for 24 hours,
// and for an outcome as long as the journal has it. It is never posted anew.
func TestAgeDecidesWhatIsEdited(t *testing.T) {
	refunded := []string{"💸 Refunded · $10.00 of $97.20 · Customer 1 · Pro Plan"}
	tests := []struct {
		name   string
		age    time.Duration
		change []byte
		want   cost
		posted []string // beside the sale
	}{
		{"a correction after 23 hours", 23 * time.Hour, renamed(1, "Renamed"), cost{posts: 1, edits: 1}, nil},
		{"a correction after 25 hours", 25 * time.Hour, renamed(1, "Renamed"), cost{posts: 1}, nil},
		{"a refund after 23 hours", 23 * time.Hour, refund(1), cost{posts: 2, edits: 1}, refunded},
		{"a refund after 25 hours", 25 * time.Hour, refund(1), cost{posts: 2, edits: 1}, refunded},
		{"a refund after 40 days", 40 * 24 * time.Hour, refund(1), cost{posts: 2, edits: 1}, refunded},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				w.slack(sales)
				w.discord()
				w.start()
				w.deliver(sale(1))
				w.idle(time.Minute)
				w.stop()
				w.pass(tt.age)
				w.start()
				w.deliver(tt.change)
				w.idle(time.Minute)
				for _, channel := range []string{sales, disc} {
					if got := w.cost(channel); got != tt.want {
						t.Errorf("%s took %+v, want %+v", channel, got, tt.want)
					}
					if got := w.headlines(channel)[1:]; !slices.Equal(got, tt.posted) {
						t.Errorf("%s shows %q beside the sale, want %q", channel, got, tt.posted)
					}
					if got := strings.Contains(string(w.shown(channel)[0].Body), "refunded $10.00"); got != (tt.posted != nil) {
						t.Errorf("%s: the sale's message tells the refund: %v, want %v", channel, got, !got)
					}
				}
			})
		})
	}
}

// TestDueEditLapses: what could not be edited for a day is not edited any more,
// unless it is an outcome.
func TestDueEditLapses(t *testing.T) {
	tests := []struct {
		name         string
		change       []byte
		posts, edits int
	}{
		{"a correction", renamed(1, "Renamed"), 1, 1},
		{"a refund", refund(1), 2, 2},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				s := &scripted{}
				w.add("slow", "Slack", s)
				w.start()
				w.deliver(sale(1))
				w.idle(time.Minute)
				for range tt.posts - 1 {
					s.faults = append(s.faults, nil)
				}
				s.faults = append(s.faults, &notifier.Fault{Verdict: notifier.Later, Code: "later", Wait: 48 * time.Hour})
				w.deliver(tt.change)
				w.pass(time.Minute)
				if len(s.edits) != 1 || s.edits[0].ok {
					w.t.Fatalf("%d edits, want one that failed", len(s.edits))
				}
				w.stop()
				w.pass(72 * time.Hour)
				w.start()
				w.idle(time.Hour)
				if len(s.posts) != tt.posts || len(s.edits) != tt.edits {
					t.Errorf("%d posts and %d edits, want %d and %d", len(s.posts), len(s.edits), tt.posts, tt.edits)
				}
			})
		})
	}
}

// TestMessageDeletedByHand is not posted again and not edited again; later news
// is posted as its own message.
func TestMessageDeletedByHand(t *testing.T) {
	inWorld(t, func(w *world) {
		w.slack(sales)
		w.discord()
		w.start()
		w.deliver(sale(1))
		w.idle(time.Minute)
		for _, channel := range []string{sales, disc} {
			w.platforms.Delete(channel, w.shown(channel)[0].ID)
		}
		w.deliver(renamed(1, "Renamed"))
		w.deliver(renamed(1, "Renamed again"))
		w.idle(time.Minute)
		w.restart()
		for id := range 2 {
			w.deliver(refund(1, map[string]any{"id": uuid(3, id), "created_at": "2026-03-1" + string(rune('0'+id)) + "T13:15:20Z"}))
			w.idle(time.Minute)
		}
		want := []string{
			"💸 Refunded · $10.00 of $97.20 · Renamed again · Pro Plan",
			"💸 Refunded · $10.00 more, $20.00 of $97.20 · Renamed again · Pro Plan",
		}
		for _, channel := range []string{sales, disc} {
			if got := w.headlines(channel); !slices.Equal(got, want) {
				t.Errorf("%s shows %q, want the two refunds", channel, got)
			}
			if posts, edits := len(w.platforms.Calls(channel+" post")), len(w.platforms.Calls(channel+" edit")); posts != 3 || edits != 1 {
				t.Errorf("%s took %d posts and %d edits, want 3 and the one that found it gone", channel, posts, edits)
			}
		}
	})
}

// TestRefusedEdit goes out as the headline alone, and is dropped if that is
// refused too. What changes later is tried in full.
func TestRefusedEdit(t *testing.T) {
	refused := &notifier.Fault{Verdict: notifier.Refused, Code: "invalid_blocks"}
	tests := []struct {
		name   string
		faults []*notifier.Fault
		ok     []bool // of the edits, in their order
		only   []bool // the headline went out alone
	}{
		{"once", []*notifier.Fault{refused}, []bool{false, true, true}, []bool{false, true, false}},
		{"twice", []*notifier.Fault{refused, refused}, []bool{false, false, true}, []bool{false, true, false}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				s := &scripted{}
				w.add("picky", "Slack", s)
				w.start()
				w.deliver(sale(1))
				w.idle(time.Minute)
				s.faults = tt.faults
				w.deliver(renamed(1, "Renamed"))
				w.idle(time.Minute)
				w.restart()
				w.deliver(renamed(1, "Renamed again"))
				w.idle(time.Minute)
				var ok, only []bool
				for _, e := range s.edits {
					ok, only = append(ok, e.ok), append(only, e.cards[0].HeadlineOnly)
				}
				if !slices.Equal(ok, tt.ok) || !slices.Equal(only, tt.only) {
					t.Errorf("edits succeeded %v with the headline alone %v, want %v and %v", ok, only, tt.ok, tt.only)
				}
				if len(s.posts) != 1 {
					t.Errorf("%d posts, want the sale's alone", len(s.posts))
				}
			})
		})
	}
}

func TestMessageOfSeveralCardsIsEditedAsAWhole(t *testing.T) {
	inWorld(t, func(w *world) {
		w.slack(sales)
		w.discord()
		w.open()
		for n := range 10 {
			w.deliver(sale(n))
		}
		w.start()
		w.idle(time.Minute)
		w.deliver(refund(3))
		w.idle(time.Minute)
		for _, channel := range []string{sales, disc} {
			if got, want := w.cost(channel), (cost{posts: 2, edits: 1}); got != want {
				t.Errorf("%s took %+v, want %+v: ten cards in one message, and the refund", channel, got, want)
			}
			var got []string
			for _, h := range w.headlines(channel) {
				got = append(got, customer(h))
			}
			if want := []string{"0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "3"}; !slices.Equal(got, want) {
				t.Errorf("%s shows the sales %q, want %q", channel, got, want)
			}
			for n, card := range cards(t, w.shown(channel)[0]) {
				if refunded := strings.Contains(card, "refunded $10.00"); refunded != (n == 3) {
					t.Errorf("%s: card %d tells a refund: %v", channel, n, refunded)
				}
			}
		}
	})
}

// TestMessageThatMayNotBeDeleted is edited to its end instead.
func TestMessageThatMayNotBeDeleted(t *testing.T) {
	inWorld(t, func(w *world) {
		w.slack(sales)
		w.start()
		w.deliver(sale(1, pending))
		w.idle(time.Minute)
		w.platforms.Fail(sales+" delete", 1, failed("cant_delete_message"))
		w.deliver(sale(1))
		w.idle(time.Minute)
		want := []string{"Checkout completed · $97.20 · Customer 1 · Pro Plan", "💰 Sale · $97.20 · Customer 1 · Pro Plan"}
		if got := w.headlines(sales); !slices.Equal(got, want) {
			t.Errorf("shown %q, want %q", got, want)
		}
		if got, want := w.cost(sales), (cost{posts: 2, edits: 1}); got != want {
			t.Errorf("took %+v, want %+v", got, want)
		}
	})
}

// TestDeletionWaitsForTheChannel: a message that cannot be deleted because of its
// channel is deleted once the channel works again.
func TestDeletionWaitsForTheChannel(t *testing.T) {
	for _, code := range []string{"is_archived", "not_in_channel", "channel_not_found"} {
		t.Run(code, func(t *testing.T) {
			inWorld(t, func(w *world) {
				w.slack(sales)
				w.start()
				w.deliver(sale(1, pending))
				w.idle(time.Minute)
				w.platforms.Fail(sales+" delete", 1, failed(code))
				w.deliver(sale(1))
				w.idle(5 * time.Minute)
				want := []string{"💰 Sale · $97.20 · Customer 1 · Pro Plan"}
				if got := w.headlines(sales); !slices.Equal(got, want) {
					t.Errorf("shown %q, want %q", got, want)
				}
			})
		})
	}
}

// TestWaitingMessageOfOverAnHour is edited to its end: somebody may have
// answered it.
func TestWaitingMessageOfOverAnHour(t *testing.T) {
	for _, tt := range []struct {
		name string
		age  time.Duration
		want cost
	}{
		{"59 minutes", 59 * time.Minute, cost{posts: 2, deletions: 1}},
		{"61 minutes", 61 * time.Minute, cost{posts: 2, edits: 1}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				w.slack(sales)
				w.discord()
				w.start()
				w.deliver(sale(1, pending))
				w.idle(time.Minute)
				w.stop()
				w.pass(tt.age)
				w.start()
				w.deliver(sale(1))
				w.idle(time.Minute)
				for _, channel := range []string{sales, disc} {
					if got := w.cost(channel); got != tt.want {
						t.Errorf("%s took %+v, want %+v: %q", channel, got, tt.want, w.ever(channel))
					}
				}
			})
		})
	}
}

// TestRenewalThatFailsAndRecovers is two messages; the first tells the outcome
// too, though it is two days old.
func TestRenewalThatFailsAndRecovers(t *testing.T) {
	inWorld(t, func(w *world) {
		w.slack(sales)
		w.start()
		now := time.Now()
		at := func(days int) string { return now.AddDate(0, 0, days).UTC().Format(time.RFC3339) }
		sub := func(eventType, status string, day int) []byte {
			change := map[string]any{
				"id": uuid(9, 1), "status": status, "checkout_id": nil, "created_at": at(-60), "modified_at": at(day),
				"cancel_at_period_end": false, "canceled_at": nil, "ends_at": nil, "customer_cancellation_reason": nil,
			}
			if status == "past_due" {
				change["past_due_at"] = at(day)
			}
			return sample(eventType, change)
		}
		order := func(eventType, status string, day int) []byte {
			return sample(eventType, map[string]any{
				"status": status, "paid": status == "paid", "billing_reason": "subscription_cycle",
				"created_at": at(0), "modified_at": at(day), "subscription_id": uuid(9, 1), "total_amount": 3000,
			})
		}
		w.deliver(sub("subscription.updated", "active", -1))
		w.deliver(sub("subscription.cycled", "active", 0))
		w.deliver(order("order.created", "pending", 0))
		w.pass(10 * time.Second)
		w.deliver(sub("subscription.updated", "past_due", 0))
		w.deliver(sub("subscription.past_due", "past_due", 0))
		w.idle(time.Minute)
		if got := w.headlines(sales); len(got) != 1 || !strings.HasPrefix(got[0], "⚠️ Renewal failed · $30.00") {
			t.Errorf("at first shown %q, want the failed renewal", got)
		}
		w.stop()
		w.pass(48 * time.Hour)
		w.start()
		w.deliver(sub("subscription.updated", "active", 2))
		w.deliver(sub("subscription.active", "active", 2))
		w.deliver(order("order.updated", "paid", 2))
		w.deliver(order("order.paid", "paid", 2))
		w.idle(time.Minute)
		if got := w.headlines(sales); len(got) != 2 || !strings.HasPrefix(got[1], "✅ Recovered after 2 days · $30.00") {
			t.Errorf("after two days shown %q, want one more message of the recovery", got)
		}
		if got, want := w.cost(sales), (cost{posts: 2, edits: 1}); got != want {
			t.Errorf("took %+v, want %+v", got, want)
		}
		if !strings.Contains(string(w.shown(sales)[0].Body), "→ recovered after 2 days") {
			t.Errorf("the first message does not tell the outcome: %s", w.shown(sales)[0].Body)
		}
	})
}

// TestObjectIsOneMessageADay: what is told of an object again on the same day
// changes its message.
func TestObjectIsOneMessageADay(t *testing.T) {
	inWorld(t, func(w *world) {
		w.slack(sales)
		w.start()
		for i, eventType := range []string{
			"customer.created", "customer.state_changed", "customer.updated",
			"benefit_grant.created", "benefit_grant.updated", "customer.state_changed",
		} {
			w.deliver(sample(eventType, map[string]any{"modified_at": fmt.Sprintf("2026-03-12T10:0%d:00Z", i)}))
			w.pass(3 * time.Second)
		}
		w.deliver(sample("customer.state_changed", map[string]any{"modified_at": "2026-03-13T10:00:00Z"}))
		w.idle(time.Minute)
		want := []string{"New customer · Liam Murphy", "Benefit granted · Discord role · Jane Doe", "Customer state changed · Liam Murphy"}
		if got := w.headlines(sales); !slices.Equal(got, want) {
			t.Errorf("shown %q, want %q", got, want)
		}
		if got, want := w.cost(sales), (cost{posts: 3}); got != want {
			t.Errorf("took %+v, want %+v", got, want)
		}
	})
}
