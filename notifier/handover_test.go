package notifier_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"polarbell/journal"
	"polarbell/notifier"
	"polarbell/standin"
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
			w.add(d.Name, "Discord", w.api.Webhook(d.Name, "secret", ""))
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
			if name != "posts" && !*long {
				t.Skip("-long runs it too; without it there are posts")
			}
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

// TestResumedRequests: each process counts what those before it requested, once
// for all threads of a webhook, whatever the clocks said.
func TestResumedRequests(t *testing.T) {
	for _, tt := range []struct {
		name string
		n    int           // requests of the first process
		ago  time.Duration // the newest of them
		want time.Duration // how long the next one waits
	}{
		{"none", 0, 0, 0},
		{"room for more", 20, 10 * time.Second, 0},
		{"a full minute", 29, 10 * time.Second, 50 * time.Second},
		{"a minute ago", 29, time.Minute, 0},
		{"a clock that was set back", 29, -time.Hour, time.Minute},
	} {
		t.Run(tt.name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				kept := notifier.Handover{Requests: map[string][]int64{}}
				for n := range tt.n {
					kept.Requests["posts"] = append(kept.Requests["posts"], time.Now().Add(-tt.ago).UnixMicro()-int64(n))
				}
				for process := range 2 {
					api := &notifier.DiscordAPI{Base: w.api.Base, HTTP: w.platforms.Transport()}
					s, thread := api.Webhook(disc, "secret", ""), api.Webhook(disc, "secret", "901")
					s.Resume(kept)
					thread.Resume(kept)
					kept = s.Handover()
					if got := max(0, time.Until(s.NextPost())).Round(time.Second); got != tt.want {
						t.Errorf("process %d waits %s, want %s", process+2, got, tt.want)
					}
				}
			})
		})
	}
}

// TestResumedLimits: what the platform asked one destination for holds in the next
// process for all whom it concerns, but no longer than a day.
func TestResumedLimits(t *testing.T) {
	const other = "900000000000000002"
	for _, tt := range []struct {
		name            string
		held, banned    time.Duration // from now
		thread, another time.Duration // how long another thread waits, and another webhook
	}{
		{"none", 0, 0, 0, 0},
		{"a webhook's", 40 * time.Second, 0, 40 * time.Second, 0},
		{"the address's", 0, 40 * time.Second, 40 * time.Second, 40 * time.Second},
		{"over", -time.Second, -time.Second, 0, 0},
		{"of a wrong clock", 9000 * time.Hour, 9000 * time.Hour, 24 * time.Hour, 24 * time.Hour},
	} {
		t.Run(tt.name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				w.api.Webhook(disc, "secret", "").Resume(notifier.Handover{
					Held:   map[string]int64{"posts": time.Now().Add(tt.held).UnixMicro()},
					Banned: time.Now().Add(tt.banned).UnixMicro(),
				})
				for name, c := range map[string]struct {
					sender notifier.Sender
					want   time.Duration
				}{
					"another thread":  {w.api.Webhook(disc, "secret", "901"), tt.thread},
					"another webhook": {w.api.Webhook(other, "secret", ""), tt.another},
				} {
					if got := max(0, time.Until(c.sender.NextPost())).Round(time.Second); got != c.want {
						t.Errorf("%s waits %s, want %s", name, got, c.want)
					}
				}
			})
		})
	}
}

// TestTimesOfAWrongClock hold a destination back no longer than any true ones.
func TestTimesOfAWrongClock(t *testing.T) {
	for _, tt := range []struct {
		name  string
		kept  func(wrong time.Time) journal.Failure
		after time.Duration
	}{
		{"a limit", func(wrong time.Time) journal.Failure { return journal.Failure{Retry: wrong} }, 25 * time.Hour},
		{"a post in doubt", func(wrong time.Time) journal.Failure {
			return journal.Failure{Doubt: journal.Doubt{Since: wrong, At: wrong, Tries: 2, Head: 1}}
		}, 10 * time.Minute},
	} {
		t.Run(tt.name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				w.slack(sales)
				w.open()
				w.deliver(sale(1))
				f := tt.kept(time.Now().Add(9000 * time.Hour))
				f.Destination, f.Text, f.At = sales, "ratelimited", time.Now()
				if err := w.journal.RecordFailure(w.t.Context(), f); err != nil {
					t.Fatal(err)
				}
				w.start()
				w.pass(tt.after)
				if got := w.sold(sales); !slices.Equal(got, []string{"1"}) {
					t.Errorf("%s after the start %q is shown, want the sale", tt.after, got)
				}
			})
		})
	}
}

// TestBanOutlastsRestarts: the waits grow as in one process, since every call
// prolongs a ban.
func TestBanOutlastsRestarts(t *testing.T) {
	inWorld(t, func(w *world) {
		w.discord()
		w.start()
		w.platforms.Fail(disc, -1, standin.Outcome{Status: 429})
		w.deliver(sale(1))
		for range 12 {
			w.pass(5 * time.Minute)
			w.anew()
		}
		if got := len(w.platforms.Calls(disc)); got > 9 {
			t.Errorf("%d calls into a ban of an hour, want after 1, 2, 4, 8 and then every 15 minutes", got)
		}
	})
}

