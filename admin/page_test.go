package admin_test

import (
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"polarbell/journal"
	"polarbell/standin"
)

func TestPageShowsStatesAndCures(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	if _, page := w.get("/"); !strings.Contains(page, "All 5 destinations are OK") {
		t.Errorf("the page of an idle bridge does not say that all are OK:\n%s", page)
	}
	w.platforms.Revoke(discord, standin.WebhookDeleted)
	w.platforms.Fail(sales, -1, standin.Outcome{Status: http.StatusServiceUnavailable})
	w.platforms.Fail(hook, -1, standin.Outcome{Status: http.StatusBadGateway})
	w.store(sale(1))
	w.eventually("discord to be parked", func() bool { return w.parked("discord") })
	want := []string{
		"1 of 5 destinations is stopped and needs attention", "404/10015",
		"Make a new webhook in the channel&#39;s settings, put its URL into DISCORD_WEBHOOKS under the same name, restart.",
		"It is not tried again until you release it or restart polarbell.", "503", "Failing",
		"502", "Not known whether it arrived", "Tried once, ",
	}
	w.eventually("the page to show what is wrong", func() bool {
		_, page := w.get("/")
		return !slices.ContainsFunc(want, func(text string) bool { return !strings.Contains(page, text) })
	})
}

func TestPageShowsThatADestinationIsBehind(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	w.platforms.Fail(discord+" post", 1, standin.Outcome{Applied: true, Delay: 3 * time.Second})
	w.store(sale(1))
	w.eventually("the page to say so", func() bool {
		_, page := w.get("/")
		return strings.Contains(page, "1 of 5 destinations is catching up") && strings.Contains(page, "Catching up: 1")
	})
	w.idle()
	if _, page := w.get("/"); !strings.Contains(page, "All 5 destinations are OK") {
		t.Error("once it has caught up, the page does not say so")
	}
}

func TestPageSaysWhatIsWrongWithTheLineToPolar(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	_, page := w.get("/")
	_, metrics := w.get("/metrics")
	if strings.Contains(page, `class="warning"`) || !strings.Contains(metrics, "\npolarbell_silent 0\n") ||
		!strings.Contains(metrics, "\npolarbell_off_ended_timestamp_seconds 0\n") {
		t.Errorf("at first the page warns, or the metrics are not 0:\n%s\n%s", page, metrics)
	}
	w.note("alive", `{"at":"%[1]s","outage":{"since":"1999-12-31T00:00:00Z","until":"%[1]s"}}`)
	w.note("silence", `{"since":"1999-12-31T00:00:00Z","usual":7200}`)
	_, page = w.get("/")
	for _, text := range []string{`<p id="line-0" class="warning">polarbell was off for `, `<p id="line-1" class="warning">Nothing has come from Polar for `} {
		if !strings.Contains(page, text) {
			t.Errorf("the page lacks %q:\n%s", text, page)
		}
	}
	if _, metrics = w.get("/metrics"); !strings.Contains(metrics, "\npolarbell_silent 1\n") || strings.Contains(metrics, "off_ended_timestamp_seconds 0\n") {
		t.Errorf("the metrics do not say it:\n%s", metrics)
	}
}

// What was refused, or could not come at all, is not "nothing has come".
func TestPageSaysWhatWasRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	w.note("refused", `{"wrong_signature":{"n":3,"first":"%[1]s","last":"%[1]s"}}`)
	w.note("certificate", `{"domain":"bell.nimbus.dev","problem":"port 80 is closed"}`)
	w.store(sample("order.paid", map[string]any{"metadata": map[string]any{"polarbell": "sample"}}))
	w.store([]byte(`{"type":"polarbell.off","data":{"id":"bridge"}}`))
	_, page := w.get("/")
	for _, text := range []string{
		`<h1 id="summary-line">Polar cannot deliver without a certificate. `,
		"No delivery from Polar yet.", "bell.nimbus.dev has no certificate, so that Polar cannot deliver: port 80 is closed.",
		"3 deliveries were refused since ", "POLAR_WEBHOOK_SECRET is not the secret of the endpoint that delivers here",
	} {
		if !strings.Contains(page, text) {
			t.Errorf("the page lacks %q:\n%s", text, page)
		}
	}
	if _, metrics := w.get("/metrics"); strings.Contains(metrics, "polarbell_last_delivery_timestamp_seconds ") {
		t.Error("the metrics have the time of a delivery, want none: a sample is not Polar's")
	}
}

func TestPageCountsDeadLetters(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	w.platforms.Fail(sales+" post", 2, refusal)
	w.store(sale(1))
	w.idle()
	_, page := w.get("/")
	for _, text := range []string{
		"<b>1 dead letter</b>", `All 5 destinations are OK; 1 card was refused: <a href="/destinations/sales/letters">see it</a>`,
	} {
		if !strings.Contains(page, text) {
			t.Errorf("the page lacks %q:\n%s", text, page)
		}
	}
	if _, metrics := w.get("/metrics"); !strings.Contains(metrics, `polarbell_destination_dead_letters{destination="sales"} 1`) {
		t.Error("the metrics do not count the dead letter")
	}
}

func TestPageShowsFirstWhatIsUrgent(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	w.platforms.Revoke(discord, standin.WebhookDeleted)
	w.platforms.Fail(hook, -1, standin.Outcome{Status: http.StatusBadGateway})
	w.store(sale(1))
	rows := regexp.MustCompile(`<tr id="to-([^"]+)"`)
	w.eventually("the stopped one, then the failing one, to be above those that are well", func() bool {
		_, page := w.get("/")
		got := ""
		for _, row := range rows.FindAllStringSubmatch(page, -1) {
			got += row[1] + " "
		}
		return got == "discord hook sales ops community "
	})
}

