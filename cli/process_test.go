package cli_test

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

func TestPolarsOwnPayloadsReachEveryRoutedDestination(t *testing.T) {
	t.Parallel()
	p := newPlace(t, true, "ROUTES=ops:order.created,dops:checkout.*")
	p.start()
	for _, name := range []string{"seed_order_created_2024", "seed_order_updated_2025", "seed_checkout_updated_2025"} {
		body, err := os.ReadFile(filepath.Join("..", "polar", "testdata", name+".json"))
		if err != nil {
			t.Fatal(err)
		}
		if status, text := p.post(name, body); status != http.StatusAccepted {
			t.Fatalf("%s: answered %d %s", name, status, text)
		}
	}
	status, _ := p.post("unknown", []byte(`{"type":"moon.phase_changed","data":{"id":"full","status":"waning"}}`))
	if status != http.StatusAccepted {
		t.Errorf("an unknown event: answered %d, want 202", status)
	}
	want := map[string]int{"C0SALES": 4, "C0OPS": 1, "C0HOOK": 3, "sales": 4, "ops": 1} // an open checkout is not for a webhook
	for channel, cards := range want {
		p.eventually(fmt.Sprintf("%d cards in %s", cards, channel), func() bool {
			return p.cards(channel) >= cards
		})
		if got := p.cards(channel); got != cards {
			t.Errorf("%s shows %d cards, want %d:\n%s", channel, got, cards, p.texts(channel))
		}
	}
	if shown := p.texts("C0SALES"); !strings.Contains(shown, "Moon phase changed") {
		t.Errorf("an unknown event is not readable: %s", shown)
	}
	if code := p.stop(); code != 0 {
		t.Errorf("exit code %d, want 0; log:\n%s", code, p.log.String())
	}
	for _, hidden := range []string{"xoxb-tokensecret", "hooksecret", "discordsecret", secret, "customer@example.com"} {
		if strings.Contains(p.log.String(), hidden) {
			t.Errorf("the log holds %q", hidden)
		}
	}
}

// cards counts the cards in a channel: each is an attachment or an embed.
func (p *place) cards(channel string) int {
	count := 0
	for _, m := range p.shown(channel) {
		var body struct{ Attachments, Embeds []json.RawMessage }
		if err := json.Unmarshal(m.Body, &body); err != nil {
			p.t.Fatal(err)
		}
		count += max(len(body.Attachments)+len(body.Embeds), 1)
	}
	return count
}

// load posts sales until told to stop and returns the ids that were
// acknowledged. It leaves the destinations a backlog of seconds, not minutes:
// they are paced as the real ones want it.
func (p *place) load(stop <-chan struct{}, round int) map[string]bool {
	acknowledged := map[string]bool{}
	var mu sync.Mutex
	var posters sync.WaitGroup
	for worker := range 2 {
		posters.Go(func() {
			for n := 0; ; n++ {
				select {
				case <-stop:
					return
				case <-time.After(15 * time.Millisecond):
				}
				id := fmt.Sprintf("%02d%02d%04d", round, worker, n)
				if status, _ := p.post(id, saleOf(id)); status == http.StatusAccepted {
					p.accepted.Add(1)
					mu.Lock()
					acknowledged[id] = true
					mu.Unlock()
				}
			}
		})
	}
	posters.Wait()
	return acknowledged
}

// endUnderLoad ends the bridge some time after it has acknowledged a first delivery,
// while more of them come in, and returns all that it has acknowledged.
func (p *place) endUnderLoad(round int, after time.Duration, end func()) map[string]bool {
	p.t.Helper()
	before := p.accepted.Load()
	stop, acknowledged := make(chan struct{}), make(chan map[string]bool, 1)
	go func() { acknowledged <- p.load(stop, round) }()
	p.eventually("a delivery to be acknowledged", func() bool { return p.accepted.Load() > before })
	time.Sleep(after)
	end()
	close(stop)
	return <-acknowledged
}

// saleOf is a paid order that is told apart by its customer's name.
func saleOf(id string) []byte { return saleAt(id, time.Now()) }

func saleAt(id string, at time.Time) []byte {
	now := at.UTC().Format(time.RFC3339)
	return fmt.Appendf(nil, `{"type":"order.paid","timestamp":%q,"data":{
		"id":"11111111-0000-4000-8000-0000%s","created_at":%q,"status":"paid","paid":true,
		"billing_reason":"purchase","currency":"usd","net_amount":900,"tax_amount":0,"total_amount":900,
		"product":{"name":"Pro"},"customer":{"name":"Customer-%s-","email":"c%s@example.com"}}}`, now, id, now, id, id)
}

func TestKillUnderLoadLosesNothingAcknowledged(t *testing.T) {
	t.Parallel()
	p := newPlace(t, false)
	rounds := 3
	if *long {
		rounds = 10
	}
	acknowledged := map[string]bool{}
	for round := range rounds {
		p.start()
		maps.Copy(acknowledged, p.endUnderLoad(round, time.Duration(round)*330*time.Millisecond/time.Duration(rounds), p.kill))
	}
	p.start()
	p.expectAll(acknowledged)
}

func TestTermUnderLoadLosesNothingAcknowledged(t *testing.T) {
	t.Parallel()
	p := newPlace(t, false)
	p.start()
	acknowledged := p.endUnderLoad(1, 300*time.Millisecond, func() {
		if code := p.stop(); code != 0 {
			t.Errorf("exit code %d, want 0; log:\n%s", code, p.log.String())
		}
	})
	p.start()
	p.expectAll(acknowledged)
}

// expectAll waits until every destination shows every acknowledged sale.
func (p *place) expectAll(acknowledged map[string]bool) {
	p.t.Helper()
	if len(acknowledged) == 0 {
		p.t.Fatal("nothing was acknowledged: the test tests nothing")
	}
	for _, channel := range channels {
		missing := ""
		p.eventually(fmt.Sprintf("%d sales in %s", len(acknowledged), channel), func() bool {
			shown := p.texts(channel)
			missing = ""
			for id := range acknowledged {
				if !strings.Contains(shown, "Customer-"+id+"-") {
					missing = cmp.Or(missing, id)
				}
			}
			return missing == ""
		})
	}
	p.t.Logf("%d sales acknowledged, all shown in %d channels", len(acknowledged), len(channels))
}

func TestReadiness(t *testing.T) {
	t.Parallel()
	p := newPlace(t, false)
	p.start()
	for url, want := range map[string]int{
		strings.TrimSuffix(p.url, "/webhook") + "/healthz": 200,
		p.admin + "readyz": 200,
		strings.TrimSuffix(p.url, "/webhook") + "/readyz": 404,
		strings.TrimSuffix(p.url, "/webhook") + "/":       404,
	} {
		response, err := http.Get(url)
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
		if response.StatusCode != want {
			t.Errorf("GET %s: %d, want %d", url, response.StatusCode, want)
		}
	}
}
