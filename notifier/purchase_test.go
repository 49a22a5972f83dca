package notifier_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"polarbell/notifier"
)

// purchase is one sale as Polar sends it: a checkout that is filled in and paid,
// its order three times over, then the order's fee and its invoice.
func purchase() [][]byte {
	checkout := func(eventType, status, at string) []byte {
		return sample(eventType, map[string]any{"status": status, "modified_at": "2026-03-03T" + at + "Z"})
	}
	order := func(eventType, at string, change map[string]any) []byte {
		paid := map[string]any{"status": "paid", "paid": true, "modified_at": "2026-03-03T" + at + "Z"}
		return sample(eventType, with(paid, change))
	}
	return [][]byte{
		checkout("checkout.created", "open", "09:21:07"),
		checkout("checkout.updated", "open", "09:24:00"),
		checkout("checkout.updated", "confirmed", "09:26:50"),
		order("order.created", "09:26:53", nil),
		order("order.updated", "09:26:53", nil),
		order("order.paid", "09:26:53", nil),
		checkout("checkout.updated", "succeeded", "09:26:55"),
		order("order.updated", "09:27:30", map[string]any{"platform_fee_amount": 500}),
		order("order.updated", "09:28:02", map[string]any{"is_invoice_generated": true}),
	}
}

func with(base, change map[string]any) map[string]any {
	merged := map[string]any{}
	merge(merged, base)
	merge(merged, change)
	return merged
}

const paidSale = "💰 Sale · $97.20 · Jane Doe · Pro Plan"

// TestOnePurchaseIsOneMessage: the checkout's message is edited as far as the
// pace allows, and deleted once the sale is posted. A destination that cannot
// edit gets the sale alone.
func TestOnePurchaseIsOneMessage(t *testing.T) {
	for _, tt := range []struct {
		name           string
		gap            time.Duration
		slack, discord cost
	}{
		{"at once", 0, cost{posts: 2, deletions: 1}, cost{posts: 2, edits: 1, deletions: 1}},
		{"within a second", 100 * time.Millisecond, cost{posts: 2, deletions: 1}, cost{posts: 2, edits: 1, deletions: 1}},
		{"slowly", 5 * time.Second, cost{posts: 2, edits: 2, deletions: 1}, cost{posts: 2, edits: 2, deletions: 1}},
		{"over minutes", 3 * time.Minute, cost{posts: 2, edits: 2, deletions: 1}, cost{posts: 2, edits: 2, deletions: 1}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				w.slack(sales)
				w.slackHook()
				w.discord()
				w.start()
				for _, body := range purchase() {
					w.deliver(body)
					w.pass(tt.gap)
				}
				w.idle(time.Minute)
				for channel, want := range map[string]cost{sales: tt.slack, hooked: {posts: 1}, disc: tt.discord} {
					if got := w.headlines(channel); !slices.Equal(got, []string{paidSale}) {
						t.Errorf("%s shows %q, want the sale alone", channel, got)
					}
					got := w.cost(channel)
					if tt.gap == 0 { // deliveries at once may be seen together, which saves an edit
						got.edits = max(got.edits, want.edits)
					}
					if got != want {
						t.Errorf("%s took %+v, want %+v: %q", channel, got, want, w.ever(channel))
					}
				}
			})
		})
	}
}

// TestOnePurchaseInAnyOrderOfArrival: whatever comes first, the sale is posted
// once, and what was posted before it is deleted or becomes it.
func TestOnePurchaseInAnyOrderOfArrival(t *testing.T) {
	tests := []struct {
		name  string
		order []int // of purchase
		gap   time.Duration
		want  cost
	}{
		{"the end first", []int{8, 7, 6, 5, 4, 3, 2, 1, 0}, 3 * time.Second, cost{posts: 2, deletions: 1}},
		{"the order before its checkout", []int{3, 4, 5, 0, 1, 2, 6, 7, 8}, 3 * time.Second, cost{posts: 1}},
		{"paid before it was made", []int{0, 1, 2, 5, 4, 3, 6, 7, 8}, 3 * time.Second, cost{posts: 2, edits: 2, deletions: 1}},
		{"updated before it was paid", []int{4, 0, 1, 2, 3, 5, 6, 7, 8}, 3 * time.Second, cost{posts: 2, deletions: 1}},
		{"the fee before the sale", []int{0, 7, 3, 4, 5, 1, 2, 6, 8}, 3 * time.Second, cost{posts: 3, edits: 1, deletions: 2}},
		{"the checkout's end first", []int{6, 0, 1, 2, 3, 4, 5, 7, 8}, 3 * time.Second, cost{posts: 1}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := arrive(t, tt.order, tt.gap); got != tt.want {
				t.Errorf("it took %+v, want %+v", got, tt.want)
			}
		})
	}
	random := rand.New(rand.NewPCG(1, 2))
	for range 8 {
		order, gap := random.Perm(len(purchase())), time.Duration(random.IntN(3000))*time.Millisecond
		t.Run(fmt.Sprintf("%v every %s", order, gap), func(t *testing.T) {
			if got := arrive(t, order, gap); got.posts-got.deletions != 1 {
				t.Errorf("it took %+v, want all but one post deleted", got)
			}
		})
	}
}

