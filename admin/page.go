package admin

import (
	"bytes"
	"cmp"
	"context"
	"net/http"
	"strconv"
	"strings"
	"time"

	"polarbell/formatter"
	"polarbell/journal"
	"polarbell/notifier"
	"polarbell/polar"
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
	Standings  []standing
	Departed   []string // destinations of the journal that are configured no longer
	Last       time.Time
	Deliveries []delivered
	Older      journal.Seq // the next page is of entries before this one; 0: none
}

// delivered is one entry of the journal as the list shows it.
type delivered struct {
	journal.Entry
	Headline string
	Name     string // the customer's
	Email    string
	Outcomes []outcome
}

// Groups are the outcomes as the list has room for them.
func (d delivered) Groups() []group { return grouped(d.Outcomes) }

// home shows how all fares, or what a search finds.
func (a *admin) home(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), searchTimeout)
	defer cancel()
	query := strings.TrimSpace(r.URL.Query().Get("q"))
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
	if p.Standings, err = a.standings(ctx); err != nil {
		return err
	}
	if p.Departed, err = a.departed(ctx); err != nil {
		return err
	}
	if p.Last, err = newest(ctx, a.Journal); err != nil {
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
	p.Deliveries, err = a.tell(ctx, p.Standings, entries)
	return err
}

func (a *admin) departed(ctx context.Context) ([]string, error) {
	places, err := a.Journal.Places(ctx)
	var names []string
	for _, p := range places {
		if _, configured := a.destination(p.Name); !configured {
			names = append(names, p.Name)
		}
	}
	return names, err
}

func (a *admin) destination(name string) (notifier.Destination, bool) {
	for _, d := range a.Destinations {
		if d.Name == name {
			return d, true
		}
	}
	return notifier.Destination{}, false
}

// tell adds to entries who and what they are about and what became of them.
func (a *admin) tell(ctx context.Context, standings []standing, entries []journal.Entry) ([]delivered, error) {
	traces, err := a.Journal.Traces(ctx, entries)
	if err != nil {
		return nil, err
	}
	all := make([]delivered, 0, len(entries))
	for _, e := range entries {
		whole, kept, err := a.Journal.Entry(ctx, e.Seq)
		if err != nil {
			return nil, err
		}
		if !kept { // pruned just now
			continue
		}
		d, err := a.describe(ctx, whole)
		if err != nil {
			return nil, err
		}
		for _, s := range standings {
			o, err := a.outcome(ctx, whole, s, traces[journal.Showing{Destination: s.Title(), Subject: e.Subject}])
			if err != nil {
				return nil, err
			}
			d.Outcomes = append(d.Outcomes, o)
		}
		all = append(all, d)
	}
	return all, nil
}

func (a *admin) outcome(ctx context.Context, e journal.Entry, s standing, t journal.Trace) (outcome, error) {
	tells, err := false, error(nil)
	if a.Cards.PerEvent {
		_, tells, err = notifier.Preview(ctx, a.Journal, e, a.options(s.Public))
	}
	return become(e, s, t, a.Cards.PerEvent, tells), err
}

func (a *admin) options(public bool) formatter.Options {
	o := a.Cards
	o.Public = public
	return o
}

// describe names the entry's event, as a bridge with one card per event would.
func (a *admin) describe(ctx context.Context, e journal.Entry) (delivered, error) {
	d := delivered{Entry: e}
	card, _, err := notifier.Preview(ctx, a.Journal, e, formatter.Options{PerEvent: true, Sandbox: a.Cards.Sandbox})
	d.Headline = cmp.Or(card.Headline, polar.KindOf(e.Type).Words)
	if err == nil {
		d.Name, d.Email, err = a.customer(ctx, e)
	}
	return d, err
}

// customer is whom an entry names, else whom its subject does: a refund names
// nobody, its order does.
func (a *admin) customer(ctx context.Context, e journal.Entry) (name, email string, err error) {
	if name, email = namedIn(e); name+email != "" {
		return name, email, nil
	}
	story, err := a.Journal.Story(ctx, e.Subject, e.Seq)
	for _, other := range story.Entries {
		if name, email = namedIn(other); name+email != "" {
			break
		}
	}
	return name, email, err
}

// namedIn is nobody for a body that was blanked or is not at hand.
func namedIn(e journal.Entry) (name, email string) {
	event, err := polar.Decode(e.Body)
	if err != nil {
		return "", ""
	}
	about := event.Plain()
	if about.Customer != nil {
		return about.Customer.Name, about.Customer.Email
	}
	switch family, _, _ := strings.Cut(e.Type, "."); family {
	case "customer", "customer_seat", "member":
		return about.Name, about.Email
	}
	return "", ""
}

// render answers with a whole page or an error, never with half of one.
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
