package journal

import (
	"context"
	"testing"
)

// TestFrozenTransactionHoldsNobodyUp: a replica that froze within a
// transaction holds the locks that the others need, to take deliveries and to
// take over. The server ends it, and nothing of it stays.
func TestFrozenTransactionHoldsNobodyUp(t *testing.T) {
	at := databaseURL(t)
	frozen, other := open(t, at), open(t, at)
	held, thaw := make(chan struct{}), make(chan struct{})
	batch := []*job{
		{ctx: t.Context(), entry: &Entry{ID: "lost", Body: []byte{}}, done: make(chan error, 1)},
		{ctx: t.Context(), done: make(chan error, 1), run: func(context.Context, *session) error {
			close(held)
			<-thaw
			return nil
		}},
	}
	go frozen.writer.settle(batch)
	<-held
	if got := add(t, other, entry("next", "s", "o")); got != 1 {
		t.Errorf("appended as %d, want 1: the frozen one's number is free again", got)
	}
	close(thaw)
	if err := <-batch[0].done; err == nil {
		t.Error("the frozen transaction was committed")
	}
	if got := add(t, frozen, entry("lost", "s", "o")); got != 2 {
		t.Errorf("after it thawed: appended as %d, want 2", got)
	}
}
