package journal

import (
	"context"
	"errors"
)

// ErrLost is returned to a process that settles though another one delivers.
var ErrLost = errors.New("another process delivers by now")

// Lease is the right to deliver.
type Lease struct{}

// Release gives the lease up.
func (l *Lease) Release() {}

func (l *Lease) fence(ctx context.Context, s *session) error { return nil }
