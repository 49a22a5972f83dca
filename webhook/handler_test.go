package webhook_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
	"unicode/utf8"

	"polarbell/journal"
	"polarbell/webhook"
)

// memory is a journal in memory. Its numbers start at 1.
type memory struct {
	mu      sync.Mutex
	entries []journal.Entry
	err     error
	hang    bool
	woken   func(journal.Seq)
}

func (m *memory) Append(ctx context.Context, e journal.Entry) (journal.Seq, bool, error) {
	if m.hang {
		<-ctx.Done()
		return 0, false, ctx.Err()
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.err != nil {
		return 0, false, m.err
	}
	same := func(old journal.Entry) bool { return old.ID == e.ID }
	if i := slices.IndexFunc(m.entries, same); i >= 0 {
		return journal.Seq(i + 1), false, nil
	}
	m.entries = append(m.entries, e)
	return journal.Seq(len(m.entries)), true, nil
}

func (m *memory) Wake(seq journal.Seq) {
	if m.woken != nil {
		m.woken(seq)
	}
}

func open(t testing.TB, a webhook.Appender, o webhook.Options) http.Handler {
	t.Helper()
	if o.Secrets == nil {
		o.Secrets = []string{newSecret}
	}
	if o.Path == "" {
		o.Path = "/webhook"
	}
	h, err := webhook.New(a, o)
	if err != nil {
		t.Fatalf("New: %v", err)
	}
	return h
}

func at(now time.Time) func() time.Time { return func() time.Time { return now } }

func post(h http.Handler, header http.Header, body string) *httptest.ResponseRecorder {
	return send(h, "/webhook", header, strings.NewReader(body))
}

func send(h http.Handler, path string, header http.Header, body io.Reader) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodPost, path, body)
	r.Header = header
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func text(w *httptest.ResponseRecorder) string { return strings.TrimSuffix(w.Body.String(), "\n") }

func TestAnswers(t *testing.T) {
	big := `{"type":"order.paid","data":{"id":"` + strings.Repeat("x", 1<<20) + `"}}`
	full := big[:1<<20-3] + `"}}`
	const raw = "not a Polar event: set the endpoint's format to Raw in Polar's webhook settings"
	for _, c := range []struct {
		name, body string
		want       int
		text       string
	}{
		{"an event", sample, 202, "stored as 1 for sales, ops"},
		{"an unknown type", `{"type":"rocket.launched","data":{}}`, 202, "stored as 1 for sales, ops"},
		{"an event that goes to no destination", `{"type":"quiet.event","data":{}}`, 202, "stored as 1; ROUTES sends this type to no destination"},
		{"exactly 1 MiB", full, 202, "stored as 1 for sales, ops"},
		{"1 MiB and one byte", full + " ", 413, "too large: a delivery may have at most 1 MiB"},
		{"9 MiB", strings.Repeat(" ", 9<<20), 413, "too large: a delivery may have at most 1 MiB"},
		{"nothing", "", 400, "not a Polar event: the body is not JSON"},
		{"not JSON", "<order.paid>", 400, "not a Polar event: the body is not JSON"},
		{"no type", `{"data":{}}`, 400, raw},
		{"a type that is not a text", `{"type":7,"data":{}}`, 400, raw},
		{"a list", `[]`, 400, raw},
		{"no data", `{"type":"order.paid"}`, 400, raw},
		{"data that is not an object", `{"type":"order.paid","data":[]}`, 400, raw},
		{"Polar's Slack format", `{"text":"New Order","blocks":[]}`, 400, raw},
		{"Polar's Discord format", `{"content":"New Order","embeds":[]}`, 400, raw},
		{"a hostile type", `{"type":"<script>","data":{}}`, 202, "stored as 1 for sales, ops"},
	} {
		routes := func(_, eventType string) []string {
			if eventType == "quiet.event" {
				return nil
			}
			return []string{"sales", "ops"}
		}
		for _, way := range []struct {
			name string
			body io.Reader
		}{
			{"with its length", strings.NewReader(c.body)},
			{"chunked", struct{ io.Reader }{strings.NewReader(c.body)}},
		} {
			t.Run(c.name+" "+way.name, func(t *testing.T) {
				store := &memory{}
				h := open(t, store, webhook.Options{Now: at(noon), Destinations: routes})
				got := send(h, "/webhook", webhook.Sign(newSecret, "0c1", noon, []byte(c.body)), way.body)
				if got.Code != c.want || text(got) != c.text {
					t.Errorf("answer = %d %q, want %d %q", got.Code, text(got), c.want, c.text)
				}
				if stored := len(store.entries) == 1; stored != (c.want == 202) {
					t.Errorf("stored = %t under status %d", stored, got.Code)
				}
				if ct := got.Header().Get("Content-Type"); ct != "text/plain; charset=utf-8" {
					t.Errorf("Content-Type = %q", ct)
				}
			})
		}
	}
}