// arrive delivers a purchase in an order and returns what it took.
func arrive(t *testing.T, order []int, gap time.Duration) (took cost) {
	t.Helper()
	inWorld(t, func(w *world) {
		w.slack(sales)
		w.start()
		bodies := purchase()
		for _, i := range order {
			w.deliver(bodies[i])
			w.pass(gap)
		}
		w.idle(time.Minute)
		if got := w.headlines(sales); !slices.Equal(got, []string{paidSale}) {
			t.Errorf("shown %q, want the sale alone", got)
		}
		took = w.cost(sales)
	})
	return took
}

// TestOrderThatWaitsForItsPayment is one that no checkout was heard of.
func TestOrderThatWaitsForItsPayment(t *testing.T) {
	inWorld(t, func(w *world) {
		w.slack(sales)
		w.slackHook()
		w.discord()
		w.start()
		w.deliver(sale(1, pending))
		w.idle(time.Minute)
		for channel, want := range map[string]int{sales: 1, hooked: 0, disc: 1} {
			got := w.headlines(channel)
			if len(got) != want || want == 1 && !strings.HasPrefix(got[0], "Not paid yet") {
				t.Errorf("%s shows %q before the payment, want %d", channel, got, want)
			}
		}
		w.deliver(sale(1))
		w.idle(time.Minute)
		for channel, want := range map[string]cost{sales: {2, 0, 1}, hooked: {1, 0, 0}, disc: {2, 0, 1}} {
			if got := w.headlines(channel); len(got) != 1 || !strings.HasPrefix(got[0], "💰 Sale") {
				t.Errorf("%s shows %q, want the sale alone", channel, got)
			}
			if got := w.cost(channel); got != want {
				t.Errorf("%s took %+v, want %+v", channel, got, want)
			}
		}
	})
}

// TestWaitingMessageGoesAfterItsSaleIsPosted: the channel always shows one of
// the two, also while posts are throttled and edits are not.
func TestWaitingMessageGoesAfterItsSaleIsPosted(t *testing.T) {
	inWorld(t, func(w *world) {
		s := &scripted{}
		w.add("slow", "Slack", s)
		w.start()
		w.deliver(sale(1, pending))
		w.idle(time.Minute)
		s.faults = []*notifier.Fault{
			{Verdict: notifier.Later, Code: "503", Wait: 10 * time.Second},           // the edit
			{Verdict: notifier.Later, Code: "429", Wait: time.Minute, Limited: true}, // the sale
		}
		w.deliver(sale(1, with(pending, map[string]any{"customer": map[string]any{"name": "Renamed"}})))
		w.pass(time.Second)
		w.deliver(sale(1))
		w.pass(30 * time.Second)
		if len(s.edits) != 1 || len(s.deletions) != 0 {
			t.Errorf("%d edits and %d deletions while the sale is throttled, want the edit before it alone", len(s.edits), len(s.deletions))
		}
		w.idle(5 * time.Minute)
		if len(s.posts) != 3 || len(s.edits) != 1 || len(s.deletions) != 1 {
			w.t.Fatalf("%d posts, %d edits, %d deletions; want one that failed and two, one, one", len(s.posts), len(s.edits), len(s.deletions))
		}
		if gone := s.deletions[0]; gone.ref != s.posts[0].ref || gone.at.Before(s.posts[2].at) {
			t.Errorf("deleted %+v, want the first message after the sale was posted", gone)
		}
	})
}

// TestWaitingCardLeavesItsMessage: among others it is edited out, and the others
// stay.
func TestWaitingCardLeavesItsMessage(t *testing.T) {
	inWorld(t, func(w *world) {
		w.slack(sales)
		w.discord()
		w.open()
		for n := range 11 {
			w.deliver(sale(n, pending))
		}
		w.deliver(sale(0, pending))
		w.start()
		w.pass(100 * time.Millisecond) // the first message is full; on Slack the second waits for its second
		w.deliver(sale(0))
		w.idle(time.Minute)
		for channel, want := range map[string]cost{sales: {posts: 2, edits: 1}, disc: {posts: 3, edits: 1}} {
			var got []string
			for _, h := range w.headlines(channel) {
				got = append(got, customer(h))
			}
			if want := []string{"1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "0"}; !slices.Equal(got, want) {
				t.Errorf("%s shows the sales %q, want %q", channel, got, want)
			}
			if got := w.cost(channel); got != want {
				t.Errorf("%s took %+v, want %+v", channel, got, want)
			}
		}
	})
}

// TestManyAutosavesAreOneMessage: a form that is typed into sends a delivery for
// each letter; the pace merges them.
func TestManyAutosavesAreOneMessage(t *testing.T) {
	inWorld(t, func(w *world) {
		w.slack(sales)
		w.discord()
		w.start()
		for n := range 50 {
			w.deliver(sample("checkout.updated", map[string]any{
				"status": "open", "customer_email": fmt.Sprintf("%0*d@example.com", 1+n/8, n),
			}))
			w.pass(40 * time.Millisecond)
		}
		w.idle(time.Minute)
		for channel, want := range map[string]cost{sales: {posts: 1, edits: 2}, disc: {posts: 1, edits: 3}} {
			if got := w.cost(channel); got != want {
				t.Errorf("%s took %+v for 50 autosaves in 2 s, want %+v", channel, got, want)
			}
		}
	})
}