func TestPageKeepsTheLastError(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	w.platforms.Fail(sales+" post", 1, standin.Outcome{Status: http.StatusBadGateway})
	w.store(sale(1))
	w.idle()
	_, page := w.get("/")
	if !strings.Contains(page, "All 5 destinations are OK") || !regexp.MustCompile(`Last error">[^<]*502[^<]* <span class="quiet"><time`).MatchString(page) {
		t.Errorf("the page of a bridge that works again does not show its last error with the time:\n%s", page)
	}
}

func TestPageSaysThatNothingIsDelivered(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(s *settings) {
		s.Delivering = func() error { return errLease }
	})
	if _, page := w.get("/"); !strings.Contains(page, "Nothing is delivered: no lease") {
		t.Error("the page does not say that this process cannot deliver")
	}
}

func TestSearchFindsByIDEmailTypeAndSubject(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	first, second := w.store(sale(1)), w.store(sale(2))
	third := w.store(sample("customer.created", nil))
	for query, want := range map[string][]journal.Seq{
		"delivery-2":             {second},
		"C1@Example.com":         {first},
		"customer.created":       {third},
		"checkout:" + uuid(2, 1): {first},
		uuid(1, 2):               {second},
		"nobody@example.com":     nil,
		`"><script>`:             nil,
	} {
		status, page := w.get("/?q=" + escaped(query))
		if status != http.StatusOK {
			t.Fatalf("%s: answered %d", query, status)
		}
		for _, seq := range []journal.Seq{first, second, third} {
			if got := strings.Contains(page, `id="delivery-`+itoa(seq)+`"`); got != slices.Contains(want, seq) {
				t.Errorf("%s: delivery %d found is %v, want %v", query, seq, got, !got)
			}
		}
		if strings.Contains(page, "<script>") {
			t.Errorf("%s: the page repeats it as markup", query)
		}
	}
}

func TestSearchByNumberLeadsToTheDelivery(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	seq := w.store(sale(1))
	if _, page := w.get("/?q=+" + itoa(seq)); !strings.Contains(page, "<h1>") || !strings.Contains(page, "delivery-1</code>") {
		t.Errorf("the number does not lead to the delivery's page:\n%s", page)
	}
	if status, page := w.get("/?q=999"); status != http.StatusOK || !strings.Contains(page, "Nothing found in the journal.") {
		t.Errorf("a number that nothing has: answered %d:\n%s", status, page)
	}
}

func TestWhatIsNotThereLeadsBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	for path, want := range map[string]string{
		"/nothing": "There is no page at this address.", "/deliveries/999": "it has not come yet, or is older than RETENTION",
		"/destinations/nobody/letters": "No destination of this name is configured.",
	} {
		status, page := w.get(path)
		if status != http.StatusNotFound || !strings.Contains(page, want) || !strings.Contains(page, `<a href="/">All deliveries and destinations</a>`) {
			t.Errorf("%s answers %d, want 404, %q and a way back:\n%s", path, status, want, page)
		}
	}
}

func TestDestinationSaysWhereItPostsAndWhatItGets(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	_, page := w.get("/")
	for _, text := range []string{
		"Slack channel C0SALES</small>\n<small>Gets everything</small>", "Gets <code>refund.*|polarbell.*</code>",
		"Slack incoming webhook B1", "Discord webhook " + community + " · public", "Times are in UTC.",
		`>Send test card<span class="hidden"> to discord</span></button>`,
	} {
		if !strings.Contains(page, text) {
			t.Errorf("the page lacks %q:\n%s", text, page)
		}
	}
	if strings.Contains(page, "secret") {
		t.Error("the page shows a token")
	}
}

func TestNamesAreShownAsOnTheMessages(t *testing.T) {
	t.Parallel()
	const marks = "\u202e\u2066\u200f"
	w := newWorld(t, nil)
	seq := w.store(sample("customer.created", map[string]any{"name": marks + "Eve\u0000 Doe", "email": "eve" + marks + "@example.com"}))
	for _, path := range []string{"/", "/deliveries/" + itoa(seq)} {
		_, page := w.get(path)
		if strings.ContainsAny(page, marks) {
			t.Errorf("%s has marks that turn a text around", path)
		}
		for _, text := range []string{"Eve Doe", "eve@example.com"} {
			if !strings.Contains(page, text) {
				t.Errorf("%s lacks %q:\n%s", path, text, page)
			}
		}
	}
	if page := w.delivery(seq); !strings.Contains(page, `\u202e\u2066\u200fEve`) {
		t.Errorf("the payload does not show the marks:\n%s", page)
	}
}

func TestPageNamesAnOldAPIVersion(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	const warning = "Polar removes API version 2026-04"
	w.store(sale(1))
	if _, page := w.get("/"); strings.Contains(page, warning) {
		t.Errorf("without a delivery in it the page says %q", warning)
	}
	old, _, err := w.journal.Append(t.Context(), journal.Entry{ID: "old", Type: "moon.full", APIVersion: "2026-04", Received: time.Now()})
	if err != nil {
		t.Fatal(err)
	}
	if _, page := w.get("/"); !strings.Contains(page, warning) {
		t.Errorf("the page lacks %q:\n%s", warning, page)
	}
	if page := w.delivery(old); !strings.Contains(page, "<dt>API version</dt><dd>2026-04</dd>") {
		t.Errorf("the delivery's page lacks its version:\n%s", page)
	}
}
