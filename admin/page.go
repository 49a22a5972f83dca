package admin

import (
	"bytes"
	"context"
	"net/http"
	"slices"
	"time"

	"polarbell/notifier"
	"polarbell/reporter"
)

// searchTimeout bounds a search, which reads every body.
const searchTimeout = 10 * time.Second

// frame is what every page has.
type frame struct {
	Title   string
	Notice  notice
	Query   string
	Live    bool // the page refreshes itself
	Version string
}

type homePage struct {
	frame
	Filter   filter
	Choices  choices
	Trouble  error // why this process does not deliver
	Statuses []notifier.Status
	Departed []string // destinations of the journal that are no longer configured
	Last     time.Time
	Blocked  string   // why deliveries do not get in
	Line     []string // what is wrong with the line to Polar
	Polar    string   // what a person must mend at Polar
	Old      []notifier.OldVersion
	Chart    []bar
	Zone     string // whose days the chart has
	list
}

// choices are what a filter can choose from.
type choices struct {
	Outcomes                    []notifier.Result
	Destinations, Organizations []string
}

// home shows the destinations and the latest deliveries, or those that a filter
// finds.
func (a *admin) home(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), searchTimeout)
	defer cancel()
	f := filterOf(r.URL.Query())
	if to, isElsewhere := a.elsewhere(ctx, r, f); isElsewhere {
		http.Redirect(w, r, to, http.StatusSeeOther)
		return
	}
	if fault := a.fault(f); fault != "" {
		a.missing(w, r, fault)
		return
	}
	if f.Text != "" {
		// More at once would take the loops' connections to the journal.
		if !a.searching.TryLock() {
			http.Error(w, "another search is running; try again in a moment", http.StatusServiceUnavailable)
			return
		}
		defer a.searching.Unlock()
	}
	page := homePage{frame: a.frame(r, f.title()), Filter: f, Choices: a.choices()}
	page.Query, page.Live = f.Text, !f.IsSet() && f.IsNewest()
	if err := a.fill(ctx, &page); err != nil {
		a.broken(w, err)
		return
	}
	a.render(w, "home", page)
}

// elsewhere is the page of a delivery that was asked for by its number, and the
// short address of a page for which a form left fields empty.
func (a *admin) elsewhere(ctx context.Context, r *http.Request, f filter) (string, bool) {
	if f == (filter{Text: f.Text}) {
		if _, isKept, err := a.numbered(ctx, f.Text); err == nil && isKept {
			return "/deliveries/" + f.Text, true
		}
	}
	for _, values := range r.URL.Query() {
		if slices.Contains(values, "") {
			return f.Address(), true
		}
	}
	return "", false
}

func (a *admin) choices() choices {
	c := choices{Outcomes: notifier.Results, Organizations: a.Organizations}
	for _, d := range a.Destinations {
		c.Destinations = append(c.Destinations, d.Name)
	}
	return c
}

func (a *admin) frame(r *http.Request, title string) frame {
	return frame{Title: title, Notice: a.notices.take(r.URL.Query().Get("notice")), Version: a.Version}
}

func (a *admin) fill(ctx context.Context, p *homePage) (err error) {
	if p.Statuses, err = a.statuses(ctx); err != nil {
		return err
	}
	if !p.Filter.IsSet() {
		if err := a.fillState(ctx, p); err != nil {
			return err
		}
	}
	p.list, err = a.find(ctx, p.Filter, p.Statuses)
	p.Statuses = notifier.ByUrgency(p.Statuses)
	return err
}

// fillState fills in what stands above the list of all deliveries.
func (a *admin) fillState(ctx context.Context, p *homePage) (err error) {
	p.Trouble = a.Delivering()
	if p.Departed, err = a.departed(ctx); err != nil {
		return err
	}
	last, err := reporter.LastDelivery(ctx, a.Journal)
	if err != nil {
		return err
	}
	p.Last = last.Received
	var caughtUp time.Time
	if a.CaughtUp != nil {
		if caughtUp, err = a.CaughtUp(ctx); err != nil {
			return err
		}
	}
	if p.Blocked, p.Line, err = reporter.Line(ctx, a.Journal, time.Now(), caughtUp); err != nil {
		return err
	}
	if p.Old, err = notifier.OldVersions(ctx, a.Journal); err != nil {
		return err
	}
	if p.Polar, err = a.atPolar(ctx); err != nil {
		return err
	}
	p.Zone = a.zone().String()
	p.Chart, err = a.chart(ctx)
	return err
}

// atPolar is what a person must mend at Polar, where its API is asked.
func (a *admin) atPolar(ctx context.Context) (string, error) {
	if a.AtPolar == nil {
		return "", nil
	}
	return a.AtPolar(ctx)
}

func (a *admin) departed(ctx context.Context) ([]string, error) {
	states, err := a.Journal.Destinations(ctx)
	var names []string
	for _, s := range states {
		if !slices.ContainsFunc(a.Destinations, func(d notifier.Destination) bool { return d.Name == s.Name }) {
			names = append(names, s.Name)
		}
	}
	return names, err
}

// render answers with a whole page or with an error, never with half a page.
func (a *admin) render(w http.ResponseWriter, name string, page any) {
	var body bytes.Buffer
	if err := templates.ExecuteTemplate(&body, name, page); err != nil {
		a.broken(w, err)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, _ = body.WriteTo(w)
}

func (a *admin) broken(w http.ResponseWriter, err error) {
	a.Log.Error("status page", "err", err)
	http.Error(w, "the journal cannot be read: "+err.Error(), http.StatusServiceUnavailable)
}
