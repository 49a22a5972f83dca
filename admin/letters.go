package admin

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"polarbell/journal"
	"polarbell/notifier"
)

// mostLetters bounds the list of a destination's dead letters.
const mostLetters = 100

// lettersPage lists what a destination did not take.
type lettersPage struct {
	frame
	Destination string
	Letters     []journal.DeadLetter // newest first
	Older       int                  // that are not listed
}

// letters shows a destination's dead letters and why each was refused.
func (a *admin) letters(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("name")
	if len(a.named(name)) == 0 {
		a.missing(w, r, noDestination)
		return
	}
	page := lettersPage{frame: a.frame(r, "Dead letters of "+name), Destination: name}
	if err := a.fillLetters(r.Context(), &page); err != nil {
		a.broken(w, err)
		return
	}
	a.render(w, "letters", page)
}

func (a *admin) fillLetters(ctx context.Context, p *lettersPage) error {
	n, err := a.Journal.CountDeadLetters(ctx, p.Destination)
	if err != nil {
		return err
	}
	p.Letters, err = a.Journal.DeadLetters(ctx, p.Destination, mostLetters)
	p.Older = max(0, n-len(p.Letters))
	return err
}

// replayLetters has a destination's dead letters shown again: those of the
// delivery that seq names, or all.
func (a *admin) replayLetters(w http.ResponseWriter, r *http.Request) {
	s := notifier.Selection{Destinations: a.named(r.PathValue("name")), Failed: true}
	if len(s.Destinations) == 0 {
		a.missing(w, r, noDestination)
		return
	}
	if seq, err := strconv.ParseInt(r.FormValue("seq"), 10, 64); err == nil {
		s.Seqs = []journal.Seq{journal.Seq(seq)}
	}
	name := s.Destinations[0].Name
	counts, err := a.Viewer.Replay(r.Context(), s)
	said := notice{Text: fmt.Sprintf("%d to be shown again in %s.", counts[name], name)}
	if counts[name] == 0 {
		said = notice{"Nothing is shown again: these are no longer dead letters.", true}
	}
	a.done(w, r, "/destinations/"+url.PathEscape(name)+"/letters", said, err)
}

// letters counts the dead letters of all destinations, for the summary.
func letters(all []notifier.Status) (n int) {
	for _, s := range all {
		n += s.DeadLetters
	}
	return n
}

// firstWithLetters is the destination that the summary leads to.
func firstWithLetters(all []notifier.Status) string {
	i := slices.IndexFunc(all, func(s notifier.Status) bool { return s.DeadLetters > 0 })
	if i < 0 {
		return ""
	}
	return all[i].Name
}
