package admin

import (
	"crypto/rand"
	"net/http"
	"net/url"
	"sync"
)

// notice is what an action has to say on the page that follows it.
type notice struct {
	Text string
	Bad  bool
}

// notices keeps them for that page. The address holds only a key, so that a
// link cannot put words into the page.
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
func (a *admin) done(w http.ResponseWriter, r *http.Request, page string, said notice, err error) {
	if err != nil {
		a.broken(w, err)
		return
	}
	a.Log.Info("action on the status page", "path", r.URL.Path, "notice", said.Text)
	query := url.Values{"notice": {a.notices.put(said)}}
	http.Redirect(w, r, page+"?"+query.Encode(), http.StatusSeeOther)
}
