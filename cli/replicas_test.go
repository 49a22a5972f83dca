//go:build unix

package cli_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"polarbell/standin"
)

// replica is one of several processes on one journal. It has a way of its own
// to the platforms, so that its requests are known.
type replica struct {
	*place
	name   string
	posted atomic.Int64
	bridge atomic.Value // where it takes deliveries, "" while it does not run
}

// fleet are replicas of one bridge under load.
type fleet struct {
	t         *testing.T
	platforms *standin.Server
	replicas  []*replica

	mu       sync.Mutex
	numbers  map[string]int  // of the sales that were acknowledged
	repeated map[string]bool // messages that may stand there twice
	sales    int
}

func newFleet(t *testing.T, database string) *fleet {
	t.Helper()
	f := &fleet{t: t, numbers: map[string]int{}, repeated: map[string]bool{}}
	first := newPlace(t, false, "DATABASE_URL="+database)
	f.platforms = first.platforms
	f.platforms.Thread("ops", "900000000000000077")
	for _, name := range []string{"first", "second"} {
		r := &replica{place: &place{t: t, platforms: first.platforms}, name: name}
		front := httptest.NewServer(r.counting(first.platforms))
		t.Cleanup(front.Close)
		r.env = append(slices.Clone(first.env), destinationsAt(front.URL)...)
		r.bridge.Store("")
		f.replicas = append(f.replicas, r)
	}
	return f
}

// counting notes the messages that a replica asks for.
func (r *replica) counting(platforms http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
		if request.Method == http.MethodPost {
			r.posted.Add(1)
		}
		platforms.ServeHTTP(w, request)
	})
}

func (r *replica) launch() {
	r.t.Helper()
	r.start()
	r.bridge.Store(r.url)
}

// leader waits until messages come from one replica, and returns it and the
// other one.
func (f *fleet) leader() (leads, other *replica) {
	f.t.Helper()
	before := []int64{f.replicas[0].posted.Load(), f.replicas[1].posted.Load()}
	f.replicas[0].eventually("one of the replicas to deliver", func() bool {
		for i, r := range f.replicas {
			if r.posted.Load() > before[i]+2 {
				leads, other = r, f.replicas[1-i]
			}
		}
		return leads != nil
	})
	return leads, other
}

// takesOver waits until a replica delivers and says how long that took.
func (f *fleet) takesOver(r *replica) time.Duration {
	f.t.Helper()
	start, before := time.Now(), r.posted.Load()
	r.eventually(r.name+" to take over", func() bool { return r.posted.Load() > before })
	took := time.Since(start)
	f.t.Logf("the %s replica took over after %s", r.name, took.Round(10*time.Millisecond))
	return took
}

// inDoubt notes each channel's newest message: its outcome may not have been
// settled when the process that sent it died or froze.
func (f *fleet) inDoubt() {
	time.Sleep(100 * time.Millisecond) // for what was on its way; nobody else delivers yet
	for _, channel := range channels {
		if all := f.platforms.Messages(channel); len(all) > 0 {
			f.repeated[all[len(all)-1].ID] = true
		}
	}
}

// load sells until stop is closed, a few sales a second, taken by whichever
// replica answers.
func (f *fleet) load(stop <-chan struct{}, every time.Duration) *sync.WaitGroup {
	var posters sync.WaitGroup
	posters.Go(func() {
		for ; ; f.sales++ {
			select {
			case <-stop:
				return
			case <-time.After(every):
			}
			n := f.sales
			posters.Go(func() { f.sell(n) })
		}
	})
	return &posters
}

func (f *fleet) sell(n int) {
	id := fmt.Sprintf("%08d", n)
	for try := n; ; try++ { // the other replica at the next try
		url := f.replicas[try%len(f.replicas)].bridge.Load().(string)
		status, text := 0, ""
		if url != "" {
			status, text = post(url, id, saleOf(id))
		}
		if number := numberIn.FindStringSubmatch(text); number != nil && (status == 200 || status == 202) {
			f.mu.Lock()
			defer f.mu.Unlock()
			f.numbers[id], _ = strconv.Atoi(number[1])
			return
		}
		select {
		case <-f.t.Context().Done():
			return
		case <-time.After(100 * time.Millisecond):
		}
	}
}

var buyer = regexp.MustCompile(`Customer-(\d{8})-`)

// expectEverySale: each acknowledged sale stands in each channel, once but for
// what was in doubt, and in the order of the journal.
func (f *fleet) expectEverySale() {
	f.t.Helper()
	for _, channel := range channels {
		f.replicas[0].eventually(fmt.Sprintf("%d sales in %s", len(f.numbers), channel), func() bool {
			time.Sleep(50 * time.Millisecond)
			return len(f.shown(channel)) == len(f.numbers)
		})
		newest, certain := 0, map[string]int{}
		for _, m := range f.platforms.Messages(channel) {
			for _, card := range read(m.Body) {
				id := buyer.FindStringSubmatch(card)[1]
				if !f.repeated[m.ID] {
					certain[id]++
				}
				if certain[id] > 1 {
					f.t.Errorf("%s shows sale %s twice, for the second time in message %s", channel, id, m.ID)
				}
				if number := f.numbers[id]; number < newest && !f.repeatedSale(channel, id) {
					f.t.Errorf("%s shows sale %d after %d", channel, number, newest)
				} else {
					newest = max(newest, number)
				}
			}
		}
	}
	f.t.Logf("%d sales in %d channels", len(f.numbers), len(channels))
}

