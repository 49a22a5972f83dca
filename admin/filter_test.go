package admin_test

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"polarbell/journal"
)

var rowOf = regexp.MustCompile(`<tr id="delivery-(\d+)"`)

// listed are the numbers of the deliveries on a page, in its order.
func (w *world) listed(path string) string {
	w.t.Helper()
	status, page := w.get(path)
	if status != http.StatusOK {
		w.t.Fatalf("%s answers %d: %s", path, status, page)
	}
	var numbers []string
	for _, row := range rowOf.FindAllStringSubmatch(page, -1) {
		numbers = append(numbers, row[1])
	}
	return strings.Join(numbers, " ")
}

func TestFilterByOutcomeAndDestination(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	w.refuse(1) // by discord
	w.store(sale(2))
	w.store(sample("customer.created", nil))
	w.store(refund(2, "succeeded"))
	w.idle()
	w.store(saleUpdated(2))
	w.idle()
	for name, c := range map[string]struct{ query, want string }{
		"refused":                            {"?outcome=refused", "1"},
		"refused by one":                     {"?outcome=refused&destination=discord", "1"},
		"refused by another":                 {"?outcome=refused&destination=sales", ""},
		"shown somewhere":                    {"?outcome=shown", "4 3 2 1"},
		"shown by one":                       {"?outcome=shown&destination=discord", "4 3 2"},
		"without news":                       {"?outcome=no-news&destination=sales", "5"},
		"not routed to one":                  {"?outcome=not-routed&destination=ops", "5 3 2 1"},
		"routed to one":                      {"?destination=ops", "4"},
		"of a text too":                      {"?outcome=shown&q=c2%40example.com", "2"},
		"before a number":                    {"?outcome=shown&before=3", "2 1"},
		"waiting":                            {"?outcome=waiting", ""},
		"whatever a form leaves empty":       {"?outcome=shown&destination=&day=&q=", "4 3 2 1"},
		"a form in which nothing was chosen": {"?outcome=&destination=&day=", "5 4 3 2 1"},
	} {
		if got := w.listed("/" + c.query); got != c.want {
			t.Errorf("%s: the page lists %q, want %q", name, got, c.want)
		}
	}
	if _, page := w.get("/?outcome=shown&destination=sales&q=c2%40example.com"); !strings.Contains(page, "<h1>Deliveries with “c2@example.com” shown at sales</h1>") {
		t.Errorf("the page does not say what it lists:\n%s", page)
	}
}

func TestFilterByDay(t *testing.T) {
	t.Parallel()
	oslo, err := time.LoadLocation("Europe/Oslo")
	if err != nil {
		t.Fatal(err)
	}
	w := newWorld(t, func(s *settings) { s.Zone = oslo })
	for i, at := range []string{"2026-11-24T22:59:59Z", "2026-11-24T23:00:00Z", "2026-11-25T22:59:59Z", "2026-11-25T23:00:00Z"} {
		received, err := time.Parse(time.RFC3339, at)
		if err != nil {
			t.Fatal(err)
		}
		w.storeAt(received, sale(i+1))
	}
	for day, want := range map[string]string{"2026-11-24": "1", "2026-11-25": "3 2", "2026-11-26": "4", "2026-11-27": "", "2026-10-01": ""} {
		if got := w.listed("/?day=" + day); got != want {
			t.Errorf("on %s the page lists %q, want %q", day, got, want)
		}
	}
	if got := w.listed("/?day=2026-11-25&before=3"); got != "2" {
		t.Errorf("the day's older page lists %q, want 2", got)
	}
}

