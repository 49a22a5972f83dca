package cli_test

import (
	"bytes"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os/exec"
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

var (
	chaosSeed = flag.Uint64("chaos.seed", 0, "seed of the chaos test; 0: a new one each time")
	chaosTime = flag.Duration("chaos.time", 4*time.Second, "how long the chaos test keeps breaking things")
)

// chaos is the real binary while everything around it fails.
type chaos struct {
	*place
	random *rand.Rand
	bridge atomic.Value // where deliveries are taken now
	over   chan struct{}

	rhythm
	front    string          // the way to the platforms
	spare    *spare          // on that way
	stops    int             // how often the bridge ended in good order
	kills    int             // and how often it did not
	flying   atomic.Int64    // requests to the platforms under way
	repeated map[string]bool // messages that may stand there twice

	mu    sync.Mutex
	taken []taken

	truths map[string]map[string]*truth // by channel and product, once all is taken
}

// TestChaos: whatever the platforms answer and whenever the process dies, each
// channel ends telling the final state of every sale, nothing that was
// acknowledged is lost, and nothing is repeated but what a lost answer or a
// sudden death left open.
func TestChaos(t *testing.T) {
	t.Parallel()
	seed := *chaosSeed
	if seed == 0 {
		seed = rand.Uint64()
	}
	t.Logf("to repeat: go test ./cli -run TestChaos -chaos.seed %d -chaos.time %s", seed, *chaosTime)
	c := newChaos(t, seed)
	c.launch()
	ended := c.storm(time.Now().Add(*chaosTime))
	c.mend()
	<-ended
	t.Logf("%d stops, %d kills", c.stops, c.kills)
	c.calm()
	c.expectFinalStates()
	c.expectNoRepeats()
	c.expectOrder()
	if c.soaks {
		c.expectPatience()
	}
}

func newChaos(t *testing.T, seed uint64) *chaos {
	c := &chaos{
		random: rand.New(rand.NewPCG(seed, 0)), over: make(chan struct{}),
		repeated: map[string]bool{}, truths: map[string]map[string]*truth{},
	}
	t.Cleanup(func() { close(c.over) })
	// The true limits hold for the long run only: at Discord's a short one would
	// wait a minute.
	c.place = newPlace(t, *chaosTime > 30*time.Second)
	c.platforms.Thread("ops", "900000000000000077")
	c.rhythm = rhythmOf(*chaosTime)
	c.spare = &spare{platforms: c.platforms, next: refusing(c.platforms), open: map[string]bool{}, pending: map[string]int{}, cruel: c.soaks}
	front := httptest.NewServer(counting(&c.flying, c.spare))
	t.Cleanup(front.Close)
	c.front = front.URL
	c.env = append(c.env, destinationsAt(front.URL)...)
	return c
}

const hookPath = "/services/T1/B1/hooksecret"

// destinationsAt are the settings of the five destinations behind an address.
func destinationsAt(url string) []string {
	return []string{
		"SLACK_API_URL=" + url + "/api/", "DISCORD_API_URL=" + url + "/api/v10/",
		"SLACK_WEBHOOKS=hook:" + url + hookPath,
		"DISCORD_WEBHOOKS=dsales:https://discord.com/api/webhooks/900000000000000001/discordsecret," +
			"dops:https://discord.com/api/webhooks/900000000000000002/discordsecret?thread_id=900000000000000077",
	}
}

// Some sales have a card that the platforms refuse for what it says: an odd
// one unless it is plain text, a doomed one whatever it is. They come in long
// runs only, since each has a message's cards sent one by one.
func odd(n int) bool    { return n%200 == 31 }
func doomed(n int) bool { return n%200 == 47 }

func numberOf(product string) int {
	n, _ := strconv.Atoi(product[len("Plan") : len("Plan")+5])
	return n
}

// refusing is a platform that refuses messages for what is in them.
func refusing(platforms http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return
		}
		plain := !bytes.Contains(body, []byte("blocks")) && !bytes.Contains(body, []byte(`"title"`))
		for _, product := range productIn.FindAll(body, -1) {
			if n := numberOf(string(product)); doomed(n) || odd(n) && !plain {
				refuse(w, r.URL.Path)
				return
			}
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		platforms.ServeHTTP(w, r)
	})
}

