package admin_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"
)

var barOf = regexp.MustCompile(`(?s)<a id="see-([\d-]+)" href="([^"]+)">(.*?)</a>`)

// bars are what the chart says to somebody who hears it, by day.
func bars(page string) map[string]string {
	said := map[string]string{}
	for _, m := range barOf.FindAllStringSubmatch(page, -1) {
		words := regexp.MustCompile(`<[^>]*>`).ReplaceAllString(m[3], "")
		said[m[1]] = strings.Join(strings.Fields(words), " ") + " " + m[2]
	}
	return said
}

func TestChartCountsTheDays(t *testing.T) {
	t.Parallel()
	if _, page := newWorld(t, nil).get("/"); strings.Contains(page, "Deliveries per day") {
		t.Error("there is a chart of nothing")
	}
	w := newWorld(t, nil)
	now := time.Now().UTC()
	days := func(ago int) time.Time {
		return time.Date(now.Year(), now.Month(), now.Day()-ago, 0, 0, 1, 0, time.UTC)
	}
	for i, ago := range []int{14, 13, 2, 2, 0} {
		w.storeAt(days(ago), sale(i+1))
	}
	_, page := w.get("/")
	got := bars(page)
	if len(got) != 14 {
		t.Fatalf("the chart has %d days, want 14:\n%s", len(got), page)
	}
	for ago, want := range map[int]string{13: "1 delivery on", 2: "2 deliveries on", 1: "0 deliveries on", 0: "1 delivery on"} {
		day := days(ago).Format(time.DateOnly)
		want = fmt.Sprintf("%s %s /?day=%s", want, days(ago).Format("Mon 2 January"), day)
		if got[day] != want {
			t.Errorf("%d days ago: the bar says %q, want %q", ago, got[day], want)
		}
	}
	if n := strings.Count(page, `<rect y="0" width="10" height="100"/>`); n != 1 {
		t.Errorf("%d bars have the full height, want the one of the most", n)
	}
	w.store(sale(9))
	w.store([]byte(`{"type":"polarbell.off","data":{"id":"bridge"}}`)) // our own is not a delivery
	_, page = w.get("/")
	if got := bars(page)[days(0).Format(time.DateOnly)]; !strings.HasPrefix(got, "2 deliveries") {
		t.Errorf("after another delivery today's bar says %q", got)
	}
}
