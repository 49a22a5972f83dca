package admin_test

import (
	_ "embed"
	"flag"
	"fmt"
	"net/http"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"polarbell/journal"
	"polarbell/standin"
)

//go:embed testdata/audit.js
var audit string

// audit checks the page as it is now.
func (b *browser) audit(what string) {
	b.t.Helper()
	for _, fault := range append(eval[[]string](b, audit), b.axe()...) {
		b.t.Errorf("%s: %s", what, fault)
	}
	b.screenshot(strings.NewReplacer(" ", "-", ",", "").Replace(what))
}

var axeFile = flag.String("axe", "", "the file axe.min.js of axe-core, which then checks the pages too")

// axe has axe-core check the page. It is not among our files, so the tests do
// without it; audit.js has its rules that matter here.
func (b *browser) axe() []string {
	if *axeFile == "" {
		return nil
	}
	script, err := os.ReadFile(*axeFile)
	if err != nil {
		b.t.Fatal(err)
	}
	eval[bool](b, string(script)+";true")
	eval[bool](b, `axe.run({exclude: [[".slack"], [".discord"]]}).then(r => window.axeFaults = r.violations.flatMap(v =>
		v.nodes.map(n => v.id + ': ' + n.html.slice(0, 120) + ' ' + n.failureSummary))), true`)
	b.until(`window.axeFaults`)
	return eval[[]string](b, `window.axeFaults`)
}

// until waits for a script to be true.
func (b *browser) until(script string) {
	b.t.Helper()
	if _, err := chromedp.Run(b.ctx, chromedp.Poll[bool]("Boolean("+script+")")); err != nil {
		b.t.Fatalf("waited in vain for %s: %v", script, err)
	}
}

// troubledWorld has something of everything to show. It returns the numbers of
// a sale and of a delivery that two messages tell of.
func troubledWorld(t *testing.T) (w *world, sold, pastDue journal.Seq) {
	t.Helper()
	w = newWorld(t, nil)
	w.note("refused", `{"wrong_signature":{"n":3,"first":"%[1]s","last":"%[1]s"}}`)
	w.note("certificate", `{"domain":"bell.nimbus.dev","problem":"port 80 is closed"}`)
	sold = w.store(sale(1))
	w.store(sample("subscription.active", map[string]any{"id": uuid(4, 1), "seats": 2}))
	pastDue = w.store(sample("subscription.past_due", map[string]any{"id": uuid(4, 1), "seats": 3}))
	w.store(sample("customer.created", nil))
	long := strings.Repeat("W", 200)
	w.store([]byte(`{"type":"moon.` + long + `","data":{"id":"` + long + `"}}`))
	w.store(sample("customer.updated", map[string]any{"id": long, "name": long, "email": long + "@example.com"}))
	w.idle()
	w.platforms.Revoke(discord, standin.WebhookDeleted)
	w.platforms.Fail(hook, -1, standin.Outcome{Status: http.StatusBadGateway})
	w.platforms.Fail(sales+" post", 3, refusal) // in a message with other news, alone, as its headline
	w.store(refund(1, "succeeded"))
	w.eventually("discord to be parked", func() bool { return w.parked("discord") })
	w.eventually("sales to have a dead letter", func() bool {
		n, err := w.journal.CountDeadLetters(t.Context(), "sales")
		return err == nil && n > 0
	})
	return w, sold, pastDue
}

// look is a way to see a page.
type look struct {
	width  int64
	scheme string
}

var looks = []look{{1280, "light"}, {390, "dark"}, {1000, "dark"}, {390, "light"}, {1280, "dark"}}

// looksAt are all looks with the flag -pages.all, otherwise one of them: each
// page another, so that every look is tried.
func looksAt(i int) []look {
	if *allPages {
		return looks
	}
	return looks[i%len(looks) : i%len(looks)+1]
}

var allPages = flag.Bool("pages.all", false, "look at every page at every width, light and dark")