func TestSeenBefore(t *testing.T) {
	h := open(t, &memory{}, webhook.Options{Now: at(noon)})
	post(h, webhook.Sign(newSecret, "first", noon, []byte(sample)), sample)
	for _, c := range []struct {
		id   string
		want int
		text string
	}{
		{"second", 202, "stored as 2"},
		{"second", 200, "seen before as 2: nothing new is posted; to post it again, run polarbell replay 2"},
		{"first", 200, "seen before as 1: nothing new is posted; to post it again, run polarbell replay 1"},
	} {
		got := post(h, webhook.Sign(newSecret, c.id, noon, []byte(sample)), sample)
		if got.Code != c.want || text(got) != c.text {
			t.Errorf("%s: answer = %d %q, want %d %q", c.id, got.Code, text(got), c.want, c.text)
		}
	}
}

func TestStoresTheDelivery(t *testing.T) {
	store := &memory{}
	body := `{"type":"order.paid", "data":{"id":"7b7a5b5c-0f0c-4c5e-8a52-3d8c3a3f9d11","status":"paid"}}`
	post(open(t, store, webhook.Options{Now: at(noon)}), webhook.Sign(newSecret, "0c1", noon, []byte(body)), body)
	if len(store.entries) != 1 {
		t.Fatalf("%d stored, want 1", len(store.entries))
	}
	e := store.entries[0]
	if e.ID != "0c1" || e.Type != "order.paid" || !e.Received.Equal(noon) || e.Received.Location() != time.UTC {
		t.Errorf("stored ID %q, Type %q, Received %v", e.ID, e.Type, e.Received)
	}
	const order = "order:7b7a5b5c-0f0c-4c5e-8a52-3d8c3a3f9d11"
	if e.Subject != order || e.Object != order || e.State != `{"s":"paid"}` {
		t.Errorf("stored Subject %q, Object %q, Brief %q", e.Subject, e.Object, e.State)
	}
	if string(e.Body) != body {
		t.Errorf("stored body %q, want the bytes as they came", e.Body)
	}
}

func TestPathsAndMethods(t *testing.T) {
	type want struct {
		status int
		allow  string
	}
	for _, c := range []struct {
		path, method, target string
		want                 want
	}{
		{"/webhook", "POST", "/webhook", want{202, ""}},
		{"/webhook", "POST", "/webhook/", want{202, ""}},
		{"/webhook", "POST", "/webhook?from=polar", want{202, ""}},
		{"/webhook/", "POST", "/webhook", want{202, ""}},
		{"/", "POST", "/", want{202, ""}},
		{"/a/b", "POST", "/a/b", want{202, ""}},
		{"/webhook", "GET", "/webhook", want{405, "POST"}},
		{"/webhook", "HEAD", "/webhook", want{405, "POST"}},
		{"/webhook", "PUT", "/webhook/", want{405, "POST"}},
		{"/webhook", "OPTIONS", "/webhook", want{405, "POST"}},
		{"/webhook", "POST", "//webhook", want{404, ""}},
		{"/webhook", "POST", "/webhook//", want{404, ""}},
		{"/webhook", "POST", "/x/../webhook", want{404, ""}},
		{"/webhook", "POST", "/./webhook", want{404, ""}},
		{"/webhook", "POST", "/Webhook", want{404, ""}},
		{"/webhook", "POST", "/", want{404, ""}},
		{"/webhook", "GET", "/metrics", want{404, ""}},
		{"/webhook", "GET", "/healthz", want{200, ""}},
		{"/webhook", "HEAD", "/healthz", want{200, ""}},
		{"/webhook", "POST", "/healthz", want{405, "GET, HEAD"}},
		{"/webhook", "GET", "/healthz/", want{404, ""}},
	} {
		t.Run(c.path+" "+c.method+" "+c.target, func(t *testing.T) {
			h := open(t, &memory{}, webhook.Options{Path: c.path, Now: at(noon)})
			r := httptest.NewRequest(c.method, "http://bridge"+c.target, strings.NewReader(sample))
			r.Header = webhook.Sign(newSecret, "0c1", noon, []byte(sample))
			w := httptest.NewRecorder()
			h.ServeHTTP(w, r)
			if got := (want{w.Code, w.Header().Get("Allow")}); got != c.want {
				t.Errorf("status and Allow = %+v, want %+v", got, c.want)
			}
			if l := w.Header().Get("Location"); l != "" {
				t.Errorf("redirects to %q", l)
			}
		})
	}
}

