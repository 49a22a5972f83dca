package journal

import "context"

// Note returns what was noted under a name, such as when the bridge was last
// alive; false if nothing was.
func (j *Journal) Note(ctx context.Context, name string) (string, bool, error) {
	return first(read(ctx, j, scalar[string], `SELECT value FROM polarbell.notes WHERE name = $1`, name))
}

// PutNote notes a value in place of an older one, and appends events of our own
// in the same transaction. Of an ID seen before nothing is appended.
func (j *Journal) PutNote(ctx context.Context, name, value string, events ...Entry) error {
	return j.write(ctx, len(events) > 0, func(ctx context.Context, s *session) error {
		if err := s.exec(ctx, `INSERT INTO polarbell.notes (name, value) VALUES ($1, $2)
			ON CONFLICT (name) DO UPDATE SET value = excluded.value`, name, clean(value)); err != nil {
			return err
		}
		return s.appendAlong(ctx, events)
	})
}

// NoteOnce notes a value unless the name has one, and returns the one it has.
func (j *Journal) NoteOnce(ctx context.Context, name, value string) (string, error) {
	err := j.run(ctx, do(`INSERT INTO polarbell.notes (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING`, name, clean(value)))
	if err != nil {
		return "", err
	}
	noted, _, err := j.Note(ctx, name)
	return noted, err
}