// shown are the sales that a channel shows.
func (f *fleet) shown(channel string) map[string]bool {
	found := map[string]bool{}
	for _, m := range f.platforms.Messages(channel) {
		for _, match := range buyer.FindAllStringSubmatch(string(m.Body), -1) {
			found[match[1]] = true
		}
	}
	return found
}

// repeatedSale tells whether a sale stands in a message that was in doubt.
func (f *fleet) repeatedSale(channel, id string) bool {
	return slices.ContainsFunc(f.platforms.Messages(channel), func(m standin.Message) bool {
		return f.repeated[m.ID] && strings.Contains(string(m.Body), "Customer-"+id+"-")
	})
}

// TestReplicasOnPostgres: two replicas take deliveries and one delivers; killed,
// frozen or stopped, the other takes over, and the database's restart costs
// nothing.
func TestReplicasOnPostgres(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("takes a minute of leases that run out")
	}
	database := newPostgres(t)
	f := newFleet(t, database.url())
	for _, r := range f.replicas {
		r.launch()
	}
	stop := make(chan struct{})
	load := f.load(stop, 300*time.Millisecond)
	leads, other := f.leader()

	t.Log("kill the one that delivers")
	f.crash(leads, other)
	leads, other = other, leads

	t.Log("freeze the one that delivers")
	f.freeze(leads, other)
	leads, other = other, leads

	t.Log("restart the database")
	database.stop()
	time.Sleep(time.Second)
	database.start()
	f.leader()

	t.Log("stop the one that delivers in good order")
	leads, other = f.leader()
	leads.bridge.Store("")
	if code := leads.stop(); code != 0 {
		t.Errorf("exit code %d, want 0; log:\n%s", code, leads.log.String())
	}
	if took := f.takesOver(other); took > 9*time.Second { // before the lease could have run out
		t.Errorf("took over after %s, though the lease was given up", took)
	}
	close(stop)
	load.Wait()
	f.expectEverySale()
}

// crash kills a replica and starts it again once the other one delivers.
func (f *fleet) crash(leads, other *replica) {
	f.t.Helper()
	leads.bridge.Store("")
	leads.kill()
	f.inDoubt()
	if took := f.takesOver(other); took > patience {
		f.t.Errorf("took over after %s, want at most %s", took, patience)
	}
	leads.launch()
}

// patience is how soon another replica must deliver: 15 s, and some for a busy
// machine.
const patience = 20 * time.Second

// freeze stops a replica for 20 s. When it thaws, another one delivers: it
// may finish the request that was under way and nothing more.
func (f *fleet) freeze(leads, other *replica) {
	f.t.Helper()
	// While it delivers: each channel's newest message may be in doubt.
	before := leads.posted.Load()
	leads.eventually("a message", func() bool { return leads.posted.Load() > before })
	url := leads.bridge.Swap("")
	if err := leads.process.Process.Signal(syscall.SIGSTOP); err != nil {
		f.t.Fatal(err)
	}
	frozen := time.Now()
	f.inDoubt()
	if took := f.takesOver(other); took > patience {
		f.t.Errorf("took over after %s, want at most %s", took, patience)
	}
	time.Sleep(time.Until(frozen.Add(20 * time.Second)))
	posted, said := leads.posted.Load(), len(leads.log.String())
	if err := leads.process.Process.Signal(syscall.SIGCONT); err != nil {
		f.t.Fatal(err)
	}
	f.takesOnly(other, 5)
	if more := leads.posted.Load() - posted; more > int64(len(channels)) {
		f.t.Errorf("posted %d messages after it thawed, want at most the one under way per channel", more)
	} else if more > 0 {
		f.t.Logf("%d requests were under way when it froze", more)
		f.inDoubt()
	}
	for _, settled := range settledMessage.FindAllStringSubmatch(leads.log.String()[said:], -1) {
		f.expectUnrepeated(settled[1])
	}
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
	f := newFleet(t, filepath.Join(t.TempDir(), "journal.db"))
	for _, r := range f.replicas {
		r.launch()
	}
	stop := make(chan struct{})
	load := f.load(stop, 100*time.Millisecond)
	leads, other := f.leader()
	if other.posted.Load() > 0 {
		t.Errorf("the %s replica posts beside the %s", other.name, leads.name)
	}
	leads.bridge.Store("")
	leads.kill()
	f.inDoubt()
	f.takesOver(other)
	close(stop)
	load.Wait()
	f.expectEverySale()
}
