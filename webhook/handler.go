// Package webhook is the bridge's public face: it verifies that a delivery is
// Polar's, has it stored, and only then says so.
package webhook

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"time"

	"polarbell/journal"
	"polarbell/polar"
)

const (
	healthPath = "/healthz"

	// maxBody is the largest delivery taken, in bytes; Polar's are 5 to 20 KB.
	maxBody = 1 << 20

	// firstRead is how much memory a mere announcement of length gets.
	firstRead = 64 << 10

	// storeTimeout leaves time to answer before Polar gives up at 10 s.
	storeTimeout = 8 * time.Second
)

// Appender stores deliveries. err == nil means that e survives a power cut, and
// that e.Body is not looked at any more; fresh is false, and seq the earlier
// number, for an ID seen before. Wake has what was stored as seq shown; it is
// called once the answer is out, which a buyer waits for.
type Appender interface {
	Append(ctx context.Context, e journal.Entry) (seq journal.Seq, fresh bool, err error)
	Wake(seq journal.Seq)
}

// Options say how a handler works. Secrets and Path are needed.
type Options struct {
	Secrets []string // of every endpoint and organization that may deliver
	Path    string   // "/webhook"; served with and without a trailing slash

	// Destinations gives the names that an event type is routed to, for the
	// answer; nil names none.
	Destinations func(eventType string) []string
	// Observe hears of every request to Path. The type is empty unless the
	// delivery was Polar's; the outcome is one of a dozen fixed words.
	Observe func(eventType, outcome string, took time.Duration)
	Log     *slog.Logger
	Now     func() time.Time // nil: time.Now
}

// handler serves Path and /healthz itself: http.ServeMux would answer paths
// like "//webhook" by a redirect, which Polar counts as a failed delivery.
type handler struct {
	Options
	keys    keyring
	journal Appender
	repeats repeats
}

// New returns the public handler: POST Path, GET /healthz, and nothing else.
func New(a Appender, o Options) (http.Handler, error) {
	keys, err := newKeyring(o.Secrets)
	if err != nil {
		return nil, err
	}
	if !strings.HasPrefix(o.Path, "/") {
		return nil, fmt.Errorf("webhook path %q does not start with a slash", o.Path)
	}
	o.Path = strings.TrimRight(o.Path, "/")
	if o.Path == healthPath {
		return nil, fmt.Errorf("webhook path %s is taken", healthPath)
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return &handler{Options: o, keys: keys, journal: a, repeats: repeats{lines: map[string]line{}}}, nil
}

func (h *handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch r.URL.Path {
	case healthPath:
		health(w, r)
	case h.Path, h.Path + "/":
		h.deliver(w, r)
	default:
		write(w, http.StatusNotFound, "not found: compare the address in Polar's webhook settings with WEBHOOK_PATH")
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

// deliver is the shell around accept: one body in, one answer and one log line
// out.
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
	h.report(r.Context(), a, start)
}

func (h *handler) receive(r *http.Request) answer {
	if r.Method != http.MethodPost {
		return refuse(http.StatusMethodNotAllowed, "method", errMethod)
	}
	b := bodies.Get().(*bytes.Buffer)
	body, err := read(r, b)
	switch {
	case errors.Is(err, errTooLarge):
		return refuse(http.StatusRequestEntityTooLarge, "too_large", err)
	case err != nil:
		a := refuse(http.StatusRequestTimeout, "cut_off", errCutOff)
		a.err = err
		return a
	}
	a := h.accept(r.Context(), r.Header, body)
	if a.seq != 0 && b.Cap() <= firstRead {
		bodies.Put(b)
	}
	return a
}

// bodies are buffers of deliveries that are stored; until then the journal may
// still read one that nobody waits for any more.
var bodies = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// read takes the whole body. One that is too long is drained for a while all
// the same, since a client that is still writing would not read the answer.
func read(r *http.Request, b *bytes.Buffer) ([]byte, error) {
	if r.ContentLength > maxBody {
		_, _ = io.CopyN(io.Discard, r.Body, 8*maxBody)
		return nil, errTooLarge
	}
	b.Reset()
	b.Grow(int(min(max(r.ContentLength, 0), firstRead)) + bytes.MinRead)
	_, err := b.ReadFrom(io.LimitReader(r.Body, maxBody+1))
	if err == nil && b.Len() > maxBody {
		_, _ = io.CopyN(io.Discard, r.Body, 8*maxBody)
		return nil, errTooLarge
	}
	return b.Bytes(), err
}

// accept verifies, parses and stores one delivery. The signature is checked
// over the bytes as they came, before anything looks into them.
func (h *handler) accept(ctx context.Context, header http.Header, body []byte) answer {
	now := h.Now()
	id, err := h.keys.verify(header, body, now)
	if err != nil {
		return unverified(err)
	}
	d, err := polar.Parse(body)
	if err != nil {
		return noEvent(id, err)
	}
	e := journal.Entry{
		ID: id, Type: d.Type, Subject: d.Subject, Object: d.Object, Follows: d.Follows,
		Brief: d.Brief.Encode(), At: d.At, Received: now.UTC(), Body: body,
	}
	seq, fresh, err := h.store(ctx, e)
	switch {
	case err != nil:
		return unavailable(e, err)
	case !fresh:
		return seen(e, seq)
	}
	return h.stored(e, seq)
}

// store outlives the client: one that hangs up after its last byte may well
// have been Polar at its time limit, and the delivery is here.
func (h *handler) store(ctx context.Context, e journal.Entry) (journal.Seq, bool, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), storeTimeout)
	defer cancel()
	return h.journal.Append(ctx, e)
}
