package reporter_test

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"polarbell/internal/journaltest"
	"polarbell/internal/polartest"
	"polarbell/polar"
	"polarbell/reporter"
	"polarbell/webhook"
)

// refuse is a process that has the webhook refuse something.
func (w *world) refuse(outcomes ...string) {
	w.t.Helper()
	w.open()
	r := reporter.NewRefusals(w.journal, slog.New(slog.DiscardHandler))
	for _, outcome := range outcomes {
		r.Observe(outcome)
	}
	w.run(r.Run)
	w.stop()
}

// delivery is one of Polar's.
func (w *world) delivery() {
	w.t.Helper()
	s := polartest.New(5000+w.delivered, time.Now())
	s.Purchase(polartest.Book)
	w.deliver(s.Sent[0].Body)
}

// sample is what the command send sends.
func (w *world) sample() {
	w.t.Helper()
	w.deliver(fmt.Appendf(nil, `{"type":"order.paid","data":{"id":"sample-%d","metadata":{"polarbell":"sample"}}}`, w.delivered))
}

// TestRefused is what page and status say of deliveries that were refused.
func TestRefused(t *testing.T) {
	const (
		signature = ": the signature is wrong. POLAR_WEBHOOK_SECRET is not the secret of the endpoint that delivers here: " +
			"copy it from the endpoint’s page in Polar, and restart polarbell."
		path = "1 delivery was refused a moment ago: they went to another path than WEBHOOK_PATH. Correct the endpoint’s URL in Polar: " +
			"it ends in /webhook unless WEBHOOK_PATH is set."
		unsigned = "1 delivery was refused a moment ago: they had no signature. If Polar has sent them, a proxy drops the headers " +
			"webhook-id, webhook-timestamp and webhook-signature; otherwise they came from a stranger."
		unavailable = "1 delivery was refused a moment ago: the journal could not be written. polarbell’s log says why. Polar sends them again."
	)
	for _, tt := range []struct {
		name string
		do   func(w *world)
		want []string
	}{
		{"nothing", func(w *world) { w.refuse() }, nil},
		{"what a person cannot mend", func(w *world) { w.refuse("method", "too_large", "cut_off", "seen", "stored") }, nil},
		{"one", func(w *world) { w.refuse(webhook.WrongSignature) }, []string{"1 delivery was refused a moment ago" + signature}},
		{"several by several processes", func(w *world) {
			w.refuse(webhook.WrongSignature, webhook.WrongSignature)
			time.Sleep(time.Hour)
			w.refuse(webhook.WrongSignature)
			time.Sleep(7 * time.Minute)
		}, []string{"3 deliveries were refused since 15 Jan 00:00 UTC, the last one 7 minutes ago" + signature}},
		{"what was long before does not count", func(w *world) {
			w.refuse(webhook.WrongSignature)
			time.Sleep(25 * time.Hour)
			w.refuse(webhook.WrongSignature)
		}, []string{"1 delivery was refused a moment ago" + signature}},
		{"for several reasons", func(w *world) { w.refuse(webhook.WrongPath, webhook.WrongSignature) }, []string{
			path, "1 delivery was refused a moment ago" + signature,
		}},
		{"and never again", func(w *world) {
			w.refuse(webhook.WrongSignature)
			time.Sleep(72 * time.Hour)
		}, []string{"1 delivery was refused 3 days ago" + signature}},

		{"a delivery since, of another endpoint perhaps", func(w *world) {
			w.refuse(webhook.WrongSignature)
			w.pass(9 * time.Minute)
			w.delivery()
		}, []string{"1 delivery was refused 9 minutes ago" + signature}},
		{"a delivery since, and no more refused", func(w *world) {
			w.refuse(webhook.WrongSignature)
			w.pass(9 * time.Minute)
			w.delivery()
			w.pass(2 * time.Minute)
		}, nil},
		{"a sample since, which proves nothing", func(w *world) {
			w.refuse(webhook.WrongSignature)
			w.pass(time.Hour)
			w.sample()
		}, []string{"1 delivery was refused 1 hour ago" + signature}},
		{"an event of ours since", func(w *world) {
			w.refuse(webhook.WrongSignature)
			w.pass(50 * time.Minute)
			w.deliver([]byte(`{"type":"` + polar.Off + `","data":{"id":"bridge"}}`))
		}, []string{"1 delivery was refused 50 minutes ago" + signature}},

		{"unsigned, and nothing came yet", func(w *world) { w.refuse(webhook.Unsigned) }, []string{unsigned}},
		{"unsigned, by a stranger", func(w *world) { w.delivery(); w.pass(time.Minute); w.refuse(webhook.Unsigned) }, nil},
		{"a full disk", func(w *world) { w.refuse(webhook.Unavailable) }, []string{unavailable}},
		{"a slow disk that had stored it all the same, as the second try shows", func(w *world) {
			w.refuse(webhook.Unavailable)
			w.pass(time.Minute)
			w.refuse(webhook.Seen)
		}, nil},
		{"and is slow again", func(w *world) {
			w.refuse(webhook.Unavailable)
			w.pass(time.Minute)
			w.refuse(webhook.Seen, webhook.Unavailable)
		}, []string{unavailable}},
		{"a full disk that has room again", func(w *world) {
			w.refuse(webhook.Unavailable)
			w.pass(time.Second)
			w.sample()
		}, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				tt.do(w)
				_, got, err := reporter.Line(w.t.Context(), w.journal, time.Now(), time.Time{})
				if err != nil {
					t.Fatal(err)
				}
				w.expect("the line", got, tt.want...)
			})
		})
	}
}

