package admin_test

import (
	"fmt"
	"log/slog"
	"net/http/httptest"
	"os"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"polarbell/admin"
	"polarbell/compose"
	"polarbell/formatter"
	"polarbell/internal/journaltest"
	"polarbell/journal"
	"polarbell/notifier"
	"polarbell/polar"
)

// TestBrowserDrawsThePictureOfTheReadme writes status.png, which docs/ has a
// copy of, to the folder that POLARBELL_TEST_SCREENSHOTS names.
func TestBrowserDrawsThePictureOfTheReadme(t *testing.T) {
	if os.Getenv("POLARBELL_TEST_SCREENSHOTS") == "" {
		t.Skip("POLARBELL_TEST_SCREENSHOTS is not set")
	}
	b := newBrowser(t)
	p := newPicture(t)
	p.busyDays(9, 14, 11, 4, 3, 12, 17, 13, 15, 21, 6, 5, 14)
	p.happened(62*time.Minute, sample("order.paid", nil), "sales", "team", "community")
	p.happened(55*time.Minute, sample("subscription.active", person("Tom Baker", "tom@bakery.example")), "sales", "team", "community")
	p.happened(41*time.Minute, sale(1), "sales", "community")
	p.stopped(41 * time.Minute)
	p.happened(25*time.Minute, sample("refund.created", map[string]any{"amount": 2000, "tax_amount": 0, "status": "succeeded"}), "sales")
	p.happened(4*time.Minute, sample("subscription.past_due", person("Mateo García", "mateo@sol.example")), "sales")
	p.read("community") // what it does not show
	server := httptest.NewServer(admin.New(admin.Options{
		Journal: p.journal, Destinations: p.destinations, Viewer: p.viewer, Metrics: admin.NewMetrics(""), Log: slog.New(slog.DiscardHandler),
		Stats: func() []notifier.Stats { return nil }, Delivering: func() error { return nil },
	}))
	t.Cleanup(server.Close)
	b.open(server.URL, 1120, "light")
	b.do("crop", chromedp.EmulateViewport(1120, 1400))
	b.save("status", chromedp.CaptureScreenshot())
}

// picture is a journal of the last hour of three destinations, without loops.
type picture struct {
	*world
	destinations []notifier.Destination
	viewer       *notifier.Viewer
}

func newPicture(t *testing.T) *picture {
	t.Helper()
	p := &picture{world: &world{t: t, platforms: newPlatforms()}}
	var err error
	if p.journal, err = journal.Open(t.Context(), journaltest.New(t)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.journal.Close() })
	all := p.world.destinations()
	p.destinations = []notifier.Destination{all[0], all[3], all[4]}
	p.destinations[1].Name = "team"
	p.destinations[1].Routes, p.destinations[2].Routes = compose.MustRoute("news"), compose.MustRoute("sale|subscriber")
	if err := p.journal.Register(t.Context(), "sales", "team", "community"); err != nil {
		t.Fatal(err)
	}
	p.viewer = notifier.NewViewer(p.journal, notifier.Options{})
	return p
}

// busyDays stores deliveries of the days until yesterday.
func (p *picture) busyDays(counts ...int) {
	p.t.Helper()
	for i, n := range counts {
		for range n {
			p.storeAt(time.Now().AddDate(0, 0, i-len(counts)), customer("Acme"))
		}
	}
	for _, d := range p.destinations {
		p.read(d.Name)
	}
}

// read moves a destination behind all there is.
func (p *picture) read(name string) {
	p.t.Helper()
	p.settle(journal.Settlement{Destination: name, Cursor: journal.Seq(p.delivered)})
}

// happened stores a delivery and what was posted of it.
func (p *picture) happened(ago time.Duration, body []byte, shown ...string) {
	p.t.Helper()
	at := time.Now().Add(-ago)
	seq := p.storeAt(at, body)
	e, _, err := p.journal.Entry(p.t.Context(), seq)
	if err != nil {
		p.t.Fatal(err)
	}
	for _, name := range shown {
		s := journal.Settlement{Destination: name, Cursor: seq, Delivered: at}
		cards, err := p.viewer.Cards(p.t.Context(), e, name == "community")
		if err != nil {
			p.t.Fatal(err)
		}
		for _, c := range cards {
			s.Posted = append(s.Posted, posted(e, c, at))
		}
		p.settle(s)
	}
}

func posted(e journal.Entry, c formatter.Card, at time.Time) journal.Message {
	return journal.Message{
		Subject: e.Subject, Key: c.Key, Kind: string(c.Kind), Fingerprint: c.Fingerprint(), Outcome: c.Outcome,
		Ref: fmt.Sprint(e.Seq), Posted: at, Newest: e.Seq,
	}
}

func (p *picture) stopped(ago time.Duration) {
	p.t.Helper()
	at := time.Now().Add(-ago)
	if err := p.journal.RecordFailure(p.t.Context(), journal.Failure{
		Destination: "team", Code: "404/10015", Text: "404/10015: Unknown Webhook", At: at, Parked: true, Retry: at.AddDate(100, 0, 0),
	}); err != nil {
		p.t.Fatal(err)
	}
	event := polar.DestinationEvent{ID: "team", Platform: "Discord", Code: "404/10015", Events: 1}
	p.happened(ago, event.Body(polar.Parked, at), "sales")
}

func person(name, email string) map[string]any {
	return map[string]any{"id": uuid(5, len(name)), "checkout_id": uuid(6, len(name)), "customer": map[string]any{"name": name, "email": email}}
}
