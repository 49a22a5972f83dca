package webhook_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"polarbell/journal"
	"polarbell/webhook"
)

func TestOneLinePerOutcome(t *testing.T) {
	var log bytes.Buffer
	now := noon
	h := open(t, &memory{}, webhook.Options{
		Log: slog.New(slog.NewTextHandler(&log, nil)), Now: func() time.Time { return now },
	})
	lines := func(header http.Header) []string {
		t.Helper()
		log.Reset()
		post(h, header, sample)
		return strings.Split(strings.TrimSpace(log.String()), "\n")
	}
	signed := webhook.Sign(newSecret, "0c1", noon, []byte(sample))

	for _, want := range []string{"stored", "seen"} {
		got := lines(signed)
		if len(got) != 1 || !strings.Contains(got[0], want) {
			t.Fatalf("log = %q, want one line with %q", got, want)
		}
		for _, part := range []string{"level=INFO", "event=order.paid", "seq=1", "id=0c1", "took="} {
			if !strings.Contains(got[0], part) {
				t.Errorf("line %q misses %q", got[0], part)
			}
		}
	}

	forged := headers("stranger@example.com", "1764000000", "v1,"+oldWhole)
	got := lines(forged)
	if len(got) != 1 || !strings.Contains(got[0], "level=WARN") || strings.Contains(got[0], "stranger") {
		t.Errorf("log = %q, want one warning without the stranger's id", got)
	}
	for range 41 {
		if got := lines(forged); got[0] != "" {
			t.Fatalf("a repeated refusal is logged: %q", got)
		}
	}
	if got := lines(http.Header{}); !strings.Contains(got[0], "unsigned") {
		t.Errorf("log = %q, want another kind of refusal in it", got)
	}
	now = now.Add(time.Minute)
	if got := lines(forged); !strings.Contains(got[0], "suppressed=41") {
		t.Errorf("log = %q, want suppressed=41", got)
	}
}

func TestRefusalNamesTheSender(t *testing.T) {
	forged := headers("0c1", "1764000000", "v1,"+oldWhole)
	for name, c := range map[string]struct {
		peer, forwarded string
		header          http.Header
		want            []string
		not             string
	}{
		"from outside":       {"203.0.113.9:4711", "", forged, []string{"from=203.0.113.9"}, "forwarded_for"},
		"without signature":  {"203.0.113.9:4711", "", http.Header{}, []string{"from=203.0.113.9"}, "forwarded_for"},
		"with a made-up way": {"203.0.113.9:4711", "198.51.100.7", forged, []string{"from=203.0.113.9"}, "198.51.100.7"},
		"by a proxy here":    {"127.0.0.1:4711", "198.51.100.7", forged, []string{"from=127.0.0.1", "forwarded_for=198.51.100.7"}, ""},
		"by a proxy near":    {"[fd00::2]:4711", "198.51.100.7, 10.0.0.1", forged, []string{"from=fd00::2", `forwarded_for="198.51.100.7, 10.0.0.1"`}, ""},
		"by one that maps":   {"[::ffff:10.0.0.2]:4711", "198.51.100.7", forged, []string{"forwarded_for=198.51.100.7"}, ""},
		"with control marks": {"10.0.0.2:4711", "1.2.3.4\r\nlevel=INFO\u202e\xff", forged, []string{`forwarded_for="1.2.3.4level=INFO"`}, "\\"},
		"very long":          {"10.0.0.2:4711", strings.Repeat("1", 500), forged, []string{"forwarded_for=" + strings.Repeat("1", 120) + "…"}, strings.Repeat("1", 121)},
		"signed by Polar":    {"203.0.113.9:4711", "", webhook.Sign(newSecret, "0c1", noon, []byte(sample)), []string{"stored"}, "from="},
	} {
		var log bytes.Buffer
		h := open(t, &memory{}, webhook.Options{Log: slog.New(slog.NewTextHandler(&log, nil)), Now: at(noon)})
		r := httptest.NewRequest(http.MethodPost, "/webhook", strings.NewReader(sample))
		r.RemoteAddr, r.Header = c.peer, c.header.Clone()
		if c.forwarded != "" {
			r.Header.Set("X-Forwarded-For", c.forwarded)
		}
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		for _, want := range c.want {
			if !strings.Contains(log.String(), want) {
				t.Errorf("%s: the log says %q, want %q", name, &log, want)
			}
		}
		if c.not != "" && strings.Contains(log.String(), c.not) {
			t.Errorf("%s: the log says %q, want it without %q", name, &log, c.not)
		}
		if strings.Contains(w.Body.String(), "198.51") {
			t.Errorf("%s: the answer repeats the header: %q", name, w.Body)
		}
	}
}

