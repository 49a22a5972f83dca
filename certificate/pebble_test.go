package certificate_test

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"flag"
	"fmt"
	"io"
	"math/big"
	mathrand "math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

const domain = "alerts.nimbus.dev"

// pebble is the ACME server that Let's Encrypt tests with, as processes of
// their own: the authority, and the name server that it asks.
type pebble struct {
	directory string
	client    *http.Client // trusts the authority's own certificate
	roots     *x509.CertPool
	rootFile  string // what client trusts, for other processes
	port      string // where it looks for challenges in place of 80
	resolver  *net.Resolver
	names     string // the name server's control
}

// tools is where the tests put pebble's programs.
var tools string

var installTools = sync.OnceValue(func() error {
	for _, name := range []string{"pebble", "pebble-challtestsrv"} {
		fetch := exec.Command("go", "run", "-exec", "sh -c 'cp \"$0\" "+tools+"'", "github.com/letsencrypt/pebble/v2/cmd/"+name+"@v2.10.1") // linked once, into Go's cache
		fetch.Dir = tools
		if out, err := fetch.CombinedOutput(); err != nil {
			return fmt.Errorf("%w: %s", err, bytes.TrimSpace(out))
		}
	}
	return nil
})

// TestMain runs all tests side by side, because they mostly wait.
func TestMain(m *testing.M) {
	_ = flag.Set("test.parallel", "8") // unless -parallel says otherwise
	flag.Parse()
	var err error
	if tools, err = os.MkdirTemp("", "polarbell-pebble-"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	code := m.Run()
	_ = os.RemoveAll(tools)
	os.Exit(code)
}

// startPebble runs an authority whose certificates are valid for so long.
func startPebble(t *testing.T, validity time.Duration) *pebble {
	t.Helper()
	err := installTools()
	if err != nil && strings.Contains(os.Getenv("POLARBELL_TEST_REQUIRE"), "acme") {
		t.Fatalf("no ACME server: %v", err)
	}
	if err != nil {
		t.Skipf("no ACME server: %v", err)
	}
	ports := freePorts(t, 5)
	at := func(i int) string { return "127.0.0.1:" + ports[i] }
	p := &pebble{directory: "https://" + at(0) + "/dir", port: ports[2], names: "http://" + at(4)}
	p.resolver = &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, network, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, network, at(3))
	}}
	folder := t.TempDir()
	p.trust(t, folder)
	settings, err := json.Marshal(map[string]any{"pebble": map[string]any{
		"listenAddress": at(0), "managementListenAddress": at(1), "httpPort": json.Number(ports[2]), "tlsPort": 1,
		"certificate": filepath.Join(folder, "cert.pem"), "privateKey": filepath.Join(folder, "key.pem"),
		"keyAlgorithm": "ecdsa", "domainBlocklist": []string{"blocked.nimbus.dev"},
		"retryAfter": map[string]int{"authz": 1, "order": 1},
		"profiles":   map[string]any{"default": map[string]any{"validityPeriod": int(validity.Seconds())}},
	}})
	if err != nil {
		t.Fatal(err)
	}
	config := filepath.Join(folder, "config.json")
	if err := os.WriteFile(config, settings, 0o600); err != nil {
		t.Fatal(err)
	}
	run(t, filepath.Join(tools, "pebble-challtestsrv"), "-dnsserver", at(3), "-management", at(4),
		"-http01", "", "-https01", "", "-tlsalpn01", "", "-doh", "", "-defaultIPv4", "127.0.0.1", "-defaultIPv6", "")
	run(t, filepath.Join(tools, "pebble"), "-config", config, "-dnsserver", at(3))
	p.roots = x509.NewCertPool()
	eventually(t, "the ACME server to answer", func() bool {
		response, err := p.client.Get("https://" + at(1) + "/roots/0")
		if err != nil {
			return false
		}
		defer response.Body.Close()
		root, err := io.ReadAll(response.Body)
		return err == nil && p.roots.AppendCertsFromPEM(root)
	})
	eventually(t, "the name server to answer", func() bool {
		_, err := p.resolver.LookupHost(t.Context(), domain)
		return err == nil
	})
	return p
}

// trust makes the certificate by which the authority itself is called.
func (p *pebble) trust(t *testing.T, folder string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true,
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	keyDER, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	p.rootFile = filepath.Join(folder, "cert.pem")
	for name, block := range map[string]*pem.Block{
		"cert.pem": {Type: "CERTIFICATE", Bytes: der}, "key.pem": {Type: "PRIVATE KEY", Bytes: keyDER},
	} {
		if err := os.WriteFile(filepath.Join(folder, name), pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
	p.client = &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots}}}
}

// point has the name server tell an address for the domain.
func (p *pebble) point(t *testing.T, address string) {
	t.Helper()
	for _, call := range []string{"/clear-a", "/add-a"} {
		body := fmt.Sprintf(`{"host":"%s.","addresses":["%s"]}`, domain, address)
		response, err := http.Post(p.names+call, "application/json", strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
		if response.StatusCode != http.StatusOK {
			t.Fatalf("the name server answered %s", response.Status)
		}
	}
}

// run starts a program that ends with the test.
func run(t *testing.T, program string, args ...string) {
	t.Helper()
	c := exec.Command(program, args...)
	c.Env = append(os.Environ(), "PEBBLE_VA_NOSLEEP=1", "PEBBLE_AUTHZREUSE=0")
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = c.Process.Kill()
		_ = c.Wait()
	})
}

// freePorts are ports of loopback that nobody listens on, each returned once.
// The kernel does not choose them: it would give them to the next connection
// that anybody opens, before the program that they are for has started.
func freePorts(t *testing.T, n int) []string {
	t.Helper()
	var ports []string
	for end := time.Now().Add(time.Minute); len(ports) < n && time.Now().Before(end); {
		port := strconv.Itoa(10_000 + mathrand.IntN(20_000))
		if _, used := usedPorts.LoadOrStore(port, true); used {
			continue
		}
		if l, err := net.Listen("tcp", "127.0.0.1:"+port); err == nil {
			_ = l.Close()
			ports = append(ports, port)
		}
	}
	if len(ports) < n {
		t.Fatalf("found %d free ports, want %d", len(ports), n)
	}
	return ports
}

var usedPorts sync.Map

// eventually waits for what another process does; the bound only ends a test
// that has failed.
func eventually(t *testing.T, what string, done func() bool) {
	t.Helper()
	for end := time.Now().Add(time.Minute); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		if done() {
			return
		}
	}
	t.Fatalf("waited in vain for %s", what)
}
