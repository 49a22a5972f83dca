package admin_test

import (
	"net/http"
	"strings"
	"testing"

	"polarbell/standin"
)

// refuse has discord, whose pace is the fastest, refuse the next sales, one each.
func (w *world) refuse(numbers ...int) {
	w.t.Helper()
	invalid := standin.Outcome{Status: http.StatusBadRequest, Body: `{"code":50035,"message":"Invalid Form Body"}`}
	for _, n := range numbers {
		w.platforms.Fail(discord+" post", 2, invalid) // the card, and its headline alone
		w.store(sale(n))
		w.idle()
	}
}

func TestDeadLettersAreListedWithTheirReasons(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	w.refuse(1, 2)
	status, page := w.get("/destinations/discord/letters")
	if status != http.StatusOK {
		t.Fatalf("answered %d: %s", status, page)
	}
	for _, text := range []string{"Customer 1", "Customer 2", "Invalid Form Body", `href="/deliveries/1"`, `href="/deliveries/2"`} {
		if !strings.Contains(page, text) {
			t.Errorf("the list lacks %q:\n%s", text, page)
		}
	}
	if strings.Index(page, "Customer 2") > strings.Index(page, "Customer 1") {
		t.Error("the newest is not the first")
	}
	for path, want := range map[string]int{"/destinations/ops/letters": http.StatusOK, "/destinations/nobody/letters": http.StatusNotFound} {
		if status, page := w.get(path); status != want || strings.Contains(page, "Customer") {
			t.Errorf("%s answers %d: %s", path, status, page)
		}
	}
}

func TestDeadLettersAreShownAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	w.refuse(1, 2, 3)
	for _, c := range []struct{ name, form, says, shown string }{
		{"one", "?seq=2", "1 to be shown again in discord.", "Customer 2"},
		{"all that are left", "", "2 to be shown again in discord.", "Customer 3"},
		{"none is left", "", "Nothing is shown again: these are no longer dead letters.", "Customer 1"},
	} {
		_, page := w.post("/destinations/discord/replay"+c.form, "")
		if !strings.Contains(page, c.says) {
			t.Errorf("%s: the page does not say %q:\n%s", c.name, c.says, page)
		}
		w.idle()
		if !strings.Contains(w.sayings(discord), c.shown) {
			t.Errorf("%s: %s does not show %s", c.name, discord, c.shown)
		}
	}
	if _, page := w.get("/destinations/discord/letters"); !strings.Contains(page, "None: discord has taken everything.") {
		t.Error("the list is not empty afterwards")
	}
}
