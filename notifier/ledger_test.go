package notifier_test

import (
	"database/sql"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"polarbell/compose"
	"polarbell/internal/polartest"
	"polarbell/journal"
	"polarbell/ledger"
	"polarbell/notifier"
)

// contexts are the parts of the context rows that a channel has from the ledger,
// message by message.
func (w *world) contexts(channel string) []string {
	w.t.Helper()
	part := regexp.MustCompile(`New customer|first order|customer since \w+ \d+|\d+(st|nd|rd|th) \w+( today| on \d+ \w+|, [^"·]* so far)?( · [^<"a-z]*\d\.\d\d)*|[$€][\d.,]+ since \d+ \w+`)
	var all []string
	for _, m := range w.shown(channel) {
		all = append(all, strings.Join(part.FindAllString(string(m.Body), -1), " | "))
	}
	return all
}

// purchase delivers what a customer's purchase sends, now.
func (w *world) purchase(s *polartest.Shop, p polartest.Product) {
	w.t.Helper()
	s.Now = time.Now()
	sent := len(s.Sent)
	s.Purchase(p)
	for _, d := range s.Sent[sent:] {
		w.deliver(d.Body)
	}
}

// salesOnly routes what is bought to each destination.
func (w *world) salesOnly() {
	for i := range w.to {
		w.to[i].Routes = compose.MustRoute("sale|subscriber")
	}
}

// later lets days pass without the bridge, whose look at the journal each second
// takes its time.
func (w *world) later(d time.Duration) {
	w.t.Helper()
	w.end()
	time.Sleep(d)
	w.start()
}

// TestDayAndCustomer: what a message says of them is fixed by its order's place.
func TestDayAndCustomer(t *testing.T) {
	inWorld(t, func(w *world) {
		w.slack(sales)
		w.slack(ops)
		w.to[1].Public = true
		w.discord()
		w.to[2].Anonymous = true
		w.options.Zone = time.FixedZone("Oslo", 3600)
		w.salesOnly()
		w.start()
		ann, bob := polartest.New(1, time.Now()), polartest.New(2, time.Now())
		w.purchase(ann, polartest.Book)
		w.pass(10 * time.Second)
		w.later(25 * time.Hour)
		w.purchase(ann, polartest.Book)
		w.pass(10 * time.Second)
		w.purchase(bob, polartest.Book)
		w.pass(10 * time.Second)
		want := []string{
			"New customer", // of that day not all is known
			"$107.80 since 1 Jan | 1st sale today",
			"customer since January 2000 | 2nd sale today · $107.80",
		}
		if got := w.contexts(sales); !slices.Equal(got, want) {
			t.Errorf("got  %q\nwant %q", got, want)
		}
		for _, channel := range []string{ops, disc} {
			if got := strings.Join(w.contexts(channel), ""); got != "" {
				t.Errorf("%s says %q of customers and days, want nothing", channel, got)
			}
		}
		w.restart()
		for _, d := range slices.Concat(ann.Sent, bob.Sent) { // all of it once more
			w.deliver(d.Body)
		}
		w.pass(10 * time.Second)
		if got := w.cost(sales); got != (cost{posts: 3}) {
			t.Errorf("after all came again: %+v, want three posts and no edit", got)
		}
		w.replay(notifier.Selection{Destinations: w.to[:1], Since: time.Now().Add(-20 * time.Hour)})
		again := "1st sale today | 2nd sale today · $107.80" // in one message, which does not say who they are
		if got := w.contexts(sales); !slices.Equal(got, append(want, again)) {
			t.Errorf("shown again: got %q, want %q last", got, again)
		}
	})
}

// TestShopOfThreeYears: in front of one, nothing that a bridge says in its first
// month is untrue.
func TestShopOfThreeYears(t *testing.T) {
	inWorld(t, func(w *world) {
		w.slack(sales)
		w.salesOnly()
		time.Sleep(10 * time.Hour) // a bubble's time begins at midnight
		w.start()
		began := time.Now()
		var old []*polartest.Shop
		for n := range 6 {
			s := polartest.New(n+1, began.AddDate(-3, 0, n))
			s.Purchase(polartest.Book)
			s.Subscribe(polartest.Pro)
			old = append(old, s)
		}
		moved := polartest.New(50, began)
		moved.Migrate(polartest.Pro)
		for _, d := range moved.Sent {
			w.deliver(d.Body)
		}
		w.purchase(moved, polartest.Book) // a customer made by Polar's migration a minute ago
		w.pass(10 * time.Second)          // else it may share its message with the next
		for i := range 8 {
			w.purchase(old[i%len(old)], polartest.Book)
			w.pass(10 * time.Second)
			w.later(4 * 24 * time.Hour)
		}
		for i, said := range w.contexts(sales) {
			if strings.Contains(said, "order") || strings.Contains(said, "New customer") || i < 2 && strings.Contains(said, "today") {
				t.Errorf("message %d says %q", i, said)
			}
		}
		if all := strings.Join(w.contexts(sales), ""); !strings.Contains(all, "customer since") || !strings.Contains(all, " since 1 Jan") {
			t.Errorf("it says %q, want since when there are customers, and what is known of them", all)
		}
	})
}

