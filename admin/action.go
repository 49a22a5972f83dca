package admin

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"polarbell/formatter"
	"polarbell/journal"
	"polarbell/notifier"
)

// notice is what an action has to say on the page that follows it.
type notice struct {
	Text string
	Bad  bool
}

// notices keeps them for that page. The address holds only a key, so that no
// link can put words into the page.
type notices struct {
	mu    sync.Mutex
	byKey map[string]notice
}

// mostNotices bounds those that nobody fetched.
const mostNotices = 100

func (n *notices) put(said notice) string {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.byKey == nil || len(n.byKey) >= mostNotices {
		n.byKey = map[string]notice{}
	}
	key := rand.Text()
	n.byKey[key] = said
	return key
}

func (n *notices) take(key string) notice {
	n.mu.Lock()
	defer n.mu.Unlock()
	said := n.byKey[key]
	delete(n.byKey, key)
	return said
}

// done sends the browser to a page that says what came of an action.
func (a *admin) done(w http.ResponseWriter, r *http.Request, page string, said notice) {
	a.Log.Info("done from the status page", "path", r.URL.Path, "said", said.Text)
	query := url.Values{"notice": {a.notices.put(said)}}
	http.Redirect(w, r, page+"?"+query.Encode(), http.StatusSeeOther)
}

// test posts a card to a destination at once, beside its loop, so that the
// answer can be told.
func (a *admin) test(w http.ResponseWriter, r *http.Request) {
	d, configured := a.destination(r.PathValue("name"))
	if !configured {
		http.NotFound(w, r)
		return
	}
	a.done(w, r, "/", a.posted(r.Context(), d))
}

func (a *admin) posted(ctx context.Context, d notifier.Destination) notice {
	a.posting.Lock()
	defer a.posting.Unlock()
	if wait := time.Until(d.Sender.Free(false)); wait > 0 {
		return notice{fmt.Sprintf("Not posted to %s: its platform wants a pause of %s.", d.Name, wait.Round(time.Second)+time.Second), true}
	}
	ctx, cancel := context.WithTimeout(ctx, notifier.RequestTimeout)
	defer cancel()
	_, err := d.Sender.Post(ctx, []formatter.Card{{
		Headline: "SAMPLE · polarbell reaches this channel", Tone: formatter.Blue, Time: time.Now(),
		Note: "Posted from polarbell's status page. Real events follow as they happen.",
	}})
	var f *notifier.Fault
	switch {
	case err == nil:
		return notice{Text: fmt.Sprintf("A test card was posted to %s.", d.Name)}
	case errors.As(err, &f) && f.Verdict == notifier.Broken:
		return notice{fmt.Sprintf("%s did not take the test card: %v. %s", d.Name, f, notifier.Cure(d.Platform, f.Code)), true}
	}
	return notice{fmt.Sprintf("%s did not take the test card: %v. Try again in a minute.", d.Name, err), true}
}

// release has a parked destination tried at once.
func (a *admin) release(w http.ResponseWriter, r *http.Request) {
	d, configured := a.destination(r.PathValue("name"))
	if !configured {
		http.NotFound(w, r)
		return
	}
	if err := a.Journal.Release(r.Context(), d.Name, time.Now()); err != nil {
		a.broken(w, err)
		return
	}
	a.done(w, r, "/", notice{Text: fmt.Sprintf("%s is tried again now.", d.Name)})
}

// replay has a delivery's subject shown again, at one destination or at all
// that take it.
func (a *admin) replay(w http.ResponseWriter, r *http.Request) {
	e, kept, err := a.entry(r.Context(), r)
	if err == nil && !kept {
		http.NotFound(w, r)
		return
	}
	var names []string
	if err == nil {
		names, err = a.again(r.Context(), e, r.PostFormValue("destination"))
	}
	if err != nil {
		a.broken(w, err)
		return
	}
	said := notice{"Nothing to show again: it still waits, or no destination takes it.", true}
	if len(names) > 0 {
		said = notice{Text: "To be shown again in " + strings.Join(names, ", ") + "."}
	}
	a.done(w, r, r.URL.Path[:strings.LastIndexByte(r.URL.Path, '/')], said)
}

// again asks for the replay and returns where it will be seen; only "" is all
// destinations.
func (a *admin) again(ctx context.Context, e journal.Entry, only string) ([]string, error) {
	seqs := []journal.Seq{e.Seq}
	if !a.Cards.PerEvent {
		// Any delivery of the subject stands for it, and its dead letter may
		// be that of an earlier one.
		story, err := a.Journal.Story(ctx, e.Subject, e.Seq)
		if err != nil {
			return nil, err
		}
		for _, earlier := range story.Entries {
			seqs = append(seqs, earlier.Seq)
		}
	}
	var names []string
	for _, d := range a.Destinations {
		if !d.Takes(e) || (only != "" && only != d.Name) {
			continue
		}
		count := 0
		for _, failed := range []bool{true, false} { // what was refused leaves the dead letters
			counts, err := a.Journal.Replay(ctx, journal.Selection{
				PerEvent: a.Cards.PerEvent, Destinations: []string{d.Name}, Seqs: seqs, Failed: failed,
				Types: func(_, eventType string) bool { return d.Takes(journal.Entry{Type: eventType}) },
			})
			if err != nil {
				return nil, err
			}
			count += counts[d.Name]
		}
		if count > 0 {
			names = append(names, d.Name)
		}
	}
	return names, nil
}
