package certificate_test

import (
	"bytes"
	"crypto/tls"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"polarbell/polar"
	"polarbell/standin"
	"polarbell/webhook"
)

const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo="

// bridge is the real program, linked to use pebble as its authority.
type bridge struct {
	t       *testing.T
	program string
	env     []string
	process *exec.Cmd
	log     lockedBuffer
}

// lockedBuffer is written to by another process while a test reads it. Its
// buffer is not embedded: copying would find ReadFrom, past the lock.
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

// build links the program. This takes longer than everything that the tests do
// with it, so they share one.
func (p *pebble) build(t *testing.T) string {
	t.Helper()
	program := filepath.Join(t.TempDir(), "polarbell")
	link := "-s -w -X polarbell/certificate.directory=" + p.directory + " -X polarbell/cli.challengePort=" + p.port
	if out, err := exec.Command("go", "build", "-ldflags", link, "-o", program, "polarbell").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return program
}

// bridge configures the program, with a journal of its own.
func (p *pebble) bridge(t *testing.T, program, address string) *bridge {
	t.Helper()
	platforms := standin.New(standin.Options{})
	platforms.Slack("C0SALES", "sales")
	server := httptest.NewServer(platforms)
	t.Cleanup(server.Close)
	return &bridge{t: t, program: program, env: []string{
		"POLAR_WEBHOOK_SECRET=" + secret, "SLACK_API_URL=" + server.URL + "/api/", "SLACK_BOT_TOKEN=xoxb-1", "SLACK_CHANNELS=C0SALES",
		"DATABASE_URL=" + filepath.Join(t.TempDir(), "journal.db"), "ADMIN_ADDR=",
		"TLS_DOMAIN=" + domain, "LISTEN_ADDR=" + address, "SSL_CERT_FILE=" + p.rootFile,
	}}
}

// start runs the bridge until it takes deliveries.
func (b *bridge) start() {
	b.t.Helper()
	b.log.Reset()
	b.process = exec.Command(b.program)
	b.process.Env, b.process.Stderr, b.process.Dir = b.env, &b.log, b.t.TempDir()
	if err := b.process.Start(); err != nil {
		b.t.Fatal(err)
	}
	b.t.Cleanup(func() { _ = b.process.Process.Kill() })
	eventually(b.t, "the bridge to listen", func() bool {
		return strings.Contains(b.log.String(), "url=https://"+domain+"/webhook")
	})
}

func (b *bridge) stop() {
	b.t.Helper()
	_ = b.process.Process.Signal(syscall.SIGTERM)
	if err := b.process.Wait(); err != nil {
		b.t.Errorf("stopped: %v; log:\n%s", err, b.log.String())
	}
}

// command runs a command beside the bridge and returns what it prints.
func (b *bridge) command(args ...string) string {
	b.t.Helper()
	c := exec.Command(b.program, args...)
	c.Env, c.Dir = b.env, b.t.TempDir()
	out, _ := c.CombinedOutput() // its own faults are in what it prints
	return string(out)
}

// TestBridge runs the real program beside one authority, one scenario after the
// other, since they share the domain and its port 80.
func TestBridge(t *testing.T) {
	t.Parallel()
	if runtime.GOOS != "linux" {
		t.Skip("the bridge trusts the test's authority by SSL_CERT_FILE, which is not read here")
	}
	p := startPebble(t, 90*24*time.Hour)
	program := p.build(t)
	for _, scenario := range []struct {
		name string
		run  func(t *testing.T, p *pebble, program string)
	}{
		{"speaks HTTPS", speaksHTTPS},
		{"explains why it has no port", explainsTakenPort},
		{"runs without a certificate", runsWithoutCertificate},
	} {
		t.Run(scenario.name, func(t *testing.T) { scenario.run(t, p, program) })
	}
}

// speaksHTTPS delivers as Polar does to a bridge that has just been set up, and
// to the same one restarted.
func speaksHTTPS(t *testing.T, p *pebble, program string) {
	address := "127.0.0.1:" + freePorts(t, 1)[0]
	b := p.bridge(t, program, address)
	client := &http.Client{
		Transport:     &http.Transport{TLSClientConfig: &tls.Config{RootCAs: p.roots, ServerName: domain}},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	body, _ := polar.Sample("order.paid")
	post := func(url, id string) (int, string) {
		r, err := http.NewRequest(http.MethodPost, url, bytes.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		r.Header = webhook.Sign(secret, id, time.Now(), body)
		response, err := client.Do(r)
		if err != nil {
			t.Fatalf("%v; log:\n%s", err, b.log.String())
		}
		defer response.Body.Close()
		answer, _ := io.ReadAll(response.Body)
		return response.StatusCode, string(answer)
	}
	for _, origin := range []string{"certificate issued", "certificate taken from the journal"} {
		b.start()
		if !strings.Contains(b.log.String(), origin) {
			t.Errorf("log:\n%swant %q before it listens", b.log.String(), origin)
		}
		if status, answer := post("https://"+address+"/webhook", origin); status != http.StatusAccepted {
			t.Errorf("answered %d %s, want 202", status, answer)
		}
		if got := b.command("check"); strings.Contains(got, "FAILS: TLS_DOMAIN") {
			t.Errorf("check takes the bridge's own ports for another program's:\n%s", got)
		}
		if got := b.command("status"); strings.Contains(got, "certificate") {
			t.Errorf("status:\n%swant nothing of the certificate", got)
		}
		if status, answer := post("http://127.0.0.1:"+p.port+"/webhook", origin); status != http.StatusNotFound {
			t.Errorf("port 80 answered %d %s, want 404 and no redirect", status, answer)
		}
		b.stop()
	}
}

// runsWithoutCertificate: the bridge still delivers what waits, and a supervisor
// that restarted it would use up the authority's limits.
func runsWithoutCertificate(t *testing.T, p *pebble, program string) {
	p.point(t, "127.0.0.3")
	address := "127.0.0.1:" + freePorts(t, 1)[0]
	b := p.bridge(t, program, address)
	b.start()
	if got := b.command("send", "--url", "https://"+address+"/webhook", "order.paid"); !strings.Contains(got, "the bridge has no certificate: polarbell status says why") {
		t.Errorf("send:\n%swant that there is no certificate", got)
	}
	if want := domain + " has no certificate, so that Polar cannot deliver: "; !strings.Contains(b.command("status"), want) {
		t.Errorf("status:\n%swant %q", b.command("status"), want)
	}
	if got := b.command("check"); strings.Contains(got, "FAILS: TLS_DOMAIN") {
		t.Errorf("check takes the bridge's own ports for another program's:\n%s", got)
	}
	if want := "port 80 of " + domain + " cannot be reached"; !strings.Contains(b.log.String(), want) {
		t.Errorf("log:\n%swant an error with %q", b.log.String(), want)
	}
	b.stop()
}

func explainsTakenPort(t *testing.T, p *pebble, program string) {
	b := p.bridge(t, program, "127.0.0.1:0")
	other, _ := p.keeper(t, newShelf())
	p.open(t, "127.0.0.1", other)
	c := exec.Command(b.program)
	c.Env, c.Dir = append(b.env, "HOME="+os.TempDir()), t.TempDir()
	out, err := c.CombinedOutput()
	want := "polarbell: TLS_DOMAIN: port " + p.port + " is taken by another program"
	if code := c.ProcessState.ExitCode(); code != 1 || !strings.Contains(string(out), want) {
		t.Errorf("exit code %d (%v), output:\n%swant 1 and %q", code, err, out, want)
	}
}
