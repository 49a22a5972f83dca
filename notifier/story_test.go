package notifier_test

import (
	"maps"
	"math/rand/v2"
	"regexp"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"polarbell/compose"
	"polarbell/internal/polartest"
)

// story is one thing that happens, and what the channels say of it in the end.
// The headlines are in the order of posting, each with what became of it.
type story struct {
	name    string
	happens func(s *polartest.Shop)

	says  []string // with the route news, where messages can be edited
	costs cost

	final     []string // on an incoming webhook, if that is different
	checkouts []string // with the route checkout.* too, if that is different
	visit     cost     // what that costs besides
}

// A visit that ends with a purchase costs a post, its edits and its deletion.
var paidVisit = cost{posts: 1, edits: 2, deletions: 1}

const (
	sold       = "💰 Sale · $53.90 · Customer 1 · Book"
	subscribed = "🎉 New subscriber · Customer 1 · Pro, $30.00 a month"
)

var stories = []story{
	{
		name:    "a purchase",
		happens: func(s *polartest.Shop) { s.Purchase(polartest.Book) },
		says:    []string{sold},
		costs:   cost{posts: 1},
	},
	{
		name:    "a free signup",
		happens: func(s *polartest.Shop) { s.Purchase(polartest.Gift) },
		says:    []string{"Free signup · Customer 1 · Gift"},
		costs:   cost{posts: 1},
	},
	{
		name:    "a subscription",
		happens: func(s *polartest.Shop) { s.Subscribe(polartest.Pro) },
		says:    []string{subscribed},
		costs:   cost{posts: 1, edits: 1},
	},
	{
		name:    "a trial, converted a fortnight later",
		happens: func(s *polartest.Shop) { s.StartTrial(polartest.Pro, 14).Renew() },
		says: []string{
			"Trial started · Customer 1 · Pro, $30.00 a month from 15 Jan → converted",
			"🎉 Trial converted · Customer 1 · Pro, $30.00 a month",
		},
		costs: cost{posts: 2, edits: 1},
	},
	{
		name: "a trial, canceled, ended",
		happens: func(s *polartest.Shop) {
			sub := s.StartTrial(polartest.Pro, 14)
			s.Pass(72 * time.Hour)
			sub.Cancel()
			sub.End()
		},
		says: []string{
			"Trial started · Customer 1 · Pro, $30.00 a month from 15 Jan",
			"👋 Trial ended, not converted · Customer 1 · Pro, $30.00 a month",
		},
		costs: cost{posts: 2, edits: 1},
		final: []string{
			"Trial started · Customer 1 · Pro, $30.00 a month from 15 Jan",
			"👋 Trial canceled, ends 15 Jan · Customer 1 · Pro, $30.00 a month",
		},
	},
	{
		name:    "a renewal",
		happens: func(s *polartest.Shop) { s.Subscribe(polartest.Pro).Renew() },
		says: []string{
			subscribed,
			"🔁 Renewed · $33.00 · Customer 1 · Pro",
		},
		costs: cost{posts: 2, edits: 1},
	},
	{
		name:    "a renewal fails",
		happens: func(s *polartest.Shop) { s.Subscribe(polartest.Pro).FailRenewal() },
		says: []string{
			subscribed,
			"⚠️ Renewal failed · $33.00 · Customer 1 · Pro",
		},
		costs: cost{posts: 2, edits: 1},
	},
	{
		name: "a renewal fails, recovers within the hour",
		happens: func(s *polartest.Shop) {
			sub := s.Subscribe(polartest.Pro)
			sub.FailRenewal()
			s.Pass(40 * time.Minute)
			sub.Recover()
		},
		says: []string{
			subscribed,
			"⚠️ Renewal failed · $33.00 · Customer 1 · Pro → recovered after 40 minutes",
			"✅ Recovered after 40 minutes · $33.00 · Customer 1 · Pro",
		},
		costs: cost{posts: 3, edits: 2},
	},
	{
		name: "a renewal fails, recovers after two days",
		happens: func(s *polartest.Shop) {
			sub := s.Subscribe(polartest.Pro)
			sub.FailRenewal()
			s.Pass(48 * time.Hour)
			sub.Recover()
		},
		says: []string{
			subscribed,
			"⚠️ Renewal failed · $33.00 · Customer 1 · Pro → recovered after 2 days",
			"✅ Recovered after 2 days · $33.00 · Customer 1 · Pro",
		},
		costs: cost{posts: 3, edits: 2},
	},
	{
		name: "a renewal fails, is lost",
		happens: func(s *polartest.Shop) {
			sub := s.Subscribe(polartest.Pro)
			sub.FailRenewal()
			s.Pass(21 * 24 * time.Hour)
			sub.Lose()
		},
		says: []string{
			subscribed,
			"⚠️ Renewal failed · $33.00 · Customer 1 · Pro → lost on 22 Feb",
			"👋 Lost to failed payment · Customer 1 · Pro, $30.00 a month",
		},
		costs: cost{posts: 3, edits: 2},
	},
	{
		name: "a refund, pending for two days",
		happens: func(s *polartest.Shop) {
			o := s.Purchase(polartest.Book)
			s.Pass(72 * time.Hour)
			r := o.RefundSlowly(2000)
			s.Pass(48 * time.Hour)
			r.Succeed()
		},
		says: []string{
			sold + " refunded $22.00",
			"💸 Refunded · $22.00 of $53.90 · Customer 1 · Book",
		},
		costs: cost{posts: 2, edits: 2},
	},
	{
		name: "a refund in two parts of the same amount",
		happens: func(s *polartest.Shop) {
			o := s.Purchase(polartest.Book)
			s.Pass(72 * time.Hour)
			o.Refund(2000)
			s.Pass(time.Hour)
			o.Refund(2000)
		},
		says: []string{
			sold + " refunded $44.00",
			"💸 Refunded · $22.00 of $53.90 · Customer 1 · Book",
			"💸 Refunded · $22.00 more, $44.00 of $53.90 · Customer 1 · Book",
		},
		costs: cost{posts: 3, edits: 2},
	},
	{
		name: "a refund pending, then failed",
		happens: func(s *polartest.Shop) {
			o := s.Purchase(polartest.Book)
			s.Pass(72 * time.Hour)
			r := o.RefundSlowly(2000)
			s.Pass(48 * time.Hour)
			r.Fail()
		},
		says: []string{
			sold,
			"💸 Refund pending · $22.00 of $53.90 · Customer 1 · Book → failed",
			"⚠️ Refund failed · $22.00 of $53.90 · Customer 1 · Book",
		},
		costs: cost{posts: 3, edits: 1},
		final: []string{
			sold,
			"⚠️ Refund failed · $22.00 of $53.90 · Customer 1 · Book",
		},
	},
	{
		name: "a refund that is taken back",
		happens: func(s *polartest.Shop) {
			o := s.Purchase(polartest.Book)
			s.Pass(72 * time.Hour)
			r := o.Refund(2000)
			s.Pass(48 * time.Hour)
			r.Fail()
		},
		says: []string{
			sold,
			"💸 Refunded · $22.00 of $53.90 · Customer 1 · Book → failed",
			"⚠️ Refund failed · $22.00 of $53.90 · Customer 1 · Book",
		},
		costs: cost{posts: 3, edits: 3},
	},
	{
		name: "a sale, refunded on the same day",
		happens: func(s *polartest.Shop) {
			o := s.Purchase(polartest.Book)
			s.Pass(2 * time.Hour)
			o.Refund(4900)
		},
		says: []string{
			sold + " refunded $53.90",
			"💸 Refunded in full · $53.90 · Customer 1 · Book",
		},
		costs: cost{posts: 2, edits: 1},
	},
	{
		name: "a customer cancels",
		happens: func(s *polartest.Shop) {
			sub := s.Subscribe(polartest.Pro)
			s.Pass(72 * time.Hour)
			sub.Cancel()
		},
		says: []string{
			subscribed,
			"👋 Canceled, ends 1 Feb · Customer 1 · Pro, $30.00 a month",
		},
		costs: cost{posts: 2, edits: 1},
	},
	{
		name: "a customer cancels, stays after all",
		happens: func(s *polartest.Shop) {
			sub := s.Subscribe(polartest.Pro)
			s.Pass(72 * time.Hour)
			sub.Cancel()
			s.Pass(72 * time.Hour)
			sub.Stay()
		},
		says: []string{
			subscribed,
			"👋 Canceled, ends 1 Feb · Customer 1 · Pro, $30.00 a month → called off",
			"✅ Staying after all · Customer 1 · Pro, $30.00 a month",
		},
		costs: cost{posts: 3, edits: 2},
	},
	{
		name: "a customer cancels, and the subscription ends four weeks later",
		happens: func(s *polartest.Shop) {
			sub := s.Subscribe(polartest.Pro)
			s.Pass(72 * time.Hour)
			sub.Cancel()
			sub.End()
		},
		says: []string{
			subscribed,
			"👋 Subscription ended · Customer 1 · Pro, $30.00 a month",
		},
		costs: cost{posts: 2, edits: 2},
		final: []string{
			subscribed,
			"👋 Canceled, ends 1 Feb · Customer 1 · Pro, $30.00 a month",
		},
	},
	{
		name: "a customer cancels, and is shut out the next day",
		happens: func(s *polartest.Shop) {
			sub := s.Subscribe(polartest.Pro)
			s.Pass(72 * time.Hour)
			sub.Cancel()
			s.Pass(24 * time.Hour)
			sub.CancelNow()
		},
		says: []string{
			subscribed,
			"👋 Canceled, ends 1 Feb · Customer 1 · Pro, $30.00 a month → ended on 5 Jan",
			"👋 Canceled immediately · Customer 1 · Pro, $30.00 a month",
		},
		costs: cost{posts: 3, edits: 2},
	},
	{
		name: "a subscription is canceled at once",
		happens: func(s *polartest.Shop) {
			sub := s.Subscribe(polartest.Pro)
			s.Pass(72 * time.Hour)
			sub.CancelNow()
		},
		says: []string{
			subscribed,
			"👋 Canceled immediately · Customer 1 · Pro, $30.00 a month",
		},
		costs: cost{posts: 2, edits: 1},
	},
	{
		name: "an upgrade with its order",
		happens: func(s *polartest.Shop) {
			sub := s.Subscribe(polartest.Pro)
			s.Pass(72 * time.Hour)
			sub.Change(polartest.Team)
		},
		says: []string{
			subscribed,
			"📈 Upgraded · Customer 1 · Pro → Team, +$40.00 a month",
		},
		costs: cost{posts: 2, edits: 2},
	},
	{
		name: "a downgrade that is planned and in effect four weeks later",
		happens: func(s *polartest.Shop) {
			sub := s.Subscribe(polartest.Pro)
			s.Pass(72 * time.Hour)
			sub.Plan(polartest.Basic)
			sub.Renew()
		},
		says: []string{
			subscribed,
			"📉 Downgraded · Customer 1 · Pro → Basic, −$20.00 a month",
			"🔁 Renewed · $11.00 · Customer 1 · Basic",
		},
		costs: cost{posts: 3, edits: 2},
		final: []string{
			subscribed,
			"Plan change on 1 Feb · Customer 1 · Pro",
			"🔁 Renewed · $11.00 · Customer 1 · Basic",
		},
	},
	{
		name: "a downgrade that is planned and called off",
		happens: func(s *polartest.Shop) {
			sub := s.Subscribe(polartest.Pro)
			s.Pass(72 * time.Hour)
			sub.Plan(polartest.Basic)
			s.Pass(72 * time.Hour)
			sub.KeepPlan()
		},
		says: []string{
			subscribed,
			"Plan change on 1 Feb · Customer 1 · Pro → called off",
			"✅ Plan change called off · Customer 1 · stays on Pro",
		},
		costs: cost{posts: 3, edits: 2},
	},
	{
		name: "a pause",
		happens: func(s *polartest.Shop) {
			sub := s.Subscribe(polartest.Pro)
			s.Pass(72 * time.Hour)
			sub.PausePlanned()
			sub.Pause()
			s.Pass(10 * 24 * time.Hour)
			sub.Resume()
		},
		says: []string{
			subscribed,
			"Paused · Customer 1 · Pro, $30.00 a month → resumed",
			"✅ Resumed · Customer 1 · Pro, $30.00 a month",
		},
		costs: cost{posts: 3, edits: 4},
		final: []string{
			subscribed,
			"Pauses on 1 Feb · Customer 1 · Pro, $30.00 a month",
			"✅ Resumed · Customer 1 · Pro, $30.00 a month",
		},
	},
	{
		name: "a checkout abandoned",
		happens: func(s *polartest.Shop) {
			c := s.Visit(polartest.Book)
			s.Pass(time.Minute)
			c.Fill()
			c.Expire()
		},
		says:  []string{"🛒 Abandoned checkout · $49.00 · Customer 1 · Book"},
		costs: cost{posts: 1},
		visit: cost{edits: 2},
	},
	{
		name:      "a checkout abandoned by nobody known",
		happens:   func(s *polartest.Shop) { s.Visit(polartest.Book).Expire() },
		says:      []string{},
		costs:     cost{},
		checkouts: []string{"Checkout expired · $49.00 · Book"},
		visit:     cost{posts: 1, edits: 1},
	},
	{
		name: "a payment that is not completed at first",
		happens: func(s *polartest.Shop) {
			c := s.Visit(polartest.Book)
			s.Pass(time.Minute)
			c.Fill()
			c.Confirm()
			s.Pass(20 * time.Second)
			c.Decline()
			s.Pass(20 * time.Second)
			c.Confirm()
			s.Pass(3 * time.Second)
			c.Buy()
		},
		// Somebody may have answered the first message, so it is not taken back.
		says:  []string{"Checkout completed · $49.00 · Customer 1 · Book", sold},
		costs: cost{posts: 2, edits: 3},
		final: []string{
			"🛒 Payment not completed · $49.00 · Customer 1 · Book",
			sold,
		},
		visit: cost{edits: 3},
	},
}

