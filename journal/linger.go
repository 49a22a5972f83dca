package journal

import "time"

// lingerMax is how long a transaction waits at most for others to join it.
const lingerMax = 5 * time.Millisecond

// linger waits briefly for the clients just served to send again, so that they
// share a commit, which costs nearly the same for one as for all: at most twice
// as long as the last commit took, at most lingerMax, and never for one client.
func (w *writer) linger(quorum int, took time.Duration) {
	if !w.require(quorum) {
		return
	}
	timer := time.NewTimer(min(2*took, lingerMax))
	defer timer.Stop()
	select {
	case <-w.ready:
	case <-timer.C:
	}
	w.mu.Lock()
	w.quorum = 1
	w.mu.Unlock()
}

// require sets the quorum. It returns false if there is nothing to wait for.
func (w *writer) require(quorum int) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if quorum <= max(len(w.pending), 1) || w.closed {
		return false
	}
	w.quorum = quorum
	select {
	case <-w.ready: // of the old quorum
	default:
	}
	return true
}

// appends counts deliveries: their senders send again sooner than those who
// write something else.
func appends(jobs []*job) (n int) {
	for _, j := range jobs {
		if j.entry != nil {
			n++
		}
	}
	return n
}
