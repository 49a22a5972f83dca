//go:build unix

package cli_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"polarbell/standin"
)

// replica is one of several processes on one journal. It has a way of its own
// to the platforms, so that its requests are known.
type replica struct {
	*place
	name    string
	posted  atomic.Int64
	flying  atomic.Int64            // requests to the platforms under way
	follows atomic.Pointer[replica] // the one that died or froze before this one's next message
	thawed  atomic.Bool
	slowest atomic.Int64 // the longest time in which it accepted a delivery, since handOver began
	bridge  atomic.Value // where it takes deliveries, "" while it does not run
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
		front := httptest.NewServer(counting(&r.flying, f.noting(r)))
		t.Cleanup(front.Close)
		r.env = append(slices.Clone(first.env), destinationsAt(front.URL)...)
		r.bridge.Store("")
		f.replicas = append(f.replicas, r)
	}
	return f
}

// noting counts the messages that a replica asks for. Before the first one after
// another's death it notes what the dead one left in doubt.
func (f *fleet) noting(r *replica) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
		if request.Method == http.MethodPost {
			r.posted.Add(1)
			if dead := r.follows.Swap(nil); dead != nil {
				await(func() bool { return dead.flying.Load() == 0 })
				f.doubt()
			}
		}
		f.platforms.ServeHTTP(w, request)
		if r.thawed.Load() {
			f.doubt() // it may not settle what it had begun before it froze
		}
	})
}

// doubt notes each channel's newest message: the one that sent it may not have
// settled its outcome.
func (f *fleet) doubt() {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, channel := range channels {
		if all := f.platforms.Messages(channel); len(all) > 0 {
			f.repeated[all[len(all)-1].ID] = true
		}
	}
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

// A replica delivers within 15 s of another one's death, and at once after its
// stop in good order: as soon as it next tries to take the lease, which it does
// each second, and has something to deliver.
const (
	afterDeath = 15 * time.Second
	afterStop  = 2 * time.Second
)

// steps is how much a takeover does besides waiting, counted in accepted
// deliveries: it takes the lease, reads each destination's place and what it
// has to send, composes, sends.
const steps = 10

// handOver ends one replica by how, which returns when it had ended, and waits
// until the other one delivers. The time for that is what the contract names,
// and room for the machine: everybody's load slows the steps of a takeover down
// as much as the accepting of deliveries, which is measured at the same replica
// meanwhile. On an idle machine the room is some 0.1 s.
func (f *fleet) handOver(other *replica, within time.Duration, how func() time.Time) {
	f.t.Helper()
	before := other.posted.Load()
	other.slowest.Store(0)
	ended := how()
	other.eventually(other.name+" to take over", func() bool { return other.posted.Load() > before })
	took := time.Since(ended)
	slowest := time.Duration(other.slowest.Load())
	f.t.Logf("the %s replica took over after %s, and accepted deliveries within %s", other.name, took.Round(10*time.Millisecond), slowest.Round(time.Millisecond))
	if most := within + steps*slowest; took > most {
		f.t.Errorf("took over after %s, want at most %s: %s, and %s for the busy machine", took, most, within, steps*slowest)
	}
}

func (f *fleet) isInDoubt(m standin.Message) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.repeated[m.ID]
}

const saleEvery = 200 * time.Millisecond

// load sells until stop is closed, and has each sale taken by whichever replica
// answers.
func (f *fleet) load(stop <-chan struct{}) *sync.WaitGroup {
	var posters sync.WaitGroup
	posters.Go(func() {
		for ; ; f.sales++ {
			select {
			case <-stop:
				return
			case <-time.After(saleEvery):
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
		r := f.replicas[try%len(f.replicas)]
		url, status, text, start := r.bridge.Load().(string), 0, "", time.Now()
		if url != "" {
			status, text = post(url, id, saleOf(id))
		}
		if number := numberIn.FindStringSubmatch(text); number != nil && (status == 200 || status == 202) {
			r.noteAccepted(time.Since(start))
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

func (r *replica) noteAccepted(took time.Duration) {
	for {
		old := r.slowest.Load()
		if int64(took) <= old || r.slowest.CompareAndSwap(old, int64(took)) {
			return
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
				if !f.isInDoubt(m) {
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
		return f.isInDoubt(m) && strings.Contains(string(m.Body), "Customer-"+id+"-")
	})
}
