package notifier_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"polarbell/compose"
	"polarbell/notifier"
	"polarbell/standin"
)

func TestParkedDestinationHealsAndDrainsInOrder(t *testing.T) {
	inWorld(t, func(w *world) {
		w.slack(sales)
		w.start()
		w.platforms.Revoke(sales, standin.BotRemoved)
		for n := range 15 {
			w.deliver(sale(n))
			w.pass(time.Second)
		}
		w.pass(10 * time.Minute)
		if got := w.headlines(sales); len(got) != 0 {
			w.t.Fatalf("the broken channel shows %q", got)
		}
		if tries := len(w.platforms.Calls(sales)); tries > 6 {
			t.Errorf("the broken channel was tried %d times in ten minutes, want it ever more slowly", tries)
		}
		w.platforms.Restore(sales)
		w.pass(10 * time.Minute)
		got := w.headlines(sales)
		if len(got) != 15 {
			w.t.Fatalf("after healing shown %q, want the 15 sales", got)
		}
		for n, h := range got {
			if customer(h) != fmt.Sprint(n) {
				t.Errorf("card %d reads %q", n, h)
			}
		}
	})
}

// TestOthersHearOfAParkedDestination: once that it stopped and once that it
// works again, with what follows. Those that strangers read hear nothing, and
// the parked one does not hear of itself.
func TestOthersHearOfAParkedDestination(t *testing.T) {
	inWorld(t, func(w *world) {
		w.slack(sales)
		w.slack(ops)
		w.slackHook()
		w.discord()
		w.to[1].Public = true
		w.start()
		w.platforms.Revoke(sales, standin.BotRemoved)
		for n := range 13 {
			w.deliver(sale(n))
			w.pass(time.Second)
		}
		w.pass(10 * time.Minute)
		stopped := "⚠️ No messages in Slack “C0SALES”: not in channel · 1 waiting"
		for _, channel := range []string{hooked, disc} {
			if got := w.ownNews(channel); !slices.Equal(got, []string{stopped}) {
				t.Errorf("%s shows %q of the bridge, want %q", channel, got, stopped)
			}
		}
		w.platforms.Restore(sales)
		w.pass(10 * time.Minute)
		works := "✅ Slack “C0SALES” works again · 3 waiting follow" // ten were in its first message
		for channel, want := range map[string][]string{
			hooked: {stopped, works},
			disc:   {stopped, stopped, works}, // the first message was edited: it tells the outcome
			ops:    nil,
			sales:  nil,
		} {
			if got := w.ownNews(channel); !slices.Equal(got, want) {
				t.Errorf("%s showed %q of the bridge, want %q", channel, got, want)
			}
		}
	})
}

func TestDeletedDiscordWebhookIsNotCalledAgain(t *testing.T) {
	inWorld(t, func(w *world) {
		w.discord()
		w.start()
		w.platforms.Revoke(disc, standin.WebhookDeleted)
		w.deliver(sale(1))
		w.pass(time.Hour)
		if calls := w.platforms.Calls(disc); len(calls) != 1 {
			t.Errorf("called %d times, want once", len(calls))
		}
		w.platforms.Restore(disc)
		if err := w.journal.Unpark(w.t.Context(), disc, time.Now()); err != nil {
			w.t.Fatal(err)
		}
		w.idle(time.Minute)
		if got := w.headlines(disc); len(got) == 0 || !strings.Contains(got[0], "Customer 1") {
			t.Errorf("after the release shown %q, want the sale", got)
		}
	})
}

func TestParkedDestinationIsTriedAtOnceOnRestart(t *testing.T) {
	inWorld(t, func(w *world) {
		w.slack(sales)
		w.start()
		w.platforms.Revoke("slack", standin.TokenRevoked)
		w.deliver(sale(1))
		w.pass(10 * time.Minute)
		w.platforms.Restore("slack")
		w.restart()
		w.idle(3 * time.Second)
		if got := w.headlines(sales); len(got) != 1 {
			t.Errorf("shown %q, want the sale at once", got)
		}
	})
}

