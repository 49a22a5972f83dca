package webhook

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"polarbell/journal"
	"polarbell/polar"
)

// maxText is how many bytes of an answer Polar shows in its delivery list.
const maxText = 2048

// Outcomes of requests, for those who count them.
const (
	Unsigned       = "unsigned"
	WrongSignature = "wrong_signature"
	WrongClock     = "clock"
	WrongPath      = "wrong_path"
	NotEvent       = "no_event"
	Unavailable    = "unavailable"
	Seen           = "seen"
)

// answer is the response to one request, and what the log and the metrics say
// about it.
type answer struct {
	status  int
	outcome string // for the metrics
	text    string // one line for Polar's delivery list; repeats nothing of the request
	err     error  // the cause, only for the log

	// Set only once the signature is verified.
	event string
	id    string
	seq   journal.Seq

	apiVersion   string // of a delivery that was stored
	organization string

	sender sender // of a request that Polar did not sign
	path   string // of a delivery to another path than ours
}

// Answers to what is not a signed delivery.
var (
	answerMethod = answer{
		status: http.StatusMethodNotAllowed, outcome: "method",
		text: "only POST: enter this address in Polar's webhook settings",
	}
	answerTooLarge = answer{
		status: http.StatusRequestEntityTooLarge, outcome: "too_large",
		text: "too large: a delivery may have at most 1 MiB",
	}
	answerElsewhere = answer{
		status: http.StatusNotFound, outcome: WrongPath,
		text: "not found: compare the address in Polar's webhook settings with WEBHOOK_PATH",
	}
	answerUnsigned = answer{
		status: http.StatusUnauthorized, outcome: Unsigned,
		text: "no signature: this address accepts only deliveries signed by Polar " +
			"(headers webhook-id, webhook-timestamp and webhook-signature)",
	}
	answerWrong = answer{
		status: http.StatusUnauthorized, outcome: WrongSignature,
		text: "wrong signature: POLAR_WEBHOOK_SECRET is not the secret of this endpoint " +
			"(copy it from Polar's webhook settings), or something changed the body on its way",
	}
)

func answerCutOff(err error) answer {
	return answer{status: http.StatusRequestTimeout, outcome: "cut_off", text: "the body did not arrive in full", err: err}
}

// answerClock is for a right signature whose timestamp is too far from our
// clock.
func answerClock(ahead time.Duration) answer {
	way := "ahead"
	if ahead < 0 {
		way = "behind"
	}
	return answer{
		status: http.StatusUnauthorized, outcome: WrongClock,
		text: fmt.Sprintf("right signature, but this server's clock is %d s %s", ahead.Abs()/time.Second, way),
	}
}

func answerNotEvent(id string, err error) answer {
	text := "not a Polar event: set the endpoint's format to Raw in Polar's webhook settings"
	if errors.Is(err, polar.ErrNotJSON) {
		text = "not a Polar event: the body is not JSON"
	}
	return answer{status: http.StatusBadRequest, outcome: NotEvent, text: text, err: err, id: id}
}

func (h *handler) answerAppended(e journal.Entry, seq journal.Seq, fresh bool, err error) answer {
	a := answer{event: e.Type, id: e.ID, organization: e.Organization}
	switch {
	case err != nil:
		a.status, a.outcome, a.err = http.StatusServiceUnavailable, Unavailable, err
		a.text = "not stored: the journal cannot be written now; polarbell's log says why"
	case !fresh:
		a.status, a.outcome, a.seq = http.StatusOK, Seen, seq
		a.text = fmt.Sprintf("seen before as %d: nothing new is posted; to post it again, run polarbell replay %d", seq, seq)
	default:
		a.status, a.outcome, a.seq, a.apiVersion = http.StatusAccepted, "stored", seq, e.APIVersion
		a.text = fmt.Sprintf("stored as %d%s", seq, h.destinedFor(e))
	}
	return a
}

func (h *handler) destinedFor(e journal.Entry) string {
	if h.Destinations == nil {
		return ""
	}
	if names := h.Destinations(e.Organization, e.Type); len(names) > 0 {
		return " for " + strings.Join(names, ", ")
	}
	return "; ROUTES sends this type to no destination"
}

// write sends the answer at once, so that the sender does not wait for what the
// handler does afterwards, such as writing its log line.
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