// TestImportedPast: once it is there, customers' orders are counted.
func TestImportedPast(t *testing.T) {
	inWorld(t, func(w *world) {
		w.slack(sales)
		w.salesOnly()
		w.start()
		s := polartest.New(1, time.Now().AddDate(-2, 0, 0))
		w.purchase(s, polartest.Book)
		w.pass(10 * time.Second)
		orders := ledger.New(w.journal, ledger.Options{})
		if err := orders.Imported(w.t.Context(), ""); err != nil {
			t.Fatal(err)
		}
		w.pass(10 * time.Second)
		w.purchase(s, polartest.Book)
		w.pass(10 * time.Second)
		want := []string{"customer since January 1998", "2nd order, $107.80 so far | 2nd sale today · $107.80"}
		if got := w.contexts(sales); !slices.Equal(got, want) {
			t.Errorf("got  %q\nwant %q", got, want)
		}
		if got := w.cost(sales); got.edits > 0 {
			t.Errorf("%d edits, want none: the import tells nothing", got.edits)
		}
	})
}

// TestSaidAgain: an edit, a replay and the page of a delivery say of customer and
// day what the message said.
func TestSaidAgain(t *testing.T) {
	inWorld(t, func(w *world) {
		w.slack(sales)
		w.salesOnly()
		w.start()
		ann, bob := polartest.New(1, time.Now()), polartest.New(2, time.Now())
		w.purchase(ann, polartest.Book)
		w.later(25 * time.Hour)
		w.purchase(bob, polartest.Book)
		w.pass(10 * time.Second)
		w.purchase(ann, polartest.Book)
		w.pass(10 * time.Second)
		paid, err := w.journal.Find(w.t.Context(), journal.Filter{Text: "order.paid"}, 1)
		if err != nil || len(paid) != 1 {
			w.t.Fatal(paid, err)
		}
		said := "$107.80 since 1 Jan | 2nd sale today · $107.80"
		again := func(when string, got ...string) {
			w.t.Helper()
			if !slices.Equal(got, []string{said}) {
				w.t.Errorf("%s: got %q, want %q", when, got, said)
			}
		}
		shows := func() string { all := w.contexts(sales); return all[len(all)-1] }
		again("the message", shows())
		w.purchase(ann, polartest.Book) // what comes after it changes nothing
		w.pass(10 * time.Second)
		w.replay(notifier.Selection{Destinations: w.to, Seqs: []journal.Seq{paid[0].Seq}})
		again("shown again", shows())
		viewer := notifier.NewViewer(w.journal, w.options)
		cards, err := viewer.Cards(w.t.Context(), paid[0], false)
		if err != nil || len(cards) != 1 {
			w.t.Fatalf("%d cards, %v", len(cards), err)
		}
		again("the page", cards[0].Customer+" | "+cards[0].Today)
	})
}

// booked is how many orders the ledger has.
func (w *world) booked(orders *ledger.Ledger) (n int64) {
	w.t.Helper()
	sums, err := orders.Sums(w.t.Context(), ledger.Period{From: time.Unix(0, 0), To: time.Now().AddDate(100, 0, 0)}, "")
	if err != nil {
		w.t.Fatal(err)
	}
	for _, s := range sums {
		n += int64(s.Orders)
	}
	return n
}

// TestBookingWaitsForAPause: what no message needs is booked once nothing more
// comes, or after a minute.
func TestBookingWaitsForAPause(t *testing.T) {
	inWorld(t, func(w *world) {
		w.slack(sales)
		w.to[0].Public = true
		w.start()
		orders := ledger.New(w.journal, ledger.Options{})
		sent := 0
		deliver := func(n int) {
			for range n {
				w.deliver(sale(sent))
				sent++
				w.pass(500 * time.Millisecond)
			}
		}
		w.pass(10 * time.Second)
		deliver(60)
		if got := w.booked(orders); got != 0 {
			t.Errorf("amid a burst %d orders are booked, want none", got)
		}
		w.pass(3 * time.Second)
		if got := w.booked(orders); got != 60 {
			t.Errorf("after a pause %d orders are booked, want 60", got)
		}
		deliver(130)
		if got := w.booked(orders); got < 160 {
			t.Errorf("after a minute without a pause %d orders are booked, want 60 and those of the minute", got)
		}
	})
}

// TestBookingIsTriedAgain although nothing more comes.
func TestBookingIsTriedAgain(t *testing.T) {
	inWorld(t, func(w *world) {
		w.slack(sales)
		w.to[0].Public = true
		w.start()
		orders := ledger.New(w.journal, ledger.Options{})
		mend := w.breakLedger()
		w.deliver(sale(1))
		w.pass(10 * time.Second)
		if got := w.booked(orders); got != 0 {
			t.Fatalf("%d orders are booked, want an error", got)
		}
		mend()
		w.pass(90 * time.Second)
		if got := w.booked(orders); got != 1 {
			t.Errorf("%d orders are booked, want the one", got)
		}
	})
}

// breakLedger has every booking fail until mend is called.
func (w *world) breakLedger() (mend func()) {
	w.t.Helper()
	db, err := sql.Open("sqlite3", "file:"+w.path)
	if err != nil {
		w.t.Fatal(err)
	}
	exec := func(query string) {
		if _, err := db.ExecContext(w.t.Context(), query); err != nil {
			w.t.Fatal(err)
		}
	}
	exec("CREATE TRIGGER broken BEFORE INSERT ON orders BEGIN SELECT RAISE(FAIL, 'broken'); END")
	return func() {
		exec("DROP TRIGGER broken")
		db.Close()
	}
}
