package cli_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
)

// status asks for a page and returns the answer's status and body.
func status(t *testing.T, url string) (int, string) {
	t.Helper()
	response, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, string(body)
}

func TestPublicListenerShowsNothingOfTheAdminOne(t *testing.T) {
	t.Parallel()
	p := newPlace(t, false)
	p.start()
	public := strings.TrimSuffix(p.url, "/webhook")
	for _, path := range []string{"", "deliveries/1", "assets/style.css", "metrics", "readyz", "debug/pprof/", "debug/pprof/heap"} {
		if code, _ := status(t, public+"/"+path); code != http.StatusNotFound {
			t.Errorf("the public listener answers /%s with %d, want 404", path, code)
		}
		if code, _ := status(t, p.admin+path); code == http.StatusOK != (path != "deliveries/1") {
			t.Errorf("the admin listener answers /%s with %d", path, code)
		}
	}
}

func TestDeliveriesAreCountedAndShownToTheOperator(t *testing.T) {
	t.Parallel()
	p := newPlace(t, false)
	p.start()
	if code, text := p.post("one", saleOf("00000001")); code != http.StatusAccepted {
		t.Fatalf("answered %d %s", code, text)
	}
	p.post("one", saleOf("00000001"))
	for _, line := range []string{
		`polarbell_deliveries_total{outcome="stored",type="order.paid"} 1`,
		`polarbell_deliveries_total{outcome="seen",type="order.paid"} 1`,
		`polarbell_accept_duration_seconds_count 2`,
	} {
		// A delivery is counted once Polar has its answer.
		p.eventually("the metrics to have "+line, func() bool {
			_, metrics := status(t, p.admin+"metrics")
			return strings.Contains(metrics, line)
		})
	}
	for _, path := range []string{"", "deliveries/1"} {
		if _, page := status(t, p.admin+path); !strings.Contains(page, "Customer-00000001-") {
			t.Errorf("/%s does not show the delivery", path)
		}
	}
}

func TestBridgeSendsAHeartbeat(t *testing.T) {
	t.Parallel()
	var beats atomic.Int32
	monitor := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { beats.Add(1) }))
	defer monitor.Close()
	p := newPlace(t, false, "HEARTBEAT_URL="+monitor.URL+"/heartbeatsecret")
	p.start()
	p.eventually("a heartbeat", func() bool { return beats.Load() > 0 })
	if strings.Contains(p.log.String(), "heartbeatsecret") {
		t.Error("the log holds the heartbeat's URL")
	}
}

// TestASecondBridgeStandsBy on the same journal, and says so, since it may have
// been started by mistake.
func TestASecondBridgeStandsBy(t *testing.T) {
	t.Parallel()
	first := newPlace(t, false)
	first.start()
	first.eventually("the first to deliver", func() bool {
		code, _ := first.post("one", saleOf("00000001"))
		return code == http.StatusOK || code == http.StatusAccepted
	})
	second := newPlace(t, false)
	second.env = first.env
	second.start()
	const standsBy = "another process delivers from this journal; this one takes deliveries, and stands by until that one ends"
	second.eventually("it to say so", func() bool { return strings.Contains(second.log.String(), standsBy) })
	if !strings.Contains(second.log.String(), "journal.db") || strings.Count(second.log.String(), standsBy) != 1 {
		t.Errorf("want it said once, with the journal; log:\n%s", second.log.String())
	}
	if strings.Contains(first.log.String(), standsBy) {
		t.Errorf("the first stands by too; log:\n%s", first.log.String())
	}
	first.stop()
	second.eventually("it to take over", func() bool { return strings.Contains(second.log.String(), "this one delivers now") })
	if code := second.stop(); code != 0 {
		t.Errorf("exit code %d, want 0; log:\n%s", code, second.log.String())
	}
}
