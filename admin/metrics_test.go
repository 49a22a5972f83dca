package admin_test

import (
	"fmt"
	"net/http"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil"

	"polarbell/admin"
	"polarbell/standin"
)

// scrape is /metrics as a monitor reads it: a value for each line's name and labels.
func (w *world) scrape() map[string]string {
	w.t.Helper()
	status, text := w.get("/metrics")
	if status != http.StatusOK {
		w.t.Fatalf("/metrics answers %d: %s", status, text)
	}
	values := map[string]string{}
	for line := range strings.SplitSeq(text, "\n") {
		if at := strings.LastIndexByte(line, ' '); at > 0 && !strings.HasPrefix(line, "#") {
			values[line[:at]] = line[at+1:]
		}
	}
	return values
}

func TestMetricsPassPrometheusLint(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	w.metrics.Observe("", "order.paid", "stored", time.Millisecond)
	problems, err := testutil.GatherAndLint(admin.Gatherer(w.metrics))
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range problems {
		t.Errorf("%s: %s", p.Metric, p.Text)
	}
}

func TestMetricsCountDeliveriesByTypeAndOutcome(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	w.metrics.Observe("", "order.paid", "stored", 3*time.Millisecond)
	w.metrics.Observe("", "order.paid", "seen", 3*time.Millisecond)
	w.metrics.Observe("", "", "wrong_signature", time.Millisecond)
	for n := range 1000 {
		w.metrics.Observe("", fmt.Sprint("made.up_", n), "stored", time.Millisecond)
	}
	got := w.scrape()
	for series, want := range map[string]string{
		`polarbell_deliveries_total{outcome="stored",type="order.paid"}`:      "1",
		`polarbell_deliveries_total{outcome="seen",type="order.paid"}`:        "1",
		`polarbell_deliveries_total{outcome="wrong_signature",type="none"}`:   "1",
		`polarbell_deliveries_total{outcome="stored",type="other"}`:           "1000",
		`polarbell_accept_duration_seconds_count`:                             "1002",
		`polarbell_accept_duration_seconds_bucket{le="0.001"}`:                "1000",
		`polarbell_destination_parked{destination="sales"}`:                   "0",
		`polarbell_destination_oldest_waiting_age_seconds{destination="ops"}`: "0",
	} {
		if got[series] != want {
			t.Errorf("%s is %q, want %s", series, got[series], want)
		}
	}
	if _, counted := got["polarbell_last_delivery_timestamp_seconds"]; counted {
		t.Error("there is a last delivery, though the journal is empty")
	}
}

// TestMetricsNameTheOrganization where secrets have labels.
func TestMetricsNameTheOrganization(t *testing.T) {
	m := admin.NewMetrics("", "nimbus", "acme")
	m.Observe("nimbus", "order.paid", "stored", time.Millisecond)
	m.Observe("", "", "wrong_signature", time.Millisecond)
	families, err := admin.Gatherer(m).Gather()
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]float64{}
	for _, family := range families {
		if family.GetName() != "polarbell_deliveries_total" {
			continue
		}
		for _, series := range family.GetMetric() {
			var labels []string
			for _, label := range series.GetLabel() { // by name
				labels = append(labels, label.GetValue())
			}
			got[strings.Join(labels, " ")] = series.GetCounter().GetValue()
		}
	}
	for series, want := range map[string]float64{
		" wrong_signature none": 1, "nimbus stored order.paid": 1, "acme stored order.paid": 0, " unsigned none": 0,
	} {
		if n, has := got[series]; !has || n != want {
			t.Errorf("%q is %v, there %v; want %v", series, n, has, want)
		}
	}
}

func TestMetricsShowTheStateOfDestinations(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	w.platforms.Revoke(discord, standin.WebhookDeleted)
	w.platforms.Fail("C0SALES post", 1, standin.Outcome{Status: 429, Header: http.Header{"Retry-After": {"1"}}})
	before := time.Now().Add(-time.Second)
	w.store(sale(1))
	w.eventually("discord to be parked", func() bool { return w.parked("discord") })
	w.eventually("sales to be posted", func() bool { return len(w.platforms.Messages(sales)) > 0 })
	w.eventually("ops to hear of it", func() bool { return len(w.platforms.Messages(ops)) > 0 })
	var got map[string]string
	w.eventually("the counters to follow", func() bool {
		got = w.scrape()
		return got[`polarbell_destination_messages_sent_total{destination="sales"}`] != "0"
	})
	for series, want := range map[string]string{
		`polarbell_destination_parked{destination="discord"}`:              "1",
		`polarbell_destination_backlog_events{destination="discord"}`:      "1",
		`polarbell_destination_parked{destination="sales"}`:                "0",
		`polarbell_destination_retries_total{destination="sales"}`:         "1",
		`polarbell_destination_rate_limited_total{destination="sales"}`:    "1",
		`polarbell_destination_retries_total{destination="hook"}`:          "0",
		`polarbell_destination_messages_sent_total{destination="discord"}`: "0",
		`polarbell_destination_dead_letters{destination="sales"}`:          "0",
	} {
		if got[series] != want {
			t.Errorf("%s is %q, want %s", series, got[series], want)
		}
	}
	if age := got[`polarbell_destination_oldest_waiting_age_seconds{destination="discord"}`]; age == "0" || age == "" {
		t.Errorf("the oldest waiting event of discord is of age %q, want more than 0", age)
	}
	var last float64
	if _, err := fmt.Sscan(got["polarbell_last_delivery_timestamp_seconds"], &last); err != nil || last < float64(before.Unix()) {
		t.Errorf("the last delivery was at %v (%v), want now", last, err)
	}
}

func TestMetricsCountDeadLetters(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	w.platforms.Fail(sales+" post", 2, refusal)
	w.store(sale(1))
	w.idle()
	got := w.scrape()
	for series, want := range map[string]string{
		`polarbell_destination_dead_letters{destination="sales"}`:            "1",
		`polarbell_destination_dead_letters{destination="hook"}`:             "0",
		`polarbell_destination_cards_refused_total{destination="sales"}`:     "1",
		`polarbell_destination_cards_sent_total{destination="sales"}`:        "0",
		`polarbell_destination_cards_sent_total{destination="hook"}`:         "1",
		`polarbell_destination_backlog_events{destination="sales"}`:          "0",
		`polarbell_destination_messages_edited_total{destination="discord"}`: "0",
	} {
		if got[series] != want {
			t.Errorf("%s is %q, want %s", series, got[series], want)
		}
	}
}

// TestEveryMetricIsDocumented reads the table of docs/metrics.md.
func TestEveryMetricIsDocumented(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	w.store(sale(1))
	w.idle()
	w.metrics.Observe("", "order.paid", "stored", time.Millisecond)
	families, err := admin.Gatherer(w.metrics).Gather()
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile("../docs/metrics.md")
	if err != nil {
		t.Fatal(err)
	}
	documented := map[string]bool{}
	for _, name := range regexp.MustCompile("`(polarbell_[a-z_]+)").FindAllStringSubmatch(string(text), -1) {
		documented[name[1]] = true
	}
	for _, f := range families {
		if name := f.GetName(); strings.HasPrefix(name, "polarbell_") && !documented[name] {
			t.Errorf("docs/metrics.md says nothing of %s", name)
		}
	}
	for name := range documented {
		base := regexp.MustCompile(`_(bucket|count|sum)$`).ReplaceAllString(name, "")
		found := false
		for _, f := range families {
			found = found || f.GetName() == base
		}
		if !found {
			t.Errorf("docs/metrics.md describes %s, which does not exist", name)
		}
	}
}
