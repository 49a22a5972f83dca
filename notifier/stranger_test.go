package notifier_test

import (
	"bytes"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"polarbell/notifier"
	"polarbell/standin"
)

type stranger struct {
	name    string
	outcome standin.Outcome
	want    string
}

// strangers are answers of what stands before a platform, none of which has its
// form, with what a fault must say of them.
var strangers = []stranger{
	{"Cloudflare", standin.Outcome{Status: 403, Header: http.Header{"Server": {"cloudflare"}}, Body: "error code: 1010"}, "something before it (cloudflare): error code: 1010"},
	{"proxy that wants a password", standin.Outcome{Status: 407, Header: http.Header{"Server": {"squid/6.1"}}, Body: "<html><head><title>Cache Access Denied</title></head></html>"}, "a proxy (squid/6.1): Cache Access Denied"},
	{"login page", standin.Outcome{Status: 302, Header: http.Header{"Location": {"https://portal.example:8443/login?back=https%3A%2F%2Fslack.com%2Fsecret"}}}, "a redirect to portal.example"},
	{"login page without a redirect", ok("<!doctype html><title> Welcome to\n Hotel Wi-Fi </title><script>secret()</script>"), "200: this is not"},
	{"page in words", standin.Outcome{Status: 404, Body: "<html><style>b{}</style><h1>404</h1><p>page &amp; path not found</p></html>"}, "404 page & path not found"},
	{"nothing", standin.Outcome{Status: 403}, "something before it: without a word"},
	{"a word", standin.Outcome{Status: 403, Body: "forbidden"}, "something before it: forbidden"},
	{"the address that was asked for", standin.Outcome{Status: 403, Body: "Cannot POST https://user:pass@hooks.slack.com/services/T1/B1/secret here"}, "Cannot POST hooks.slack.com here"},
	{"too much", standin.Outcome{Status: 403, Body: strings.Repeat("blocked ", 1000)}, "blocked blocked"},
	{"a service mesh", standin.Outcome{Status: 404, Body: `{"message":"no Route matched with those values"}`}, "no Route matched"},
	{"JSON with the status as code", standin.Outcome{Status: 403, Body: `{"code":403,"message":"denied"}`}, "denied"},
	{"a limit of its own", standin.Outcome{Status: 413, Body: "<title>413 Request Entity Too Large</title>"}, "413 Request Entity Too Large"},
}

// strangers' successes may be the platform's in other words.
func (s stranger) verdict() notifier.Verdict {
	if s.outcome.Status == http.StatusOK {
		return notifier.Unknown
	}
	return notifier.Later
}

func TestStrangersAnswersAreNamed(t *testing.T) {
	for _, tt := range strangers {
		t.Run(tt.name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				w.slack(sales)
				w.slackHook()
				w.discord()
				for _, d := range w.to {
					for what, request := range requests {
						if what != "post" && !d.Sender.CanEdit() {
							continue
						}
						w.platforms.Fail("slack", 1, tt.outcome)
						w.platforms.Fail("discord", 1, tt.outcome)
						ctx, cancel := timeout()
						fault := checkFault(t, d.Name+" "+what, request(ctx, d.Sender))
						cancel()
						w.platforms.Mend("slack")
						w.platforms.Mend("discord")
						whose := "not " + d.Platform + "'s answer"
						if fault.Verdict != tt.verdict() || !strings.Contains(fault.Error(), tt.want) || !strings.Contains(fault.Detail, whose) {
							t.Errorf("%s %s: %v, %q; want it waited for, with %q and %q", d.Name, what, fault.Verdict, fault, whose, tt.want)
						}
						if len(fault.Error()) > 300 || strings.ContainsAny(fault.Error(), "\n<>") {
							t.Errorf("%s %s: %q is not one short line of text", d.Name, what, fault)
						}
						if cure := d.Cure(fault); !strings.Contains(cure, "proxy") {
							t.Errorf("%s %s: the cure is %q, want a word of proxies", d.Name, what, cure)
						}
						w.pass(time.Minute)
					}
				}
			})
		})
	}
}

// TestStrangersRepeatNoSecret: a page may repeat what it was asked for.
func TestStrangersRepeatNoSecret(t *testing.T) {
	inWorld(t, func(w *world) {
		w.slack(sales)
		w.slackHook()
		w.discord()
		for i, said := range []string{"bad token xoxb-secret", "no such page: T1/B1/secret", "no such page: 1/secret/messages"} {
			w.platforms.Fail("slack", 1, standin.Outcome{Status: 403, Body: said})
			w.platforms.Fail("discord", 1, standin.Outcome{Status: 403, Body: said})
			ctx, cancel := timeout()
			_, err := w.to[i].Sender.Post(ctx, message("x"))
			cancel()
			if fault := checkFault(t, w.to[i].Name, err); !strings.Contains(fault.Detail, "…") {
				t.Errorf("%s: %q, want … in place of the secret", w.to[i].Name, fault)
			}
			w.platforms.Mend("slack")
			w.platforms.Mend("discord")
		}
	})
}

// TestStrangersDoNotPark: what stands before a platform says nothing about the
// destination. Once it lets the requests pass, all is delivered without a
// restart.
func TestStrangersDoNotPark(t *testing.T) {
	for i, tt := range strangers {
		if !sampled(i, 4) {
			continue
		}
		t.Run(tt.name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				var log bytes.Buffer
				w.options.Log = slog.New(slog.NewTextHandler(&log, nil))
				w.slack(sales)
				w.slackHook()
				w.discord()
				w.start()
				w.platforms.Fail("slack", -1, tt.outcome)
				w.platforms.Fail("discord", -1, tt.outcome)
				w.deliver(sale(1))
				w.pass(15 * time.Minute)
				for _, d := range w.to {
					state, err := w.journal.Destination(w.t.Context(), d.Name)
					if err != nil || !state.ParkedAt.IsZero() || !strings.Contains(state.Error, tt.want) {
						t.Errorf("%s: parked %v, error %q, %v; want it to wait with %q", d.Name, state.ParkedCode, state.Error, err, tt.want)
					}
				}
				w.platforms.Mend("slack")
				w.platforms.Mend("discord")
				w.idle(20 * time.Minute)
				for _, channel := range []string{sales, hooked, disc} {
					if got := w.sold(channel); !slices.Equal(got, []string{"1"}) {
						t.Errorf("%s shows %q, want the sale once", channel, got)
					}
				}
				w.stop()
				if strings.Contains(log.String(), "secret") {
					t.Errorf("the log holds a secret:\n%s", &log)
				}
			})
		})
	}
}