// A delivery to another path is probably Polar's, with a wrong URL there.
func TestAnotherPathIsNamed(t *testing.T) {
	for _, c := range []struct {
		name, path string
		header     http.Header
		want       string // in the log; "": nothing is logged
	}{
		{"another path", "/hook", webhook.Sign(newSecret, "0c1", noon, []byte(sample)), `msg="webhook wrong_path" status=404`},
		{"its name", "/hook", webhook.Sign(newSecret, "0c1", noon, []byte(sample)), "path=/hook from=203.0.113.9"},
		{"a name with control marks", "/h%0Alevel=INFO", webhook.Sign(newSecret, "0c1", noon, []byte(sample)), `path="/hlevel=INFO"`},
		{"not a delivery", "/wp-login.php", http.Header{}, ""},
	} {
		var log bytes.Buffer
		h := open(t, &memory{}, webhook.Options{Log: slog.New(slog.NewTextHandler(&log, nil)), Now: at(noon)})
		r := httptest.NewRequest(http.MethodPost, c.path, strings.NewReader(sample))
		r.RemoteAddr, r.Header = "203.0.113.9:4711", c.header
		h.ServeHTTP(httptest.NewRecorder(), r)
		if got := log.String(); !strings.Contains(got, c.want) || c.want == "" && got != "" {
			t.Errorf("%s: the log says %q, want %q", c.name, got, c.want)
		}
	}
}

// The answer comes before the log line and before the loops wake, since only
// the answer keeps a buyer waiting.
func TestAnswersFirst(t *testing.T) {
	w := httptest.NewRecorder()
	var log bytes.Buffer
	var woken []journal.Seq
	store := &memory{woken: func(seq journal.Seq) {
		if woken = append(woken, seq); !w.Flushed {
			t.Error("the loops are woken while the answer waits")
		}
	}}
	h := open(t, store, webhook.Options{
		Log: slog.New(slog.NewTextHandler(writer(func(line []byte) (int, error) {
			if !w.Flushed {
				t.Error("the line is written while the answer waits")
			}
			return log.Write(line)
		}), nil)),
		Now: at(noon),
	})
	for _, want := range []int{202, 200} { // the second is seen before: no news
		w = httptest.NewRecorder()
		log.Reset()
		r := httptest.NewRequest(http.MethodPost, "/webhook", strings.NewReader(sample))
		r.Header = webhook.Sign(newSecret, "0c1", noon, []byte(sample))
		h.ServeHTTP(w, r)
		if w.Code != want || log.Len() == 0 || !slices.Equal(woken, []journal.Seq{1}) {
			t.Errorf("status %d, log %q, woken for %v; want %d, a line, and for 1 alone", w.Code, &log, woken, want)
		}
	}
}

type writer func([]byte) (int, error)

func (w writer) Write(p []byte) (int, error) { return w(p) }

func TestNoSecretInAnyLine(t *testing.T) {
	var log bytes.Buffer
	h := open(t, &memory{}, webhook.Options{
		Secrets: []string{newSecret, oldSecret, chosenSecret},
		Log:     slog.New(slog.NewJSONHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug})),
		Now:     at(noon),
	})
	const email = "jane@example.com"
	body := fmt.Sprintf(`{"type":"order.paid","data":{"id":"1","customer":{"email":%q}}}`, email)
	for i, b := range []string{body, body, `{"text":"` + email + `","blocks":[]}`, email} {
		for _, secret := range []string{newSecret, oldSecret, chosenSecret, "another secret " + newSecret} {
			post(h, webhook.Sign(secret, fmt.Sprint(i), noon, []byte(b)), b)
			post(h, webhook.Sign(secret, fmt.Sprint(i), noon.Add(time.Hour), []byte(b)), b)
		}
	}
	if log.Len() == 0 {
		t.Fatal("nothing was logged")
	}
	signature := webhook.Sign(newSecret, "0", noon, []byte(body)).Get("webhook-signature")
	for _, secret := range []string{newSecret[6:], oldSecret[6:], chosenSecret, email, signature} {
		if strings.Contains(log.String(), secret) {
			t.Errorf("the log holds %q:\n%s", secret, &log)
		}
	}
}

func TestObserve(t *testing.T) {
	var got []string
	h := open(t, &memory{}, webhook.Options{
		Now:     at(noon),
		Observe: func(_, eventType, outcome string, _ time.Duration) { got = append(got, eventType+" "+outcome) },
	})
	signed := webhook.Sign(newSecret, "0c1", noon, []byte(sample))
	post(h, signed, sample)
	post(h, signed, sample)
	post(h, signed, sample+" ")
	post(h, http.Header{}, sample)
	post(h, webhook.Sign(newSecret, "0c1", noon.Add(-time.Hour), []byte(sample)), sample)
	post(h, webhook.Sign(newSecret, "0c1", noon, []byte("{}")), "{}")
	send(h, "/elsewhere", signed, strings.NewReader(sample))
	send(h, "/elsewhere", http.Header{}, strings.NewReader(sample)) // not from Polar
	want := []string{
		"order.paid stored", "order.paid seen", " wrong_signature", " unsigned", " clock", " no_event", " wrong_path",
	}
	if fmt.Sprintf("%q", got) != fmt.Sprintf("%q", want) {
		t.Errorf("observed %q, want %q", got, want)
	}
}
