package journal

import "context"

// Secret returns the value of a key, such as a TLS certificate, which all
// processes that share the journal have in common; false if there is none.
func (j *Journal) Secret(ctx context.Context, key string) ([]byte, bool, error) {
	return first(read(ctx, j, scalar[[]byte], `SELECT value FROM polarbell.secrets WHERE key = $1`, key))
}

// PutSecret keeps a value, in place of an older one.
func (j *Journal) PutSecret(ctx context.Context, key string, value []byte) error {
	return j.run(ctx, do(`INSERT INTO polarbell.secrets (key, value) VALUES ($1, $2)
		ON CONFLICT (key) DO UPDATE SET value = excluded.value`, key, value))
}

// SecretOr returns the value of a key, which is the one given if there was none.
func (j *Journal) SecretOr(ctx context.Context, key string, value []byte) ([]byte, error) {
	if stored, ok, err := j.Secret(ctx, key); err != nil || ok {
		return stored, err
	}
	if err := j.run(ctx, do(`INSERT INTO polarbell.secrets (key, value) VALUES ($1, $2) ON CONFLICT DO NOTHING`, key, value)); err != nil {
		return nil, err
	}
	stored, _, err := j.Secret(ctx, key)
	return stored, err
}

// DeleteSecret removes a value, if there is one.
func (j *Journal) DeleteSecret(ctx context.Context, key string) error {
	return j.run(ctx, do(`DELETE FROM polarbell.secrets WHERE key = $1`, key))
}
