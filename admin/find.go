package admin

import (
	"cmp"
	"context"
	"slices"
	"time"

	"polarbell/journal"
	"polarbell/notifier"
)

const perPage = 25

// mostExamined bounds how many deliveries one page composes to learn their
// outcomes. Where these do not fill it, it leads on from there.
var mostExamined = 500

// list is one page of deliveries, newest first.
type list struct {
	Deliveries   []description
	Newer, Older journal.Seq // where the neighbours begin; 0: there is none
	Examined     int         // how many were looked at, if the page stopped there; 0: it did not
}

// find reads the page of deliveries that the filter asks for.
func (a *admin) find(ctx context.Context, f filter, statuses []notifier.Status) (list, error) {
	if f.Destination != "" {
		statuses = slices.DeleteFunc(slices.Clone(statuses), func(s notifier.Status) bool { return s.Name != f.Destination })
	}
	candidates, err := a.candidates(ctx, f)
	if err != nil {
		return list{}, err
	}
	kept, next, examined, err := a.keep(ctx, f, statuses, candidates)
	if err != nil {
		return list{}, err
	}
	if f.After > 0 && next == 0 { // nothing newer is left: this is the first page
		return a.find(ctx, f.All(), statuses)
	}
	l := f.list(kept, next)
	l.Examined = examined
	l.Deliveries, err = a.describeAll(ctx, statuses, kept)
	return l, err
}

// candidates are the deliveries from which the page is filled, in the direction
// in which it is.
func (a *admin) candidates(ctx context.Context, f filter) ([]journal.Entry, error) {
	chosen := journal.Filter{Text: f.Text, Organization: f.Organization, After: f.After, Before: f.Before, OldestFirst: f.After > 0}
	limit := perPage + 1
	if f.byOutcome() {
		limit = mostExamined + 1
	}
	if err := a.withinDay(ctx, f, &chosen); err != nil {
		return nil, err
	}
	if f.Outcome == classOf(notifier.ResultRefused) {
		var names []string
		for _, d := range a.named(f.Destination) {
			names = append(names, d.Name)
		}
		seqs, err := a.Journal.Refused(ctx, names)
		if err != nil {
			return nil, err
		}
		chosen.Seqs = append([]journal.Seq{}, seqs...)
	}
	return a.Journal.Find(ctx, chosen, limit)
}

func (a *admin) withinDay(ctx context.Context, f filter, chosen *journal.Filter) error {
	if f.Day == "" {
		return nil
	}
	day, _ := time.ParseInLocation(time.DateOnly, f.Day, a.zone()) // fault has parsed it
	from, err := a.Journal.ReceivedFrom(ctx, day)
	if err != nil {
		return err
	}
	to, err := a.Journal.ReceivedFrom(ctx, dayAfter(day))
	chosen.After = max(chosen.After, from-1)
	if chosen.Before == 0 || to < chosen.Before {
		chosen.Before = to
	}
	return err
}

// keep returns what fills a page, and where the next one begins, 0 if there is
// none. It stops after mostExamined and says so.
func (a *admin) keep(ctx context.Context, f filter, statuses []notifier.Status, candidates []journal.Entry) (kept []journal.Entry, next journal.Seq, examined int, err error) {
	for i, e := range candidates {
		var outcomes []notifier.Outcome
		if f.byOutcome() {
			if i == mostExamined {
				return kept, candidates[i-1].Seq, i, nil
			}
			if outcomes, err = a.Viewer.Outcomes(ctx, e, statuses); err != nil {
				return nil, 0, 0, err
			}
		}
		if !f.passes(outcomes) {
			continue
		}
		if len(kept) == perPage {
			return kept, kept[perPage-1].Seq, 0, nil
		}
		kept = append(kept, e)
	}
	return kept, 0, 0, nil
}

// list has the neighbours of a page on which these are kept; next is where the
// one begins that follows in the direction of the filter.
func (f filter) list(kept []journal.Entry, next journal.Seq) (l list) {
	if f.After == 0 {
		l.Older = next
		if f.Before > 0 {
			l.Newer = f.Before - 1
			if len(kept) > 0 {
				l.Newer = kept[0].Seq
			}
		}
		return l
	}
	slices.Reverse(kept)
	l.Newer, l.Older = next, f.After+1
	if len(kept) > 0 {
		l.Older = kept[len(kept)-1].Seq
	}
	return l
}

// zone is where a day begins and ends.
func (a *admin) zone() *time.Location { return cmp.Or(a.Zone, time.UTC) }

func dayAfter(day time.Time) time.Time {
	return time.Date(day.Year(), day.Month(), day.Day()+1, 0, 0, 0, 0, day.Location())
}