// TestHeadline is what the page says first.
func TestHeadline(t *testing.T) {
	certificate := func(w *world, until time.Time) {
		w.open()
		c := reporter.Certificate{Domain: "bell.nimbus.dev", Problem: "port 80 is closed", Until: until.UTC()}
		if err := reporter.NoteCertificate(w.t.Context(), w.journal, c); err != nil {
			w.t.Fatal(err)
		}
	}
	for _, tt := range []struct {
		name string
		do   func(w *world)
		want string
	}{
		{"all is well", func(w *world) { w.refuse(); w.delivery() }, ""},
		{"wrong secret", func(w *world) { w.refuse(webhook.WrongSignature) }, "Deliveries were refused: the signature is wrong"},
		{"then a wrong path", func(w *world) {
			w.refuse(webhook.WrongSignature)
			time.Sleep(time.Minute)
			w.refuse(webhook.WrongPath)
		}, "Deliveries were refused: they went to another path than WEBHOOK_PATH"},
		{"over", func(w *world) {
			w.refuse(webhook.WrongSignature)
			w.delivery()
			w.pass(11 * time.Minute)
		}, ""},
		{"no certificate, and refused before", func(w *world) {
			w.refuse(webhook.WrongSignature)
			certificate(w, time.Time{})
		}, "Polar cannot deliver without a certificate"},
		{"not renewed", func(w *world) { certificate(w, time.Now().Add(time.Hour)) }, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				tt.do(w)
				got, _, err := reporter.Line(w.t.Context(), w.journal, time.Now(), time.Time{})
				if err != nil || got != tt.want {
					t.Errorf("%q, %v; want %q", got, err, tt.want)
				}
			})
		})
	}
}

// TestRefusalsAreNotedSeldom, since anybody can cause them.
func TestRefusalsAreNotedSeldom(t *testing.T) {
	inWorld(t, func(w *world) {
		w.open()
		r := reporter.NewRefusals(w.journal, slog.New(slog.DiscardHandler))
		w.run(r.Run)
		noted := map[string]bool{}
		for range 600 { // ten a second
			r.Observe(webhook.WrongSignature)
			w.pass(100 * time.Millisecond)
			text, _, err := w.journal.Note(context.Background(), "refused")
			if err != nil {
				t.Fatal(err)
			}
			noted[text] = true
		}
		if len(noted) > 13 {
			t.Errorf("noted %d times within a minute, want every five seconds", len(noted))
		}
		w.stop()
		_, got, err := reporter.Line(w.t.Context(), w.journal, time.Now(), time.Time{})
		if err != nil || len(got) != 1 || !strings.HasPrefix(got[0], "600 deliveries were refused since ") {
			t.Errorf("in the end: %q, %v; want all 600", got, err)
		}
	})
}

// TestRefusalsWhoseNoteIsSlow: the journal is locked for longer than refusals wait
// to be noted, also as the bridge stops. Each counts once.
func TestRefusalsWhoseNoteIsSlow(t *testing.T) {
	for name, stops := range map[string]bool{"goes on": false, "stops": true} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				w.open()
				r := reporter.NewRefusals(w.journal, slog.New(slog.DiscardHandler))
				w.run(r.Run)
				unlock := journaltest.Lock(w.t, w.path)
				r.Observe(webhook.WrongSignature)
				if stops {
					w.pass(time.Second)
					time.AfterFunc(2*time.Second, unlock)
					w.stop()
				} else {
					w.pass(7 * time.Second)
					unlock()
					w.pass(10 * time.Second)
					w.stop()
				}
				_, got, err := reporter.Line(w.t.Context(), w.journal, time.Now(), time.Time{})
				if err != nil || len(got) != 1 || !strings.HasPrefix(got[0], "1 delivery was refused") {
					t.Errorf("%q, %v; want one refusal", got, err)
				}
			})
		})
	}
}

// TestCertificateLine is what page and status say of a certificate that failed.
func TestCertificateLine(t *testing.T) {
	const again = " It is tried again by itself; a restart tries at once."
	inWorld(t, func(w *world) {
		w.open()
		for _, tt := range []struct {
			name string
			note reporter.Certificate
			want []string
		}{
			{"none", reporter.Certificate{Domain: "bell.nimbus.dev", Problem: "port 80 is closed"}, []string{
				"bell.nimbus.dev has no certificate, so that Polar cannot deliver: port 80 is closed." + again,
			}},
			{"not renewed", reporter.Certificate{Domain: "bell.nimbus.dev", Problem: "port 80 is closed", Until: time.Now().Add(36 * time.Hour).UTC()}, []string{
				"The certificate of bell.nimbus.dev is not renewed, and Polar can deliver only until 16 Jan 12:00 UTC: port 80 is closed." + again,
			}},
			{"over", reporter.Certificate{Domain: "bell.nimbus.dev", Problem: "port 80 is closed", Until: time.Now().Add(-time.Hour).UTC()}, []string{
				"bell.nimbus.dev has no certificate, so that Polar cannot deliver: port 80 is closed." + again,
			}},
			{"mended", reporter.Certificate{}, nil},
		} {
			if err := reporter.NoteCertificate(w.t.Context(), w.journal, tt.note); err != nil {
				t.Fatal(err)
			}
			_, got, err := reporter.Line(w.t.Context(), w.journal, time.Now(), time.Time{})
			if err != nil {
				t.Fatal(err)
			}
			w.expect(tt.name, got, tt.want...)
		}
	})
}