func TestJournalFails(t *testing.T) {
	var log bytes.Buffer
	store := &memory{err: errors.New("disk full")}
	h := open(t, store, webhook.Options{Now: at(noon), Log: slog.New(slog.NewTextHandler(&log, nil))})
	got := post(h, webhook.Sign(newSecret, "0c1", noon, []byte(sample)), sample)
	if got.Code != 503 || got.Header().Get("Retry-After") == "" {
		t.Errorf("status = %d, Retry-After = %q, want 503 and some seconds", got.Code, got.Header().Get("Retry-After"))
	}
	if strings.Contains(got.Body.String(), "disk full") {
		t.Errorf("the answer shows the cause: %q", got.Body)
	}
	if !strings.Contains(log.String(), `err="disk full"`) {
		t.Errorf("the log misses the cause: %s", &log)
	}
}

func TestJournalHangs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, &memory{hang: true}, webhook.Options{})
		start := time.Now()
		got := post(h, webhook.Sign(newSecret, "0c1", start, []byte(sample)), sample)
		if took := time.Since(start); got.Code != 503 || took != 8*time.Second {
			t.Errorf("status = %d after %v, want 503 after 8s", got.Code, took)
		}
	})
}

func TestClientHangsUp(t *testing.T) {
	store := &memory{}
	h := open(t, store, webhook.Options{Now: at(noon)})
	ctx, hangUp := context.WithCancel(t.Context())
	hangUp()
	r := httptest.NewRequestWithContext(ctx, http.MethodPost, "/webhook", strings.NewReader(sample))
	r.Header = webhook.Sign(newSecret, "0c1", noon, []byte(sample))
	h.ServeHTTP(httptest.NewRecorder(), r)
	if len(store.entries) != 1 {
		t.Errorf("%d stored, want 1: the delivery had arrived in full", len(store.entries))
	}
}

func TestAnswerFitsPolarsList(t *testing.T) {
	names := func(_, _ string) []string { return slices.Repeat([]string{"продажи"}, 500) }
	h := open(t, &memory{}, webhook.Options{Now: at(noon), Destinations: names})
	got := post(h, webhook.Sign(newSecret, "0c1", noon, []byte(sample)), sample).Body.String()
	if len(got) > 2048 || !strings.HasSuffix(got, "…\n") || !utf8.ValidString(got) {
		t.Errorf("answer has %d bytes and ends in %q, want at most 2048, whole characters and an ellipsis", len(got), got[len(got)-8:])
	}
}

func TestNewRefusesNonsense(t *testing.T) {
	for _, c := range []struct {
		name string
		o    webhook.Options
	}{
		{"no secret", webhook.Options{Path: "/webhook"}},
		{"an empty secret", webhook.Options{Path: "/webhook", Secrets: []string{newSecret, ""}}},
		{"no path", webhook.Options{Secrets: []string{newSecret}}},
		{"a path without a slash", webhook.Options{Path: "webhook", Secrets: []string{newSecret}}},
		{"the path of the health check", webhook.Options{Path: "/healthz/", Secrets: []string{newSecret}}},
	} {
		if _, err := webhook.New(&memory{}, c.o); err == nil || strings.Contains(err.Error(), newSecret) {
			t.Errorf("%s: error = %v, want one without the secret", c.name, err)
		}
	}
}