func TestBrowserShowsEveryPageWellToEverybody(t *testing.T) {
	t.Parallel()
	w, sold, pastDue := troubledWorld(t)
	b := newBrowser(t)
	b.forgiving = "status of 404"
	for i, page := range []struct{ name, path string }{
		{"home", "/"},
		{"home", "/"},
		{"delivery", "/deliveries/" + itoa(sold)},
		{"two messages", "/deliveries/" + itoa(pastDue)},
		{"search", "/?q=c1%40example.com"},
		{"filter", "/?outcome=refused&destination=sales"},
		{"nothing found", "/?q=nobody&day=2026-01-02"},
		{"dead letters", "/destinations/sales/letters"},
		{"no dead letters", "/destinations/ops/letters"},
		{"not there", "/nothing"},
	} {
		for _, look := range looksAt(i) {
			b.open(w.url+page.path, look.width, look.scheme)
			b.audit(fmt.Sprintf("%s, %s, %d", page.name, look.scheme, look.width))
		}
	}
	b.open(w.url+"/", 390, "dark")
	b.do("ask", chromedp.Click("#release-discord-open"), chromedp.WaitVisible("#release-discord-sure"))
	b.audit("question, dark, 390")
}

func TestBrowserShowsDatesWithoutTimeOfDay(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	b := newBrowser(t)
	if _, err := chromedp.Call(b.ctx, emulation.SetTimezoneOverride, emulation.SetTimezoneOverrideParams{TimezoneID: "America/New_York"}); err != nil {
		t.Fatal(err)
	}
	b.open(w.url+"/deliveries/"+itoa(w.store(sample("subscription.past_due", nil))), 1280, "light")
	if got := eval[string](b, `document.getElementById('zone').textContent`); got != "Times are in your time zone, America/New_York." {
		t.Errorf("the page says %q of the time zone", got)
	}
	for kind, want := range map[string]string{
		"slack-date": `^[A-Z][a-z]+ \d+, \d{4}$`, "discord-date": `^[A-Z][a-z]+ \d+, \d{4}$`, "slack": `:\d\d`, "embed": `:\d\d`,
	} {
		got := eval[string](b, `document.querySelector('time[data-as="`+kind+`"]').textContent`)
		if !regexp.MustCompile(want).MatchString(got) {
			t.Errorf("a time of the kind %s reads %q, want %s", kind, got, want)
		}
	}
}

func TestBrowserRefreshesWithoutLosingAnything(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	b := newBrowser(t)
	w.store(sale(1))
	w.idle() // from here on nothing changes about it
	b.open(w.url+"/", 1280, "light")
	b.do("focus", chromedp.Focus("#test-discord-open"))
	eval[bool](b, `window.untouched = document.getElementById('delivery-1'), window.loaded = 'once', true`)
	w.platforms.Revoke(discord, standin.WebhookDeleted)
	w.store(sale(2))
	b.until(`document.querySelector('#to-discord .stopped') && document.getElementById('delivery-2')`)
	for what, script := range map[string]string{
		"the page was not loaded anew":         `window.loaded === 'once'`,
		"the button has the focus":             `document.activeElement.id === 'test-discord-open'`,
		"the newest delivery is the first":     `document.getElementById('deliveries').firstElementChild.id !== 'delivery-1'`,
		"the summary says what is wrong":       `document.querySelector('h1').textContent.includes('1 of 5 destinations is stopped')`,
		"nothing says that the bridge is gone": `document.getElementById('connection').hidden`,
		"what did not change was left alone":   `window.untouched === document.getElementById('delivery-1')`,
	} {
		if !eval[bool](b, script) {
			t.Errorf("after a refresh it is not so that %s", what)
		}
	}
}

func TestBrowserKeepsWhatIsBeingAnsweredOrRead(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	b := newBrowser(t)
	b.open(w.url+"/", 1280, "light")
	b.do("ask", chromedp.Click("#test-discord-open"), chromedp.WaitVisible("#test-discord-sure"))
	eval[bool](b, `getSelection().selectAllChildren(document.querySelector('#to-community th')), true`)
	w.platforms.Revoke(discord, standin.WebhookDeleted)
	w.platforms.Revoke(community, standin.WebhookDeleted)
	w.store(sale(1))
	w.eventually("both to be parked", func() bool { return w.parked("discord") && w.parked("community") })
	b.until(`document.querySelector('h1').textContent.includes('2 of 5')`)
	if !eval[bool](b, `document.getElementById('test-discord').matches(':popover-open')`) {
		t.Error("the question was closed by a refresh")
	}
	if got := eval[string](b, `getSelection().toString()`); !strings.Contains(got, "community") {
		t.Errorf("%q is selected after a refresh, want what was", got)
	}
	b.do("cancel", chromedp.KeyEvent(kb.Escape), chromedp.WaitNotVisible("#test-discord-sure"))
	eval[bool](b, `getSelection().removeAllRanges(), true`)
	b.until(`document.querySelector('#to-discord .stopped') && document.querySelector('#to-community .stopped')`)
}

