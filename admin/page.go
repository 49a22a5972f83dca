package admin

import (
	"bytes"
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"polarbell/journal"
	"polarbell/notifier"
	"polarbell/reporter"
)

const (
	perPage = 25
	// searchTimeout bounds a search, which reads every body.
	searchTimeout = 10 * time.Second
)

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
	Trouble    error // why this process does not deliver
	Statuses   []notifier.Status
	Departed   []string // destinations of the journal that are no longer configured
	Last       time.Time
	Line       []string // what is wrong with the line to Polar
	Old        []notifier.OldVersion
	Polar      string // what a person must mend at Polar
	Deliveries []description
	Older      journal.Seq // the next page is of entries before this one; 0: none
}

// home shows the destinations and the latest deliveries, or what a search finds.
func (a *admin) home(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), searchTimeout)
	defer cancel()
	query := strings.TrimSpace(r.URL.Query().Get("q"))
	if _, isKept, err := a.numbered(ctx, query); err == nil && isKept {
		http.Redirect(w, r, "/deliveries/"+query, http.StatusSeeOther)
		return
	}
	if query != "" {
		// More at once would take the loops' connections to the journal.
		if !a.searching.TryLock() {
			http.Error(w, "another search is running; try again in a moment", http.StatusServiceUnavailable)
			return
		}
		defer a.searching.Unlock()
	}
	before, _ := strconv.ParseInt(r.URL.Query().Get("before"), 10, 64)
	page := homePage{frame: a.frame(r, "Status")}
	page.Query, page.Live = query, query == "" && before == 0
	if err := a.fill(ctx, &page, journal.Seq(before)); err != nil {
		a.broken(w, err)
		return
	}
	a.render(w, "home", page)
}

func (a *admin) frame(r *http.Request, title string) frame {
	return frame{Title: title, Notice: a.notices.take(r.URL.Query().Get("notice")), Version: a.Version}
}

func (a *admin) fill(ctx context.Context, p *homePage, before journal.Seq) (err error) {
	p.Trouble = a.Delivering()
	if p.Statuses, err = a.statuses(ctx); err != nil {
		return err
	}
	if p.Departed, err = a.departed(ctx); err != nil {
		return err
	}
	if p.Last, err = newest(ctx, a.Journal); err != nil {
		return err
	}
	if p.Line, err = reporter.Line(ctx, a.Journal, time.Now()); err != nil {
		return err
	}
	if p.Old, err = notifier.OldVersions(ctx, a.Journal); err != nil {
		return err
	}
	if p.Polar, err = a.atPolar(ctx); err != nil {
		return err
	}
	entries, err := a.Journal.Latest(ctx, before, p.Query, perPage+1)
	if err != nil {
		return err
	}
	if len(entries) > perPage {
		entries = entries[:perPage]
		p.Older = entries[perPage-1].Seq
	}
	p.Deliveries, err = a.describeAll(ctx, p.Statuses, entries)
	p.Statuses = notifier.ByUrgency(p.Statuses)
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