func TestForumWithoutAThreadIsParkedAndAThreadIsEdited(t *testing.T) {
	inWorld(t, func(w *world) {
		w.platforms.Discord("910000000000000001", "secret", "forum")
		w.platforms.Forum("forum")
		w.platforms.Discord("910000000000000002", "secret", "threaded")
		w.platforms.Thread("threaded", "777")
		w.add("forum", "Discord", w.api.Webhook("910000000000000001", "secret", ""))
		w.add("threaded", "Discord", w.api.Webhook("910000000000000002", "secret", "777"))
		w.start()
		w.deliver(sale(1))
		w.pass(10 * time.Second)
		w.deliver(refund(1))
		w.pass(10 * time.Second)
		state, err := w.journal.Destination(w.t.Context(), "forum")
		if err != nil || state.ParkedCode != "400/220001" {
			t.Errorf("the forum's state is %+v, %v; want it parked", state, err)
		}
		if got := w.shown("threaded"); len(got) < 2 || got[0].Thread != "777" || got[0].Edits != 1 {
			t.Errorf("the thread shows %+v, want the card edited in it", got)
		}
	})
}

func TestBanPausesAllDiscordDestinationsTogether(t *testing.T) {
	inWorld(t, func(w *world) {
		for n := range 5 {
			id := fmt.Sprint("90000000000000010", n)
			w.platforms.Discord(id, "secret", id)
			w.add(id, "Discord", w.api.Webhook(id, "secret", ""))
		}
		w.start()
		w.platforms.Ban(4 * time.Minute)
		for n := range 100 {
			w.deliver(sale(n))
			w.pass(time.Second)
		}
		w.pass(10 * time.Minute)
		if limited := w.platforms.Limited("discord"); limited > 5*4 {
			t.Errorf("%d calls into the ban, want few", limited)
		}
		for _, d := range w.to {
			if got := len(w.headlines(d.Name)); got != 100 {
				t.Errorf("%s shows %d sales, want 100", d.Name, got)
			}
		}
	})
}

func TestExpiredLettersCanBeReplayed(t *testing.T) {
	inWorld(t, func(w *world) {
		w.options.Retention = 72 * time.Hour
		s := &scripted{}
		for range 100 {
			s.faults = append(s.faults, &notifier.Fault{Verdict: notifier.Broken, Code: "token_revoked"})
		}
		w.add("broken", "Slack", s)
		w.start()
		w.deliver(sale(1))
		w.pass(time.Minute)
		w.stop()
		w.pass(73 * time.Hour)
		w.start()
		w.pass(5 * time.Minute)
		s.faults = nil
		if err := w.journal.Unpark(w.t.Context(), "broken", time.Now()); err != nil {
			w.t.Fatal(err)
		}
		dead := w.deadLetters("broken")
		if len(dead) != 1 || !strings.Contains(dead[0].Headline, "Customer 1") {
			w.t.Fatalf("dead letters %+v; want the sale alone", dead)
		}
		w.replay(notifier.Selection{Failed: true})
		if got := s.customers(); !slices.Contains(got, "1") {
			t.Errorf("the replay shows %q, want the sale", got)
		}
	})
}

func TestReplacedChannelDoesNotParkItsSuccessor(t *testing.T) {
	inWorld(t, func(w *world) {
		w.slack(sales)
		w.start()
		w.deliver(sale(1))
		w.idle(time.Minute)
		w.platforms.Revoke(sales, standin.Archived)
		w.to[0].Sender = w.app.Channel(ops)
		w.restart()
		w.deliver(refund(1))
		w.idle(time.Minute)
		state, err := w.journal.Destination(w.t.Context(), sales)
		if err != nil || !state.ParkedAt.IsZero() {
			t.Errorf("its state is %+v, %v; want it not parked", state, err)
		}
		if got := strings.Join(w.headlines(ops), "\n"); !strings.Contains(got, "Refunded") || strings.Contains(got, "stopped") {
			t.Errorf("the new channel shows %s", got)
		}
	})
}

func TestReleaseIsHeardAtOnce(t *testing.T) {
	inWorld(t, func(w *world) {
		w.slack(sales)
		w.start()
		w.platforms.Revoke(sales, standin.BotRemoved)
		w.deliver(sale(1))
		w.pass(40 * time.Minute)
		w.platforms.Restore(sales)
		if err := w.journal.Unpark(w.t.Context(), sales, time.Now()); err != nil {
			w.t.Fatal(err)
		}
		w.pass(3 * time.Second)
		if got := w.headlines(sales); len(got) == 0 || !strings.Contains(got[0], "Customer 1") {
			t.Errorf("shown %q, want the sale at once", got)
		}
	})
}

