package webhook

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"

	"polarbell/journal"
	"polarbell/polar"
)

// maxText is how much of an answer Polar keeps and shows in its delivery list.
const maxText = 2048

var (
	errMethod   = errors.New("only POST: this is the address for Polar's webhook settings")
	errTooLarge = errors.New("too large: a delivery has at most 1 MiB")
	errCutOff   = errors.New("the body did not arrive in full")
)

// answer is what became of a request. The text is ours throughout: nothing of
// the request is repeated in it.
type answer struct {
	status  int
	outcome string // for the metrics
	text    string // one line, for the reader of Polar's delivery list
	err     error  // the cause, for the log alone

	event string // of a verified delivery, as id and seq
	id    string
	seq   journal.Seq
}

// refuse answers with an error of ours, whose text says what to do.
func refuse(status int, outcome string, err error) answer {
	return answer{status: status, outcome: outcome, text: err.Error()}
}

func unverified(err error) answer {
	outcome := "clock"
	switch {
	case errors.Is(err, errUnsigned):
		outcome = "unsigned"
	case errors.Is(err, errWrong):
		outcome = "wrong_signature"
	}
	return refuse(http.StatusUnauthorized, outcome, err)
}

func noEvent(id string, err error) answer {
	text := "no Polar event: set the endpoint's format to Raw in Polar's webhook settings"
	if errors.Is(err, polar.ErrNotJSON) {
		text = "no Polar event: the body is not JSON"
	}
	return answer{status: http.StatusBadRequest, outcome: "no_event", text: text, err: err, id: id}
}

func unavailable(e journal.Entry, err error) answer {
	return answer{
		status: http.StatusServiceUnavailable, outcome: "unavailable", err: err, event: e.Type, id: e.ID,
		text: "not stored: the journal cannot be written now; the bridge's log says why",
	}
}

func seen(e journal.Entry, seq journal.Seq) answer {
	return answer{
		status: http.StatusOK, outcome: "seen", event: e.Type, id: e.ID, seq: seq,
		text: fmt.Sprintf("seen before as %d: nothing new is posted; use polarbell replay %d", seq, seq),
	}
}

func (h *handler) stored(e journal.Entry, seq journal.Seq) answer {
	a := answer{
		status: http.StatusAccepted, outcome: "stored", event: e.Type, id: e.ID, seq: seq,
		text: fmt.Sprintf("stored as %d", seq),
	}
	if h.Destinations == nil {
		return a
	}
	if names := h.Destinations(e.Type); len(names) > 0 {
		a.text += " for " + strings.Join(names, ", ")
	} else {
		a.text += "; ROUTES sends this type to no destination"
	}
	return a
}

// write sends the answer at once: what the handler does after it, such as its
// log line, is nothing to wait for.
func write(w http.ResponseWriter, status int, text string) {
	const cut, end = "…", "\n"
	if len(text)+len(end) > maxText {
		text = strings.ToValidUTF8(text[:maxText-len(cut)-len(end)], "") + cut
	}
	text += end
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Content-Length", strconv.Itoa(len(text)))
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, text)
	if f, ok := w.(http.Flusher); ok {
		f.Flush()
	}
}
