package admin

import (
	"context"
	"fmt"
	"net/http"
	"path"
	"slices"
	"strings"
	"time"

	"polarbell/compose"
	"polarbell/formatter"
	"polarbell/journal"
	"polarbell/notifier"
)

// onDestination serves an action on the destination that the path names.
func (a *admin) onDestination(act func(context.Context, notifier.Destination) (notice, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		i := slices.IndexFunc(a.Destinations, func(d notifier.Destination) bool { return d.Name == r.PathValue("name") })
		if i < 0 {
			a.missing(w, r, noDestination)
			return
		}
		said, err := act(r.Context(), a.Destinations[i])
		a.done(w, r, "/", said, err)
	}
}

// test posts a card to a destination at once, beside its loop, so that the
// page can say what the platform answered.
func (a *admin) test(ctx context.Context, d notifier.Destination) (notice, error) {
	a.posting.Lock()
	defer a.posting.Unlock()
	if wait := time.Until(d.Sender.NextPost()); wait > 0 {
		return notice{fmt.Sprintf("Not posted to %s: its platform asks for a pause of %s.", d.Name, wait.Round(time.Second)+time.Second), true}, nil
	}
	ctx, cancel := context.WithTimeout(ctx, notifier.RequestTimeout)
	defer cancel()
	_, err := d.Sender.Post(ctx, formatter.Message{Cards: []formatter.Card{compose.TestCard(time.Now())}})
	if err == nil {
		return notice{Text: fmt.Sprintf("A test card was posted to %s.", d.Name)}, nil
	}
	return notice{fmt.Sprintf("%s did not take the test card: %v. %s", d.Name, err, d.Cure(err)), true}, nil
}

// release has a parked destination tried at once.
func (a *admin) release(ctx context.Context, d notifier.Destination) (notice, error) {
	return notice{Text: fmt.Sprintf("%s is tried again now.", d.Name)}, a.Journal.Unpark(ctx, d.Name, time.Now())
}

// replay has a delivery's cards shown again, at the destination that the form
// names or at all of them.
func (a *admin) replay(w http.ResponseWriter, r *http.Request) {
	e, isKept, err := a.entry(r.Context(), r)
	if err == nil && !isKept {
		a.missing(w, r, notKept)
		return
	}
	var said notice
	if err == nil {
		said, err = a.showAgain(r.Context(), e, a.named(r.PostFormValue("destination")))
	}
	a.done(w, r, path.Dir(r.URL.Path), said, err)
}

// named are the destinations of a name, or all of them without one.
func (a *admin) named(name string) []notifier.Destination {
	return slices.DeleteFunc(slices.Clone(a.Destinations), func(d notifier.Destination) bool { return name != "" && name != d.Name })
}

func (a *admin) showAgain(ctx context.Context, e journal.Entry, to []notifier.Destination) (notice, error) {
	counts, err := a.Viewer.Replay(ctx, notifier.Selection{Destinations: to, Seqs: []journal.Seq{e.Seq}})
	if err != nil {
		return notice{}, err
	}
	var names []string
	for _, d := range to {
		if counts[d.Name] > 0 {
			names = append(names, d.Name)
		}
	}
	if len(names) > 0 {
		return notice{Text: "To be shown again in " + strings.Join(names, ", ") + "."}, nil
	}
	why, err := a.whyNothing(ctx, e, to)
	return notice{"Nothing is shown again. " + why, true}, err
}

// whyNothing says why a delivery is not shown again.
func (a *admin) whyNothing(ctx context.Context, e journal.Entry, to []notifier.Destination) (string, error) {
	if len(e.Body) == 0 {
		return "It was forgotten on request.", nil
	}
	statuses, err := notifier.Statuses(ctx, a.Journal, to, a.Stats())
	if err != nil {
		return "", err
	}
	outcomes, err := a.Viewer.Outcomes(ctx, e, statuses)
	var reasons []string
	for _, g := range grouped(outcomes) {
		reason := strings.Join(g.Names, ", ") + ": " + strings.ToLower(string(g.Result))
		if g.Why != "" {
			reason += ", " + g.Why
		}
		reasons = append(reasons, reason+".")
	}
	return strings.Join(reasons, " "), err
}