// TestReleaseIsHeardWhilePostsWait: a destination that was parked by an edit is
// released although its next post is not due for long.
func TestReleaseIsHeardWhilePostsWait(t *testing.T) {
	inWorld(t, func(w *world) {
		s := &scripted{}
		w.add("slow", "Slack", s)
		w.start()
		w.deliver(sale(1))
		w.idle(time.Minute)
		s.faults = []*notifier.Fault{
			{Verdict: notifier.Later, Code: "503", Wait: 10 * time.Second},            // the edit
			{Verdict: notifier.Later, Code: "429", Wait: 10 * time.Minute},            // the next post
			{Verdict: notifier.Broken, Code: "account_inactive", UntilReleased: true}, // the edit again
		}
		w.deliver(renamed(1, "Renamed"))
		w.pass(time.Second)
		w.deliver(sale(2))
		w.pass(time.Minute)
		if len(s.faults) > 0 || len(s.edits) != 2 {
			w.t.Fatalf("%d edits, want two that failed", len(s.edits))
		}
		if err := w.journal.Unpark(w.t.Context(), "slow", time.Now()); err != nil {
			t.Fatal(err)
		}
		w.pass(2 * time.Second)
		if len(s.edits) != 3 || !s.edits[2].ok {
			t.Errorf("%d edits two seconds after the release, want a third", len(s.edits))
		}
		w.idle(time.Hour)
		if got := s.customers(); !slices.Equal(got, []string{"1", "2"}) {
			t.Errorf("shown %q, want the second sale once its wait is over", got)
		}
	})
}

// ownNews is what a channel ever showed of the bridge itself.
func (w *world) ownNews(channel string) []string {
	return slices.DeleteFunc(w.ever(channel), func(h string) bool {
		return !strings.Contains(h, "No messages in") && !strings.Contains(h, "works again")
	})
}

// TestEditWaitsForTheChannel: a message that cannot be edited because the bot was
// removed, or the channel archived, is edited once a person has mended that.
func TestEditWaitsForTheChannel(t *testing.T) {
	for _, state := range []standin.State{standin.BotRemoved, standin.Archived} {
		t.Run(string(state), func(t *testing.T) {
			inWorld(t, func(w *world) {
				w.slack(sales)
				w.start()
				w.deliver(sale(1))
				w.idle(time.Minute)
				w.platforms.Revoke(sales, state)
				w.deliver(renamed(1, "Renamed"))
				w.pass(time.Minute)
				w.platforms.Restore(sales)
				w.idle(2 * time.Hour)
				if got := w.headlines(sales); len(got) != 1 || !strings.Contains(got[0], "Renamed") {
					t.Errorf("shows %q, want the sale with its new name", got)
				}
			})
		})
	}
}

// TestEditInAChannelOfBefore: a message in a channel that is no longer configured
// holds nothing up.
func TestEditInAChannelOfBefore(t *testing.T) {
	inWorld(t, func(w *world) {
		w.slack(sales)
		w.start()
		w.deliver(sale(1))
		w.idle(time.Minute)
		w.stop()
		w.to[0].Sender = w.app.Channel(ops)
		w.platforms.Revoke(sales, standin.BotRemoved)
		w.start()
		w.deliver(renamed(1, "Renamed"))
		w.deliver(sale(2))
		w.idle(time.Minute)
		if got := w.headlines(ops); len(got) != 1 || !strings.Contains(got[0], "Customer 2") {
			t.Errorf("%s shows %q, want the second sale", ops, got)
		}
	})
}

// TestParkedForAMessageThatIsDeleted: what Slack says of the message shows that the
// destination works again.
func TestParkedForAMessageThatIsDeleted(t *testing.T) {
	inWorld(t, func(w *world) {
		s, other := &scripted{}, &scripted{}
		w.add("sales", "Slack", s)
		w.add("ops", "Slack", other)
		w.to[1].Routes = compose.MustRoute("alerts")
		w.start()
		w.deliver(sale(1))
		w.idle(time.Minute)
		s.faults = []*notifier.Fault{{Verdict: notifier.Broken, Code: "token_revoked"}, {Verdict: notifier.Gone, Code: "message_not_found"}}
		w.deliver(renamed(1, "Renamed"))
		w.pass(3 * time.Hour)
		if len(s.faults) > 0 {
			t.Fatalf("%d faults left", len(s.faults))
		}
		if state := w.status("sales").State(); state != "ok" {
			t.Errorf("sales is %s, want ok: %q", state, other.headlines())
		}
	})
}
