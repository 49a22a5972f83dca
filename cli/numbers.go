package cli

import (
	"context"
	"fmt"
	"io"
	"strconv"
	"strings"

	"polarbell/journal"
)

// span is the deliveries from one to another, both included.
type span struct{ from, to journal.Seq }

// spans reads deliveries as people write them: 12, 12-15 or 12,14.
func spans(texts []string) (all []span, err error) {
	for _, text := range texts {
		for part := range strings.SplitSeq(text, ",") {
			from, to, isRange := strings.Cut(part, "-")
			if !isRange {
				to = from
			}
			first, err := strconv.ParseInt(from, 10, 64)
			last, errTo := strconv.ParseInt(to, 10, 64)
			if err != nil || errTo != nil || first < 1 || last < first {
				return nil, usageError{fmt.Errorf("replay: %q is not a delivery's number; write 12, 12-15 or 12,14", text)}
			}
			all = append(all, span{journal.Seq(first), journal.Seq(last)})
		}
	}
	return all, nil
}

// find returns the numbers of deliveries that can be shown again, and says of
// the others why they cannot. Of a range it reports only what is beyond the
// newest.
func find(ctx context.Context, w io.Writer, j *journal.Journal, all []span) (found []journal.Seq, err error) {
	head, err := j.Head(ctx)
	for _, s := range all {
		if s.to > head && err == nil {
			fmt.Fprintln(w, beyond(max(s.from, head+1), s.to, head))
		}
		for seq := s.from; seq <= min(s.to, head) && err == nil; seq++ {
			var lost string
			if lost, err = whyLost(ctx, j, seq); lost == "" {
				found = append(found, seq)
			} else if s.from == s.to {
				fmt.Fprintln(w, lost)
			}
		}
	}
	return found, err
}

// beyond says that there are no deliveries of these numbers yet.
func beyond(from, to, head journal.Seq) string {
	which := fmt.Sprint(from)
	if to > from {
		which = fmt.Sprintf("%d to %d", from, to)
	}
	if head == 0 {
		return fmt.Sprintf("there is no delivery %s; none has come yet", which)
	}
	return fmt.Sprintf("there is no delivery %s; the newest is %d", which, head)
}

// whyLost says why a delivery cannot be shown again, or "".
func whyLost(ctx context.Context, j *journal.Journal, seq journal.Seq) (string, error) {
	e, isKept, err := j.Entry(ctx, seq)
	switch {
	case err != nil:
		return "", err
	case !isKept:
		return fmt.Sprintf("delivery %d is no longer kept: it is older than RETENTION", seq), nil
	case len(e.Body) == 0:
		return fmt.Sprintf("delivery %d was forgotten on request", seq), nil
	}
	return "", nil
}
