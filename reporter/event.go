package reporter

import (
	"cmp"
	"context"
	"time"

	"polarbell/journal"
	"polarbell/polar"
	"polarbell/webhook"
)

// event is one of ours, as the journal takes it.
type event struct {
	id      string // made of its content, so that it is appended once
	kind    string // its type, such as polar.Off
	subject string // what it is filed under; "": its own object
	object  any

	organization string // whose it is; "": the bridge's
}

// entry is the event at a time.
func (e event) entry(at time.Time) journal.Entry {
	entry, _ := webhook.Entry(e.id, polar.OwnBody(e.kind, at, e.object), "", at) // OwnBody makes a delivery
	entry.Subject, entry.Organization = cmp.Or(e.subject, entry.Subject), e.organization
	return entry
}

// tell appends an event, unless the journal has one of its id. It reports
// whether it did. The journal can be asked beforehand: journal.Has.
func (r *Reporter) tell(ctx context.Context, e event, at time.Time) (fresh bool, err error) {
	seq, fresh, err := r.journal.Append(ctx, e.entry(at))
	if fresh {
		r.journal.Wake(seq)
		r.options.Log.Info("event of our own", "event", e.kind, "id", e.id)
	}
	return fresh, err
}