func TestBrowserActsOnlyAfterAQuestion(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	b := newBrowser(t)
	b.open(w.url+"/", 1280, "light")
	b.do("open the question by keyboard", chromedp.Focus("#test-discord-open"), chromedp.KeyEvent(kb.Enter),
		chromedp.WaitVisible("#test-discord-sure"))
	if got := eval[string](b, `document.activeElement.textContent`); got != "Cancel" {
		t.Errorf("the question has the focus on %q, want the harmless answer", got)
	}
	b.do("cancel", chromedp.KeyEvent(kb.Enter), chromedp.WaitNotVisible("#test-discord-sure"))
	if got := w.sayings(discord); got != "" {
		t.Fatalf("after Cancel discord shows %q", got)
	}
	b.do("ask again", chromedp.Click("#test-discord-open"), chromedp.WaitVisible("#test-discord-sure"))
	if _, err := chromedp.RunResponse(b.ctx, chromedp.Click("#test-discord-sure")); err != nil {
		t.Fatal(err)
	}
	if got := eval[string](b, `document.querySelector('.notice').textContent`); got != "A test card was posted to discord." {
		t.Errorf("the page says %q", got)
	}
	if !strings.Contains(w.sayings(discord), "SAMPLE") {
		t.Error("discord shows no test card")
	}
	b.audit("notice, light, 1280")
}

func TestBrowserFiltersByTheForm(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	b := newBrowser(t)
	seq := w.store(sale(1))
	w.idle()
	b.open(w.url+"/", 390, "light")
	b.do("choose", chromedp.SetValue("#outcome", "shown"), chromedp.SetValue("#destination", "discord"))
	if _, err := chromedp.RunResponse(b.ctx, chromedp.Click(".filters button")); err != nil {
		t.Fatal(err)
	}
	if got, want := eval[string](b, `location.pathname + location.search`), "/?destination=discord&outcome=shown"; got != want {
		t.Errorf("the form leads to %s, want %s", got, want)
	}
	if !eval[bool](b, `Boolean(document.getElementById('delivery-`+itoa(seq)+`')) && document.getElementById('outcome').value === 'shown'`) {
		t.Error("the page does not list the delivery, or does not show what was chosen")
	}
}

func TestBrowserReplaysFromADeliverysPage(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	b := newBrowser(t)
	seq := w.store(sale(1))
	w.idle()
	b.open(w.url+"/", 390, "light")
	if _, err := chromedp.RunResponse(b.ctx, chromedp.Click("#delivery-"+itoa(seq)+" a")); err != nil {
		t.Fatal(err)
	}
	b.do("ask", chromedp.Click("#again-discord-open"), chromedp.WaitVisible("#again-discord-sure"))
	if _, err := chromedp.RunResponse(b.ctx, chromedp.Click("#again-discord-sure")); err != nil {
		t.Fatal(err)
	}
	w.eventually("a second card", func() bool { return len(w.platforms.Messages(discord)) == 2 })
	if got := eval[string](b, `location.pathname + location.search`); got != "/deliveries/"+itoa(seq) {
		t.Errorf("ends at %s, want the delivery's page without a notice in its address", got)
	}
}

func TestBrowserSaysWhenTheBridgeIsGone(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	b := newBrowser(t)
	b.forgiving = "net::ERR_"
	b.open(w.url+"/", 390, "light")
	w.server.CloseClientConnections()
	w.server.Close()
	b.until(`!document.getElementById('connection').hidden`)
	b.audit("gone, light, 390")
}
