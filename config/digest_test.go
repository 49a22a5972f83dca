package config_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"polarbell/config"
)

func TestDigest(t *testing.T) {
	morning := config.Digest{Weekday: time.Monday, Hour: 9}
	week := config.Digest{Weekly: true, Weekday: time.Monday, Hour: 9}
	for _, c := range []struct {
		name, value string
		sales, hook []config.Digest
	}{
		{"none", "", nil, nil},
		{"without hour", "sales:daily", []config.Digest{morning}, nil},
		{"without day and hour", "sales:weekly", []config.Digest{week}, nil},
		{"of two", "sales:daily 18:30,hook:weekly", []config.Digest{{Weekday: time.Monday, Hour: 18, Minute: 30}}, []config.Digest{week}},
		{"both", "sales:daily|weekly fri 08:05", []config.Digest{morning, {Weekly: true, Weekday: time.Friday, Hour: 8, Minute: 5}}, nil},
		{"both in two entries", "sales:weekly,sales:daily", []config.Digest{week, morning}, nil},
		{"a day without hour", "sales:weekly sun", []config.Digest{{Weekly: true, Weekday: time.Sunday, Hour: 9}}, nil},
		{"a week without day", "sales:weekly 7:00", []config.Digest{{Weekly: true, Weekday: time.Monday, Hour: 7}}, nil},
		{"blanks and upper case", " sales : Daily 00:00 | WEEKLY  Wednesday 23:59 ", []config.Digest{{Weekday: time.Monday}, {Weekly: true, Weekday: time.Wednesday, Hour: 23, Minute: 59}}, nil},
		{"lines", "sales:daily\nhook:daily", []config.Digest{morning}, []config.Digest{morning}},
	} {
		t.Run(c.name, func(t *testing.T) {
			all := load(t, right(vars{"SLACK_WEBHOOKS": "hook:" + slackHook, "DIGEST": c.value})).Destinations
			if diff := cmp.Diff([][]config.Digest{c.sales, c.hook}, [][]config.Digest{all[0].Digests, all[1].Digests}); diff != "" {
				t.Errorf("DIGEST=%q (-want +got):\n%s", c.value, diff)
			}
		})
	}
}

func TestMistakesInDigest(t *testing.T) {
	for _, c := range []struct{ value, want string }{
		{"sales:dayly", `("sales:dayly") has neither daily nor weekly ("dayly"); write daily`},
		{"sales:monthly", `has neither daily nor weekly ("monthly"); write daily or weekly`},
		{"sales:workdays 09:00", `has neither daily nor weekly ("workdays"); write daily or weekly`},
		{"sales", `has no destination; write name:daily 09:00`},
		{"daily 09:00", `("daily 09:00") has no destination; write name:daily 09:00`},
		{"weekly mon 08:00", `has no destination; write name:daily 09:00`},
		{"ops:daily", `names a destination that does not exist; write one of the names that exist: sales, open`},
		{"open:daily", `tells strangers how the business goes; take it out, or the name out of PUBLIC`},
		{"sales:", `does not say when; write daily 09:00 or weekly mon 09:00`},
		{"sales:daily|", `does not say when; write daily 09:00 or weekly mon 09:00`},
		{"sales:daily 25:00", `has a time of day that does not exist ("25:00"); write one from 00:00 to 23:59`},
		{"sales:daily 9:60", `has a time of day that does not exist ("9:60"); write one from 00:00 to 23:59`},
		{"sales:daily 9am", `has a time of day that cannot be read ("9am"); write it as 09:00 or 18:30`},
		{"sales:daily 9", `has a time of day that cannot be read ("9"); write it as 09:00 or 18:30`},
		{"sales:daily 9:5", `has a time of day that cannot be read ("9:5"); write it as 09:00 or 18:30`},
		{"sales:weekly 08:00 mon", `has the day behind the time; write weekly mon 08:00`},
		{"sales:weekly moon", `has neither a day of the week nor a time of day ("moon"); write weekly mon 09:00`},
		{"sales:weekly mon 08:00 CET", `has too much behind the time ("cet"); write daily 09:00 or weekly mon 09:00`},
		{"sales:daily mon", `has a day of the week for a daily digest ("mon"); write weekly mon`},
		{"sales:daily 08:00|daily 18:00", `asks for a second digest of the same kind for sales; write one daily and one weekly at most`},
		{"sales:daily,,sales:weekly", `is empty; remove a comma`},
	} {
		v := right(vars{"SLACK_WEBHOOKS": "open:" + slackHook, "PUBLIC": "open", "DIGEST": c.value})
		if got := lines(t, v); len(got) != 1 || !strings.HasPrefix(got[0], "DIGEST: entry ") || !strings.HasSuffix(got[0], c.want) {
			t.Errorf("DIGEST=%s: got %q, want one that ends with %q", c.value, got, c.want)
		}
	}
}

// TestDigestIsNotRouted: people look for it in ROUTES.
func TestDigestIsNotRouted(t *testing.T) {
	got := lines(t, right(vars{"ROUTES": "sales:news|digest"}))
	if want := `names the digest, which goes where DIGEST says ("digest"); set DIGEST to name:daily 09:00`; len(got) != 1 || !strings.HasSuffix(got[0], want) {
		t.Errorf("got %q, want one that ends with %q", got, want)
	}
}

// TestDigestOfTheSandbox: whoever tries it there waits in vain.
func TestDigestOfTheSandbox(t *testing.T) {
	c := load(t, right(vars{"DIGEST": "sales:daily", "POLAR_SERVER": "sandbox"}))
	if want := "DIGEST: tells nothing while POLAR_SERVER is sandbox"; len(c.Warnings) != 1 || !strings.HasPrefix(c.Warnings[0], want) {
		t.Errorf("got the warnings %q, want one that begins with %q", c.Warnings, want)
	}
	if c := load(t, right(vars{"DIGEST": "sales:daily"})); len(c.Warnings) != 0 {
		t.Errorf("got the warnings %q, want none", c.Warnings)
	}
}
