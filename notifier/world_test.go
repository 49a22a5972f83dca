package notifier_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"maps"
	"net/url"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"polarbell/formatter"
	"polarbell/internal/journaltest"
	"polarbell/journal"
	"polarbell/ledger"
	"polarbell/notifier"
	"polarbell/polar"
	"polarbell/standin"
)

// world is a notifier with a real journal and strict platforms, inside a
// synctest bubble: minutes of pace and backoff pass in no time.
type world struct {
	t         *testing.T
	path      string
	journal   *journal.Journal
	platforms *standin.Server
	options   notifier.Options
	to        []notifier.Destination
	app       *notifier.SlackApp
	api       *notifier.DiscordAPI
	notifier  *notifier.Notifier
	hooks     *notifier.SlackWebhooks
	stop      func()
	onEnd     func()
	delivered int
}

const (
	sales  = "C0SALES"
	ops    = "C0OPS"
	hook   = "/services/T1/B1/secret"
	hooked = "C0HOOKED"
	disc   = "900000000000000001"
)

// TestMain has less garbage collected: after each 4 MB, as is usual for a small
// heap, it takes a tenth of the time.
func TestMain(m *testing.M) {
	debug.SetGCPercent(400)
	m.Run()
}

// inWorld runs a test in a bubble with the platforms' true limits, beside others.
func inWorld(t *testing.T, f func(w *world)) {
	t.Helper()
	t.Parallel()
	path := journaltest.New(t)
	synctest.Test(t, func(t *testing.T) {
		w := &world{t: t, path: path, platforms: standin.New(standin.Options{Limits: true})}
		w.platforms.Slack(sales, "sales")
		w.platforms.Slack(ops, "ops")
		w.platforms.SlackWebhook(hook, hooked)
		w.platforms.Discord(disc, "secret", disc)
		w.options = notifier.Options{Retention: 45 * 24 * time.Hour, Log: slog.New(slog.DiscardHandler)}
		base, err := url.Parse("https://discord.com/api/v10/")
		if err != nil {
			t.Fatal(err)
		}
		w.app = notifier.NewSlackApp("xoxb-secret", "https://slack.com/api/", w.platforms.Transport())
		w.api = &notifier.DiscordAPI{Base: base, HTTP: w.platforms.Transport()}
		w.hooks, w.onEnd = &notifier.SlackWebhooks{HTTP: w.platforms.Transport()}, func() {}
		defer func() {
			w.end()
			w.onEnd()
		}()
		f(w)
	})
}

func (w *world) slack(channel string) { w.add(channel, "Slack", w.app.Channel(channel)) }

func (w *world) slackHook() {
	w.add("hook", "Slack", w.hooks.Webhook("https://hooks.slack.com"+hook))
}

func (w *world) discord() { w.add(disc, "Discord", w.api.Webhook(disc, "secret", "")) }

// add makes a destination that shows everything.
func (w *world) add(name, platform string, s notifier.Sender) {
	w.to = append(w.to, notifier.Destination{Name: name, Platform: platform, Sender: s})
}

// sharedLog is read while the loops write it.
type sharedLog struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *sharedLog) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

// take returns what was written since it was called last.
func (l *sharedLog) take() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	defer l.text.Reset()
	return l.text.String()
}

// start opens the journal, if need be, and runs the loops.
func (w *world) start() {
	w.t.Helper()
	w.open()
	w.options.Ledger = ledger.New(w.journal, ledger.Options{Sandbox: w.options.Sandbox})
	w.notifier = notifier.New(w.journal, w.to, w.options)
	ctx, cancel := context.WithCancel(context.Background())
	var done sync.WaitGroup
	done.Go(func() { w.notifier.Run(ctx) })
	w.stop = func() {
		endQueries()
		cancel()
		done.Wait()
		w.stop = nil
	}
}

// endQueries lets the queries under way end. SQLite sleeps for some microseconds
// where two meet, and a context that ends meanwhile would wait for it by a mutex,
// which stops a bubble's clock for good.
func endQueries() {
	synctest.Wait()
	time.Sleep(time.Millisecond)
	synctest.Wait()
}

func (w *world) open() {
	w.t.Helper()
	if w.journal != nil {
		return
	}
	var err error
	if w.journal, err = journal.Open(w.t.Context(), w.path); err != nil {
		w.t.Fatal(err)
	}
	for _, d := range w.to {
		if err := w.journal.Register(w.t.Context(), d.Name); err != nil {
			w.t.Fatal(err)
		}
	}
}

