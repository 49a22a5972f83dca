package notifier_test

import (
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"polarbell/compose"
	"polarbell/internal/polartest"
	"polarbell/notifier"
	"polarbell/standin"
)

// long has the tests try everything of which they try a part otherwise.
var long = flag.Bool("long", false, "try every case of the tests that take long, as .ci/run does")

// sampled holds for the cases of a long test that are tried without -long too:
// one of n.
func sampled(i, n int) bool { return *long || i%n == 0 }

var (
	invariantRuns = flag.Int("invariant.n", 3, "how many random runs the test of the invariants makes")
	invariantSeed = flag.Uint64("invariant.seed", 0, "the only run that the test of the invariants makes")
	invariantFrom = flag.Uint64("invariant.from", 1, "the first run that the test of the invariants makes")
)

// TestInvariants lets customers live at random, their deliveries arrive in some
// disorder, and the bridge be interrupted. Whenever all is quiet the channels
// must be what the cards say.
func TestInvariants(t *testing.T) {
	from, to := *invariantFrom, *invariantFrom+uint64(*invariantRuns)
	if *invariantSeed != 0 {
		from, to = *invariantSeed, *invariantSeed+1
	}
	for seed := from; seed < to; seed++ {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			inWorld(t, func(w *world) { newTrial(w, seed).run() })
			if t.Failed() {
				t.Logf("repeat it with: go test ./notifier -run TestInvariants -invariant.seed %d", seed)
			}
		})
	}
}

// trial is one random run.
type trial struct {
	*world
	r         *rand.Rand
	disorder  polartest.Disorder
	faults    float64 // chance that a request fails, of each delivery
	deletions float64 // chance that somebody deletes the newest message, of each delivery
	restarts  float64 // chance of a restart after each delivery
	kills     float64 // chance of a kill at one of the next requests, of each delivery

	daily compose.Route // what comes as one message a day
	line  *line
	extra map[string]int
}

func newTrial(w *world, seed uint64) *trial {
	r := rand.New(rand.NewPCG(seed, 1))
	sometimes := func(chance float64) float64 { return chance * float64(r.IntN(2)) }
	w.options.Retention = 2 * 365 * 24 * time.Hour
	if r.IntN(4) == 0 {
		w.options.Retention = 45 * 24 * time.Hour
	}
	tr := &trial{
		world: w, r: r, extra: map[string]int{},
		disorder: polartest.Disorder{Late: sometimes(0.2), Double: sometimes(0.2), Lost: sometimes(0.1)},
		faults:   sometimes(0.1), deletions: sometimes(0.05), restarts: sometimes(0.1), kills: sometimes(0.1),
	}
	if r.IntN(2) == 0 {
		tr.daily = compose.MustRoute("renewal|free|abandoned")
	}
	if r.IntN(2) == 0 {
		tr.disorder.Off = time.Duration(1+r.IntN(60)) * 24 * time.Hour
	}
	return tr
}

func (tr *trial) run() {
	routes := []string{"*", "news", "news|checkout.*", "alerts|refund.*|subscription.canceled", "news|-renewal|-plan|sale>=50usd|order.paid"}
	patterns := compose.MustRoute(routes[tr.r.IntN(len(routes))])
	tr.connect(patterns)
	tr.start()
	var shops []*polartest.Shop
	for n := range 1 + tr.r.IntN(3) {
		s := polartest.New(n+1, time.Now().Add(time.Duration(tr.r.Int64N(int64(time.Hour)))))
		s.Live(tr.r)
		shops = append(shops, s)
	}
	var last time.Time
	for _, d := range tr.disorder.Arrive(tr.r, shops...) {
		tr.until(d.At, patterns)
		isOneOfMany := !d.At.After(last) // as what is caught up with
		tr.receive(d)
		if last = d.At; !isOneOfMany {
			tr.interrupt(patterns)
		}
	}
	tr.quiet(patterns)
	calls := len(tr.platforms.Calls("slack")) + len(tr.platforms.Calls("discord"))
	tr.restartAll(patterns)
	tr.pass(time.Minute)
	if again := len(tr.platforms.Calls("slack")) + len(tr.platforms.Calls("discord")); again != calls {
		tr.t.Errorf("started again it made %d requests, want none", again-calls)
	}
	if tr.t.Failed() {
		tr.t.Logf("%+v %v\n%s", tr.disorder, patterns, newOracle(tr.world, tr.extra).story())
	}
}

// until lets time pass. In a long pause all is checked, and nothing runs.
func (tr *trial) until(at time.Time, patterns compose.Route) {
	if time.Until(at) > 10*time.Minute {
		tr.quiet(patterns)
		tr.stop()
		time.Sleep(time.Until(at))
		tr.world.start()
		return
	}
	time.Sleep(time.Until(at))
}

