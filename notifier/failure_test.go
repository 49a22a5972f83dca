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

func TestEditThatShowsNewsDoesNotSwallowItsLine(t *testing.T) {
	inWorld(t, func(w *world) {
		s := &scripted{}
		w.add("slow", "Slack", s)
		w.open()
		for n := range 2 {
			w.deliver(sample("checkout.created", map[string]any{"id": uuid(2, n), "status": "open"}))
		}
		w.start()
		w.idle(time.Minute)
		// The first card owes an edit whose request fails; meanwhile posts are
		// throttled, and the second sale is paid.
		s.faults = []*notifier.Fault{{Verdict: notifier.Later, Code: "503", Wait: 10 * time.Second}}
		w.deliver(sample("checkout.updated", map[string]any{"id": uuid(2, 0), "status": "confirmed", "modified_at": "2026-05-01T00:00:00Z"}))
		w.pass(time.Second)
		s.faults = []*notifier.Fault{{Verdict: notifier.Later, Code: "429", Wait: time.Minute, Limited: true}}
		w.deliver(sale(1))
		w.pass(5 * time.Minute)
		last := s.posts[len(s.posts)-1].cards[0]
		if !strings.Contains(last.Headline, "Customer 1") {
			t.Errorf("the last post reads %q, want the line of the sale", last.Headline)
		}
	})
}

func TestLetterRefusedAgainIsFoundAgain(t *testing.T) {
	inWorld(t, func(w *world) {
		refused := &notifier.Fault{Verdict: notifier.Refused, Code: "50035"}
		s := &scripted{faults: []*notifier.Fault{refused, refused, refused, refused}}
		w.add("picky", "Discord", s)
		w.start()
		w.deliver(sale(1))
		w.idle(time.Minute)
		w.replay(journal.Selection{Failed: true}) // refused again
		w.replay(journal.Selection{Failed: true})
		if got := customers(s); !slices.Equal(got, []string{"1"}) {
			t.Errorf("shown %q, want the sale at the second replay", got)
		}
	})
}
