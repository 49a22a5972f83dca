package notifier_test

import (
	"slices"
	"testing"
	"time"

	"polarbell/compose"
)

// TestTwoEndpointsOfOneOrganization deliver the same body under two ids: it is
// shown once.
func TestTwoEndpointsOfOneOrganization(t *testing.T) {
	for _, tt := range []struct {
		name     string
		perEvent bool
		bodies   [][]byte
		want     []string
	}{
		{"a sale and a refund", false, [][]byte{sale(1), refund(1)}, []string{"💰 Sale · $97.20 · Customer 1 · Pro Plan", "💸 Refunded · $10.00 of $97.20 · Customer 1 · Pro Plan"}},
		{"a purchase", false, purchase(), []string{paidSale}},
		{"one message per event", true, [][]byte{sale(1), refund(1)}, []string{"💰 Order paid · $97.20 · Customer 1 · Pro Plan", "💸 Refund created · refunded · $10.00 of $97.20 · Customer 1 · Pro Plan"}},
		{"two deliveries of one type, one message per event", true, [][]byte{renamed(1, "Ann"), renamed(1, "Ben")}, []string{"💰 Order paid · $97.20 · Ann · Pro Plan", "💰 Order paid · $97.20 · Ben · Pro Plan"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				w.options.PerEvent = tt.perEvent
				w.slack(sales)
				w.start()
				for _, body := range tt.bodies {
					w.deliver(body)
					w.deliver(body)
					w.idle(time.Minute)
				}
				if got := w.headlines(sales); !slices.Equal(got, tt.want) {
					t.Errorf("shown %q, want %q", got, tt.want)
				}
			})
		})
	}
}

// TestOrganizations: who gets several sees whose news it is, and a route may ask
// for one alone.
func TestOrganizations(t *testing.T) {
	inWorld(t, func(w *world) {
		w.slack(sales)
		w.slack(ops)
		w.to[0].Names, w.to[1].Routes = true, compose.MustRoute("news[organization=nimbus]")
		w.start()
		w.deliverOf("nimbus", sale(1))
		w.idle(time.Minute)
		w.deliverOf("acme@sandbox", sale(2))
		w.deliverOf("nimbus", renamed(1, "Customer 1"))
		w.idle(time.Minute)
		for channel, want := range map[string][]string{
			sales: {"💰 nimbus · Sale · $97.20 · Customer 1 · Pro Plan", "TEST · acme · Sale · $97.20 · Customer 2 · Pro Plan"},
			ops:   {"💰 Sale · $97.20 · Customer 1 · Pro Plan"},
		} {
			if got := w.headlines(channel); !slices.Equal(got, want) {
				t.Errorf("%s shows %q, want %q", channel, got, want)
			}
		}
		if got, want := w.cost(ops), (cost{posts: 1}); got != want {
			t.Errorf("ops took %+v, want %+v", got, want)
		}
	})
}