// byKindAndType names the same news twice, which is posted once.
const byKindAndType = "news|alerts|refund|order.paid|refund.created|order.refunded|subscription.canceled|subscription.past_due"

// storyRoutes each have a destination of each kind.
var storyRoutes = map[string]compose.Route{
	"news": compose.MustRoute("news"), "both": compose.MustRoute(byKindAndType), "checkouts": compose.MustRoute("news|checkout.*"), "everything": nil,
}

// inStory plays a story's deliveries to destinations of each kind and route.
func inStory(t *testing.T, st story, routes []string, play func(w *world, sent []polartest.Delivery)) {
	t.Helper()
	t.Run(st.name, func(t *testing.T) {
		inWorld(t, func(w *world) {
			w.options.Retention = 365 * 24 * time.Hour
			for _, route := range routes {
				w.ofEachKind(w.platforms.Transport(), route, storyRoutes[route])
			}
			w.start()
			s := polartest.New(1, time.Now().Add(time.Minute))
			st.happens(s)
			play(w, s.Sent)
			w.idle(20 * time.Minute)
		})
	})
}

// play lets the deliveries come at their time.
func (w *world) play(sent []polartest.Delivery) {
	w.t.Helper()
	for _, d := range sent {
		w.until(d.At)
		w.receive(d)
	}
}