// quiet waits until all is settled, and checks it.
func (tr *trial) quiet(patterns compose.Route) {
	tr.platforms.Mend("slack")
	tr.platforms.Mend("discord")
	tr.line.spare()
	tr.revive(patterns)
	tr.idle(20 * time.Minute)
	if tr.daily != nil || tr.disorder.Off > 0 {
		tr.pass(6 * time.Minute) // a day's message and a summary are edited every five
		tr.idle(20 * time.Minute)
	}
	if !tr.t.Failed() {
		newOracle(tr.world, tr.extra).check()
	}
}

// interrupt does what may go wrong.
func (tr *trial) interrupt(patterns compose.Route) {
	if tr.r.Float64() < tr.faults {
		tr.fail()
	}
	if tr.r.Float64() < tr.deletions {
		tr.deleteByHand()
	}
	if tr.r.Float64() < tr.kills {
		tr.line.killSoon(tr.r.IntN(4), tr.r.IntN(2) == 0)
	}
	if tr.r.Float64() < tr.restarts {
		tr.restartAll(patterns)
	}
}

// fail makes the next request of one platform end otherwise than it would. A
// post that was applied without an answer comes again.
func (tr *trial) fail() {
	outcomes := []standin.Outcome{
		{Status: 500},
		{Reset: true},
		{Applied: true, Reset: true},
		{Status: 429, Body: `{"retry_after": 1.5, "global": false}`, Header: http.Header{"Retry-After": {"2"}}},
	}
	channel := tr.to[tr.r.IntN(3)].Name
	o := outcomes[tr.r.IntN(len(outcomes))]
	if o.Applied {
		tr.extra[channel]++
	}
	tr.platforms.Fail(channel, 1, o)
}

func (tr *trial) deleteByHand() {
	channel := tr.to[tr.r.IntN(3)].Name
	if shown := tr.shown(channel); len(shown) > 0 {
		tr.platforms.Delete(channel, shown[len(shown)-1].ID)
	}
}

// connect makes the destinations anew, as a process that starts does.
func (tr *trial) connect(patterns compose.Route) {
	tr.line = &line{next: tr.platforms.Transport(), killed: make(chan struct{})}
	tr.app = notifier.NewSlackApp("xoxb-secret", "https://slack.com/api/", tr.line)
	tr.api = &notifier.DiscordAPI{Base: tr.api.Base, HTTP: tr.line}
	tr.to = nil
	tr.ofEachKind(tr.line, "shop", patterns)
	for i := range tr.to {
		tr.to[i].Daily = tr.daily
	}
}

// restartAll stops the process in good order and starts another one.
func (tr *trial) restartAll(patterns compose.Route) {
	tr.revive(patterns)
	tr.end()
	tr.connect(patterns)
	tr.start()
}

// revive kills a process that hangs at a request, so that nothing it did since
// its last settlement is written down, and starts another one.
func (tr *trial) revive(patterns compose.Route) {
	synctest.Wait()
	if !tr.line.isDead() {
		return
	}
	endQueries()
	if err := tr.journal.Close(); err != nil {
		tr.t.Error(err)
	}
	tr.journal = nil
	close(tr.line.killed)
	tr.stop()
	for _, d := range tr.to {
		tr.extra[d.Name]++
	}
	tr.connect(patterns)
	tr.start()
	synctest.Wait() // what waits goes out before anything else happens
}

// receive stores a delivery, again after a kill, as Polar would send it again.
func (tr *trial) receive(d polartest.Delivery) {
	tr.t.Helper()
	tr.revive(tr.to[0].Routes)
	tr.world.receive(d)
}

// line is the way to the platforms. A process can be killed before or after a
// request reaches its platform: there it hangs until the test does so.
type line struct {
	next   http.RoundTripper
	killed chan struct{}

	mu    sync.Mutex
	left  int // requests until the kill; 0: none is planned
	after bool
	dead  bool
}

var errKilled = errors.New("killed")

// killSoon kills the process at the request after n more.
func (l *line) killSoon(n int, after bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.left, l.after = n+1, after
}

func (l *line) spare() { l.killSoon(-1, false) }

func (l *line) isDead() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.dead
}

// count reports whether the process is killed at this request, and whether the
// platform still gets it.
func (l *line) count() (kills, reaches bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case l.dead:
		return true, false
	case l.left == 0:
		return false, true
	}
	l.left--
	l.dead = l.left == 0
	return l.dead, !l.dead || l.after
}

func (l *line) RoundTrip(r *http.Request) (*http.Response, error) {
	kills, reaches := l.count()
	if !kills {
		return l.next.RoundTrip(r)
	}
	if reaches {
		l.next.RoundTrip(r) //nolint:bodyclose // the answer is lost
	}
	<-l.killed
	return nil, errKilled
}
