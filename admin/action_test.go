package admin_test

import (
	"net/http"
	"strings"
	"testing"

	"polarbell/journal"
	"polarbell/standin"
)

// sayings are the bodies of a channel's messages, one after the other.
func (w *world) sayings(channel string) string {
	var all strings.Builder
	for _, m := range w.platforms.Messages(channel) {
		all.Write(m.Body)
	}
	return all.String()
}

func TestTestCardReachesOneDestinationAndSaysSo(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	status, page := w.post("/destinations/discord/test", "")
	if status != http.StatusOK || !strings.Contains(page, "A test card was posted to discord.") {
		t.Errorf("answered %d, want a page that says it was posted", status)
	}
	if !strings.Contains(w.sayings(discord), "SAMPLE · polarbell reaches this channel") {
		t.Errorf("discord shows %q, want the test card", w.sayings(discord))
	}
	for _, other := range []string{sales, ops, hooked, community} {
		if got := w.sayings(other); got != "" {
			t.Errorf("%s shows %q, want nothing", other, got)
		}
	}
	if _, page := w.get("/"); strings.Contains(page, "was posted") {
		t.Error("the notice is shown a second time")
	}
	if status, _ := w.post("/destinations/nobody/test", ""); status != http.StatusNotFound {
		t.Errorf("a destination that does not exist: answered %d, want 404", status)
	}
}

func TestTestCardThatFailsSaysWhatToDo(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	w.platforms.Revoke(sales, standin.BotRemoved)
	_, page := w.post("/destinations/sales/test", "")
	if want := "sales did not take the test card: not_in_channel. Invite the app: /invite @polarbell in the channel."; !strings.Contains(page, want) {
		t.Errorf("the page lacks %q:\n%s", want, page)
	}
}

func TestReleaseHasAParkedDestinationTriedAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	w.platforms.Revoke(discord, standin.WebhookDeleted)
	w.store(sale(1))
	w.eventually("discord to be parked", func() bool { return w.parked("discord") })
	w.platforms.Restore(discord)
	if _, page := w.post("/destinations/discord/release", ""); !strings.Contains(page, "discord is tried again now.") {
		t.Error("the page does not say what was done")
	}
	w.eventually("what waited to be shown", func() bool { return strings.Contains(w.sayings(discord), "Customer 1") })
}

func TestReplayShowsADeliveryAgain(t *testing.T) {
	for name, tc := range map[string]struct {
		form string
		want []string // channels with a second card
	}{
		"at one":     {"destination=discord", []string{discord}},
		"everywhere": {"", []string{sales, hooked, discord, community}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, nil)
			seq := w.store(sale(1))
			w.idle()
			status, page := w.post("/deliveries/"+itoa(seq)+"/replay", tc.form)
			if status != http.StatusOK || !strings.Contains(page, "To be shown again in ") {
				t.Errorf("answered %d, want a page that says what comes", status)
			}
			w.idle()
			for _, channel := range []string{sales, ops, hooked, discord, community} {
				want := 1
				for _, c := range tc.want {
					if c == channel {
						want = 2
					}
				}
				if channel == ops {
					want = 0
				}
				if got := len(w.platforms.Messages(channel)); got != want {
					t.Errorf("%s has %d messages, want %d", channel, got, want)
				}
			}
		})
	}
}

func TestReplayOfNothingSaysWhy(t *testing.T) {
	for name, tc := range map[string]struct {
		play func(w *world) journal.Seq
		form string
		want string
	}{
		"not routed": {
			play: func(w *world) journal.Seq { return w.store(sale(1)) },
			form: "destination=ops",
			want: "Nothing is shown again. ops: not routed.",
		},
		"still waiting": {
			play: func(w *world) journal.Seq {
				w.platforms.Revoke(discord, standin.WebhookDeleted)
				seq := w.store(sale(1))
				w.eventually("discord to be parked", func() bool { return w.parked("discord") })
				return seq
			},
			form: "destination=discord",
			want: "Nothing is shown again. discord: waiting, until discord works again.",
		},
		"over": {
			play: func(w *world) journal.Seq {
				w.store(sale(1))
				return w.store(checkout(1))
			},
			want: "Nothing is shown again. sales, hook, discord: no news, it was over before it was posted.",
		},
		"forgotten": {
			play: func(w *world) journal.Seq {
				seq := w.store(sale(1))
				w.idle()
				w.forget("c1@example.com")
				return seq
			},
			want: "Nothing is shown again. It was forgotten on request.",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, nil)
			seq := tc.play(w)
			if !w.parked("discord") {
				w.idle()
			}
			if _, page := w.post("/deliveries/"+itoa(seq)+"/replay", tc.form); !strings.Contains(page, tc.want) {
				t.Errorf("the page lacks %q:\n%s", tc.want, page)
			}
		})
	}
}

func TestReplayThatWaitsIsCounted(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	seq := w.store(sale(1))
	w.idle()
	w.platforms.Fail(discord+" post", -1, standin.Outcome{Status: http.StatusInternalServerError})
	w.post("/deliveries/"+itoa(seq)+"/replay", "destination=discord")
	if _, page := w.get("/"); !strings.Contains(page, "<b>1</b> to be shown again") {
		t.Errorf("the page does not count the replay:\n%s", page)
	}
	w.expectOutcomes(seq, "Waiting: discord (to be shown again)", "Shown: sales, hook, community", "Not routed: ops")
}

func TestReplayOfWhatWasRefusedEmptiesTheDeadLetters(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	w.platforms.Fail(sales+" post", 2, refusal)
	seq := w.store(sale(1))
	w.expectOutcomes(seq, "Refused: sales (invalid_blocks)", "Shown: hook, discord, community", "Not routed: ops")
	w.post("/deliveries/"+itoa(seq)+"/replay", "destination=sales")
	w.expectOutcomes(seq, "Shown: sales, hook, discord, community", "Not routed: ops")
	w.idle()
	if n, err := w.journal.CountDeadLetters(t.Context(), "sales"); err != nil || n > 0 {
		t.Errorf("%d dead letters (%v), want none", n, err)
	}
}
