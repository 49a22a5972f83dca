//go:build unix

package cli_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"polarbell/internal/pgtest"
	"polarbell/standin"
)

// TestReplicasOnPostgres: two replicas take deliveries and one delivers.
// Whatever happens to that one, the other takes over, and each sale is shown
// once and in order.
func TestReplicasOnPostgres(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("waits for leases that run out")
	}
	t.Run("frozen, then stopped after a restart of the database", func(t *testing.T) {
		t.Parallel()
		server := newPostgres(t)
		newFleet(t, server.URL).run(func(f *fleet) {
			f.freeze()
			f.restart(server)
		})
	})
	t.Run("killed", func(t *testing.T) {
		t.Parallel()
		needsLong(t, "a frozen holder, whose lease runs out likewise, and TestTwoProcessesOnOneFile, which kills one")
		newFleet(t, newPostgres(t).URL).run((*fleet).kill)
	})
}

// run has sales come in while something happens.
func (f *fleet) run(happens func(*fleet)) {
	f.t.Helper()
	for _, r := range f.replicas {
		r.launch()
	}
	stop := make(chan struct{})
	load := f.load(stop)
	happens(f)
	close(stop)
	load.Wait()
	f.expectEverySale()
}

// kill ends a replica and starts it again once the other one delivers.
func (f *fleet) kill() {
	f.t.Helper()
	leads, other := f.leader()
	f.replace(leads, other)
	leads.launch()
}

// replace kills a replica and waits for the other one.
func (f *fleet) replace(leads, other *replica) {
	f.t.Helper()
	f.handOver(other, afterDeath, func() time.Time {
		leads.bridge.Store("")
		other.follows.Store(leads)
		leads.kill()
		return time.Now()
	})
}

// restart has the database away for a second, then stops a replica, which gives
// the lease up.
func (f *fleet) restart(database *pgtest.Server) {
	f.t.Helper()
	f.leader()
	database.Stop()
	time.Sleep(time.Second)
	if err := database.Restart(); err != nil {
		f.t.Fatal(err)
	}
	leads, other := f.leader()
	f.handOver(other, afterStop, func() time.Time {
		leads.bridge.Store("")
		term, _ := lease(f.t, database.URL)
		if code := leads.stop(); code != 0 {
			f.t.Errorf("exit code %d, want 0; log:\n%s", code, leads.log.String())
		}
		if now, left := lease(f.t, database.URL); now == term && left > 0 {
			f.t.Errorf("the lease is held for another %s after its holder has stopped", left)
		}
		return time.Now()
	})
}

// freeze stops a replica for longer than its lease lasts. When it thaws, another
// one delivers: it may finish the requests that were under way and nothing more.
func (f *fleet) freeze() {
	f.t.Helper()
	leads, other := f.leader()
	// While it delivers: each channel's newest message may be in doubt.
	before := leads.posted.Load()
	leads.eventually("a message", func() bool { return leads.posted.Load() > before })
	url := leads.bridge.Swap("")
	var frozen time.Time
	f.handOver(other, afterDeath, func() time.Time {
		other.follows.Store(leads)
		if err := leads.process.Process.Signal(syscall.SIGSTOP); err != nil {
			f.t.Fatal(err)
		}
		frozen = time.Now()
		return frozen
	})
	if *long {
		time.Sleep(time.Until(frozen.Add(20 * time.Second)))
	}
	leads.thawed.Store(true)
	posted, said := leads.posted.Load(), len(leads.log.String())
	if err := leads.process.Process.Signal(syscall.SIGCONT); err != nil {
		f.t.Fatal(err)
	}
	f.takesOnly(other, 5)
	if more := leads.posted.Load() - posted; more > int64(len(channels)) {
		f.t.Errorf("posted %d messages after it thawed, want at most the one under way per channel", more)
	} else if more > 0 {
		f.t.Logf("%d requests were under way when it froze", more)
	}
	for _, settled := range settledMessage.FindAllStringSubmatch(leads.log.String()[said:], -1) {
		f.expectUnrepeated(settled[1])
	}
	leads.eventually("its last requests to end", func() bool { return leads.flying.Load() == 0 })
	leads.thawed.Store(false) // from here on it settles what it sends
	leads.bridge.Store(url)
}

var settledMessage = regexp.MustCompile(`msg=posted .*message=(?:\w+/)?([\d.]+)`)

// expectUnrepeated holds for a message that a thawed replica says it settled:
// it was settled before the freeze, for the other replica did not send it again.
func (f *fleet) expectUnrepeated(message string) {
	f.t.Helper()
	for _, channel := range channels {
		all := f.platforms.Messages(channel)
		i := slices.IndexFunc(all, func(m standin.Message) bool { return m.ID == message })
		if i < 0 {
			continue
		}
		for _, sale := range buyer.FindAllString(string(all[i].Body), -1) {
			for _, later := range all[i+1:] {
				if strings.Contains(string(later.Body), sale) {
					f.t.Errorf("%s: a thawed replica settled message %s, which the other one had sent again", channel, message)
				}
			}
		}
	}
}

// takesOnly waits until a replica has sent so many more messages.
func (f *fleet) takesOnly(r *replica, messages int64) {
	f.t.Helper()
	before := r.posted.Load()
	r.eventually(fmt.Sprintf("%d messages from the %s replica", messages, r.name), func() bool {
		return r.posted.Load() >= before+messages
	})
}

// TestTwoProcessesOnOneFile: on SQLite too one delivers, and the other takes
// over when it dies.
func TestTwoProcessesOnOneFile(t *testing.T) {
	t.Parallel()
	f := newFleet(t, newJournal(t))
	f.run(func(f *fleet) {
		leads, other := f.leader()
		if other.posted.Load() > 0 {
			t.Errorf("the %s replica posts beside the %s", other.name, leads.name)
		}
		f.replace(leads, other)
	})
}
