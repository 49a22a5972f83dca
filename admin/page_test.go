package admin_test

import (
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"polarbell/admin"
	"polarbell/journal"
	"polarbell/standin"
)

var fateOf = regexp.MustCompile(`(?s)<li><span class="fate [a-z-]+">([^<]+)</span> ([^<]*?)(?:<small>([^<]*)</small>)?</li>`)

// fates reads from the page what became of a delivery, as "Shown: sales, hook".
func (w *world) fates(seq journal.Seq) []string {
	w.t.Helper()
	status, page := w.get("/")
	if status != http.StatusOK {
		w.t.Fatalf("the page answers %d: %s", status, page)
	}
	_, row, found := strings.Cut(page, `<tr id="delivery-`+itoa(seq)+`">`)
	if !found {
		w.t.Fatalf("the page has no delivery %d", seq)
	}
	row, _, _ = strings.Cut(row, "</tr>")
	var all []string
	for _, m := range fateOf.FindAllStringSubmatch(row, -1) {
		line := m[1] + ": " + m[2]
		if m[3] != "" {
			line += " (" + m[3] + ")"
		}
		all = append(all, line)
	}
	return all
}

// expectFates waits until a delivery stands as wanted.
func (w *world) expectFates(seq journal.Seq, want ...string) {
	w.t.Helper()
	var got []string
	for end := time.Now().Add(30 * time.Second); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if got = w.fates(seq); slices.Equal(got, want) {
			return
		}
	}
	w.t.Errorf("delivery %d: the page tells\n  %s\nwant\n  %s", seq, strings.Join(got, "\n  "), strings.Join(want, "\n  "))
}

func TestPageTellsWhatBecameOfADelivery(t *testing.T) {
	refusal := standin.Outcome{Status: http.StatusOK, Body: `{"ok":false,"error":"invalid_blocks"}`}
	down := standin.Outcome{Status: http.StatusInternalServerError}
	for name, tc := range map[string]struct {
		change func(*admin.Options)
		play   func(w *world) journal.Seq
		want   []string
	}{
		"shown, and not routed": {
			play: func(w *world) journal.Seq { return w.store(sale(1)) },
			want: []string{"Shown: sales, hook, discord, community", "Not routed: ops"},
		},
		"waiting for a platform that is down": {
			play: func(w *world) journal.Seq {
				w.platforms.Fail("slack", -1, down)
				return w.store(sale(1))
			},
			want: []string{"Waiting: sales, hook", "Shown: discord, community", "Not routed: ops"},
		},
		"waiting for a person": {
			play: func(w *world) journal.Seq {
				w.platforms.Revoke(sales, standin.Archived)
				return w.store(sale(1))
			},
			want: []string{
				"Waiting: sales (until sales works again)", "Shown: hook, discord, community", "Not routed: ops",
			},
		},
		"refused": {
			play: func(w *world) journal.Seq {
				w.platforms.Fail(sales+" post", 2, refusal) // the card, and its headline alone
				return w.store(sale(1))
			},
			want: []string{"Refused: sales (invalid_blocks)", "Shown: hook, discord, community", "Not routed: ops"},
		},
		"refused for good, and shown again by a later card": {
			play: func(w *world) journal.Seq {
				w.platforms.Fail(sales+" post", 2, refusal)
				seq := w.store(sale(1))
				w.expectFates(seq, "Refused: sales (invalid_blocks)", "Shown: hook, discord, community", "Not routed: ops")
				w.store(refund(1))
				return seq
			},
			want: []string{"Shown: sales, hook, discord, community", "Not routed: ops"},
		},
		"an edit, and what cannot be edited": {
			play: func(w *world) journal.Seq {
				w.store(sale(1))
				w.idle()
				return w.store(refund(1))
			},
			want: []string{
				"Shown: sales, ops, discord",
				"Not edited: hook (an incoming webhook cannot edit; what must not be missed came as a message of its own)",
				"No news: community (its card reads the same with it)",
			},
		},
		"no news": {
			play: func(w *world) journal.Seq {
				w.store(sale(1))
				w.idle()
				return w.store(sale(1))
			},
			want: []string{"No news: sales, hook, discord, community (its card reads the same with it)", "Not routed: ops"},
		},
		"nothing to tell strangers": {
			play: func(w *world) journal.Seq { return w.store(sample("customer.created", nil)) },
			want: []string{
				"Shown: sales, hook, discord",
				"No news: community (it says nothing that is not known, or came before this destination)",
				"Not routed: ops",
			},
		},
		"one card per event": {
			change: func(o *admin.Options) { o.Cards.PerEvent = true },
			play: func(w *world) journal.Seq {
				w.platforms.Fail(sales+" post", 2, refusal)
				return w.store(sale(1))
			},
			want: []string{"Refused: sales (invalid_blocks)", "Shown: hook, discord, community", "Not routed: ops"},
		},
		"one card per event, and nothing for strangers": {
			change: func(o *admin.Options) { o.Cards.PerEvent = true },
			play: func(w *world) journal.Seq {
				w.store(sale(1))
				seq := w.store(sample("checkout.created", map[string]any{"id": uuid(2, 1)}))
				w.store(sale(1))
				return seq
			},
			want: []string{
				"Shown: sales, hook, discord",
				"No news: community (it says nothing that is not known, or came before this destination)",
				"Not routed: ops",
			},
		},
		"given up after too long a time": {
			play: func(w *world) journal.Seq {
				w.platforms.Fail(sales, -1, standin.Outcome{Status: http.StatusInternalServerError})
				seq := w.store(sale(1))
				w.expectFates(seq, "Waiting: sales", "Shown: hook, discord, community", "Not routed: ops")
				last := w.store(refund(1))
				w.expectFates(last, "Waiting: sales", "Shown: ops, discord",
					"Not edited: hook (an incoming webhook cannot edit; what must not be missed came as a message of its own)",
					"No news: community (its card reads the same with it)")
				if err := w.journal.Settle(w.t.Context(), journal.Settlement{
					Destination: "sales", Cursor: last,
					Refused: []journal.Refusal{{Subject: "checkout:" + uuid(2, 1), Seq: last, Reason: "not delivered in time", At: time.Now()}},
				}); err != nil {
					w.t.Fatal(err)
				}
				return seq
			},
			want: []string{"Refused: sales (not delivered in time)", "Shown: hook, discord, community", "Not routed: ops"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, tc.change)
			w.expectFates(tc.play(w), tc.want...)
		})
	}
}

