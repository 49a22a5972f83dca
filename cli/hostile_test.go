package cli_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"polarbell/polar"
	"polarbell/webhook"
)

// request is what a stranger, or a Polar set up wrongly, sends.
type request struct {
	name   string
	body   []byte
	header http.Header // nil: signed as Polar does
	want   int
	says   string // part of the answer
}

// TestBadRequestsAreRefused: what is not a signed Polar event gets the
// contract's answer, reaches no channel and leaves no secret in the log.
func TestBadRequestsAreRefused(t *testing.T) {
	t.Parallel()
	p := newPlace(t, true, "LOG_LEVEL=debug")
	p.start()
	good := saleOf("00000001")
	stale := webhook.Sign(secret, "stale", time.Now().Add(-6*time.Minute), good)
	ahead := webhook.Sign(secret, "ahead", time.Now().Add(6*time.Minute), good)
	tampered := webhook.Sign(secret, "tampered", time.Now(), good)
	stranger := webhook.Sign("whsec_"+strings.Repeat("QUFB", 8), "stranger", time.Now(), good)
	unsigned := http.Header{"Content-Type": {"application/json"}}
	for _, r := range []request{
		{"no signature", good, unsigned, 401, ""},
		{"another's signature", good, stranger, 401, ""},
		{"a stale signature", good, stale, 401, "ahead"},
		{"a signature to come", good, ahead, 401, "behind"},
		{"a tampered body", bytes.Replace(good, []byte("900"), []byte("901"), 1), tampered, 401, ""},
		{"a byte too long", bytes.Repeat([]byte(" "), 1<<20+1), nil, 413, "1 MiB"},
		{"not JSON", []byte("payment_received=1"), nil, 400, "not JSON"},
		{"nothing", nil, nil, 400, ""},
		{"JSON that is no object", []byte(`["order.paid"]`), nil, 400, ""},
		{"a type that is no text", []byte(`{"type":7,"data":{}}`), nil, 400, ""},
		{"data that is no object", []byte(`{"type":"order.paid","data":"x"}`), nil, 400, ""},
		{"Polar's Slack format", []byte(`{"text":"New order","blocks":[{"type":"section"}]}`), nil, 400, "Raw"},
		{"Polar's Discord format", []byte(`{"content":"New order","embeds":[{"title":"New order"}]}`), nil, 400, "Raw"},
	} {
		status, text := p.send(http.MethodPost, r)
		if status != r.want || !strings.Contains(text, r.says) {
			t.Errorf("%s: answered %d %q, want %d and %q", r.name, status, text, r.want, r.says)
		}
	}
	if status, _ := p.send(http.MethodGet, request{body: nil, header: unsigned}); status != 405 {
		t.Errorf("GET: answered %d, want 405", status)
	}
	p.expectCutOff(good)
	p.expectOnly(good)
	p.expectNoSecrets("AAA")
}

// send makes one request of any kind.
func (p *place) send(method string, r request) (status int, text string) {
	p.t.Helper()
	if r.header == nil {
		r.header = webhook.Sign(secret, r.name, time.Now(), r.body)
	}
	made, err := http.NewRequest(method, p.url, bytes.NewReader(r.body))
	if err != nil {
		p.t.Fatal(err)
	}
	made.Header = r.header
	response, err := http.DefaultClient.Do(made)
	if err != nil {
		p.t.Fatalf("%s: %v", r.name, err)
	}
	defer response.Body.Close()
	answer, _ := io.ReadAll(response.Body)
	return response.StatusCode, string(answer)
}

// expectCutOff sends a signed delivery, one byte of it withheld: the bridge
// hangs up and stores nothing.
func (p *place) expectCutOff(body []byte) {
	p.t.Helper()
	to, err := url.Parse(p.url)
	if err != nil {
		p.t.Fatal(err)
	}
	connection, err := net.Dial("tcp", to.Host)
	if err != nil {
		p.t.Fatal(err)
	}
	defer connection.Close()
	fmt.Fprintf(connection, "POST %s HTTP/1.1\r\nHost: %s\r\nContent-Length: %d\r\n", to.Path, to.Host, len(body))
	if err := webhook.Sign(secret, "slow", time.Now(), body).Write(connection); err != nil {
		p.t.Fatal(err)
	}
	fmt.Fprintf(connection, "\r\n%s", body[:len(body)-1])
	_ = connection.SetReadDeadline(time.Now().Add(time.Minute))
	answer, err := io.ReadAll(connection)
	if err != nil {
		p.t.Errorf("a slow body: %v, want the connection closed", err)
	}
	if bytes.HasPrefix(answer, []byte("HTTP/1.1 2")) {
		p.t.Errorf("a slow body: answered %s", answer)
	}
}

// expectOnly delivers one good sale: what came before it in the line, if it
// had been stored, would stand in the channels with it.
func (p *place) expectOnly(body []byte) {
	p.t.Helper()
	status, text := p.post("good", body)
	if status != http.StatusAccepted || !strings.HasPrefix(text, "stored as 1 ") {
		p.t.Errorf("a good delivery: answered %d %q, want the first to be stored", status, text)
	}
	for _, channel := range channels {
		p.eventually("the sale in "+channel, func() bool { return p.cards(channel) > 0 })
		if got := p.cards(channel); got != 1 {
			p.t.Errorf("%s shows %d cards, want one: %s", channel, got, p.texts(channel))
		}
	}
}

