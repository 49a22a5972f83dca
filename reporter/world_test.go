package reporter_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/url"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"polarbell/internal/journaltest"
	"polarbell/internal/polartest"
	"polarbell/journal"
	"polarbell/ledger"
	"polarbell/notifier"
	"polarbell/polar"
	"polarbell/reporter"
	"polarbell/standin"
)

const (
	sales = "C0SALES"
	disc  = "900000000000000001"
)

// world is a bridge with a real journal and strict platforms, inside a synctest
// bubble: days pass in no time.
type world struct {
	t         *testing.T
	path      string
	journal   *journal.Journal
	platforms *standin.Server
	to        []notifier.Destination
	options   reporter.Options
	isOn      bool // also between two looks
	perEvent  bool
	notifier  *notifier.Notifier // with process, what start runs
	process   *reporter.Reporter
	log       bytes.Buffer
	stop      func()
	delivered int
}

// TestMain has less garbage collected: after each 4 MB, as is usual for a small
// heap, it takes a tenth of the time.
func TestMain(m *testing.M) {
	debug.SetGCPercent(400)
	m.Run()
}

// inWorld runs a test in a bubble, beside others. Its bridge has a Slack channel
// and a Discord webhook, which get everything.
func inWorld(t *testing.T, f func(w *world)) {
	t.Helper()
	t.Parallel()
	path := journaltest.New(t)
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(14 * 24 * time.Hour) // in the middle of a month, since months differ
		w := &world{t: t, path: path, platforms: standin.New(standin.Options{})}
		w.platforms.Slack(sales, "sales")
		w.platforms.Discord(disc, "secret", disc)
		w.options = reporter.Options{Retention: 45 * 24 * time.Hour, Log: slog.New(slog.NewTextHandler(&w.log, nil))}
		base, err := url.Parse("https://discord.com/api/v10/")
		if err != nil {
			t.Fatal(err)
		}
		app := notifier.NewSlackApp("xoxb-secret", "https://slack.com/api/", w.platforms.Transport())
		api := &notifier.DiscordAPI{Base: base, HTTP: w.platforms.Transport()}
		w.to = []notifier.Destination{
			{Name: "sales", Platform: "Slack", Sender: app.Channel(sales)},
			{Name: "community", Platform: "Discord", Sender: api.Webhook(disc, "secret", "")},
		}
		defer w.end()
		f(w)
	})
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

// start runs the whole bridge.
func (w *world) start() {
	w.t.Helper()
	w.open()
	w.boot()
	w.run(w.notifier.Run, w.process.Run, w.process.StayAlive)
}

// boot makes the parts of a process that runs the whole bridge.
func (w *world) boot() {
	options := w.options
	options.Ledger = ledger.New(w.journal, ledger.Options{})
	w.process = reporter.New(w.journal, options)
	w.notifier = notifier.New(w.journal, w.to, notifier.Options{
		PerEvent: w.perEvent, Retention: w.options.Retention, Ledger: options.Ledger,
		Log: slog.New(slog.DiscardHandler),
	})
}

// reporter is that of one more process.
func (w *world) reporter() *reporter.Reporter {
	options := w.options
	options.Ledger = ledger.New(w.journal, ledger.Options{})
	return reporter.New(w.journal, options)
}

func (w *world) run(parts ...func(context.Context)) {
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	for _, part := range parts {
		running.Go(func() { part(ctx) })
	}
	w.stop = func() {
		w.settle()
		cancel()
		running.Wait()
		w.stop = nil
	}
}

// settle lets the queries under way end: a context that ends in the middle of
// one stops a bubble's clock.
func (w *world) settle() {
	synctest.Wait()
	time.Sleep(time.Millisecond)
	synctest.Wait()
}

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

