package notifier_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"polarbell/notifier"
	"polarbell/standin"
)

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
			want = append(want, fmt.Sprint(n))
		}
		w.idle(10 * time.Minute)
		for _, channel := range []string{sales, disc} {
			var got []string
			for _, h := range w.headlines(channel) {
				got = append(got, customer(h))
			}
			if !slices.Equal(got, want) {
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

func TestRefusedMessageIsSentSinglyTheBadCardAsItsHeadline(t *testing.T) {
	inWorld(t, func(w *world) {
		refused := &notifier.Fault{Verdict: notifier.Refused, Code: "invalid_blocks"}
		// The message of five; the first card alone; the second alone, and as its headline.
		s := &scripted{faults: []*notifier.Fault{refused, nil, refused, nil}}
		w.add("picky", "Slack", s)
		w.open()
		for n := range 5 {
			w.deliver(sale(n))
		}
		w.start()
		w.idle(time.Minute)
		if got, want := s.customers(), []string{"0", "1", "2", "3", "4"}; !slices.Equal(got, want) {
			t.Errorf("shown %q, want %q", got, want)
		}
		if got := s.posts[3].cards[0]; !got.HeadlineOnly {
			t.Errorf("the refused card went out as %+v, want its headline alone", got)
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
				w.pass(5 * time.Minute)
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
