//go:build unix

package cli_test

import (
	"database/sql"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	_ "github.com/ncruces/go-sqlite3/driver"

	"polarbell/standin"
)

// hang lets the answer to the next message in a Slack channel come too late for
// any stop, and returns once the bridge waits for it.
func (p *place) hang() {
	p.t.Helper()
	p.platforms.Fail("C0SALES post", 1, standin.Outcome{Applied: true, Delay: time.Minute})
	if status, text := p.post("hanging", saleOf("00000001")); status != 202 {
		p.t.Fatalf("answered %d %s, want 202", status, text)
	}
	p.eventually("a message whose answer does not come", func() bool { return p.cards("C0SALES") > 0 })
}

func (p *place) hasEnded() bool {
	select {
	case <-p.ended:
		return true
	default:
		return false
	}
}

// TestSecondSignalEndsAtOnce: the first signal waits for the request that is
// under way, the second one does not.
func TestSecondSignalEndsAtOnce(t *testing.T) {
	t.Parallel()
	for name, signal := range map[string]syscall.Signal{"SIGINT": syscall.SIGINT, "SIGTERM": syscall.SIGTERM} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPlace(t, false)
			p.start()
			p.hang()
			if err := p.process.Process.Signal(signal); err != nil {
				t.Fatal(err)
			}
			p.eventually("the stop to begin", func() bool { return strings.Contains(p.log.String(), "msg=stopping") })
			if p.hasEnded() {
				t.Fatalf("the first signal ended the process (%s), though a request is under way", p.process.ProcessState)
			}
			p.eventually("the process to end", func() bool {
				_ = p.process.Process.Signal(signal) // again, since the first may still be on its way to the handler
				return p.hasEnded()
			})
			// If the process had waited for the request, it would have exited by itself.
			if state := p.process.ProcessState.Sys().(syscall.WaitStatus); !state.Signaled() || state.Signal() != signal {
				t.Errorf("the process ended with %s, want signal %s; log:\n%s", p.process.ProcessState, name, p.log.String())
			}
		})
	}
}

// TestStopsInTimeWhilePlatformAndDatabaseHang: neither the answer to a message
// nor the lock on the journal's file comes, and the process ends all the same,
// and says what it left undone.
func TestStopsInTimeWhilePlatformAndDatabaseHang(t *testing.T) {
	t.Parallel()
	file := newJournal(t)
	p := newPlace(t, false, "DATABASE_URL="+file)
	p.start()
	p.hang()
	db, err := sql.Open("sqlite3", "file:"+file)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec(`BEGIN IMMEDIATE`); err != nil { // ends with db
		t.Fatal(err)
	}
	if code := p.stop(); code != 1 { // within the 10 s that stop allows
		t.Errorf("exit code %d, want 1", code)
	}
	if left := regexp.MustCompile(`polarbell: stop (deliveries|journal): not done after \S+`); !left.MatchString(p.log.String()) {
		t.Errorf("log:\n%swant a line like %s", p.log.String(), left)
	}
}