func (w *world) pass(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

// watch lets time pass for a bridge that only looks, every 25 minutes: a month
// with a look each minute takes minutes.
func (w *world) watch(d time.Duration, all ...*reporter.Reporter) {
	w.t.Helper()
	w.open()
	for end := time.Now().Add(d); time.Until(end) > time.Second; {
		w.look(all...)
		time.Sleep(min(25*time.Minute, time.Until(end)))
	}
	w.look(all...)
}

// skip lets time pass as if the bridge had looked all the while, and had seen
// nothing: what is silent then is most so in the end.
func (w *world) skip(d time.Duration, all ...*reporter.Reporter) {
	w.t.Helper()
	w.look(all...)
	time.Sleep(d)
	note := fmt.Sprintf(`{"began":"2000-01-01T00:00:00Z","at":%q}`, time.Now().Format(time.RFC3339Nano))
	if err := w.journal.PutNote(w.t.Context(), "alive", note); err != nil {
		w.t.Fatal(err)
	}
	w.look(all...)
}

// look has a bridge, or each of several processes, look once.
func (w *world) look(all ...*reporter.Reporter) {
	w.t.Helper()
	w.open()
	if w.isOn {
		w.noteAlive()
	}
	if len(all) == 0 {
		all = append(all, w.reporter())
	}
	for _, r := range all {
		w.run(r.StayAlive, r.Run)
		w.stop()
	}
}

// noteAlive has the bridge have been on until now.
func (w *world) noteAlive() {
	w.t.Helper()
	note := fmt.Sprintf(`{"began":"2000-01-01T00:00:00Z","at":%q}`, time.Now().UTC().Format(time.RFC3339Nano))
	if err := w.journal.PutNote(w.t.Context(), "alive", note); err != nil {
		w.t.Fatal(err)
	}
}

// deliver stores a body as the webhook does.
func (w *world) deliver(body []byte) { w.t.Helper(); w.deliverOf("", body) }

// deliverOf stores a body of an organization.
func (w *world) deliverOf(organization string, body []byte) {
	w.t.Helper()
	w.open()
	d, err := polar.Parse(body)
	if err != nil {
		w.t.Fatal(err)
	}
	w.delivered++
	seq, _, err := w.journal.Append(w.t.Context(), journal.Entry{
		ID: fmt.Sprint("delivery-", w.delivered), Type: d.Type, Subject: d.Subject, Object: d.Object,
		State: d.State.Encode(), At: d.At, Received: time.Now(), Body: body, Organization: organization,
	})
	if err != nil {
		w.t.Fatal(err)
	}
	w.journal.Wake(seq)
}

// sell delivers what a purchase gives, all within seconds.
func (w *world) sell() {
	w.t.Helper()
	s := polartest.New(1000+w.delivered, time.Now())
	s.Purchase(polartest.Book)
	for _, d := range s.Sent {
		w.deliver(d.Body)
	}
}

// own are the journal's events of a type.
func (w *world) own(eventType string) (all []journal.Entry) {
	w.t.Helper()
	entries, err := w.journal.Find(w.t.Context(), journal.Filter{Text: eventType}, 1000)
	if err != nil {
		w.t.Fatal(err)
	}
	for _, e := range slices.Backward(entries) {
		if e.Type == eventType {
			all = append(all, e)
		}
	}
	return all
}

// posted are the headlines of a channel's messages as they were posted.
func (w *world) posted(channel string) []string {
	w.t.Helper()
	var all []string
	for _, m := range w.platforms.Messages(channel) {
		body := m.Body
		if len(m.History) > 0 {
			body = m.History[0]
		}
		all = append(all, headline(w.t, body))
	}
	return all
}

// shown are the messages of a channel as they stand.
func (w *world) shown(channel string) []standin.Message {
	return slices.DeleteFunc(w.platforms.Messages(channel), func(m standin.Message) bool { return m.Deleted })
}

func headline(t *testing.T, message json.RawMessage) string {
	t.Helper()
	var body struct{ Text, Content string }
	if err := json.Unmarshal(message, &body); err != nil {
		t.Fatal(err)
	}
	return strings.Trim(body.Text+body.Content, "*")
}

func (w *world) expect(when string, got []string, want ...string) {
	w.t.Helper()
	if !slices.Equal(got, want) {
		w.t.Errorf("%s: got %q, want %q", when, got, want)
	}
}
