//go:build unix

package cli_test

import (
	"database/sql"
	"fmt"
	"html"
	"io"
	"net/http"
	"os/exec"
	"regexp"
	"strings"
	"testing"
	"time"

	"polarbell/standin"
)

const (
	accessToken = "polar_oat_accesssecret"
	endpointID  = "e0000000-0000-4000-8000-000000000001"
	lostSales   = 20
	lostRefunds = 20
)

// atPolar has a bridge call the stand-in of Polar's API, where its endpoint is
// off and 40 events of a night were lost by ten tries each.
func atPolar(t *testing.T, env ...string) *place {
	t.Helper()
	p := newPlace(t, false, env...)
	p.env = append(p.env, "POLAR_ACCESS_TOKEN="+accessToken, "POLAR_API_URL="+p.setting("SLACK_API_URL", "/api/")+"/v1/")
	p.platforms.PolarToken(accessToken, "webhooks:write", "payments:read")
	p.platforms.PolarEndpoint(standin.PolarEndpoint{
		ID: endpointID, URL: "https://alerts.example.com/webhook", Secret: secret, Format: "raw", APIVersion: "2026-10",
		Changed: time.Now().Add(-time.Hour),
	})
	return p
}

// setting is the value of a variable without its end.
func (p *place) setting(name, end string) string {
	for _, variable := range p.env {
		if value, found := strings.CutPrefix(variable, name+"="); found {
			return strings.TrimSuffix(value, end)
		}
	}
	p.t.Fatalf("%s is not set", name)
	return ""
}

func saleID(i int) string   { return fmt.Sprintf("10000000-0000-4000-8000-%012d", i) }
func refundID(i int) string { return fmt.Sprintf("20000000-0000-4000-8000-%012d", i) }

// lose has Polar try in vain, for three hours.
func (p *place) lose() {
	began := time.Now().Add(-3 * time.Hour)
	for i := range lostSales {
		at := began.Add(time.Duration(2*i) * time.Minute)
		p.loseOne(saleID(i), "order.paid", saleAt(fmt.Sprintf("7000%04d", i), at), at)
	}
	for i := range lostRefunds {
		p.loseOne(refundID(i), "refund.created", refundOf(i, began), began.Add(time.Duration(2*i+1)*time.Minute))
	}
}

func refundOf(i int, at time.Time) []byte {
	return fmt.Appendf(nil, `{"type":"refund.created","timestamp":%q,"data":{"id":"33333333-0000-4000-8000-%012d",
		"order_id":"44444444-0000-4000-8000-%012d","status":"succeeded","amount":%d,"tax_amount":0,"currency":"usd",
		"reason":"customer_request","created_at":%q}}`, at.Format(time.RFC3339), i, i, 700_000+i, at.Format(time.RFC3339))
}

func (p *place) loseOne(id, eventType string, body []byte, at time.Time) {
	for try := range 10 {
		p.platforms.PolarAttempt(endpointID, standin.PolarEvent{ID: id, Type: eventType, Payload: string(body)}, false,
			at.Add(time.Duration(try)*3*time.Minute))
	}
}

// sleepFor has a bridge take its last delivery, stop, and miss three hours.
func (p *place) sleepFor(driver, database string) {
	p.t.Helper()
	env := p.env
	p.env = append(env[:len(env):len(env)], "POLAR_ACCESS_TOKEN=") // nothing is noted before
	p.start()
	p.post("last", saleOf("70009999"))
	p.eventually("the last sale", func() bool { return strings.Contains(p.texts("C0SALES"), "Customer-70009999-") })
	p.stop()
	p.env = env
	if n := len(p.platforms.Calls("polar")); n > 0 {
		p.t.Errorf("without a token Polar's API was called %d times", n)
	}
	db, err := sql.Open(driver, database)
	if err != nil {
		p.t.Fatal(err)
	}
	defer db.Close()
	table := "polarbell.entries"
	if driver == "sqlite3" {
		table = "entries"
	}
	if _, err := db.Exec(fmt.Sprintf("UPDATE %s SET received = received - %d", table, (3*time.Hour + time.Minute).Microseconds())); err != nil {
		p.t.Fatal(err)
	}
	p.lose()
}

// summed is how the lost sales are told, one of which Polar may have delivered.
var summed = regexp.MustCompile(`While polarbell was off: (19|20) sales`)

// expectCaughtUp waits until every lost event is stored, each refund is shown
// once, with its time, and the sales in one message.
func (p *place) expectCaughtUp() {
	p.t.Helper()
	shows := func(channel string, i int) int {
		headline := regexp.MustCompile(fmt.Sprintf(`Refunded (at|on) [^·]+ · \$7,000\.%02d`, i))
		return len(headline.FindAllString(p.texts(channel), -1))
	}
	for _, channel := range channels {
		for i := range lostRefunds {
			p.eventually(fmt.Sprintf("refund %d in %s", i, channel), func() bool { return shows(channel, i) > 0 })
		}
	}
	for _, channel := range channels {
		p.eventually("the sales in "+channel, func() bool { return summed.MatchString(p.texts(channel)) })
	}
	p.eventually("the endpoint to be on", func() bool { return p.platforms.PolarEndpoints()[0].Enabled })
	p.eventually("word of the endpoint", func() bool { return strings.Contains(p.texts("C0OPS"), "endpoint is on again") })
	for i := range lostSales {
		p.expectStored(saleID(i))
	}
	for _, channel := range channels {
		for i := range lostRefunds {
			// A message shows its headline once or twice (Slack's fallback).
			if n := shows(channel, i); n > 2 {
				p.t.Errorf("%s shows refund %d %d times:\n%s", channel, i, n, p.texts(channel))
			}
		}
		for i := range lostSales {
			if n := strings.Count(p.texts(channel), fmt.Sprintf("Customer-7000%04d-", i)); n > 3 {
				p.t.Errorf("%s shows sale %d %d times", channel, i, n)
			}
		}
	}
	if strings.Contains(p.log.String(), accessToken) {
		p.t.Error("the log holds the access token")
	}
}

