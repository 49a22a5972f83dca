package cli_test

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"polarbell/standin"
	"polarbell/webhook"
)

const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo="

// program is the real binary, built once for all tests of this package.
var program = sync.OnceValues(func() (string, error) {
	folder, err := os.MkdirTemp("", "polarbell-test-")
	if err != nil {
		return "", err
	}
	path := filepath.Join(folder, "polarbell")
	out, err := exec.Command("go", "build", "-o", path, "polarbell").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("%w: %s", err, out)
	}
	return path, nil
})

func TestMain(m *testing.M) {
	code := m.Run()
	if path, err := program(); err == nil {
		_ = os.RemoveAll(filepath.Dir(path))
	}
	os.Exit(code)
}

// place is the real binary beside strict platforms on loopback.
type place struct {
	t         *testing.T
	platforms *standin.Server
	env       []string
	url       string
	admin     string
	process   *exec.Cmd
	log       lockedBuffer
	ended     chan error
}

// lockedBuffer is written by a process and read meanwhile.
type lockedBuffer struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}

func (b *lockedBuffer) Reset() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.text.Reset()
}

// newPlace configures two Slack channels, a Slack webhook and two Discord
// webhooks on platforms with the given limits.
func newPlace(t *testing.T, limits bool, env ...string) *place {
	t.Helper()
	p := &place{t: t, platforms: standin.New(standin.Options{Limits: limits})}
	p.platforms.Slack("C0SALES", "sales")
	p.platforms.Slack("C0OPS", "ops")
	p.platforms.SlackWebhook("/services/T1/B1/hooksecret", "C0HOOK")
	p.platforms.Discord("900000000000000001", "discordsecret", "sales")
	p.platforms.Discord("900000000000000002", "discordsecret", "ops")
	server := httptest.NewServer(p.platforms)
	t.Cleanup(server.Close)
	p.env = append([]string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + t.TempDir(),
		"POLAR_WEBHOOK_SECRET=" + secret,
		"LISTEN_ADDR=127.0.0.1:0", "ADMIN_ADDR=127.0.0.1:0",
		"DATABASE_URL=" + filepath.Join(t.TempDir(), "journal.db"),
		"SLACK_API_URL=" + server.URL + "/api/", "DISCORD_API_URL=" + server.URL + "/api/v10/",
		"SLACK_BOT_TOKEN=xoxb-tokensecret",
		"SLACK_CHANNELS=sales:C0SALES,ops:#ops",
		"SLACK_WEBHOOKS=hook:" + server.URL + "/services/T1/B1/hooksecret",
		"DISCORD_WEBHOOKS=dsales:https://discord.com/api/webhooks/900000000000000001/discordsecret," +
			"dops:https://discordapp.com/api/webhooks/900000000000000002/discordsecret",
	}, env...)
	return p
}

var listening = regexp.MustCompile(`url=(http://\S+) admin=(http://\S+)`)

// start runs the bridge until it says where it listens.
func (p *place) start() {
	p.t.Helper()
	path, err := program()
	if err != nil {
		p.t.Fatal(err)
	}
	p.log.Reset()
	p.process = exec.Command(path)
	p.process.Env, p.process.Stdout, p.process.Stderr = p.env, &p.log, &p.log
	p.process.Dir = p.t.TempDir()
	if err := p.process.Start(); err != nil {
		p.t.Fatal(err)
	}
	p.ended = make(chan error, 1)
	go func(process *exec.Cmd, ended chan error) { ended <- process.Wait() }(p.process, p.ended)
	p.t.Cleanup(func() { _ = p.process.Process.Kill() })
	p.eventually("the bridge to listen", func() bool {
		found := listening.FindStringSubmatch(p.log.String())
		if found != nil {
			p.url, p.admin = found[1], found[2]
		}
		return found != nil
	})
}

// eventually waits for what another process does; the bound only ends a test
// that has failed.
func (p *place) eventually(what string, done func() bool) {
	p.t.Helper()
	for end := time.Now().Add(2 * time.Minute); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		if done() {
			return
		}
	}
	p.t.Fatalf("waited in vain for %s; log:\n%s", what, p.log.String())
}

// post delivers a body as Polar does. The status is 0 when there is no answer.
func (p *place) post(id string, body []byte) (status int, text string) {
	return post(p.url, id, body)
}

func post(url, id string, body []byte) (status int, text string) {
	ctx, cancel := context.WithTimeout(context.Background(), 15*time.Second)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return 0, err.Error()
	}
	r.Header = webhook.Sign(secret, id, time.Now(), body)
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		return 0, err.Error()
	}
	defer response.Body.Close()
	answer, _ := io.ReadAll(response.Body)
	return response.StatusCode, string(answer)
}

// stop asks the bridge to end, as systemd does, and returns its exit code.
func (p *place) stop() int {
	p.t.Helper()
	if err := p.process.Process.Signal(syscall.SIGTERM); err != nil {
		p.t.Fatal(err)
	}
	select {
	case <-p.ended:
		return p.process.ProcessState.ExitCode()
	case <-time.After(10 * time.Second):
		p.t.Fatalf("still running 10 s after SIGTERM; log:\n%s", p.log.String())
		return -1
	}
}

func (p *place) kill() {
	_ = p.process.Process.Kill()
	<-p.ended
}

// texts is everything a channel shows, newest state of each message.
func (p *place) texts(channel string) string {
	var all strings.Builder
	for _, m := range p.platforms.Messages(channel) {
		all.Write(m.Body)
		all.WriteByte('\n')
	}
	return all.String()
}

var channels = []string{"C0SALES", "C0OPS", "C0HOOK", "sales", "ops"}

func TestPolarsOwnPayloadsReachEveryRoutedDestination(t *testing.T) {
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
	want := map[string]int{"C0SALES": 4, "C0OPS": 1, "C0HOOK": 4, "sales": 4, "ops": 1}
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
	for _, m := range p.platforms.Messages(channel) {
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

// saleOf is a paid order that is told apart by its customer's name.
func saleOf(id string) []byte {
	return fmt.Appendf(nil, `{"type":"order.paid","timestamp":"2026-11-22T10:00:00Z","data":{
		"id":"11111111-0000-4000-8000-0000%s","created_at":"2026-11-22T10:00:00Z","status":"paid","paid":true,
		"billing_reason":"purchase","currency":"usd","net_amount":900,"tax_amount":0,"total_amount":900,
		"product":{"name":"Pro"},"customer":{"name":"Customer-%s-","email":"c%s@example.com"}}}`, id, id, id)
}

func TestKillUnderLoadLosesNothingAcknowledged(t *testing.T) {
	p := newPlace(t, false)
	rounds := 10
	if testing.Short() {
		rounds = 2
	}
	acknowledged := map[string]bool{}
	for round := range rounds {
		p.start()
		stop := make(chan struct{})
		killed := make(chan struct{})
		go func() {
			defer close(killed)
			time.Sleep(time.Duration(30+37*round) * time.Millisecond)
			p.kill()
			close(stop)
		}()
		for id := range p.load(stop, round) {
			acknowledged[id] = true
		}
		<-killed
	}
	p.start()
	p.expectAll(acknowledged)
}

func TestTermUnderLoadLosesNothingAcknowledged(t *testing.T) {
	p := newPlace(t, false)
	p.start()
	stop := make(chan struct{})
	code := make(chan int, 1)
	go func() {
		time.Sleep(300 * time.Millisecond)
		code <- p.stop()
		close(stop)
	}()
	acknowledged := p.load(stop, 1)
	if got := <-code; got != 0 {
		t.Errorf("exit code %d, want 0; log:\n%s", got, p.log.String())
	}
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
