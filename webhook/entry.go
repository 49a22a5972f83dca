package webhook

import (
	"cmp"
	"time"

	"polarbell/journal"
	"polarbell/polar"
)

// MaxBody is the largest accepted delivery in bytes; Polar's have 5 to 20 KB.
const MaxBody = 1 << 20

// Entry returns a delivery as the journal keeps it. The API version is what its
// sender says beside the body. The error is polar.ErrNotJSON or polar.ErrNotEvent.
func Entry(id string, body []byte, apiVersion string, received time.Time) (journal.Entry, error) {
	d, err := polar.Parse(body)
	if err != nil {
		return journal.Entry{}, err
	}
	return journal.Entry{
		ID: id, Type: d.Type, Subject: d.Subject, Object: d.Object, State: d.State.Encode(),
		At: d.At, Received: received.UTC(), Body: body, APIVersion: cmp.Or(d.APIVersion, polar.APIVersion(apiVersion)),
	}, nil
}
