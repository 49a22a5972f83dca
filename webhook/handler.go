// Package webhook receives Polar's deliveries: it verifies the signature, has
// the delivery stored, and only then answers that it was accepted.
package webhook

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"time"

	"polarbell/journal"
)

const (
	healthPath = "/healthz"

	// firstRead caps the memory that Content-Length alone can allocate.
	firstRead = 64 << 10

	// storeTimeout leaves time to answer before Polar gives up after 10 s.
	storeTimeout = 8 * time.Second
)

// Appender stores deliveries. If err is nil, e survives a power cut and e.Body
// may be reused. For an ID that was stored before, fresh is false and seq is the
// earlier number. Wake starts the posting of what was stored as seq; it is
// called after the answer has been sent, because a buyer waits for the answer.
type Appender interface {
	Append(ctx context.Context, e journal.Entry) (seq journal.Seq, fresh bool, err error)
	Wake(seq journal.Seq)
}

// Options configure a handler. Secrets and Path are required.
type Options struct {
	Secrets []string // of every endpoint and organization that may deliver
	Path    string   // "/webhook"; served with and without a trailing slash
	// Organizations says by secret whose deliveries it signs, where that is known.
	Organizations map[string]string

	// Destinations returns the names of the destinations that may show a type of
	// event of an organization. The answer lists them; if Destinations is nil, it
	// does not.
	Destinations func(organization, eventType string) []string
	// Observe is called after every request to Path, and after deliveries to
	// another path. eventType is empty unless the request was a verified event;
	// outcome is one of a dozen fixed words.
	Observe func(organization, eventType, outcome string, took time.Duration)
	Log     *slog.Logger     // nil: no log
	Now     func() time.Time // nil: time.Now
}

// handler does not use http.ServeMux, which would answer paths like "//webhook"
// by a redirect: Polar counts that as a failed delivery.
type handler struct {
	Options
	keys    keyring
	journal Appender
	limiter limiter
	warned  sync.Map // API versions
}

// New returns the public handler: POST Path, GET /healthz, and nothing else.
func New(a Appender, o Options) (http.Handler, error) {
	keys, err := newKeyring(o.Secrets, o.Organizations)
	if err != nil {
		return nil, err
	}
	if !strings.HasPrefix(o.Path, "/") {
		return nil, fmt.Errorf("webhook path %q does not start with a slash", o.Path)
	}
	o.Path = strings.TrimRight(o.Path, "/")
	if o.Path == healthPath {
		return nil, fmt.Errorf("webhook path %s is the path of the health check", healthPath)
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return &handler{Options: o, keys: keys, journal: a, limiter: limiter{windows: map[string]window{}}}, nil
}

func (h *handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch r.URL.Path {
	case healthPath:
		health(w, r)
	case h.Path, h.Path + "/":
		h.deliver(w, r)
	default:
		h.elsewhere(w, r)
	}
}

// elsewhere answers requests to other paths. What looks like a delivery is
// reported: the endpoint's URL in Polar is probably wrong. Anything else comes
// from those who try addresses.
func (h *handler) elsewhere(w http.ResponseWriter, r *http.Request) {
	start := h.Now()
	a := answerElsewhere
	write(w, a.status, a.text)
	if r.Method == http.MethodPost && r.Header.Get(headerID) != "" && r.Header.Get(headerSignature) != "" {
		a.sender, a.path = senderOf(r), harmless(r.URL.Path)
		h.report(r.Context(), a, start)
	}
}

func health(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		write(w, http.StatusMethodNotAllowed, "only GET and HEAD")
		return
	}
	write(w, http.StatusOK, "ok")
}

// deliver reads one request and writes one answer and one log line.
func (h *handler) deliver(w http.ResponseWriter, r *http.Request) {
	start := h.Now()
	a := h.receive(r)
	switch a.status {
	case http.StatusMethodNotAllowed:
		w.Header().Set("Allow", http.MethodPost)
	case http.StatusServiceUnavailable:
		w.Header().Set("Retry-After", "5")
	}
	write(w, a.status, a.text)
	if a.status == http.StatusAccepted {
		h.journal.Wake(a.seq)
	}
	if a.isForeign() {
		a.sender = senderOf(r)
	}
	h.report(r.Context(), a, start)
}

func (h *handler) receive(r *http.Request) answer {
	if r.Method != http.MethodPost {
		return answerMethod
	}
	b := bodies.Get().(*bytes.Buffer)
	fits, err := read(r, b)
	switch {
	case err != nil:
		return answerCutOff(err)
	case !fits:
		return answerTooLarge
	}
	a := h.accept(r.Context(), r.Header, b.Bytes())
	if a.seq != 0 && b.Cap() <= firstRead {
		bodies.Put(b)
	}
	return a
}

// bodies holds buffers for reuse. A buffer is put back only after its delivery
// was stored: after a timeout the journal may still be reading it.
var bodies = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// read reads the whole body if it fits. It reads and drops some of a body that
// does not, since a client that is still writing would not read the answer.
func read(r *http.Request, b *bytes.Buffer) (fits bool, err error) {
	if r.ContentLength <= MaxBody {
		b.Reset()
		b.Grow(int(min(max(r.ContentLength, 0), firstRead)) + bytes.MinRead)
		if _, err = b.ReadFrom(io.LimitReader(r.Body, MaxBody+1)); err != nil || b.Len() <= MaxBody {
			return true, err
		}
	}
	_, _ = io.CopyN(io.Discard, r.Body, 8*MaxBody)
	return false, nil
}

// accept verifies, parses and stores one delivery. It checks the signature of
// the bytes as they came, before anything parses them.
func (h *handler) accept(ctx context.Context, header http.Header, body []byte) answer {
	now := h.Now()
	id, organization, refused := h.keys.verify(header, body, now)
	if refused != nil {
		return *refused
	}
	e, err := Entry(id, body, header.Get(headerAPIVersion), now)
	if err != nil {
		return answerNotEvent(id, err)
	}
	e.Organization = organization
	seq, fresh, err := h.store(ctx, e)
	return h.answerAppended(e, seq, fresh, err)
}

// store ignores the client's cancellation: Polar may hang up at its timeout,
// but the delivery has arrived.
func (h *handler) store(ctx context.Context, e journal.Entry) (journal.Seq, bool, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), storeTimeout)
	defer cancel()
	return h.journal.Append(ctx, e)
}
