package admin_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"polarbell/admin"
	"polarbell/compose"
	"polarbell/internal/journaltest"
	"polarbell/journal"
	"polarbell/ledger"
	"polarbell/notifier"
	"polarbell/polar"
	"polarbell/standin"
)

const (
	sales     = "C0SALES"
	ops       = "C0OPS"
	hooked    = "C0HOOK"
	hook      = "/services/T1/B1/hooksecret"
	discord   = "900000000000000001"
	community = "900000000000000002"
)

// world is a bridge without its public listener: a real journal, strict
// platforms, the loops, and the admin listener on loopback.
type world struct {
	t         *testing.T
	platforms *standin.Server
	path      string // of the journal
	journal   *journal.Journal
	notifier  *notifier.Notifier
	options   notifier.Options
	metrics   *admin.Metrics
	handler   http.Handler
	server    *httptest.Server
	url       string // of the admin listener, without a slash at the end
	delivered int
	stalled   error
	settings  settings
}

// settings are what a test may change before the parts start.
type settings struct {
	admin.Options
	perEvent bool
}

// newWorld starts all parts; change, if not nil, sees the settings first.
func newWorld(t *testing.T, change func(*settings)) *world {
	t.Helper()
	w := newOffline(t, change)
	w.server = httptest.NewServer(w.handler)
	t.Cleanup(w.server.Close)
	w.url = w.server.URL
	return w
}

// newOffline is a world whose admin listener is its handler alone, so that it
// can live in a bubble.
func newOffline(t *testing.T, change func(*settings)) *world {
	t.Helper()
	w := &world{t: t, platforms: newPlatforms()}
	w.open()
	w.settings.Options = admin.Options{
		Journal: w.journal, Destinations: w.destinations(), Metrics: admin.NewMetrics("v1.2.3"), Version: "v1.2.3",
		Stats: func() []notifier.Stats { return w.notifier.Stats() }, Delivering: func() error { return w.stalled },
		Log: slog.New(slog.DiscardHandler),
	}
	if change != nil {
		change(&w.settings)
	}
	w.options = notifier.Options{
		PerEvent: w.settings.perEvent, Retention: 45 * 24 * time.Hour, Ledger: ledger.New(w.journal, ledger.Options{}),
		Log: slog.New(slog.DiscardHandler),
	}
	w.settings.Viewer = notifier.NewViewer(w.journal, w.options)
	w.metrics = w.settings.Metrics
	w.deliver()
	w.handler = admin.New(w.settings.Options)
	return w
}

func newPlatforms() *standin.Server {
	s := standin.New(standin.Options{})
	s.Slack(sales, "sales")
	s.Slack(ops, "ops")
	s.SlackWebhook(hook, hooked)
	s.Discord(discord, "discordsecret", discord)
	s.Discord(community, "discordsecret", community)
	return s
}

func (w *world) open() {
	w.t.Helper()
	var err error
	w.path = journaltest.New(w.t)
	if w.journal, err = journal.Open(w.t.Context(), w.path); err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(func() { _ = w.journal.Close() })
	for _, d := range w.destinations() {
		if err := w.journal.Register(w.t.Context(), d.Name); err != nil {
			w.t.Fatal(err)
		}
	}
}

// destinations have senders of their own at each call.
func (w *world) destinations() []notifier.Destination {
	base, err := url.Parse("https://discord.com/api/v10/")
	if err != nil {
		w.t.Fatal(err)
	}
	app := notifier.NewSlackApp("xoxb-secret", "https://slack.com/api/", w.platforms.Transport())
	hooks := &notifier.SlackWebhooks{HTTP: w.platforms.Transport()}
	api := &notifier.DiscordAPI{Base: base, HTTP: w.platforms.Transport()}
	return []notifier.Destination{
		{Name: "sales", Platform: "Slack", Channel: "channel C0SALES", Sender: app.Channel(sales)},
		{Name: "ops", Platform: "Slack", Channel: "channel C0OPS", Sender: app.Channel(ops), Routes: compose.MustRoute("refund.*|polarbell.*")},
		{Name: "hook", Platform: "Slack", Channel: "incoming webhook B1", Sender: hooks.Webhook("https://hooks.slack.com" + hook)},
		{Name: "discord", Platform: "Discord", Channel: "webhook " + discord, Sender: api.Webhook(discord, "discordsecret", "")},
		{Name: "community", Platform: "Discord", Channel: "webhook " + community, Sender: api.Webhook(community, "discordsecret", ""), Public: true},
	}
}

// deliver runs the loops until the test ends.
func (w *world) deliver() {
	w.notifier = notifier.New(w.journal, w.destinations(), w.options)
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { w.notifier.Run(ctx) })
	w.t.Cleanup(func() {
		cancel()
		running.Wait()
	})
}

// store puts a body into the journal as the webhook does.
func (w *world) store(body []byte) journal.Seq {
	w.t.Helper()
	return w.storeAt(time.Now(), body)
}

