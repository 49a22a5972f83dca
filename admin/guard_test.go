package admin_test

import (
	"context"
	"encoding/base64"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"polarbell/admin"
	"polarbell/journal"
)

var errLease = errors.New("no lease")

func itoa(seq journal.Seq) string { return strconv.FormatInt(int64(seq), 10) }

func escaped(query string) string { return url.QueryEscape(query) }

func basic(password string) string {
	return "Basic " + base64.StdEncoding.EncodeToString([]byte("anybody:"+password))
}

var guarded = []string{"/", "/deliveries/1", "/assets/style.css", "/metrics", "/debug/pprof/", "/debug/pprof/heap", "/nothing"}

func TestEverythingButReadinessAsksForThePassword(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(s *settings) { s.Password = "opensesame" })
	w.store(sale(1))
	for _, path := range guarded {
		for password, want := range map[string]bool{"": false, "wrong": false, "opensesame": true} {
			status, _ := w.get(path, "Authorization", basic(password))
			if got := status != http.StatusUnauthorized; got != want {
				t.Errorf("GET %s with password %q answers %d", path, password, status)
			}
		}
		if status, _ := w.get(path); status != http.StatusUnauthorized {
			t.Errorf("GET %s without a password answers %d, want 401", path, status)
		}
	}
	if status, _ := w.post("/destinations/discord/test", ""); status != http.StatusUnauthorized || strings.Contains(w.sayings(discord), "SAMPLE") {
		t.Errorf("an action without a password answers %d, want 401 and nothing done", status)
	}
	if status, _ := w.get("/readyz"); status != http.StatusOK {
		t.Errorf("/readyz answers %d, want 200", status)
	}
	if status, _ := w.get("/", "Authorization", basic("opensesame"), "Host", "polarbell.example.com"); status != http.StatusOK {
		t.Errorf("with the password, by a name: answers %d, want 200", status)
	}
}

func TestWithoutAPasswordOnlyThisMachineIsServed(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	for host, want := range map[string]int{
		"127.0.0.1:9090": 200, "localhost:9090": 200, "localhost": 200, "[::1]:9090": 200,
		"evil.example.com:9090": 403, "evil.example.com": 403, "localhost.evil.example.com": 403,
	} {
		for _, path := range []string{"/", "/metrics", "/debug/pprof/"} {
			if status, _ := w.get(path, "Host", host); status != want {
				t.Errorf("%s, called as %s, answers %d, want %d", path, host, status, want)
			}
		}
	}
	r := httptest.NewRequest(http.MethodGet, "http://192.0.2.1:9090/debug/pprof/", nil)
	r = r.WithContext(context.WithValue(r.Context(), http.LocalAddrContextKey,
		net.Addr(&net.TCPAddr{IP: net.IPv4(192, 0, 2, 1), Port: 9090})))
	answer := httptest.NewRecorder()
	o := w.settings.Options
	o.Metrics = admin.NewMetrics("")
	admin.New(o).ServeHTTP(answer, r)
	if answer.Code != http.StatusForbidden {
		t.Errorf("on another address than loopback: answers %d, want 403", answer.Code)
	}
}

func TestOtherSitesCannotAct(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	seq := w.store(sale(1))
	for name, header := range map[string][]string{
		"a browser that says so":   {"Sec-Fetch-Site", "cross-site"},
		"another site of the host": {"Sec-Fetch-Site", "same-site"},
		"an older browser":         {"Sec-Fetch-Site", "", "Origin", "https://evil.example.com"},
		"a hidden origin":          {"Sec-Fetch-Site", "", "Origin", "null"},
	} {
		for _, path := range []string{"/destinations/discord/test", "/destinations/discord/release", "/deliveries/" + itoa(seq) + "/replay"} {
			if status, _ := w.post(path, "", header...); status != http.StatusForbidden {
				t.Errorf("%s: POST %s answers %d, want 403", name, path, status)
			}
		}
	}
	for _, path := range []string{"/destinations/discord/test", "/destinations/discord/release", "/deliveries/" + itoa(seq) + "/replay"} {
		if status, _ := w.get(path); status != http.StatusMethodNotAllowed && status != http.StatusNotFound {
			t.Errorf("GET %s answers %d, want no action by a link", path, status)
		}
	}
	w.idle()
	if strings.Contains(w.sayings(discord), "SAMPLE") {
		t.Error("a test card was posted")
	}
}

func TestPagesForbidWhatIsInline(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	w.store(sale(1))
	for _, path := range []string{"/", "/?q=x", "/deliveries/1"} {
		response, err := http.Get(w.url + path)
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
		policy := response.Header.Get("Content-Security-Policy")
		if !strings.Contains(policy, "default-src 'none'") || strings.Contains(policy, "unsafe") {
			t.Errorf("%s has the policy %q, want a strict one", path, policy)
		}
	}
}

func TestReadiness(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		password string
		header   []string
		spoil    func(w *world)
		status   int
		text     string
	}{
		"ready":                        {status: 200, text: "ready\n"},
		"a destination parked":         {spoil: func(w *world) { w.platforms.Revoke(discord, "no_service") }, status: 200, text: "ready\n"},
		"no lease":                     {spoil: func(w *world) { w.stalled = errLease }, status: 503, text: "not ready: no lease\n"},
		"a journal that takes nothing": {spoil: func(w *world) { _ = w.journal.Close() }, status: 503, text: "not ready: the journal is closed\n"},
		"reasons without the password": {password: "x", spoil: func(w *world) { w.stalled = errLease }, status: 503, text: "not ready\n"},
		"reasons with the password":    {password: "x", header: []string{"Authorization", basic("x")}, spoil: func(w *world) { w.stalled = errLease }, status: 503, text: "not ready: no lease\n"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, func(s *settings) { s.Password = tc.password })
			if tc.spoil != nil {
				tc.spoil(w)
			}
			if status, text := w.get("/readyz", tc.header...); status != tc.status || text != tc.text {
				t.Errorf("answers %d %q, want %d %q", status, text, tc.status, tc.text)
			}
		})
	}
}

func TestProfiles(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	for _, path := range []string{"/debug/pprof/", "/debug/pprof/heap?debug=1", "/debug/pprof/profile?seconds=1"} {
		if status, _ := w.get(path); status != http.StatusOK {
			t.Errorf("%s answers %d, want 200", path, status)
		}
	}
}