// expectStored: Polar's delivery list says that an event is there already.
func (p *place) expectStored(id string) {
	p.t.Helper()
	status, text := p.post(id, saleOf("70000000"))
	if status != http.StatusOK || !strings.HasPrefix(text, "seen before") {
		p.t.Errorf("event %s is answered with %d %s, want that it was seen before", id, status, text)
	}
}

func TestCatchUp(t *testing.T) {
	t.Parallel()
	for name, begin := range map[string]func(p *place){
		"started once": func(p *place) { p.start() },
		"started twice": func(p *place) {
			p.start()
			p.stop()
			p.start()
		},
		"killed in between": func(p *place) {
			p.platforms.Fail("polar", -1, standin.Outcome{Applied: true, Delay: 300 * time.Millisecond})
			for calls := range 4 { // before each of the calls that follow
				p.start()
				p.eventually("a call", func() bool { return len(p.platforms.Calls("polar")) > calls })
				p.kill()
			}
			p.platforms.Mend("polar")
			p.start()
		},
		"with new deliveries before the first call": func(p *place) {
			p.platforms.Fail("polar", 1, standin.Outcome{Applied: true, Delay: 2 * time.Second})
			p.start()
			p.post(saleID(3), saleOf("70000003")) // Polar delivers one by itself
			p.post("new", saleOf("70008888"))
		},
		"two replicas on one file": func(p *place) {
			second := &place{t: p.t, platforms: p.platforms, env: p.env}
			second.start()
			p.start()
			p.eventually("a call", func() bool { return len(p.platforms.Calls("polar")) > 1 })
			second.kill()
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if strings.HasPrefix(name, "started ") {
				needsLong(t, "a start after kills")
			}
			file := newJournal(t)
			p := atPolar(t, "DATABASE_URL="+file)
			p.sleepFor("sqlite3", file)
			begin(p)
			p.expectCaughtUp()
		})
	}
}

func TestCatchUpOfTwoReplicasOnPostgres(t *testing.T) {
	t.Parallel()
	needsLong(t, "TestCatchUp with two replicas on one file, which waits for no lease that runs out")
	database := newPostgres(t).URL
	p := atPolar(t, "DATABASE_URL="+database)
	p.sleepFor("pgx", database)
	second := &place{t: t, platforms: p.platforms, env: p.env}
	second.start()
	p.start()
	p.eventually("a call", func() bool { return len(p.platforms.Calls("polar")) > 1 })
	second.kill()
	p.expectCaughtUp()
}

// TestPolarDelaysNothing: whatever its API does, the bridge starts, delivers and
// stops, and says it in one line.
func TestPolarDelaysNothing(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		outcome standin.Outcome
		lines   int
	}{
		"hangs":            {standin.Outcome{Delay: time.Hour}, 0}, // until its own deadline
		"answers nonsense": {standin.Outcome{Status: 200, Body: "<html>" + accessToken}, 1},
		"refuses":          {standin.Outcome{Status: 401, Body: accessToken}, 1},
		"breaks off":       {standin.Outcome{Reset: true}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if c.lines > 0 && name != "refuses" {
				needsLong(t, "one that refuses")
			}
			p := atPolar(t)
			p.platforms.Fail("polar", -1, c.outcome)
			p.start()
			p.eventually("a call", func() bool { return len(p.platforms.Calls("polar")) > 0 })
			p.post("one", saleOf("70000001"))
			p.eventually("the sale", func() bool { return strings.Contains(p.texts("C0SALES"), "Customer-70000001-") })
			const line = "cannot fetch from Polar"
			p.eventually("a line in the log", func() bool { return strings.Count(p.log.String(), line) >= c.lines })
			if c.lines > 0 {
				p.expectSaid("Cannot fetch from Polar: ")
			}
			if code := p.stop(); code != 0 {
				t.Errorf("exit code %d, want 0", code)
			}
			if n := strings.Count(p.log.String(), line); n != c.lines || strings.Contains(p.log.String(), accessToken) {
				t.Errorf("%d lines, want %d without the token:\n%s", n, c.lines, p.log.String())
			}
		})
	}
}

// expectSaid: the status page and the command status say the same.
func (p *place) expectSaid(text string) {
	p.t.Helper()
	path, err := program()
	if err != nil {
		p.t.Fatal(err)
	}
	p.eventually("word on the status page", func() bool {
		response, err := http.Get(p.admin)
		if err != nil {
			p.t.Fatal(err)
		}
		defer response.Body.Close()
		page, _ := io.ReadAll(response.Body)
		return strings.Contains(html.UnescapeString(string(page)), text)
	})
	status := exec.Command(path, "status")
	status.Env, status.Dir = p.env, p.t.TempDir()
	out, err := status.Output()
	if err != nil || !strings.Contains(string(out), text) || !strings.Contains(string(out), "Caught up with Polar: ") {
		p.t.Errorf("status: %v, prints:\n%s\nwant %q", err, out, text)
	}
}
