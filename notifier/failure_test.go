package notifier_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"polarbell/journal"
	"polarbell/notifier"
	"polarbell/standin"
)

// customers are the numbers of the sales a scripted sender took, in order.
func customers(s *scripted) []string {
	var all []string
	for _, r := range s.posts {
		for _, c := range r.cards {
			if _, name, found := strings.Cut(c.Headline, "Customer "); found && r.ok {
				all = append(all, name)
			}
		}
	}
	return all
}

func TestOrderIsKeptAcrossFailuresAndRestarts(t *testing.T) {
	inWorld(t, func(w *world) {
		w.slack(sales)
		w.discord()
		w.start()
		var want []string
		for n := range 60 {
			switch n {
			case 10:
				w.platforms.Fail("slack", 3, standin.Outcome{Status: 500})
				w.platforms.Fail("discord", 2, standin.Outcome{Status: 502, Body: "<html>bad gateway</html>"})
			case 20:
				limited := standin.Outcome{Status: 429, Header: http.Header{"Retry-After": {"7"}}, Body: `{"retry_after": 7.5, "message": "slow down"}`}
				w.platforms.Fail("slack", 1, limited)
				w.platforms.Fail("discord", 1, limited)
			case 30:
				w.platforms.Fail("slack", 2, standin.Outcome{Reset: true})
				w.platforms.Fail("discord", 2, standin.Outcome{Reset: true})
			case 40:
				w.restart()
			}
			w.deliver(sale(n))
			w.pass(300 * time.Millisecond)
			want = append(want, fmt.Sprint("Customer ", n))
		}
		w.idle(10 * time.Minute)
		for _, channel := range []string{sales, disc} {
			got := w.headlines(channel)
			if !slices.EqualFunc(got, want, func(g, w string) bool { return strings.HasSuffix(strings.Trim(g, "*"), w) }) {
				t.Errorf("%s shows %q, want every sale once, in order", channel, got)
			}
		}
	})
}

func TestBackoffDoublesToAMinute(t *testing.T) {
	inWorld(t, func(w *world) {
		s := &scripted{}
		for range 10 {
			s.faults = append(s.faults, &notifier.Fault{Verdict: notifier.Later, Code: "500"})
		}
		w.add("flaky", "Slack", s)
		w.start()
		w.deliver(sale(1))
		w.pass(15 * time.Minute)
		if len(s.posts) != 11 {
			w.t.Fatalf("%d tries, want ten that fail and one that succeeds", len(s.posts))
		}
		for i, longest := 0, time.Second; i < 10; i, longest = i+1, min(2*longest, time.Minute) {
			if wait := s.posts[i+1].at.Sub(s.posts[i].at); wait < longest/2 || wait > longest+time.Second {
				t.Errorf("waited %s before try %d, want %s to %s", wait, i+2, longest/2, longest)
			}
		}
	})
}

func TestAskedWaitIsObeyed(t *testing.T) {
	inWorld(t, func(w *world) {
		s := &scripted{faults: []*notifier.Fault{{Verdict: notifier.Later, Code: "429", Wait: 90 * time.Second, Limited: true}}}
		w.add("limited", "Slack", s)
		w.start()
		w.deliver(sale(1))
		w.pass(10 * time.Minute)
		if len(s.posts) != 2 || s.posts[1].at.Sub(s.posts[0].at) < 90*time.Second {
			t.Errorf("tries at %v, want the second 90 s after the first", s.posts)
		}
	})
}

func TestRefusedMessageIsSentSinglyTheBadCardAsPlainText(t *testing.T) {
	inWorld(t, func(w *world) {
		refused := &notifier.Fault{Verdict: notifier.Refused, Code: "invalid_blocks"}
		// The message of five; the first card alone; the second alone, and as plain text.
		s := &scripted{faults: []*notifier.Fault{refused, nil, refused, nil}}
		w.add("picky", "Slack", s)
		w.open()
		for n := range 5 {
			w.deliver(sale(n))
		}
		w.start()
		w.idle(time.Minute)
		if got, want := customers(s), []string{"0", "1", "2", "3", "4"}; !slices.Equal(got, want) {
			t.Errorf("shown %q, want %q", got, want)
		}
		if got := s.posts[3].cards[0]; !got.Plain {
			t.Errorf("the refused card went out as %+v, want plain text", got)
		}
	})
}