func TestPageSaysHowDestinationsFareAndWhatToDo(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	if _, page := w.get("/"); !strings.Contains(page, "All 5 destinations are well") {
		t.Errorf("the page of an idle bridge does not say that all are well:\n%s", page)
	}
	w.platforms.Revoke(discord, standin.WebhookDeleted)
	w.platforms.Fail(sales, -1, standin.Outcome{Status: http.StatusBadGateway})
	w.store(sale(1))
	w.eventually("discord to be parked", func() bool { return w.parked("discord") })
	want := []string{
		"1 of 5 destinations is stopped: somebody must act", "404/10015",
		"Make a new webhook in the channel&#39;s settings, put its URL into DISCORD_WEBHOOKS under the same name, restart.",
		"It is not tried again until you release it or restart polarbell.", "502", "In trouble",
	}
	w.eventually("the page to tell of the troubles", func() bool {
		_, page := w.get("/")
		return !slices.ContainsFunc(want, func(text string) bool { return !strings.Contains(page, text) })
	})
}

func TestPageSaysThatNothingIsDelivered(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(o *admin.Options) {
		o.Delivering = func() error { return errLease }
	})
	if _, page := w.get("/"); !strings.Contains(page, "Nothing is delivered: no lease") {
		t.Error("the page does not say that this process cannot deliver")
	}
}

func TestSearchFindsByIDEmailTypeAndSubject(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	first, second := w.store(sale(1)), w.store(sale(2))
	third := w.store(sample("customer.created", nil))
	for query, want := range map[string][]journal.Seq{
		"delivery-2":             {second},
		"C1@Example.com":         {first},
		"customer.created":       {third},
		"checkout:" + uuid(2, 1): {first},
		uuid(1, 2):               {second},
		"nobody@example.com":     nil,
		`"><script>`:             nil,
	} {
		status, page := w.get("/?q=" + escaped(query))
		if status != http.StatusOK {
			t.Fatalf("%s: answered %d", query, status)
		}
		for _, seq := range []journal.Seq{first, second, third} {
			if got := strings.Contains(page, `id="delivery-`+itoa(seq)+`"`); got != slices.Contains(want, seq) {
				t.Errorf("%s: delivery %d found is %v, want %v", query, seq, got, !got)
			}
		}
		if strings.Contains(page, "<script>") {
			t.Errorf("%s: the page repeats it as markup", query)
		}
	}
}

func TestOlderDeliveriesAreOnPagesOfTheirOwn(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	for n := range 30 {
		w.store(sample("checkout.created", map[string]any{"id": uuid(4, n)}))
	}
	_, page := w.get("/")
	if n := strings.Count(page, `<tr id="delivery-`); n != 25 || !strings.Contains(page, `href="/?before=6"`) {
		t.Errorf("the first page has %d deliveries, want 25 and a link to those before 6", n)
	}
	_, page = w.get("/?before=6")
	if n := strings.Count(page, `<tr id="delivery-`); n != 5 || strings.Contains(page, "before=") {
		t.Errorf("the second page has %d deliveries, want the last 5 and no link on", n)
	}
}

func TestDeliveryPageShowsCardAndPayloadWithoutSecrets(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	w.store(sale(1))
	seq := w.store(sample("checkout.updated", map[string]any{
		"id": uuid(2, 1), "client_secret": "polar_c_Hidden1", "url": "https://buy.polar.sh/polar_c_Hidden1",
		"customer_ip_address": "203.0.113.99", "payment_processor_metadata": map[string]any{"intent": "pi_Hidden2"},
		"customer_session_token": "Hidden3", "note": "<b>bold</b>",
	}))
	status, page := w.get("/deliveries/" + itoa(seq))
	if status != http.StatusOK {
		t.Fatalf("answered %d: %s", status, page)
	}
	for _, secret := range []string{"Hidden1", "Hidden2", "Hidden3", "203.0.113.99", "<b>bold</b>", "style="} {
		if strings.Contains(page, secret) {
			t.Errorf("the page holds %q", secret)
		}
	}
	for _, text := range []string{
		"$97.20 · Pro Plan · Customer 1", `class="attachment"`, `class="embed"`, `data-colour="#`,
		"&lt;b&gt;bold&lt;/b&gt;", "Someone in Norway bought Pro Plan", "checkout:" + uuid(2, 1), "c1@example.com",
	} {
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

func TestForgottenDeliveryStillHasAPage(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	seq := w.store(sale(1))
	w.idle()
	if _, err := w.journal.Forget(t.Context(), "c1@example.com"); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"/", "/deliveries/" + itoa(seq)} {
		status, page := w.get(path)
		if status != http.StatusOK || strings.Contains(page, "c1@example.com") {
			t.Errorf("%s answers %d, or names who was forgotten", path, status)
		}
	}
	if _, page := w.get("/deliveries/" + itoa(seq)); !strings.Contains(page, "Blanked when its customer was forgotten") {
		t.Error("the page does not say why there is no payload")
	}
}
