package cli_test

import (
	"encoding/pem"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
)

// tunnel is a proxy that connects every host to one server, for whoever knows
// the password.
type tunnel struct {
	to    string
	taken atomic.Int64
}

func (p *tunnel) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	r.Header.Set("Authorization", r.Header.Get("Proxy-Authorization"))
	if _, password, _ := r.BasicAuth(); r.Method != http.MethodConnect || password != "proxysecret" {
		w.WriteHeader(http.StatusProxyAuthRequired)
		return
	}
	far, err := net.Dial("tcp", p.to)
	if err != nil {
		w.WriteHeader(http.StatusBadGateway)
		return
	}
	p.taken.Add(1)
	near, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return
	}
	fmt.Fprint(near, "HTTP/1.1 200 Connection established\r\n\r\n")
	go func() {
		_, _ = io.Copy(far, near)
		far.Close()
	}()
	_, _ = io.Copy(near, far)
	near.Close()
}

// TestProxyAndAuthority: HTTPS_PROXY, NO_PROXY and SSL_CERT_FILE work in .env,
// and what is wrong with them is named.
func TestProxyAndAuthority(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("elsewhere the system alone says which authorities are trusted")
	}
	t.Parallel()
	path, err := program()
	if err != nil {
		t.Fatal(err)
	}
	p := newPlace(t, false, "SLACK_WEBHOOKS=")
	quiet := log.New(io.Discard, "", 0)
	platforms := httptest.NewUnstartedServer(p.platforms)
	platforms.EnableHTTP2, platforms.Config.ErrorLog = true, quiet
	platforms.StartTLS()
	t.Cleanup(platforms.Close)
	authority := filepath.Join(t.TempDir(), "authority.pem")
	block := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: platforms.Certificate().Raw})
	if err := os.WriteFile(authority, block, 0o600); err != nil {
		t.Fatal(err)
	}
	proxy := &tunnel{to: platforms.Listener.Addr().String()}
	server := httptest.NewServer(proxy)
	t.Cleanup(server.Close)
	at := strings.TrimPrefix(server.URL, "http://")
	for _, tt := range []struct {
		name, host, env string
		taken           bool // by the proxy
		want            string
	}{
		{"all is well", "example.com", "HTTPS_PROXY=http://user:proxysecret@" + at + "\nSSL_CERT_FILE=" + authority, true, "it may post to #sales"},
		{"an authority that is not trusted", "example.com", "HTTPS_PROXY=http://user:proxysecret@" + at, true, "the certificate of example.com is signed by “O=Acme Co”, which this machine does not trust. If a proxy or firewall of this network signs it, set SSL_CERT_FILE"},
		{"a wrong password", "example.com", "HTTPS_PROXY=http://user:wrongsecret@" + at, false, "the proxy " + at + " answered 407 Proxy Authentication Required. The proxy wants a user and a password"},
		{"a host beside the proxy", "platform.invalid", "HTTPS_PROXY=http://user:proxysecret@" + at + "\nNO_PROXY=.invalid", false, "cannot reach platform.invalid: "},
		{"quotes that Docker left", "example.com", "HTTPS_PROXY=\"'http://user:proxysecret@" + at + "'\"", false, "cannot connect to the proxy 'http:80: the name 'http does not resolve. Check the address in HTTPS_PROXY"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			before := proxy.taken.Load()
			command := exec.Command(path, "check")
			command.Dir = t.TempDir()
			command.Env = append(p.env, "SLACK_API_URL=https://"+tt.host+"/api/", "DISCORD_API_URL=https://"+tt.host+"/api/v10/")
			if err := os.WriteFile(filepath.Join(command.Dir, ".env"), []byte(tt.env), 0o600); err != nil {
				t.Fatal(err)
			}
			out, _ := command.CombinedOutput()
			if n := strings.Count(string(out), tt.want); n == 0 || strings.Contains(string(out), "secret") {
				t.Errorf("got:\n%s\nwant %q, and no secret", out, tt.want)
			}
			if taken := proxy.taken.Load() > before; taken != tt.taken {
				t.Errorf("connections through the proxy: %v, want %v", taken, tt.taken)
			}
		})
	}
	if calls := p.platforms.Calls("discord"); len(calls) == 0 {
		t.Error("nothing reached the platforms")
	}
}