func TestCardRefusedForGoodGoesToTheDeadLetters(t *testing.T) {
	inWorld(t, func(w *world) {
		refused := &notifier.Fault{Verdict: notifier.Refused, Code: "50035", Detail: "embeds[0].title"}
		s := &scripted{faults: []*notifier.Fault{refused, refused}}
		w.add("picky", "Discord", s)
		w.start()
		w.deliver(sale(1))
		w.pass(time.Second)
		w.deliver(sale(2))
		w.idle(time.Minute)
		if got := customers(s); !slices.Equal(got, []string{"2"}) {
			t.Errorf("shown %q, want the line to move on", got)
		}
		dead, err := w.journal.Refusals(w.t.Context(), "picky", 10)
		if err != nil || len(dead) != 1 || !strings.Contains(dead[0].Headline, "Customer 1") || !strings.Contains(dead[0].Reason, "50035") {
			w.t.Fatalf("dead letters %+v, %v; want the first sale with its reason", dead, err)
		}
		w.replay(journal.Selection{Failed: true})
		if got := customers(s); !slices.Equal(got, []string{"2", "1"}) {
			t.Errorf("after the replay shown %q, want the dead letter too", got)
		}
		if dead, err = w.journal.Refusals(w.t.Context(), "picky", 10); err != nil || len(dead) != 0 {
			t.Errorf("dead letters %+v, %v; want none", dead, err)
		}
	})
}

// replay asks for entries to be shown again and waits until they are.
func (w *world) replay(s journal.Selection) {
	w.t.Helper()
	for _, d := range w.to {
		if len(s.Destinations) < len(w.to) {
			s.Destinations = append(s.Destinations, d.Name)
		}
	}
	s.Types = func(string, string) bool { return true }
	if _, err := w.journal.Replay(w.t.Context(), s); err != nil {
		w.t.Fatal(err)
	}
	w.idle(10 * time.Minute)
}

func TestReplayShowsEachSubjectOnceAsANewCardWithoutLines(t *testing.T) {
	inWorld(t, func(w *world) {
		w.slack(sales)
		w.start()
		start := time.Now()
		for _, body := range purchase() {
			w.deliver(body)
		}
		w.deliver(sale(7))
		w.deliver(refund(7))
		w.idle(time.Minute)
		before := len(w.headlines(sales))
		w.replay(journal.Selection{Since: start.Add(-time.Minute)})
		if got := w.headlines(sales)[before:]; len(got) != 2 || !strings.Contains(got[1], "Refunded") {
			t.Errorf("the replay shows %q, want one card of each of two subjects", got)
		}
	})
}

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

func TestAnswerLostRepeatsAtMostWhatWasInFlight(t *testing.T) {
	inWorld(t, func(w *world) {
		w.slack(sales)
		w.discord()
		w.start()
		lost := standin.Outcome{Applied: true, Reset: true}
		w.platforms.Fail(sales, 1, lost)
		w.platforms.Fail(disc, 1, lost)
		for n := range 3 {
			w.deliver(sale(n))
			w.pass(5 * time.Second)
		}
		w.idle(time.Minute)
		for _, channel := range []string{sales, disc} {
			if got := w.headlines(channel); len(got) != 4 {
				t.Errorf("%s shows %q, want the first sale twice and the others once", channel, got)
			}
		}
	})
}

