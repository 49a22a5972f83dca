package notifier

import (
	"context"
	"time"

	"polarbell/journal"
)

const (
	// shortestRest is how long a destination rests after a second request that may
	// have been taken. Each further one triples the rest, so that no more than four
	// copies of a message come in an hour.
	shortestRest = 5 * time.Minute
	longestRest  = time.Hour
)

// rest is how long to wait after so many requests that may have been taken.
func rest(tries int) time.Duration {
	if tries < 2 {
		return 0
	}
	wait := shortestRest
	for range min(tries, 5) - 2 {
		wait *= 3
	}
	return min(wait, longestRest)
}

// doubt is a post of which nobody knows whether it arrived. It is tried again as
// it was, so that no other card is repeated. How often it was tried is in the
// backoff of posts.
type doubt struct {
	since    time.Time   // the first try; zero: there is no such post
	at       time.Time   // the last try
	head     journal.Seq // the post is composed up to here
	answered bool        // the platform answered a harmless call since then
}

// tried is the doubt about a post that is sent now and may be taken.
func (d doubt) tried(head journal.Seq) doubt {
	d.at, d.head, d.answered = time.Now(), head, false
	if d.since.IsZero() {
		d.since = d.at
	}
	return d
}

// record is the doubt as the journal keeps it; without tries there is none.
func (d doubt) record(tries int) journal.Doubt {
	if tries == 0 {
		return journal.Doubt{}
	}
	return journal.Doubt{Since: d.since, At: d.at, Tries: tries, Head: d.head}
}

// resume goes on with the doubt that a process before this one left. Its clock may
// have been ahead.
func (l *loop) resume(d journal.Doubt) {
	l.doubt = doubt{since: d.Since, at: earlier(d.At, time.Now()), head: d.Head}
	l.posts.unknown = d.Tries
}

// attempt sends the message of a batch. Where it may have been taken before, the
// journal counts the try first, so that a restart goes on counting, and no longer
// counts it once it is known not to be taken. The lease is asked after that: the
// journal may take longer than it lasts.
func (l *loop) attempt(ctx context.Context, b batch) (ref Ref, fault *Fault, err error) {
	tried := l.doubt.tried(b.head)
	if l.posts.unknown > 0 {
		if err := l.recordDoubt(ctx, tried.record(l.posts.unknown+1)); err != nil {
			return "", nil, err
		}
	}
	fault = &Fault{Verdict: NotYet, Code: "another process may deliver", Wait: poll}
	if l.canDeliver() {
		fault = l.request(ctx, l.posts.patience(), func(ctx context.Context) (err error) {
			ref, err = l.Sender.Post(ctx, l.message(b))
			return err
		})
	}
	switch {
	case fault == nil:
	case fault.Verdict == Unknown:
		l.doubt = tried
	case l.posts.unknown > 0 && (fault.Verdict == Refused || fault.Verdict == NotYet): // failed records all others
		err = l.recordDoubt(ctx, l.doubt.record(l.posts.unknown))
	}
	return ref, fault, err
}

// recordDoubt outlasts a stop, as what a request achieved does: else a stop could
// leave a try counted that was never made, and the destination would rest for it.
func (l *loop) recordDoubt(ctx context.Context, d journal.Doubt) error {
	ctx, cancel := finishing(ctx)
	defer cancel()
	return l.journal.RecordDoubt(ctx, l.Name, d)
}

// mustAsk reports whether a post must wait until the platform is known to
// answer.
func (l *loop) mustAsk() bool { return l.posts.unknown > 1 && !l.doubt.answered }

// ask makes sure, by a call that does no harm, that the platform answers.
func (l *loop) ask(ctx context.Context) error {
	fault := l.request(ctx, l.posts.patience(), l.Sender.Answers)
	if fault == nil {
		l.doubt.answered = true
		return nil
	}
	if fault.Verdict == Unknown || fault.Verdict == Refused {
		fault.Verdict = Later // only posts are in doubt
	}
	return l.failed(ctx, fault, &l.posts)
}
