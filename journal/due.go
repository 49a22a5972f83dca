package journal

import (
	"context"
	"time"
)

// Due is when a job is to look at a subject again.
type Due struct {
	Job, Subject string
	At           time.Time
}

// PutDue sets when a job is to look at a subject, in place of an earlier time.
func (j *Journal) PutDue(ctx context.Context, d Due) error {
	return j.run(ctx, do(`INSERT INTO polarbell.due (job, subject, at) VALUES ($1, $2, $3)
		ON CONFLICT (job, subject) DO UPDATE SET at = excluded.at`, d.Job, clean(d.Subject), micros(d.At)))
}

// DeleteDue is for a subject that a job need not look at any more.
func (j *Journal) DeleteDue(ctx context.Context, job, subject string) error {
	return j.run(ctx, do(`DELETE FROM polarbell.due WHERE job = $1 AND subject = $2`, job, clean(subject)))
}

// AllDue returns all subjects of a job, the one due first first.
func (j *Journal) AllDue(ctx context.Context, job string) ([]Due, error) {
	return read(ctx, j, func(d *Due) []any { return []any{&d.Job, &d.Subject, (*instant)(&d.At)} },
		`SELECT job, subject, at FROM polarbell.due WHERE job = $1 ORDER BY at, subject`, job)
}