func TestAnswersThatAreNoSuccessAreTriedAgain(t *testing.T) {
	for name, o := range map[string]standin.Outcome{
		"empty object":             {Status: 200, Body: "{}"},
		"200 with an error inside": {Status: 200, Body: `{"ok":false,"error":"ratelimited"}`},
		"a page of HTML":           {Status: 200, Body: "<html>maintenance</html>"},
		"Cloudflare's 429":         {Status: 429, Body: "error code: 1015"},
		"a 429 without a body":     {Status: 429},
		"a ban":                    {Status: 429, Body: `{"code":0,"message":"You are being blocked from accessing our API"}`},
		"a broken connection":      {Reset: true},
		"no answer in time":        {Status: 200, Delay: time.Minute},
		"502 in HTML":              {Status: 502, Body: "<html>bad gateway</html>"},
		"a redirect":               {Status: 302, Header: http.Header{"Location": {"https://elsewhere.example/"}}},
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				w.slack(sales)
				w.slackHook()
				w.discord()
				w.start()
				for _, target := range []string{sales, hook, disc} {
					w.platforms.Fail(target, 1, o)
				}
				w.deliver(sale(1))
				w.pass(30 * time.Minute)
				for _, channel := range []string{sales, hooked, disc} {
					sold := slices.DeleteFunc(w.headlines(channel), func(h string) bool { return !strings.Contains(h, "Customer 1") })
					if len(sold) != 1 {
						t.Errorf("%s shows %q, want the sale once", channel, sold)
					}
				}
			})
		})
	}
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

func TestHangingDestinationDelaysNoOther(t *testing.T) {
	inWorld(t, func(w *world) {
		hanging, quick := &scripted{hang: true}, &scripted{}
		w.add("hanging", "Slack", hanging)
		w.add("quick", "Discord", quick)
		w.start()
		for n := range 20 {
			sent := time.Now()
			w.deliver(sale(n))
			w.pass(time.Second)
			if got := customers(quick); len(got) != n+1 {
				w.t.Fatalf("after a second %d sales shown, want %d", len(got), n+1)
			}
			if late := quick.posts[len(quick.posts)-1].at.Sub(sent); late != 0 {
				t.Errorf("sale %d came %s late", n, late)
			}
		}
	})
}

func TestFiftyDestinations(t *testing.T) {
	inWorld(t, func(w *world) {
		var all []*scripted
		for n := range 50 {
			s := &scripted{}
			all = append(all, s)
			w.add(fmt.Sprint("d", n), "Slack", s)
		}
		w.start()
		for n := range 20 {
			w.deliver(sale(n))
		}
		w.idle(time.Minute)
		for n, s := range all {
			if got := len(customers(s)); got != 20 {
				t.Errorf("destination %d shows %d sales, want 20", n, got)
			}
		}
	})
}

func TestDestinationsAddedRemovedAndBackAgain(t *testing.T) {
	inWorld(t, func(w *world) {
		first, second := &scripted{}, &scripted{}
		w.add("first", "Slack", first)
		w.start()
		w.deliver(sale(1))
		w.idle(time.Minute)
		w.add("second", "Slack", second)
		w.restart()
		w.deliver(sale(2))
		w.idle(time.Minute)
		both := w.to
		w.to = both[:1]
		w.restart()
		w.deliver(sale(3))
		w.idle(time.Minute)
		w.to = both
		w.restart()
		w.idle(time.Minute)
		if got := customers(first); !slices.Equal(got, []string{"1", "2", "3"}) {
			t.Errorf("the first shows %q", got)
		}
		if got := customers(second); !slices.Equal(got, []string{"2", "3"}) {
			t.Errorf("the second shows %q, want what came since it was first seen, also while it was away", got)
		}
	})
}

func TestWaitingLongerThanRetentionEndsInTheDeadLetters(t *testing.T) {
	inWorld(t, func(w *world) {
		w.options.Retention = 72 * time.Hour
		s := &scripted{}
		for range 2000 {
			s.faults = append(s.faults, &notifier.Fault{Verdict: notifier.Broken, Code: "token_revoked"})
		}
		w.add("broken", "Slack", s)
		w.start()
		w.deliver(sale(1))
		w.pass(73 * time.Hour)
		dead, err := w.journal.Refusals(w.t.Context(), "broken", 10)
		if err != nil || len(dead) == 0 {
			t.Errorf("dead letters %+v, %v; want the sale", dead, err)
		}
	})
}

func TestStoppingFinishesTheRequestInFlight(t *testing.T) {
	inWorld(t, func(w *world) {
		w.slack(sales)
		w.start()
		w.platforms.Fail(sales, 1, standin.Outcome{Applied: true, Delay: 5 * time.Second})
		w.deliver(sale(1))
		w.pass(time.Second)
		w.restart()
		w.idle(time.Minute)
		if got := w.headlines(sales); len(got) != 1 {
			t.Errorf("shown %q, want the sale once", got)
		}
	})
}
