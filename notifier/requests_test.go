package notifier_test

import (
	"testing"
	"time"

	"polarbell/notifier"
)

// anew goes on in a new process, which knows what the journal has.
func (w *world) anew() {
	w.t.Helper()
	w.end()
	names := w.to
	w.to, w.hooks = nil, &notifier.SlackWebhooks{HTTP: w.platforms.Transport()}
	w.app = notifier.NewSlackApp("xoxb-secret", "https://slack.com/api/", w.platforms.Transport())
	w.api = &notifier.DiscordAPI{Base: w.api.Base, HTTP: w.platforms.Transport()}
	for _, d := range names {
		switch {
		case d.Name == "hook":
			w.slackHook()
		case d.Platform == "Slack":
			w.slack(d.Name)
		default:
			w.discord()
		}
	}
	w.start()
}

// Restarts come faster than the limits of a minute: what a process sent counts
// in the next one.
func TestPaceOutlastsRestarts(t *testing.T) {
	posts := func(w *world) {
		for n := range 150 {
			w.deliver(sale(n))
			w.pass(700 * time.Millisecond)
			if n%9 == 8 {
				w.anew()
			}
		}
	}
	edits := func(w *world) {
		for n := range 60 {
			w.deliver(sample("checkout.created", map[string]any{"id": uuid(2, n), "status": "open"}))
			w.pass(2100 * time.Millisecond)
		}
		for n := range 60 { // 180 messages to edit at once
			w.deliver(sample("checkout.expired", map[string]any{"id": uuid(2, n), "status": "expired", "modified_at": "2026-04-01T00:00:00Z"}))
		}
		for range 12 {
			w.pass(9 * time.Second)
			w.anew()
		}
	}
	deletions := func(w *world) { // of checkouts that were sales in the end
		for n := range 60 {
			w.deliver(sample("checkout.created", map[string]any{"id": uuid(2, n), "status": "open"}))
			w.pass(2100 * time.Millisecond)
		}
		for n := range 60 {
			w.deliver(sale(n))
		}
		for range 12 {
			w.pass(9 * time.Second)
			w.anew()
		}
	}
	for name, test := range map[string]func(*world){"posts": posts, "edits": edits, "deletions": deletions} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				w.slack(sales)
				w.slack(ops)
				w.slackHook()
				w.discord()
				w.start()
				test(w)
				w.idle(time.Hour)
				for _, to := range []string{"slack", hooked, disc} {
					if limited := w.platforms.Limited(to); limited > 0 {
						t.Errorf("%s answered %d 429s, want none", to, limited)
					}
				}
				t.Log(w.cost(sales), w.cost(disc))
			})
		})
	}
}