// check compares all channels with what the story says and costs.
func (st story) check(w *world, routes []string, sent []polartest.Delivery) {
	w.t.Helper()
	for _, route := range routes {
		says, costs := st.expected(route, sent)
		for _, kind := range []string{"channel", "discord"} {
			channel := channelFor(kind, route)
			if diff := cmp.Diff(says, w.told(channel), cmpopts.EquateEmpty()); diff != "" {
				w.t.Errorf("%s of %s says (-want +got):\n%s", kind, route, diff)
			}
			if got := w.cost(channel); got != costs {
				w.t.Errorf("%s of %s costs %+v, want %+v", kind, route, got, costs)
			}
		}
		final := st.expectedFinal(route, sent)
		if diff := cmp.Diff(final, w.told(channelFor("hook", route)), cmpopts.EquateEmpty()); diff != "" {
			w.t.Errorf("incoming webhook of %s says (-want +got):\n%s", route, diff)
		}
		if got, want := w.cost(channelFor("hook", route)), (cost{posts: len(final)}); got != want {
			w.t.Errorf("incoming webhook of %s costs %+v, want %+v", route, got, want)
		}
	}
}

// expected is what a channel says on a route, and what that costs. With
// everything routed a new customer is told of too.
func (st story) expected(route string, sent []polartest.Delivery) (says []string, costs cost) {
	says, costs = st.says, st.costs
	if route == "news" || route == "both" {
		return says, costs
	}
	bought := isNewCustomer(sent)
	visit := st.visit
	if bought {
		visit = paidVisit
	}
	costs = cost{costs.posts + visit.posts, costs.edits + visit.edits, costs.deletions + visit.deletions}
	if st.checkouts != nil {
		says = st.checkouts
	}
	if route == "everything" && bought {
		says = append([]string{newCustomer}, says...)
		costs.posts++
	}
	return says, costs
}

