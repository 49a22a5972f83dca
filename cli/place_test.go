package cli_test

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"polarbell/internal/journaltest"
	"polarbell/standin"
	"polarbell/webhook"
)

const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo="

// programFolder is where the tests put the real binary.
var programFolder string

// program is the real binary, as go run has it: from Go's cache if it was linked
// before, which takes longer than everything that most tests do with it.
var program = sync.OnceValues(func() (string, error) {
	out, err := exec.Command("go", "run", "-exec", "sh -c 'cp \"$0\" "+programFolder+"'", "polarbell").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("%w: %s", err, out)
	}
	return filepath.Join(programFolder, "polarbell"), nil
})

var long = flag.Bool("long", false, "freeze for longer, kill more often and try every case, as .ci/run does")

// needsLong skips, without -long, a case that another one stands for.
func needsLong(t *testing.T, other string) {
	t.Helper()
	if !*long {
		t.Skipf("-long runs it too; without it there is %s", other)
	}
}

// TestMain runs more tests in parallel than there are processors, because they
// mostly wait: for leases, pauses and timeouts.
func TestMain(m *testing.M) {
	_ = flag.Set("test.parallel", "16") // unless -parallel says otherwise
	flag.Parse()
	var err error
	if programFolder, err = os.MkdirTemp("", "polarbell-test-"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	code := m.Run()
	_ = os.RemoveAll(programFolder)
	os.Exit(code)
}

// place is the real binary beside strict platforms on loopback.
type place struct {
	t         *testing.T
	platforms *standin.Server
	env       []string
	under     []string // a program that runs the bridge, and its arguments
	url       string
	admin     string
	process   *exec.Cmd
	log       lockedBuffer
	ended     chan error
	accepted  atomic.Int64 // how many deliveries of load
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

// newJournal is where a bridge has its journal: with -long, as people have it, a
// file on the disk that the bridge makes; else, for speed, one with its tables.
func newJournal(t *testing.T) string {
	t.Helper()
	if *long || rhythmOf(*chaosTime).soaks {
		return filepath.Join(t.TempDir(), "journal.db")
	}
	return journaltest.New(t)
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
		"DATABASE_URL=" + newJournal(t),
		"SLACK_API_URL=" + server.URL + "/api/", "DISCORD_API_URL=" + server.URL + "/api/v10/",
		"SLACK_BOT_TOKEN=xoxb-tokensecret",
		"SLACK_CHANNELS=sales:C0SALES,ops:#ops", "DAILY=none",
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
	command := append(slices.Clone(p.under), path)
	p.process = exec.Command(command[0], command[1:]...)
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
	if !await(done) {
		p.t.Fatalf("waited in vain for %s; log:\n%s", what, p.log.String())
	}
}

func await(done func() bool) bool {
	for end := time.Now().Add(2 * time.Minute); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		if done() {
			return true
		}
	}
	return false
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

// counting counts the requests under way.
func counting(flying *atomic.Int64, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		flying.Add(1)
		defer flying.Add(-1)
		next.ServeHTTP(w, r)
	})
}

// awaitRequests returns once the platforms behind an address have read and
// answered what a dead or frozen process had sent.
func (p *place) awaitRequests(front string, flying *atomic.Int64) {
	p.t.Helper()
	// What it had sent is read before what comes now.
	response, err := http.Get(front)
	if err != nil {
		p.t.Fatal(err)
	}
	response.Body.Close()
	time.Sleep(100 * time.Millisecond)
	p.eventually("its last requests to end", func() bool { return flying.Load() == 0 })
}

// shown are the messages that a channel has.
func (p *place) shown(channel string) []standin.Message {
	return slices.DeleteFunc(p.platforms.Messages(channel), func(m standin.Message) bool { return m.Deleted })
}

// texts is everything that a channel shows.
func (p *place) texts(channel string) string {
	var all strings.Builder
	for _, m := range p.shown(channel) {
		all.Write(m.Body)
		all.WriteByte('\n')
	}
	return all.String()
}

var channels = []string{"C0SALES", "C0OPS", "C0HOOK", "sales", "ops"}