// TestClockThatWasSetBack: a limit holds as long as it still did when it was written
// down, no longer.
func TestClockThatWasSetBack(t *testing.T) {
	inWorld(t, func(w *world) {
		w.discord()
		w.start()
		w.platforms.Fail(disc, 1, standin.Outcome{Status: 429, Header: http.Header{"Retry-After": {"40"}}, Body: `{"retry_after":40,"global":true}`})
		w.deliver(sale(1))
		w.pass(time.Second)
		state, err := w.journal.Destination(w.t.Context(), disc)
		if err != nil {
			t.Fatal(err)
		}
		ahead := moved(t, state.Handover, 2*time.Hour)
		limit := journal.Failure{Destination: disc, Text: "429", At: time.Now(), Retry: state.RetryAt.Add(2 * time.Hour), Handover: ahead}
		if err := w.journal.RecordFailure(w.t.Context(), limit); err != nil {
			t.Fatal(err)
		}
		w.anew()
		w.pass(30 * time.Second)
		if got := len(w.platforms.Calls(disc)); got != 1 {
			t.Errorf("%d calls within the 40 s, want the one before", got)
		}
		w.pass(30 * time.Second)
		if got := w.sold(disc); !slices.Equal(got, []string{"1"}) {
			t.Errorf("a minute later %q is shown, want the sale", got)
		}
		w.anew() // the limit is over
		w.deliver(sale(2))
		w.pass(time.Minute)
		if got := w.sold(disc); !slices.Equal(got, []string{"1", "2"}) {
			t.Errorf("after another restart %q is shown, want both sales", got)
		}
	})
}

// moved are the same times by a clock that is ahead.
func moved(t *testing.T, handover string, by time.Duration) string {
	t.Helper()
	var h notifier.Handover
	if err := json.Unmarshal([]byte(handover), &h); err != nil {
		t.Fatal(err)
	}
	h.At += by.Microseconds()
	h.Banned += by.Microseconds()
	h.Called += by.Microseconds()
	for kind := range h.Held {
		h.Held[kind] += by.Microseconds()
	}
	text, err := json.Marshal(h)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestLimitOfEditsHoldsNoPosts, also after a restart, unless a release before wrote
// down no more than that there is a limit.
func TestLimitOfEditsHoldsNoPosts(t *testing.T) {
	for _, tt := range []struct {
		name     string
		handover string // in place of what the process wrote down
		want     int
	}{
		{"handed over", "", 2},
		{"of a release before", `{"requests":{}}`, 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				w.slack(sales)
				w.start()
				w.deliver(sale(1))
				w.idle(time.Minute)
				w.platforms.Fail(sales+" edit", 1, standin.Outcome{Status: 429, Header: http.Header{"Retry-After": {"600"}}})
				w.deliver(renamed(1, "Renamed"))
				w.pass(10 * time.Second)
				if err := w.journal.Settle(w.t.Context(), journal.Settlement{Destination: sales, Handover: tt.handover}); err != nil {
					t.Fatal(err)
				}
				w.anew()
				w.deliver(sale(2))
				w.pass(time.Minute)
				if got := w.sold(sales); len(got) != tt.want {
					t.Errorf("a minute after the restart %q is shown, want %d sales", got, tt.want)
				}
				if got := w.headlines(sales); strings.Contains(got[0], "Renamed") {
					t.Errorf("edited within the limit: %q", got)
				}
				w.idle(time.Hour)
				if got := w.headlines(sales); len(got) != 2 || !strings.Contains(got[0], "Renamed") {
					t.Errorf("in the end %q is shown, want both sales, the first one renamed", got)
				}
			})
		})
	}
}

// TestRequestsThatCannotBeRead hold no message back for long.
func TestRequestsThatCannotBeRead(t *testing.T) {
	for _, tt := range []struct {
		name, kept string
		wait       time.Duration // at most
	}{
		{"cut off", `{"requests":{"posts":[17`, 0},
		{"of another form", `[1,2,3]`, 0},
		{"of other kinds", `{"requests":{"calls":[1,2,3]}}`, 0},
		{"huge", `{"requests":{"posts":[0` + strings.Repeat(",9007199254740991", 100_000) + `]}}`, time.Minute},
	} {
		t.Run(tt.name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				w.discord()
				w.open()
				if err := w.journal.Settle(w.t.Context(), journal.Settlement{Destination: disc, Handover: tt.kept}); err != nil {
					t.Fatal(err)
				}
				w.start()
				w.deliver(sale(1))
				w.pass(tt.wait)
				if got := len(w.shown(disc)); got != 1 {
					t.Errorf("%d messages after %s, want one", got, tt.wait)
				}
			})
		})
	}
}

// TestANamesChannelOutlastsARestart: a message in it waits for the person who
// mends the channel, before anything is posted by the new process. Under another
// name it is a channel of before.
func TestANamesChannelOutlastsARestart(t *testing.T) {
	for _, tt := range []struct{ name, then, want string }{
		{"the same name", "#ops", "Renamed"},
		{"another name", "#sales", "Customer 1"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				w.add("by name", "Slack", w.app.Channel("#ops"))
				w.start()
				w.deliver(sale(1))
				w.idle(time.Minute)
				w.end()
				w.to[0].Sender = notifier.NewSlackApp("xoxb-secret", "https://slack.com/api/", w.platforms.Transport()).Channel(tt.then)
				w.platforms.Revoke(ops, standin.BotRemoved)
				w.start()
				w.deliver(renamed(1, "Renamed"))
				w.pass(time.Minute)
				w.platforms.Restore(ops)
				w.idle(2 * time.Hour)
				if got := w.headlines(ops); len(got) != 1 || !strings.Contains(got[0], tt.want) {
					t.Errorf("shows %q, want one of %s", got, tt.want)
				}
			})
		})
	}
}