// outcome is what an edit adds to a headline of the stories.
var outcome = regexp.MustCompile(` (→ (converted|recovered|lost|called|resumed|failed|ended)|refunded ).*`)

// expectedFinal is what an incoming webhook says for good.
func (st story) expectedFinal(route string, sent []polartest.Delivery) []string {
	final := slices.Clone(st.final)
	if st.final == nil {
		for _, headline := range st.says {
			final = append(final, outcome.ReplaceAllString(headline, ""))
		}
	}
	if route == "everything" && isNewCustomer(sent) {
		final = append([]string{newCustomer}, final...)
	}
	return final
}

const newCustomer = "New customer · Customer 1"

func isNewCustomer(sent []polartest.Delivery) bool {
	return slices.ContainsFunc(sent, func(d polartest.Delivery) bool { return d.Type == "customer.created" })
}

// TestStories plays each story on two of the routes, with -long on all of them.
func TestStories(t *testing.T) {
	for i, st := range stories {
		var routes []string
		for j, route := range slices.Sorted(maps.Keys(storyRoutes)) {
			if sampled(i+j, 2) {
				routes = append(routes, route)
			}
		}
		inStory(t, st, routes, func(w *world, sent []polartest.Delivery) {
			w.play(sent)
			w.idle(20 * time.Minute)
			st.check(w, routes, sent)
		})
	}
}

