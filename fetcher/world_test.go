package fetcher_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"polarbell/fetcher"
	"polarbell/internal/journaltest"
	"polarbell/journal"
	"polarbell/ledger"
	"polarbell/polar"
	"polarbell/standin"
	"polarbell/webhook"
)

const (
	token    = "polar_oat_testtoken"
	secret   = "whsec_q83vEjRWeJASNFZ4kBI0VniQEjRWeJASNFZ4kBI0Vng="
	endpoint = "e0000000-0000-4000-8000-000000000001"
	ours     = "https://alerts.example.com/webhook"
)

// world is a journal and an organization at Polar with one endpoint, in a
// synctest bubble.
type world struct {
	t       *testing.T
	journal *journal.Journal
	ledger  *ledger.Ledger
	polar   *standin.Server
	bridge  fetcher.Bridge
	log     *bytes.Buffer
	stop    func()
}

// inWorld runs a test with a token that has the scopes.
func inWorld(t *testing.T, scopes string, f func(w *world)) {
	t.Helper()
	path := journaltest.New(t)
	synctest.Test(t, func(t *testing.T) {
		j, err := journal.Open(t.Context(), path)
		if err != nil {
			t.Fatal(err)
		}
		w := &world{t: t, journal: j, ledger: ledger.New(j, ledger.Options{}), polar: standin.New(standin.Options{Limits: true}), log: &bytes.Buffer{}, stop: func() {}}
		w.bridge = fetcher.Bridge{Path: "/webhook", Secrets: []string{secret}, Organizations: map[string]string{secret: "nimbus"}}
		w.polar.PolarToken(token, strings.Fields(scopes)...)
		w.endpoint(func(*standin.PolarEndpoint) {})
		defer func() {
			w.stop()
			if err := j.Close(); err != nil {
				t.Error(err)
			}
			for _, hidden := range []string{token, secret, strings.TrimRight(secret, "=")} {
				if strings.Contains(w.log.String(), hidden) {
					t.Errorf("the log holds %q:\n%s", hidden, w.log)
				}
			}
		}()
		f(w)
	})
}

// endpoint changes the bridge's endpoint at Polar.
func (w *world) endpoint(change func(*standin.PolarEndpoint)) {
	e := standin.PolarEndpoint{
		ID: endpoint, URL: ours, Secret: secret, Format: "raw", APIVersion: "2026-10", Enabled: true, Changed: time.Now().Add(-time.Minute),
	}
	change(&e)
	w.polar.PolarEndpoint(e)
}

// start has a process begin to fetch.
func (w *world) start() {
	w.t.Helper()
	if err := fetcher.Prepare(w.t.Context(), w.journal); err != nil {
		w.t.Fatal(err)
	}
	base, err := url.Parse("https://api.polar.sh/v1/")
	if err != nil {
		w.t.Fatal(err)
	}
	f := fetcher.New(w.journal, fetcher.Options{
		API: polar.NewAPI(base, token, w.polar.Transport()), Bridge: w.bridge, Retention: 45 * 24 * time.Hour,
		Log: slog.New(slog.NewTextHandler(w.log, nil)), Ledger: w.ledger,
	})
	ctx, cancel := context.WithCancel(w.t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		f.Run(ctx)
	}()
	w.stop = func() {
		cancel()
		<-ended
		w.stop = func() {}
	}
}

// pass lets time pass, and whatever is done in it be done.
func (w *world) pass(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

// deliver stores a delivery as Polar brings it.
func (w *world) deliver(id string) {
	w.t.Helper()
	e, err := webhook.Entry(id, sale(id), "", time.Now())
	if err != nil {
		w.t.Fatal(err)
	}
	if _, _, err := w.journal.Append(w.t.Context(), e); err != nil {
		w.t.Fatal(err)
	}
}

// lose has Polar try an event ten times in vain, the first time now, and give it
// up.
func (w *world) lose(id string) {
	at := time.Now()
	for try := range 10 {
		w.polar.PolarAttempt(endpoint, standin.PolarEvent{ID: id, Type: "order.paid", Payload: string(sale(id))}, false,
			at.Add(time.Duration(try)*200*time.Second))
	}
}

func sale(id string) []byte {
	return fmt.Appendf(nil, `{"type":"order.paid","timestamp":%q,"data":{"id":%q,"status":"paid","created_at":%q}}`,
		time.Now().UTC().Format(time.RFC3339), id, time.Now().UTC().Format(time.RFC3339))
}

// ids are those of the journal's entries, in their order.
func (w *world) ids() string {
	w.t.Helper()
	entries, err := w.journal.After(w.t.Context(), 0, 10_000)
	if err != nil {
		w.t.Fatal(err)
	}
	var ids []string
	for _, e := range entries {
		ids = append(ids, e.ID)
	}
	return strings.Join(ids, " ")
}

// wantIDs compares the journal's entries.
func (w *world) wantIDs(want string) {
	w.t.Helper()
	if got := w.ids(); got != want {
		w.t.Errorf("the journal has %q, want %q; log:\n%s", got, want, w.log)
	}
}

// wantLines compares how many lines of the log hold a text.
func (w *world) wantLines(want int, text string) {
	w.t.Helper()
	if got := strings.Count(w.log.String(), text); got != want {
		w.t.Errorf("the log has %q %d times, want %d:\n%s", text, got, want, w.log)
	}
}