// expectNoSecrets reads the whole log.
func (p *place) expectNoSecrets(more ...string) {
	p.t.Helper()
	hidden := append([]string{
		secret, "xoxb-tokensecret", "hooksecret", "discordsecret", "@example.com", "/services/", "/webhooks/", "http://evil",
	}, more...)
	for _, text := range hidden {
		if log := p.log.String(); strings.Contains(log, text) {
			at := strings.Index(log, text)
			p.t.Errorf("the log holds %q: …%s…", text, log[max(0, at-200):min(len(log), at+100)])
		}
	}
}

// hostile are names as nobody should have them.
var hostile = map[string]string{
	"everyone":      "@everyone @here",
	"channel":       "<!channel> <!here> <@U123> <@&456> <#C1>",
	"masked link":   "](http://evil.test) [x](http://evil.test) <http://evil.test|x>",
	"long":          strings.Repeat("ab ", 1700),
	"long word":     strings.Repeat("@", 5000),
	"wide":          strings.Repeat("👨‍👩‍👧‍👦", 700),
	"right to left": "\u202egpj.exe \u0627\u0644\u0639\u0631\u0628\u064a\u0629 \u2066x",
	"controls":      "a\x00b\x1b[31mc\r\n\n# d\n> e\u2028f\u009bg",
	"marks":         "e" + strings.Repeat("\u0301", 3000),
	"formats":       "*a* _b_ ~c~ `d` ```e``` ||f|| # g",
	"nothing":       "\u200b\u3164 ",
}

// TestHostilePayloadsBecomeValidMessages: each text of a payload may be the
// worst there is, every platform takes the message at once, and it calls nobody.
func TestHostilePayloadsBecomeValidMessages(t *testing.T) {
	t.Parallel()
	p := newPlace(t, true, "LOG_LEVEL=debug", "CARDS=off")
	p.start()
	last := 0
	deliver := func(name string, body []byte) {
		t.Helper()
		if status, text := p.post(fmt.Sprint(name, last), body); status != http.StatusAccepted {
			t.Errorf("%s: answered %d %s, want 202", name, status, text)
		}
		last++
	}
	for name, text := range hostile {
		deliver(name, withTexts(t, "order.paid", text))
	}
	for _, eventType := range []string{"checkout.updated", "subscription.canceled", "refund.created", "product.updated"} {
		for _, name := range []string{"everyone", "masked link", "long word"} {
			deliver(eventType+" "+name, withTexts(t, eventType, hostile[name]))
		}
	}
	deliver("unknown currency", withData(t, "order.paid", "currency", "zzz"))
	deliver("no currency", withData(t, "order.paid", "currency", "<!channel>"))
	deliver("null customer", withData(t, "order.paid", "customer", nil, "billing_name", nil, "billing_address", nil))
	deliver("wrong types", withData(t, "order.paid", "customer", "x", "product", []any{1}, "total_amount", "many", "created_at", 7))
	deliver("huge amount", withData(t, "order.paid", "total_amount", int64(9223372036854775807), "net_amount", int64(-9223372036854775808)))
	deliver("odd type", []byte(`{"type":"<!channel>.@everyone\n`+strings.Repeat("x", 3000)+`","data":{"id":"@everyone"}}`))
	for _, channel := range channels {
		p.expectValid(channel, last)
	}
	p.expectNoSecrets("@acme.com", "never_shown", "polar_c_")
}

// expectValid: the channel took every message at once, and they call nobody and
// show nothing that is never to be shown.
func (p *place) expectValid(channel string, cards int) {
	p.t.Helper()
	p.eventually(fmt.Sprintf("%d cards in %s", cards, channel), func() bool { return p.cards(channel) >= cards })
	if got := p.cards(channel); got != cards {
		p.t.Errorf("%s shows %d cards, want %d", channel, got, cards)
	}
	for _, m := range p.platforms.Messages(channel) {
		if len(m.Mentions) > 0 {
			p.t.Errorf("%s: a message calls %v: %s", channel, m.Mentions, m.Body)
		}
	}
	for _, call := range p.platforms.Calls(channel) {
		if call.Status/100 != 2 || call.Code != "" {
			p.t.Errorf("%s: answered %d %s, want every message taken at once", channel, call.Status, call.Code)
		}
	}
	for _, hidden := range []string{"never_shown", "polar_c_", "203.0.113.24"} {
		if strings.Contains(p.texts(channel), hidden) {
			p.t.Errorf("%s shows %q: %s", channel, hidden, p.texts(channel))
		}
	}
}

// withTexts puts one text wherever a sample's object has a text of people's.
func withTexts(t *testing.T, eventType, text string) []byte {
	t.Helper()
	return withData(t, eventType,
		"customer.name", text, "customer.email", text, "product.name", text, "description", text, "invoice_number", text,
		"discount.name", text, "discount.code", text, "customer_name", text, "customer_email", text, "name", text,
		"reason", text, "customer_cancellation_reason", text, "customer_cancellation_comment", text,
		"custom_field_data", map[string]any{"field": text, text: "value"}, "billing_name", text, "billing_address.country", text)
}

func withData(t *testing.T, eventType string, pairs ...any) []byte {
	t.Helper()
	sample, known := polar.Sample(eventType)
	if !known {
		t.Fatalf("no sample of %s", eventType)
	}
	var event map[string]any
	if err := json.Unmarshal(sample, &event); err != nil {
		t.Fatal(err)
	}
	event["data"] = with(event["data"].(map[string]any), pairs...)
	body, err := json.Marshal(event)
	if err != nil {
		t.Fatal(err)
	}
	return body
}
