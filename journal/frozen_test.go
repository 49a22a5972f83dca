package journal

import (
	"context"
	"testing"
)

// TestFrozenTransactionHoldsNobodyUp: a replica that freezes in a transaction
// holds the locks that the others need to take deliveries and to take over. The
// server ends the transaction, and nothing of it stays.
func TestFrozenTransactionHoldsNobodyUp(t *testing.T) {
	t.Parallel()
	at := databaseURL(t)
	frozen, other := open(t, at), open(t, at)
	done, thaw := hold(t, frozen, "lost")
	if got := add(t, other, entry("next", "s", "o")); got != 1 {
		t.Errorf("appended as %d, want 1: the frozen one's number is free again", got)
	}
	thaw()
	if err := <-done; err == nil {
		t.Error("the frozen transaction was committed")
	}
	if got := add(t, frozen, entry("lost", "s", "o")); got != 2 {
		t.Errorf("after it thawed: appended as %d, want 2", got)
	}
}

// hold appends in a transaction that stays open until it is released; done
// gives the append's outcome.
func hold(t *testing.T, j *Journal, id string) (done <-chan error, release func()) {
	t.Helper()
	held, let := make(chan struct{}), make(chan struct{})
	batch := []*job{
		{ctx: t.Context(), entry: &Entry{ID: id, Body: []byte{}}, done: make(chan error, 1)},
		{ctx: t.Context(), done: make(chan error, 1), run: func(context.Context, *session) error {
			close(held)
			<-let
			return nil
		}},
	}
	go j.writer.process(batch)
	<-held
	return batch[0].done, func() { close(let) }
}
