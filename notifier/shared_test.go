package notifier_test

import (
	"fmt"
	"testing"
	"time"

	"polarbell/notifier"
	"polarbell/standin"
)

// TestDestinationsThatThePlatformCountsAsOne share its limit: none of their
// posts and edits is answered with a 429.
func TestDestinationsThatThePlatformCountsAsOne(t *testing.T) {
	for _, tt := range []struct {
		name     string
		platform string
		add      func(w *world)
	}{
		{"six threads of a webhook", "discord", func(w *world) {
			for n := range 6 {
				thread := fmt.Sprint("90", n)
				w.platforms.Thread(disc, thread)
				w.add("thread"+thread, "Discord", w.api.Webhook(disc, "secret", thread))
			}
		}},
		{"a channel by ID and by name", "slack", func(w *world) {
			w.add("by ID", "Slack", w.app.Channel(sales))
			w.add("by name", "Slack", w.app.Channel("#sales"))
		}},
		{"an incoming webhook twice", "slack", func(w *world) {
			w.slackHook()
			w.add("again", "Slack", w.hooks.Webhook("https://hooks.slack.com"+hook))
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				tt.add(w)
				w.start()
				for n := range 15 {
					w.deliver(sale(n))
					w.pass(500 * time.Millisecond)
				}
				w.idle(10 * time.Minute)
				shown := map[string]int{}
				for _, channel := range w.platforms.Channels() {
					for _, h := range w.headlines(channel) {
						shown[customer(h)]++
					}
				}
				for n := range 15 {
					w.deliver(renamed(n, "Renamed"))
				}
				w.idle(10 * time.Minute)
				if n, all := w.platforms.Limited(tt.platform), len(w.platforms.Calls(tt.platform)); n > 0 {
					t.Errorf("%d of %d calls were answered with 429", n, all)
				}
				for n := range 15 {
					if got := shown[fmt.Sprint(n)]; got != len(w.to) {
						t.Errorf("sale %d was shown %d times, want once by each of %d destinations", n, got, len(w.to))
					}
				}
			})
		})
	}
}

// TestLimitOfTheAddressHoldsAllDiscordDestinations: a limit that Cloudflare sets,
// or that Discord calls global, is not one webhook's, nor one process's.
func TestLimitOfTheAddressHoldsAllDiscordDestinations(t *testing.T) {
	for _, tt := range []struct {
		name   string
		answer standin.Outcome
		shared bool
	}{
		{"in HTML", standin.Outcome{Status: 429, Header: after("40"), Body: "<html>You are being rate limited</html>"}, true},
		{"in text", standin.Outcome{Status: 429, Header: after("40"), Body: "error code: 1015"}, true},
		{"global", standin.Outcome{Status: 429, Header: after("40"), Body: `{"retry_after":40,"global":true}`}, true},
		{"of one webhook", standin.Outcome{Status: 429, Header: after("40"), Body: `{"retry_after":40,"global":false}`}, false},
	} {
		for _, restarts := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, restarts %v", tt.name, restarts), func(t *testing.T) {
				inWorld(t, func(w *world) {
					expectHeld(w, tt.answer, tt.shared, restarts)
				})
			})
		}
	}
}

// expectHeld has a webhook limited for 40 s, where another one is held as well if
// the limit is shared.
func expectHeld(w *world, limit standin.Outcome, shared, restarts bool) {
	const other = "900000000000000002"
	w.platforms.Discord(other, "secret", other)
	w.discord()
	w.add(other, "Discord", w.api.Webhook(other, "secret", ""))
	w.start()
	w.platforms.Fail(disc, 1, limit)
	w.deliver(sale(1))
	w.pass(time.Second)
	before := len(w.platforms.Calls(other))
	if restarts {
		w.anew()
	}
	w.deliver(sale(2))
	w.pass(38 * time.Second)
	if called := len(w.platforms.Calls(other)) > before; called == shared {
		w.t.Errorf("the other webhook was called within the 40 s: %v, want %v", called, !shared)
	}
	if calls := w.platforms.Calls(disc); len(calls) != 1 {
		w.t.Errorf("the limited webhook was called %d times, want once", len(calls))
	}
	w.idle(10 * time.Second)
	for _, d := range w.to {
		if got := len(w.headlines(d.Name)); got != 2 {
			w.t.Errorf("%s shows %d sales, want 2", d.Name, got)
		}
	}
}

// TestRetryAfterSurvivesARestart: with senders of a new process.
func TestRetryAfterSurvivesARestart(t *testing.T) {
	for _, tt := range []struct {
		name   string
		answer standin.Outcome
		wait   bool
	}{
		{"asked to wait", standin.Outcome{Status: 429, Header: after("90")}, true},
		{"down", standin.Outcome{Status: 503}, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				w.slack(sales)
				w.start()
				w.deliver(sale(1))
				w.idle(time.Minute)
				w.platforms.Fail(sales, 1, tt.answer)
				w.deliver(sale(2))
				w.pass(1500 * time.Millisecond)
				w.app = notifier.NewSlackApp("xoxb-secret", "https://slack.com/api/", w.platforms.Transport())
				w.to = nil
				w.slack(sales)
				w.restart()
				w.pass(80 * time.Second)
				if waited := len(w.headlines(sales)) == 1; waited != tt.wait {
					t.Errorf("80 s after the restart it waits: %v, want %v", waited, tt.wait)
				}
				if w.pass(15 * time.Second); len(w.headlines(sales)) != 2 {
					t.Errorf("the channel shows %q, want both sales", w.headlines(sales))
				}
			})
		})
	}
}