// end stops the loops and closes the journal; a goroutine left behind would
// fail the bubble.
func (w *world) end() {
	w.t.Helper()
	if w.stop != nil {
		w.stop()
	}
	if w.journal != nil {
		if err := w.journal.Close(); err != nil {
			w.t.Error(err)
		}
		w.journal = nil
	}
}

func (w *world) restart() {
	w.t.Helper()
	w.end()
	w.start()
}

// deliver stores a body as the webhook does.
func (w *world) deliver(body []byte) {
	w.t.Helper()
	w.deliverOf("", body)
}

// deliverOf stores a body of an organization.
func (w *world) deliverOf(organization string, body []byte) {
	w.t.Helper()
	d, err := polar.Parse(body)
	if err != nil {
		w.t.Fatal(err)
	}
	w.delivered++
	sent := d.At
	if d.State.Sent != 0 {
		sent = time.Unix(d.State.Sent, 0)
	}
	age := time.Since(sent)
	d.State.Fetched = age > time.Hour && age < 90*24*time.Hour // as catching up stores it
	seq, _, err := w.journal.Append(w.t.Context(), journal.Entry{
		ID: fmt.Sprint("delivery-", w.delivered), Type: d.Type, Subject: d.Subject, Object: d.Object,
		State: d.State.Encode(), At: d.At, Received: time.Now(), Body: body, Organization: organization,
	})
	if err != nil {
		w.t.Fatal(err)
	}
	w.journal.Wake(seq)
}