func TestFilterByOrganization(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(s *settings) { s.Organizations = []string{"nimbus", "nimbus@sandbox"} })
	for i, organization := range []string{"nimbus", "nimbus@sandbox", "nimbus"} {
		if _, _, err := w.journal.Append(t.Context(), journal.Entry{
			ID: fmt.Sprint(i), Type: "moon.full", Organization: organization, Received: time.Now(),
		}); err != nil {
			t.Fatal(err)
		}
	}
	for organization, want := range map[string]string{"nimbus": "3 1", "nimbus%40sandbox": "2", "acme": ""} {
		if got := w.listed("/?organization=" + organization); got != want {
			t.Errorf("of %s the page lists %q, want %q", organization, got, want)
		}
	}
	if _, page := w.get("/?organization=nimbus"); !strings.Contains(page, "<option selected>nimbus</option>") {
		t.Errorf("the organization is not chosen in the form:\n%s", page)
	}
	if page := w.delivery(2); !strings.Contains(page, `<a href="/?organization=nimbus%40sandbox">nimbus@sandbox</a>`) {
		t.Errorf("the delivery's page does not lead to those of its organization:\n%s", page)
	}
}

func TestFilterForWhatDoesNotExist(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	for query, want := range map[string]string{
		"destination=nobody": "No destination of this name is configured.", "outcome=lost": "There is no outcome of this name.",
		"day=today": "This is not a day: write it as 2026-11-26.",
	} {
		if status, page := w.get("/?" + query); status != http.StatusNotFound || !strings.Contains(page, want) {
			t.Errorf("%s answers %d, want 404 and %q:\n%s", query, status, want, page)
		}
	}
}

var pageLink = regexp.MustCompile(`<a id="(newer|older)" href="([^"]*)"`)

// neighbours are the addresses of the pages beside one.
func (w *world) neighbours(path string) map[string]string {
	w.t.Helper()
	_, page := w.get(path)
	links := map[string]string{}
	for _, m := range pageLink.FindAllStringSubmatch(page, -1) {
		links[m[1]] = strings.ReplaceAll(m[2], "&amp;", "&")
	}
	return links
}

func TestPagesLeadBothWays(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	for n := range 60 {
		w.store(sample("checkout.created", map[string]any{"id": uuid(4, n)}))
	}
	const all, between, last = "60 to 36", "35 to 11", "10 to 1"
	ends := func(path string) string {
		numbers := strings.Fields(w.listed(path))
		return numbers[0] + " to " + numbers[len(numbers)-1]
	}
	for _, c := range []struct{ path, shows, newer, older string }{
		{"/", all, "", between},
		{"/?before=36", between, all, last},
		{"/?before=11", last, between, ""},
		{"/?after=10", between, all, last},
		{"/?after=35", all, "", between},
		{"/?after=50", all, "", between}, // fewer than a page: the first one
	} {
		links := w.neighbours(c.path)
		if ends(c.path) != c.shows {
			t.Errorf("%s shows %s, want %s", c.path, ends(c.path), c.shows)
		}
		for way, want := range map[string]string{"newer": c.newer, "older": c.older} {
			switch {
			case want == "" && links[way] != "":
				t.Errorf("%s leads to something %s: %s", c.path, way, links[way])
			case want != "" && links[way] == "":
				t.Errorf("%s does not lead to the %s page", c.path, way)
			case want != "" && ends(links[way]) != want:
				t.Errorf("%s leads to %s, which shows %s, want %s", c.path, links[way], ends(links[way]), want)
			}
		}
	}
}

func TestLongSearchByOutcomeGoesOn(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	w.store(refund(1, "succeeded")) // the only one for ops
	for n := range 60 {
		w.store(sample("checkout.created", map[string]any{"id": uuid(4, n)}))
	}
	path := "/?destination=ops"
	_, page := w.get(path)
	if !strings.Contains(page, "Looked at 40 deliveries, down to no. 22;") || w.listed(path) != "" {
		t.Errorf("the first page does not say how far it looked:\n%s", page)
	}
	older := w.neighbours(path)["older"]
	if older != "/?before=22&destination=ops" || w.listed(older) != "1" {
		t.Errorf("it leads on to %q, want to what stands before 22", older)
	}
	if _, page := w.get("/?destination=ops&after=1"); !strings.Contains(page, "Looked at 40 deliveries, up to no. 41;") {
		t.Errorf("towards the newer ones it does not say how far it looked:\n%s", page)
	}
}