func refuse(w http.ResponseWriter, path string) {
	switch {
	case strings.HasPrefix(path, "/services/"):
		w.WriteHeader(http.StatusBadRequest)
		io.WriteString(w, "invalid_blocks")
	case strings.HasPrefix(path, "/api/v10/"):
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusBadRequest)
		io.WriteString(w, `{"code":50035,"message":"Invalid Form Body"}`)
	default:
		w.Header().Set("Content-Type", "application/json")
		io.WriteString(w, `{"ok":false,"error":"invalid_blocks"}`)
	}
}

func (c *chaos) launch() {
	c.t.Helper()
	c.start()
	c.bridge.Store(c.url)
}

// storm breaks things until a moment, and returns what is closed when every
// sale that began by then is told to its end.
func (c *chaos) storm(until time.Time) <-chan struct{} {
	c.t.Helper()
	var people sync.WaitGroup
	buyers := rand.New(rand.NewPCG(c.random.Uint64(), 1))
	weather := rand.New(rand.NewPCG(c.random.Uint64(), 2))
	people.Go(func() { c.sell(until, buyers) })
	for time.Now().Before(until) {
		broken := c.breakOne()
		for end := time.Now().Add(c.storms.pick(c.random)); time.Now().Before(end); {
			c.fault(weather)
			time.Sleep(c.faults.pick(weather))
		}
		c.platforms.Restore(broken)
		killed := c.crash()
		time.Sleep(between(c.random, 0, 300))
		if killed {
			c.noteLast() // what a dead process had sent may be read this late
		}
		c.launch()
	}
	ended := make(chan struct{})
	go func() {
		people.Wait()
		close(ended)
	}()
	return ended
}

// crash ends the process, in good order or not: never by a kill while a post is
// tried again that may have been taken, since its destination would then rest
// for five minutes; a soak has the time for that. It says whether it was a kill.
func (c *chaos) crash() (killed bool) {
	c.t.Helper()
	if c.random.IntN(3) == 0 || !c.soaks && !c.spare.settles(5*time.Second) {
		c.stops++
		if code := c.stop(); code != 0 {
			c.t.Fatalf("exit code %d after SIGTERM, want 0; log:\n%s", code, c.log.String())
		}
		return false
	}
	c.kills++
	c.kill()
	c.awaitRequests(c.front, &c.flying)
	c.noteLast()
	return true
}

// noteLast notes that the last message of each channel may come again: the
// process may have died between the message and settling it.
func (c *chaos) noteLast() {
	for _, channel := range channels {
		if all := c.platforms.Messages(channel); len(all) > 0 {
			c.repeated[all[len(all)-1].ID] = true
		}
	}
}

// breakOne now and then takes a destination away until a person mends it.
func (c *chaos) breakOne() string {
	states := []struct {
		target string
		state  standin.State
	}{
		{"C0OPS", standin.BotRemoved},
		{"C0SALES", standin.Archived},
		{hookPath, standin.WebhookDeleted},
		{"900000000000000001", standin.Forbidden},
		{"900000000000000002", standin.WebhookDeleted},
	}
	s := states[c.random.IntN(len(states))]
	if c.random.IntN(3) == 0 {
		c.platforms.Revoke(s.target, s.state)
	}
	return s.target
}

func between(random *rand.Rand, least, most int) time.Duration {
	return time.Duration(least+random.IntN(most-least+1)) * time.Millisecond
}

// fault has a few calls to one destination, or to a whole platform, end badly.
func (c *chaos) fault(random *rand.Rand) {
	targets := []string{"C0SALES", "C0OPS", hookPath, "900000000000000001", "900000000000000002", "slack", "discord"}
	kinds := []string{"", " post", " edit", " delete"}
	wait := http.Header{"Retry-After": {"1"}}
	slow := between(random, 100, 1500)
	outcomes := []standin.Outcome{
		{Status: 500},
		{Status: 503, Body: "<html>"},
		{Applied: true, Status: 502},
		{Status: 429, Header: wait, Body: `{"ok":false,"error":"ratelimited","retry_after":0.6}`},
		{Reset: true},
		{Applied: true, Reset: true},
		{Applied: true, Delay: slow},
		{Applied: true, Delay: slow, Reset: true},
		{Applied: true, Status: 200, Body: "{}"},
		{Status: 200, Body: "{}"},
		{Applied: true, Status: 200, Body: "<html>Thank you</html>"}, // of strangers
		{Applied: true, Status: 504, Body: "<html>Gateway Timeout</html>"},
		{Status: 403, Body: "error code: 1010"},
		{Status: 404, Body: "<html>404 page not found</html>"},
		{Status: 302, Header: http.Header{"Location": {"https://portal.example/login"}}},
	}
	if *chaosTime > 30*time.Second && random.IntN(20) == 0 {
		outcomes = []standin.Outcome{
			{Applied: true, Delay: 9 * time.Second, Status: 504}, // late
			{Delay: time.Minute}, // the packets vanish
			{Status: 429},        // from Discord, a ban of at least a minute
		}
	}
	target := targets[random.IntN(len(targets))] + kinds[random.IntN(len(kinds))]
	c.spare.fail(target, 1+random.IntN(2), outcomes[random.IntN(len(outcomes))])
}