func (w *world) storeAt(received time.Time, body []byte) journal.Seq {
	w.t.Helper()
	d, err := polar.Parse(body)
	if err != nil {
		w.t.Fatal(err)
	}
	w.delivered++
	seq, _, err := w.journal.Append(w.t.Context(), journal.Entry{
		ID: fmt.Sprint("delivery-", w.delivered), Type: d.Type, Subject: d.Subject, Object: d.Object,
		State: d.State.Encode(), At: d.At, Received: received, Body: body,
	})
	if err != nil {
		w.t.Fatal(err)
	}
	w.journal.Wake(seq)
	return seq
}

// sale is a paid purchase that no other delivery belongs to.
func sale(n int) []byte {
	return sample("order.paid", map[string]any{
		"id": uuid(1, n), "checkout_id": uuid(2, n), "subscription_id": nil, "subscription": nil,
		"billing_reason": "purchase",
		"customer":       map[string]any{"name": fmt.Sprint("Customer ", n), "email": fmt.Sprintf("c%d@example.com", n)},
	})
}

// saleUpdated changes nothing about the sale that people see.
func saleUpdated(n int) []byte {
	return sample("order.updated", map[string]any{
		"id": uuid(1, n), "checkout_id": uuid(2, n), "modified_at": "2026-03-04T00:00:00Z",
	})
}

func refund(n int, status string) []byte {
	return sample("refund.created", map[string]any{
		"id": uuid(3, n), "order_id": uuid(1, n), "amount": 1000, "tax_amount": 0, "status": status,
	})
}

// checkout is the visit that ends in the sale of the same number.
func checkout(n int) []byte {
	return sample("checkout.created", map[string]any{"id": uuid(2, n)})
}

func customer(name string) []byte {
	return sample("customer.created", map[string]any{"name": name})
}

// sample is a built-in delivery with members of its object changed.
func sample(eventType string, change map[string]any) []byte {
	body, known := polar.Sample(eventType)
	if !known {
		panic("no sample of " + eventType)
	}
	var event map[string]any
	if err := json.Unmarshal(body, &event); err != nil {
		panic(err)
	}
	for name, value := range change {
		event["data"].(map[string]any)[name] = value
	}
	body, err := json.Marshal(event)
	if err != nil {
		panic(err)
	}
	return body
}

func uuid(kind, n int) string { return fmt.Sprintf("%08d-0000-4000-8000-%012d", kind, n) }

// eventually waits for what the loops do; the bound only ends a test that has
// failed.
func (w *world) eventually(what string, done func() bool) {
	w.t.Helper()
	for end := time.Now().Add(time.Minute); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		if done() {
			return
		}
	}
	w.t.Fatalf("waited in vain for %s", what)
}

func (w *world) idle() {
	w.t.Helper()
	w.eventually("the loops to be idle", func() bool {
		idle, err := w.notifier.Idle(w.t.Context())
		return err == nil && idle
	})
}

func (w *world) parked(name string) bool {
	state, err := w.journal.Destination(w.t.Context(), name)
	if err != nil {
		w.t.Fatal(err)
	}
	return !state.ParkedAt.IsZero()
}

func (w *world) settle(s journal.Settlement) {
	w.t.Helper()
	if err := w.journal.Settle(w.t.Context(), s); err != nil {
		w.t.Fatal(err)
	}
}

// delivery is the page of one delivery.
func (w *world) delivery(seq journal.Seq) string {
	w.t.Helper()
	status, page := w.get("/deliveries/" + itoa(seq))
	if status != http.StatusOK {
		w.t.Fatalf("delivery %d: answered %d: %s", seq, status, page)
	}
	return page
}

// get asks for a page; header goes in pairs of name and value.
func (w *world) get(path string, header ...string) (int, string) {
	w.t.Helper()
	return w.do(http.MethodGet, path, "", header...)
}

// post sends a form as a page of the listener itself does, and follows to the
// page that says what came of it.
func (w *world) post(path, form string, header ...string) (int, string) {
	w.t.Helper()
	header = append([]string{"Content-Type", "application/x-www-form-urlencoded", "Sec-Fetch-Site", "same-origin"}, header...)
	return w.do(http.MethodPost, path, form, header...)
}

func (w *world) do(method, path, form string, header ...string) (int, string) {
	w.t.Helper()
	r, err := http.NewRequestWithContext(w.t.Context(), method, w.url+path, strings.NewReader(form))
	if err != nil {
		w.t.Fatal(err)
	}
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
		if header[i] == "Host" {
			r.Host = header[i+1]
		}
	}
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		w.t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		w.t.Fatal(err)
	}
	return response.StatusCode, strings.ReplaceAll(string(body), "<wbr>", "") // where a long name may be broken
}

// forget has the journal forget a person by an e-mail address.
func (w *world) forget(address string) {
	w.t.Helper()
	person, _ := polar.PersonBy(address)
	subjects, err := w.journal.Subjects(w.t.Context(), address, person.IsIn)
	if err == nil {
		_, err = w.journal.Forget(w.t.Context(), subjects)
	}
	if err != nil {
		w.t.Fatal(err)
	}
}