// TestStoriesDeliveredTwiceAcrossRestarts: neither a repeated delivery nor a
// restart after each one changes what is said, or what it costs.
func TestStoriesDeliveredTwiceAcrossRestarts(t *testing.T) {
	for i, st := range stories {
		if !sampled(i, 5) {
			continue
		}
		routes := []string{"checkouts"}
		inStory(t, st, routes, func(w *world, sent []polartest.Delivery) {
			for _, d := range sent {
				w.until(d.At)
				w.receive(d)
				w.pass(time.Millisecond)
				w.stop()
				w.start()
				w.receive(d)
			}
			w.idle(20 * time.Minute)
			st.check(w, routes, sent)
		})
	}
}

// TestStoriesInDisorder: reversed in a burst, reversed and slow, and with gaps.
// Whatever is known, the channels are in line with the cards.
func TestStoriesInDisorder(t *testing.T) {
	ways := []struct {
		name   string
		arrive func(r *rand.Rand, sent []polartest.Delivery) []polartest.Delivery
	}{
		{"reversed", func(_ *rand.Rand, sent []polartest.Delivery) []polartest.Delivery { return reversed(sent, 0) }},
		{"reversed slowly", func(_ *rand.Rand, sent []polartest.Delivery) []polartest.Delivery {
			return reversed(sent, 5*time.Second)
		}},
		{"with gaps", func(r *rand.Rand, sent []polartest.Delivery) []polartest.Delivery {
			return slices.DeleteFunc(slices.Clone(sent), func(polartest.Delivery) bool { return r.IntN(4) == 0 })
		}},
	}
	for i, st := range stories {
		for j, way := range ways {
			if !sampled(i+2*j, 5) {
				continue
			}
			inStory(t, story{name: st.name + ", " + way.name, happens: st.happens}, []string{"everything"}, func(w *world, sent []polartest.Delivery) {
				w.play(way.arrive(rand.New(rand.NewPCG(uint64(i), 0)), sent))
				w.idle(20 * time.Minute)
				newOracle(w, nil).check()
			})
		}
	}
}

// reversed lets deliveries come in the opposite order, a while apart, when all
// of it has happened.
func reversed(sent []polartest.Delivery, apart time.Duration) []polartest.Delivery {
	last := sent[len(sent)-1].At
	all := slices.Clone(sent)
	slices.Reverse(all)
	for i := range all {
		all[i].At = last.Add(time.Duration(i) * apart)
	}
	return all
}

