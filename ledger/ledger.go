// Package ledger keeps one small row for each order, beyond the time that
// deliveries stay, and makes the sums of them. A row has no name and no address:
// its customer is a keyed hash. All amounts are in the currency's smallest unit
// (cents of a dollar) and are never added across currencies.
package ledger

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"log/slog"
	"strings"
	"sync"
	"time"

	"polarbell/journal"
)

// Options are the same for every ledger of a journal.
type Options struct {
	Sandbox bool // POLAR_SERVER=sandbox: nothing counts
	Log     *slog.Logger
}

// Ledger may be used by many goroutines. Any process may read it; the one that
// delivers writes, and gets journal.ErrLost once another one does.
type Ledger struct {
	journal *journal.Journal
	options Options

	turn   chan struct{} // full while somebody writes, which takes a query
	cursor journal.Seq   // made of the entries up to here, as this process knows
	opened bool          // it was looked at for damage
	kept   time.Time     // when the journal was told the cursor

	mu        sync.Mutex // of what follows
	key       []byte
	coverages coverages
	days      days
}

// New returns the ledger of a journal. It reads nothing yet.
func New(j *journal.Journal, o Options) *Ledger {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return &Ledger{journal: j, options: o, turn: make(chan struct{}, 1)}
}

// take waits for the turn to write, at most until ctx ends; give ends it.
func (l *Ledger) take(ctx context.Context) error {
	select {
	case l.turn <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (l *Ledger) give() { <-l.turn }

// keyName is where the journal's secrets have the key of the hashes.
const keyName = "ledger-key"

// hasher makes the hash of an id of Polar's: 16 characters that mean nothing
// without the key. An id that is not known stays so.
type hasher func(id string) string

func (l *Ledger) hasher(ctx context.Context) (hasher, error) {
	l.mu.Lock()
	key := l.key
	l.mu.Unlock()
	if key == nil {
		fresh := make([]byte, sha256.Size)
		rand.Read(fresh)
		var err error
		if key, err = l.journal.SecretOr(ctx, keyName, fresh); err != nil {
			return nil, err
		}
		l.mu.Lock()
		l.key = key
		l.mu.Unlock()
	}
	return func(id string) string {
		if id == "" {
			return ""
		}
		sum := hmac.New(sha256.New, key)
		sum.Write([]byte(strings.ToLower(id)))
		return base64.RawURLEncoding.EncodeToString(sum.Sum(nil)[:12])
	}, nil
}
