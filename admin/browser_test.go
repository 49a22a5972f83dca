package admin_test

import (
	"context"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"polarbell/admin"
)

// browser is a page in a real Chromium. What it complains of on its console,
// violations of the policy among it, fails the test.
type browser struct {
	t   *testing.T
	ctx context.Context

	forgiving string // a complaint with this text is expected

	mu         sync.Mutex
	complaints []string
}

// chromium is the one browser of all tests; each has a page of its own in it.
var chromium = sync.OnceValues(func() (context.Context, error) {
	path, err := exec.LookPath("chromium")
	if err != nil {
		return nil, err
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true))
	ctx, cancel := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, _ = chromedp.NewContext(ctx)
	closeChromium = cancel
	return ctx, chromedp.Do(ctx)
})

// closeChromium is called after the last test.
var closeChromium = func() {}

// TestMain runs a few more tests side by side than there are processors, because
// they mostly wait: for pages, pauses and retries. A page that takes too long
// answers 503, so there may not be many.
func TestMain(m *testing.M) {
	_ = flag.Set("test.parallel", "5") // unless -parallel says otherwise
	flag.Parse()
	admin.ExamineAtMost(40)
	code := m.Run()
	closeChromium()
	os.Exit(code)
}

// newBrowser opens a page after the world that it shows: it is closed before.
func newBrowser(t *testing.T) *browser {
	t.Helper()
	parent, err := chromium()
	if err != nil {
		if slices.Contains(strings.Split(os.Getenv("POLARBELL_TEST_REQUIRE"), ","), "browser") {
			t.Fatalf("no chromium (%v), and POLARBELL_TEST_REQUIRE wants the browser tests to run", err)
		}
		t.Skipf("no chromium: %v", err)
	}
	ctx, cancel := chromedp.NewContext(parent)
	t.Cleanup(cancel)
	ctx, cancel = context.WithTimeout(ctx, 5*time.Minute)
	t.Cleanup(cancel)
	b := &browser{t: t, ctx: ctx}
	messages := chromedp.Console(ctx)
	go func() {
		for m, err := range messages {
			if err == nil && m.Type != "log" && m.Type != "info" && m.Type != "debug" {
				b.mu.Lock()
				b.complaints = append(b.complaints, m.String())
				b.mu.Unlock()
			}
		}
	}()
	t.Cleanup(b.expectNoComplaint)
	return b
}

func (b *browser) expectNoComplaint() {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, c := range b.complaints {
		if b.forgiving == "" || !strings.Contains(c, b.forgiving) {
			b.t.Errorf("the browser complains: %s", c)
		}
	}
}

func (b *browser) do(what string, actions ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	if err := chromedp.Do(b.ctx, actions...); err != nil {
		b.t.Fatalf("%s: %v", what, err)
	}
}

// eval runs a script in the page.
func eval[T any](b *browser, script string) T {
	b.t.Helper()
	value, err := chromedp.Run(b.ctx, chromedp.Evaluate[T](script))
	if err != nil {
		b.t.Fatalf("%s: %v", script, err)
	}
	return value
}

// open loads a page at a width, light or dark.
func (b *browser) open(url string, width int64, scheme string) {
	b.t.Helper()
	if _, err := chromedp.Call(b.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}},
	}); err != nil {
		b.t.Fatal(err)
	}
	b.do("open "+url, chromedp.EmulateViewport(width, 900), chromedp.Navigate(url), chromedp.WaitReady("footer"))
}

// screenshot keeps the page for people to look at, in the folder that
// POLARBELL_TEST_SCREENSHOTS names.
func (b *browser) screenshot(name string) {
	b.t.Helper()
	b.save(name, chromedp.FullScreenshot(100))
}

func (b *browser) save(name string, picture chromedp.Action[[]byte]) {
	b.t.Helper()
	folder := os.Getenv("POLARBELL_TEST_SCREENSHOTS")
	if folder == "" {
		return
	}
	png, err := chromedp.Run(b.ctx, picture)
	if err != nil {
		b.t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, name+".png"), png, 0o644); err != nil {
		b.t.Fatal(err)
	}
}
