package notifier_test

import (
	"context"
	"fmt"
	"time"

	"polarbell/formatter"
	"polarbell/notifier"
)

// scripted is a Sender that does as it is told and keeps what it was asked.
type scripted struct {
	faults    []*notifier.Fault // of the next requests; nil: success
	posts     []request
	edits     []request
	deletions []request
	final     bool          // what was posted cannot be edited
	takes     time.Duration // every request
	hang      bool          // every request ends with its context
	ended     []time.Time   // of the requests that hung
}

type request struct {
	at    time.Time
	ref   notifier.Ref
	cards []formatter.Card
	ok    bool
}

func (s *scripted) NextPost() time.Time         { return time.Time{} }
func (s *scripted) NextEdit() time.Time         { return time.Time{} }
func (s *scripted) Handover() notifier.Handover { return notifier.Handover{} }
func (s *scripted) Resume(notifier.Handover)    {}
func (s *scripted) CanEdit() bool               { return !s.final }
func (s *scripted) Cure(string) string          { return "" }

func (s *scripted) Post(ctx context.Context, m formatter.Message) (notifier.Ref, error) {
	var ref notifier.Ref
	if !s.final {
		ref = notifier.Ref(fmt.Sprint("message-", len(s.posts)))
	}
	err := s.end(ctx)
	s.posts = append(s.posts, request{time.Now(), ref, m.Cards, err == nil})
	return ref, err
}

func (s *scripted) Edit(ctx context.Context, ref notifier.Ref, m formatter.Message) error {
	err := s.end(ctx)
	s.edits = append(s.edits, request{time.Now(), ref, m.Cards, err == nil})
	return err
}

func (s *scripted) Delete(ctx context.Context, ref notifier.Ref) error {
	err := s.end(ctx)
	s.deletions = append(s.deletions, request{time.Now(), ref, nil, err == nil})
	return err
}

func (s *scripted) Answers(context.Context) error { return nil }

func (s *scripted) Check(context.Context) (string, error) { return "", nil }

func (s *scripted) end(ctx context.Context) error {
	if s.hang {
		<-ctx.Done()
		s.ended = append(s.ended, time.Now())
		return ctx.Err()
	}
	time.Sleep(s.takes)
	if len(s.faults) == 0 {
		return nil
	}
	fault := s.faults[0]
	s.faults = s.faults[1:]
	if fault == nil {
		return nil
	}
	return fault
}

// headlines are those of the cards in posts that succeeded.
func (s *scripted) headlines() []string {
	var all []string
	for _, r := range s.posts {
		for _, c := range r.cards {
			if r.ok {
				all = append(all, formatter.Headline(c))
			}
		}
	}
	return all
}

// customers are the numbers of the sales that were posted, in order.
func (s *scripted) customers() []string {
	var all []string
	for _, h := range s.headlines() {
		if number := customer(h); number != "" {
			all = append(all, number)
		}
	}
	return all
}