// pass lets d pass, which must be enough for all that is under way.
func (w *world) pass(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

// idle waits, at most for d, until every destination has taken all there is.
func (w *world) idle(d time.Duration) {
	w.t.Helper()
	for end := time.Now().Add(d); time.Now().Before(end); {
		w.pass(250 * time.Millisecond)
		if idle, err := w.notifier.Idle(w.t.Context()); err != nil {
			w.t.Fatal(err)
		} else if idle {
			return
		}
	}
	w.t.Fatalf("not idle after %s", d)
}

// replay asks for cards to be posted again and waits until they are.
func (w *world) replay(s notifier.Selection) map[string]int {
	w.t.Helper()
	counts := w.ask(s)
	w.idle(10 * time.Minute)
	return counts
}

// ask asks for cards to be posted again. Without destinations it asks all of
// them.
func (w *world) ask(s notifier.Selection) map[string]int {
	w.t.Helper()
	if s.Destinations == nil {
		s.Destinations = w.to
	}
	counts, err := notifier.NewViewer(w.journal, w.options).Replay(w.t.Context(), s)
	if err != nil {
		w.t.Fatal(err)
	}
	return counts
}

// shown are the messages that a channel has.
func (w *world) shown(channel string) []standin.Message {
	var all []standin.Message
	for _, m := range w.platforms.Messages(channel) {
		if !m.Deleted {
			all = append(all, m)
		}
	}
	return all
}

// headlines are the cards' headlines in a channel, message by message.
func (w *world) headlines(channel string) []string {
	var all []string
	for _, m := range w.shown(channel) {
		all = append(all, headlines(w.t, m)...)
	}
	return all
}

// headlines are those of the message's cards as plain text. Of one card alone it
// is the message's own text; several have theirs in attachments or embeds.
func headlines(t *testing.T, m standin.Message) []string {
	t.Helper()
	return headlinesOf(t, m.Body)
}

func headlinesOf(t *testing.T, message json.RawMessage) []string {
	t.Helper()
	var body struct {
		Text        string
		Content     string
		Attachments []struct{ Fallback string }
		Embeds      []struct{ Title string }
	}
	if err := json.Unmarshal(message, &body); err != nil {
		t.Fatal(err)
	}
	if len(body.Attachments)+len(body.Embeds) < 2 {
		return strings.Split(strings.Trim(body.Text+body.Content, "*"), "\n")
	}
	var all []string
	for _, a := range body.Attachments {
		all = append(all, a.Fallback)
	}
	for _, e := range body.Embeds {
		all = append(all, e.Title)
	}
	return all
}

// cards are the attachments or embeds of a message, as JSON.
func cards(t *testing.T, m standin.Message) []string {
	t.Helper()
	var body struct{ Attachments, Embeds []json.RawMessage }
	if err := json.Unmarshal(m.Body, &body); err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, card := range append(body.Attachments, body.Embeds...) {
		all = append(all, string(card))
	}
	return all
}

// customer is the number of the sale that a headline tells of, "" of any other.
func customer(headline string) string {
	_, rest, _ := strings.Cut(headline, "Customer ")
	number, _, _ := strings.Cut(rest, " · ")
	return number
}

// ever are the headlines that a channel has shown at any time, message by
// message: as posted, after each edit, and of messages since deleted.
func (w *world) ever(channel string) []string {
	w.t.Helper()
	var all []string
	for _, m := range w.platforms.Messages(channel) {
		for _, body := range append(slices.Clone(m.History), m.Body) {
			all = append(all, headlinesOf(w.t, body)...)
		}
	}
	return all
}

// cost is what a channel's messages took: posts, edits and deletions that the
// platform carried out.
type cost struct{ posts, edits, deletions int }

func (w *world) cost(channel string) cost {
	var c cost
	for _, m := range w.platforms.Messages(channel) {
		c.posts++
		c.edits += m.Edits
		if m.Deleted {
			c.deletions++
		}
	}
	return c
}

// sale is a purchase's paid order that no other delivery belongs to.
func sale(n int, changes ...map[string]any) []byte {
	change := map[string]any{
		"id": uuid(1, n), "checkout_id": uuid(2, n), "subscription_id": nil, "subscription": nil,
		"billing_reason": "purchase", "customer_id": uuid(8, n), "customer": map[string]any{"name": fmt.Sprint("Customer ", n)},
	}
	for _, c := range changes {
		maps.Copy(change, c)
	}
	return sample("order.paid", change)
}

// pending changes a sale into an order that waits for its payment.
var pending = map[string]any{"status": "pending", "paid": false}

// refund is one of $10.00 of a sale.
func refund(n int, changes ...map[string]any) []byte {
	change := map[string]any{
		"id": uuid(3, n), "order_id": uuid(1, n), "amount": 1000, "tax_amount": 0, "status": "succeeded",
	}
	for _, c := range changes {
		maps.Copy(change, c)
	}
	return sample("refund.created", change)
}

// sample is a built-in delivery with data changed, object by object. Orders are
// all the same one, and so are subscriptions, customers and grants.
func sample(eventType string, change map[string]any) []byte {
	of := eventType
	switch family, _, _ := strings.Cut(eventType, "."); family {
	case "order":
		of = "order.paid"
	case "subscription":
		of = "subscription.active"
	case "customer", "benefit_grant":
		of = family + ".created"
	}
	body, known := polar.Sample(of)
	if !known {
		panic("no sample of " + of)
	}
	var event map[string]any
	if err := json.Unmarshal(body, &event); err != nil {
		panic(err)
	}
	event["type"] = eventType
	merge(event["data"].(map[string]any), change)
	body, err := json.Marshal(event)
	if err != nil {
		panic(err)
	}
	return body
}

func merge(into, change map[string]any) {
	for name, value := range change {
		inner, isObject := value.(map[string]any)
		old, wasObject := into[name].(map[string]any)
		if isObject && wasObject {
			merge(old, inner)
			continue
		}
		into[name] = value
	}
}

func uuid(kind, n int) string { return fmt.Sprintf("%08d-0000-4000-8000-%012d", kind, n) }

func timeout() (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.Background(), notifier.RequestTimeout)
}

// message is a message of one card.
func message(headline string) formatter.Message {
	return formatter.Message{Cards: []formatter.Card{{
		Headline: headline, Fields: []formatter.Field{{Name: "Customer", Text: headline}},
	}}}
}

func post(t *testing.T, s notifier.Sender) notifier.Ref {
	t.Helper()
	ctx, cancel := timeout()
	defer cancel()
	ref, err := s.Post(ctx, message("posted"))
	if err != nil {
		t.Fatal(err)
	}
	return ref
}

func edit(t *testing.T, s notifier.Sender, ref notifier.Ref) {
	t.Helper()
	ctx, cancel := timeout()
	defer cancel()
	if err := s.Edit(ctx, ref, message("edited")); err != nil {
		t.Fatal(err)
	}
}
