package admin_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"polarbell/standin"
)

const scrapeEvery = 30 * time.Second

// rule is an alert of docs/metrics.md.
type rule struct {
	name, expr string
	after      time.Duration // how long it must be on
}

var ruleIn = regexp.MustCompile(`- alert: (\w+).*\n +expr: (.+)\n(?: +for: (\w+)\n)?`)

func rules(t *testing.T) (all []rule) {
	t.Helper()
	text, err := os.ReadFile("../docs/metrics.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range ruleIn.FindAllStringSubmatch(string(text), -1) {
		r := rule{name: m[1], expr: m[2]}
		if m[3] != "" {
			if r.after, err = time.ParseDuration(m[3]); err != nil {
				t.Fatal(err)
			}
		}
		all = append(all, r)
	}
	return all
}

// monitor is a Prometheus that watches a world, and its alerts.
type monitor struct {
	*world
	seen   prometheus
	rules  []rule
	isDown bool                 // the bridge does not answer
	since  map[string]time.Time // when a rule's expression began to hold
	fired  map[string]bool
}

// inMonitor runs a bridge in a bubble under the eyes of a monitor.
func inMonitor(t *testing.T, f func(m *monitor)) {
	t.Helper()
	all := rules(t)
	synctest.Test(t, func(t *testing.T) {
		w := newOffline(t, func(s *settings) { s.Password = "monitor" })
		m := &monitor{world: w, seen: prometheus{}, rules: all, since: map[string]time.Time{}, fired: map[string]bool{}}
		m.watch(scrapeEvery)
		f(m)
		synctest.Wait() // see the notifier's tests: no context may end in the middle of a query
	})
}

// watch scrapes and evaluates the rules for a time.
func (m *monitor) watch(d time.Duration) {
	m.t.Helper()
	for end := time.Now().Add(d); time.Now().Before(end); time.Sleep(scrapeEvery) {
		synctest.Wait()
		m.scrapeOnce()
		for _, r := range m.rules {
			m.evaluate(r)
		}
	}
}

func (m *monitor) scrapeOnce() {
	now := time.Now()
	if m.isDown {
		m.seen.add(`up{job="polarbell"}`, now, 0)
		return
	}
	m.seen.add(`up{job="polarbell"}`, now, 1)
	r := httptest.NewRequest(http.MethodGet, "/metrics", nil)
	r.SetBasicAuth("prometheus", "monitor")
	answer := httptest.NewRecorder()
	m.handler.ServeHTTP(answer, r)
	for line := range strings.SplitSeq(answer.Body.String(), "\n") {
		at := strings.LastIndexByte(line, ' ')
		if !strings.HasPrefix(line, "polarbell_") || at < 0 {
			continue
		}
		v, err := strconv.ParseFloat(line[at+1:], 64)
		if err != nil {
			m.t.Errorf("%s: %v", line, err)
		}
		m.seen.add(line[:at], now, v)
	}
}

func (m *monitor) evaluate(r rule) {
	now := time.Now()
	since, isOn := m.since[r.name]
	switch {
	case len(m.seen.eval(r.expr, now)) == 0:
		delete(m.since, r.name)
		return
	case !isOn:
		since = now
		m.since[r.name] = now
	}
	m.fired[r.name] = m.fired[r.name] || now.Sub(since) >= r.after
}

// troubles are what the alerts are for.
var troubles = map[string]func(m *monitor){
	"PolarbellDown": func(m *monitor) {
		m.isDown = true
		m.watch(6 * time.Minute)
	},
	"PolarbellDestinationStopped": func(m *monitor) {
		m.platforms.Revoke(discord, standin.WebhookDeleted)
		m.store(sale(1))
		m.watch(time.Minute)
	},
	"PolarbellDestinationUnreachable": func(m *monitor) {
		m.platforms.Fail(sales, -1, standin.Outcome{Status: http.StatusServiceUnavailable})
		m.store(sale(1))
		m.watch(17 * time.Minute)
	},
	"PolarbellDestinationBehind": func(m *monitor) {
		m.platforms.Fail(sales, -1, standin.Outcome{Status: http.StatusServiceUnavailable})
		m.store(sale(1))
		m.watch(22 * time.Minute)
	},
	"PolarbellDeadLetters": func(m *monitor) {
		m.platforms.Fail(sales+" post", 2, refusal)
		m.store(sale(1))
		m.watch(time.Minute)
	},
	"PolarbellCannotStore": func(m *monitor) {
		m.metrics.Observe("", "order.paid", "unavailable", time.Second)
		m.watch(time.Minute)
	},
	"PolarbellWrongSecret": func(m *monitor) {
		for range 6 {
			m.metrics.Observe("", "", "wrong_signature", time.Millisecond)
		}
		m.watch(time.Minute)
	},
	"PolarbellSlow": func(m *monitor) {
		for range 24 {
			m.metrics.Observe("", "order.paid", "stored", 3*time.Second)
			m.watch(time.Minute)
		}
	},
	"PolarbellWasOff": func(m *monitor) {
		m.note("alive", `{"at":"%[1]s","outage":{"since":"1999-12-31T00:00:00Z","until":"%[1]s"}}`)
		m.watch(time.Minute)
	},
	"PolarbellSilence": func(m *monitor) {
		m.note("silence", `{"since":"1999-12-31T00:00:00Z","usual":7200}`)
		m.watch(time.Minute)
	},
}

// note notes what the reporter does.
func (w *world) note(name, value string) {
	w.t.Helper()
	value = strings.ReplaceAll(value, "%[1]s", time.Now().UTC().Format(time.RFC3339))
	if err := w.journal.PutNote(w.t.Context(), name, value); err != nil {
		w.t.Fatal(err)
	}
}

// TestEachAlertFires on the first trouble after the start, and not before it.
func TestEachAlertFires(t *testing.T) {
	for _, r := range rules(t) {
		t.Run(r.name, func(t *testing.T) {
			inMonitor(t, func(m *monitor) {
				if len(m.fired) > 0 {
					t.Errorf("%v fires before anything has happened", m.fired)
				}
				trouble := troubles[r.name]
				if trouble == nil {
					t.Fatal("no trouble that it is for: add one")
				}
				if trouble(m); !m.fired[r.name] {
					t.Errorf("%s does not fire: %s", r.name, r.expr)
				}
			})
		})
	}
	if got := len(rules(t)); got != len(troubles) {
		t.Errorf("%d rules in docs/metrics.md, want one for each of %d troubles", got, len(troubles))
	}
}

// TestNoAlertFiresOnAGoodDay.
func TestNoAlertFiresOnAGoodDay(t *testing.T) {
	inMonitor(t, func(m *monitor) {
		for n := range 15 {
			m.store(sale(n))
			m.metrics.Observe("", "order.paid", "stored", 2*time.Millisecond)
			m.watch(2 * time.Minute)
		}
		if len(m.fired) > 0 {
			fired := []string{}
			for name := range m.fired {
				fired = append(fired, name)
			}
			t.Errorf("%q fire while all is well", slices.Sorted(slices.Values(fired)))
		}
	})
}
