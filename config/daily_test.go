package config_test

import (
	"strings"
	"testing"
)

func TestDaily(t *testing.T) {
	for _, c := range []struct{ name, value, sales, hook string }{
		{"usually", "", "renewal|free|abandoned", "renewal|free|abandoned"},
		{"other kinds", "renewal|refund", "renewal|refund", "renewal|refund"},
		{"none", "none", "none", "none"},
		{"none for one", "hook:none", "renewal|free|abandoned", "none"},
		{"one of its own, before the others", "sales:sale|subscriber,None", "sale|subscriber", "none"},
		{"in two entries", "sales:sale,sales:free", "sale|free", "renewal|free|abandoned"},
		{"with a condition", "renewal[amount<100usd]", "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			v := right(vars{"SLACK_WEBHOOKS": "hook:" + slackHook, "DAILY": c.value})
			if c.sales == "" {
				if mistakes := lines(t, v); len(mistakes) == 0 {
					t.Error("it is taken")
				}
				return
			}
			for i, d := range load(t, v).Destinations {
				got, want := d.Daily.String(), []string{c.sales, c.hook}[i]
				if len(d.Daily) == 0 {
					got = "none"
				}
				if got != want {
					t.Errorf("%s has %s, want %s", d.Name, got, want)
				}
			}
		})
	}
}

func TestMistakesInDaily(t *testing.T) {
	for _, c := range []struct{ value, want string }{
		{"renewal,free", "is a second one for all destinations"},
		{"finance:none", "names a destination that does not exist"},
		{"renewals", "did you mean renewal?"},
	} {
		if mistakes := lines(t, right(vars{"DAILY": c.value})); len(mistakes) != 1 || !strings.Contains(mistakes[0], c.want) {
			t.Errorf("DAILY=%s: got %q, want one that contains %q", c.value, mistakes, c.want)
		}
	}
}
