package admin_test

import (
	"net/http"
	"strings"
	"testing"

	"polarbell/journal"
)

func TestDeliveryPageShowsThePayloadWithoutSecrets(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	seq := w.store(sample("checkout.updated", map[string]any{
		"id": uuid(2, 1), "client_secret": "polar_c_Hidden1", "url": "https://buy.polar.sh/polar_c_Hidden1",
		"customer_ip_address": "203.0.113.99", "payment_processor_metadata": map[string]any{"intent": "pi_Hidden2"},
		"customer_session_token": "Hidden3", "note": "<b>bold</b>",
	}))
	page := w.delivery(seq)
	for _, secret := range []string{"Hidden1", "Hidden2", "Hidden3", "203.0.113.99", "<b>bold</b>", "style="} {
		if strings.Contains(page, secret) {
			t.Errorf("the page holds %q", secret)
		}
	}
	for _, text := range []string{"&lt;b&gt;bold&lt;/b&gt;", "checkout:" + uuid(2, 1)} {
		if !strings.Contains(page, text) {
			t.Errorf("the page lacks %q", text)
		}
	}
	for _, path := range []string{"/deliveries/99", "/deliveries/none"} {
		if status, _ := w.get(path); status != http.StatusNotFound {
			t.Errorf("%s answers %d, want 404", path, status)
		}
	}
}

func TestDeliveryPageShowsItsMessages(t *testing.T) {
	for name, tc := range map[string]struct {
		play func(w *world) journal.Seq
		want []string
	}{
		"a sale": {
			play: func(w *world) journal.Seq { return w.store(sale(1)) },
			want: []string{
				"<h1>💰 Order paid · $97.20 · Customer 1 · Pro Plan</h1>",
				`<p class="headline"><b>💰 Sale · $97.20 · Customer 1 · Pro Plan</b></p>`, // the same on both platforms
				`class="attachment tone-green"`, `class="embed tone-green"`,
				"Someone in Norway bought Pro Plan", `<a href="/?q=c1%40example.com">c1@example.com</a>`,
			},
		},
		"a refund, which names nobody": {
			play: func(w *world) journal.Seq {
				w.store(sale(1))
				return w.store(refund(1, "succeeded"))
			},
			want: []string{"$10.00 of $97.20", "<dd>Customer 1, ", "c1@example.com"},
		},
		"two pieces of news": {
			play: func(w *world) journal.Seq {
				w.store(sample("subscription.active", map[string]any{"id": uuid(4, 1), "seats": 2}))
				return w.store(sample("subscription.active", map[string]any{
					"id": uuid(4, 1), "seats": 3, "cancel_at_period_end": true, "ends_at": "2026-12-12T10:02:44Z", "modified_at": "2026-11-14T16:45:09Z",
				}))
			},
			want: []string{`id="card-0"`, "Canceled, ends 12 Dec", `id="card-1"`, "Seats 2 → 3"},
		},
		"what is over": {
			play: func(w *world) journal.Seq {
				w.store(sale(1))
				return w.store(checkout(1))
			},
			want: []string{"Checkout completed", "It is over, so it is not posted any more."},
		},
		"nothing new": {
			play: func(w *world) journal.Seq {
				w.store(sale(1))
				return w.store(saleUpdated(1))
			},
			want: []string{"None: the delivery says nothing new."},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, nil)
			page := w.delivery(tc.play(w))
			for _, text := range tc.want {
				if !strings.Contains(page, text) {
					t.Errorf("the page lacks %q:\n%s", text, page)
				}
			}
		})
	}
}

func TestForgottenDeliveryStillHasAPage(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	seq := w.store(sale(1))
	w.idle()
	if page := w.delivery(seq); !strings.Contains(page, "c1@example.com") {
		t.Fatal("the page does not name the customer, so the test tests nothing")
	}
	w.forget("c1@example.com")
	for _, path := range []string{"/", "/deliveries/" + itoa(seq)} {
		status, page := w.get(path)
		if status != http.StatusOK || strings.Contains(page, "c1@example.com") {
			t.Errorf("%s answers %d, or names who was forgotten", path, status)
		}
		if !strings.Contains(page, "forgotten on request") {
			t.Errorf("%s does not say why it names nobody:\n%s", path, page)
		}
	}
}
