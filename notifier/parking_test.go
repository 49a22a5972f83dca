package notifier_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"polarbell/journal"
	"polarbell/notifier"
	"polarbell/standin"
)

func TestParkedDestinationHealsAndDrainsInOrder(t *testing.T) {
	inWorld(t, func(w *world) {
		w.slack(sales)
		w.slack(ops)
		w.discord()
		w.to[1].Public = true
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
		w.pass(time.Hour)
		got := w.headlines(sales)
		if len(got) != 15 {
			w.t.Fatalf("after healing shown %q, want the 15 sales", got)
		}
		for n, h := range got {
			if !strings.HasSuffix(strings.Trim(h, "*"), fmt.Sprint("Customer ", n)) {
				t.Errorf("card %d reads %q", n, h)
			}
		}
		heard := strings.Join(w.headlines(disc), "\n")
		if !strings.Contains(heard, "not_in_channel") && !strings.Contains(heard, "works again") {
			t.Errorf("the other destination shows %s, want to hear of the parking", heard)
		}
		if !strings.Contains(heard, "works again") {
			t.Errorf("the other destination shows %s, want to hear of the recovery", heard)
		}
		if public := strings.Join(w.headlines(ops), "\n"); strings.Contains(public, "works again") || strings.Contains(public, "stopped") {
			t.Errorf("the public destination shows %s", public)
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
		if err := w.journal.Release(w.t.Context(), disc, time.Now()); err != nil {
			w.t.Fatal(err)
		}
		w.idle(time.Minute)
		if got := w.headlines(disc); len(got) == 0 || !strings.Contains(got[0], "Customer 1") {
			t.Errorf("after the release shown %q, want the sale", got)
		}
		if misuse := w.platforms.Misuse(); len(misuse) != 0 {
			t.Errorf("misuse: %q", misuse)
		}
	})
}

func TestParkedDestinationIsTriedAtOnceOnRestart(t *testing.T) {
	inWorld(t, func(w *world) {
		w.slack(sales)
		w.start()
		w.platforms.Revoke("slack", standin.TokenRevoked)
		w.deliver(sale(1))
		w.pass(time.Hour)
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
		place, err := w.journal.Place(w.t.Context(), "forum")
		if err != nil || place.ParkedCode != "400/220001" {
			t.Errorf("the forum's place is %+v, %v; want it parked", place, err)
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
		if err := w.journal.Release(w.t.Context(), "broken", time.Now()); err != nil {
			w.t.Fatal(err)
		}
		dead, err := w.journal.Refusals(w.t.Context(), "broken", 10)
		if err != nil || len(dead) != 1 || !strings.Contains(dead[0].Headline, "Customer 1") {
			w.t.Fatalf("dead letters %+v, %v; want the sale alone", dead, err)
		}
		w.replay(journal.Selection{Failed: true})
		if got := customers(s); !slices.Contains(got, "1") {
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
		place, err := w.journal.Place(w.t.Context(), sales)
		if err != nil || !place.ParkedAt.IsZero() {
			t.Errorf("place %+v, %v; want it not parked", place, err)
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
		if err := w.journal.Release(w.t.Context(), sales, time.Now()); err != nil {
			w.t.Fatal(err)
		}
		w.pass(3 * time.Second)
		if got := w.headlines(sales); len(got) == 0 || !strings.Contains(got[0], "Customer 1") {
			t.Errorf("shown %q, want the sale at once", got)
		}
	})
}