// sell has new sales come in until a moment, and waits for all to end.
func (c *chaos) sell(until time.Time, random *rand.Rand) {
	var sales sync.WaitGroup
	defer sales.Wait()
	for n := 0; time.Now().Before(until); n++ {
		s, own := newSale(n, random), rand.New(rand.NewPCG(random.Uint64(), 3))
		sales.Go(func() { c.play(s, own) })
		time.Sleep(c.sales.pick(random))
	}
}

// play sends a sale's deliveries, those of one stage in any order.
func (c *chaos) play(s *sale, random *rand.Rand) {
	for _, stage := range s.stages {
		var under sync.WaitGroup
		for _, d := range stage {
			late := between(random, 0, 300)
			again := random.IntN(10) == 0
			under.Go(func() {
				c.deliver(s, d, late)
				if again { // Polar did not hear the answer
					c.deliver(s, d, late)
				}
			})
		}
		under.Wait()
		if !c.wait(between(random, 0, 600)) {
			return
		}
	}
}

func (c *chaos) wait(d time.Duration) bool {
	select {
	case <-c.over:
		return false
	case <-time.After(d):
		return true
	}
}

var numberIn = regexp.MustCompile(`(?:stored|seen before) as (\d+)`)

// deliver tries until the delivery is taken, as Polar does.
func (c *chaos) deliver(s *sale, d delivery, wait time.Duration) {
	for c.wait(wait) {
		status, text := post(c.bridge.Load().(string), d.id, d.body)
		switch number := numberIn.FindStringSubmatch(text); {
		case (status == http.StatusAccepted || status == http.StatusOK) && number != nil:
			seq, _ := strconv.Atoi(number[1])
			c.take(taken{d, s.product(), seq})
			return
		case status != 0 && status != http.StatusServiceUnavailable:
			c.t.Errorf("delivery %s: answered %d %s", d.id, status, text)
			return
		}
		wait = 200 * time.Millisecond
	}
}

// take notes a delivery once, under the one number that it ever gets.
func (c *chaos) take(d taken) {
	c.mu.Lock()
	defer c.mu.Unlock()
	i := slices.IndexFunc(c.taken, func(old taken) bool { return old.id == d.id })
	switch {
	case i < 0:
		c.taken = append(c.taken, d)
	case c.taken[i].seq != d.seq:
		c.t.Errorf("delivery %s was stored as %d and as %d", d.id, c.taken[i].seq, d.seq)
	}
}

// mend ends what the platforms were told to do wrong.
func (c *chaos) mend() {
	c.t.Helper()
	for _, target := range []string{"slack", "discord", "C0SALES", "C0OPS", "C0HOOK", hookPath, "sales", "ops", "900000000000000001", "900000000000000002"} {
		c.platforms.Mend(target)
		c.platforms.Restore(target)
	}
}

// calm restarts once more, which has what is parked or waits tried at once. Most
// messages are deleted only now, since deletions wait for posts: the first ones
// fail, or their answers are lost.
func (c *chaos) calm() {
	c.t.Helper()
	for _, target := range []string{"C0SALES", "C0OPS", "900000000000000001", "900000000000000002"} {
		for _, o := range []standin.Outcome{{Status: 500}, {Applied: true, Reset: true}} {
			c.platforms.Fail(target+" delete", 1, o)
		}
	}
	if code := c.stop(); code != 0 {
		c.t.Errorf("exit code %d after SIGTERM, want 0; log:\n%s", code, c.log.String())
	}
	c.launch()
}

// status is what the bridge says of its destinations.
func (c *chaos) status() string {
	c.t.Helper()
	path, err := program()
	if err != nil {
		c.t.Fatal(err)
	}
	command := exec.Command(path, "status")
	command.Env = c.env
	output, err := command.CombinedOutput()
	return fmt.Sprint(string(output), err)
}