// TestJoiningLate: what happened before the bridge, or before a destination, is
// not told; what happens then is, and knows what was before.
func TestJoiningLate(t *testing.T) {
	renewed := []string{"🔁 Renewed · $33.00 · Customer 1 · Pro"}
	refunded := []string{"💸 Refunded · $22.00 of $53.90 · Customer 1 · Book"}
	for _, tt := range []struct {
		name    string
		before  func(s *polartest.Shop) (then func())
		journal bool // has what was before
		says    []string
		costs   cost
	}{
		{
			name:   "a renewal of what began before the bridge",
			before: func(s *polartest.Shop) func() { return s.Subscribe(polartest.Pro).Renew },
			says:   renewed, costs: cost{posts: 1},
		},
		{
			name:   "a renewal of what began before the destination",
			before: func(s *polartest.Shop) func() { return s.Subscribe(polartest.Pro).Renew }, journal: true,
			says: renewed, costs: cost{posts: 1},
		},
		{
			name: "a refund of an order of before the bridge",
			before: func(s *polartest.Shop) func() {
				o := s.Purchase(polartest.Book)
				return func() { o.Refund(2000) }
			},
			says: refunded, costs: cost{posts: 1, edits: 1}, // the order's delivery says who
		},
		{
			name: "a refund of an order of before the destination",
			before: func(s *polartest.Shop) func() {
				o := s.Purchase(polartest.Book)
				return func() { o.Refund(2000) }
			},
			journal: true,
			says:    refunded, costs: cost{posts: 1},
		},
		{
			name: "a recovery of what failed before the bridge",
			before: func(s *polartest.Shop) func() {
				sub := s.Subscribe(polartest.Pro)
				sub.FailRenewal()
				return sub.Recover
			},
			says: renewed, costs: cost{posts: 1},
		},
		{
			name: "a loss of what failed before the bridge",
			before: func(s *polartest.Shop) func() {
				sub := s.Subscribe(polartest.Pro)
				sub.FailRenewal()
				return sub.Lose
			},
			says: []string{"👋 Lost to failed payment · Customer 1 · Pro, $30.00 a month"}, costs: cost{posts: 1},
		},
		{
			name: "an end of what was canceled before the bridge",
			before: func(s *polartest.Shop) func() {
				sub := s.Subscribe(polartest.Pro)
				sub.Cancel()
				return sub.End
			},
			says: []string{"👋 Subscription ended · Customer 1 · Pro, $30.00 a month"}, costs: cost{posts: 1},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				w.options.Retention = 365 * 24 * time.Hour
				w.open()
				s := polartest.New(1, time.Now().Add(time.Minute))
				then := tt.before(s)
				before := len(s.Sent)
				if tt.journal {
					for _, d := range s.Sent {
						w.receive(d)
					}
				}
				time.Sleep(time.Until(s.Now))
				then()
				w.ofEachKind(w.platforms.Transport(), "late", compose.MustRoute("news"))
				w.restart()
				w.play(s.Sent[before:])
				w.idle(time.Minute)
				for _, kind := range []string{"channel", "discord"} {
					channel := channelFor(kind, "late")
					if diff := cmp.Diff(tt.says, w.told(channel)); diff != "" {
						t.Errorf("%s says (-want +got):\n%s", kind, diff)
					}
					if got := w.cost(channel); got != tt.costs {
						t.Errorf("%s costs %+v, want %+v", kind, got, tt.costs)
					}
				}
				if got := w.cost(channelFor("hook", "late")); got != (cost{posts: len(tt.says)}) {
					t.Errorf("incoming webhook costs %+v, want %d posts", got, len(tt.says))
				}
			})
		})
	}
}

// TestDeletedByHand: nothing brings a deleted message back, and what it would
// have said is tried once.
func TestDeletedByHand(t *testing.T) {
	st := story{name: "a sale is deleted, then refunded twice", happens: func(s *polartest.Shop) {
		o := s.Purchase(polartest.Book)
		s.Pass(time.Hour)
		o.Refund(2000)
		s.Pass(time.Hour)
		o.Refund(2000)
	}}
	inStory(t, st, []string{"news"}, func(w *world, sent []polartest.Delivery) {
		isRefund := func(d polartest.Delivery) bool { return d.Type == "refund.created" }
		refunded := slices.IndexFunc(sent, isRefund)
		w.play(sent[:refunded])
		w.idle(time.Minute)
		channels := []string{channelFor("channel", "news"), channelFor("discord", "news")}
		for _, channel := range channels {
			w.platforms.Delete(channel, w.shown(channel)[0].ID)
		}
		w.play(sent[refunded:])
		w.idle(time.Minute)
		want := []string{
			"💸 Refunded · $22.00 of $53.90 · Customer 1 · Book",
			"💸 Refunded · $22.00 more, $44.00 of $53.90 · Customer 1 · Book",
		}
		for _, channel := range channels {
			if diff := cmp.Diff(want, w.told(channel)); diff != "" {
				w.t.Errorf("%s says (-want +got):\n%s", channel, diff)
			}
			if edits := len(w.platforms.Calls(channel + " edit")); edits != 1 {
				w.t.Errorf("%s took %d edits, want the one that finds the sale gone", channel, edits)
			}
		}
	})
}
