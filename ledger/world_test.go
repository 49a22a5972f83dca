package ledger_test

import (
	"context"
	"fmt"
	"os"
	"sync"
	"testing"
	"time"

	"polarbell/internal/journaltest"
	"polarbell/internal/pgtest"
	"polarbell/internal/polartest"
	"polarbell/journal"
	"polarbell/ledger"
	"polarbell/polar"
)

var (
	server   *pgtest.Server
	noServer error
)

func TestMain(m *testing.M) {
	server, noServer = pgtest.Start("/tmp", "fsync=off", "full_page_writes=off") // a socket's path must be short
	code := m.Run()
	if server != nil {
		server.Remove()
	}
	os.Exit(code)
}

// world is a ledger on a journal.
type world struct {
	t       testing.TB
	url     string
	journal *journal.Journal
	ledger  *ledger.Ledger
	n       int // deliveries
}

// inFile runs a test on SQLite alone.
func inFile(t *testing.T, f func(w *world)) { f(open(t, journaltest.New(t))) }

// each runs a test once per database.
func each(t *testing.T, f func(w *world)) {
	t.Run("sqlite", func(t *testing.T) { inFile(t, f) })
	t.Run("postgres", func(t *testing.T) {
		pgtest.Skip(t, noServer)
		f(open(t, emptied(t)))
	})
}

// emptied is the database that all tests share: making one, and its tables, takes
// longer than most of them.
func emptied(t *testing.T) (url string) {
	t.Helper()
	if err := keepEmpty(); err != nil {
		t.Fatal(err)
	}
	err := server.Exec(server.URL, forEachTable(`DELETE FROM polarbell.%1$I;
		INSERT INTO polarbell.%1$I OVERRIDING SYSTEM VALUE TABLE empty.%1$I`))
	if err != nil {
		t.Fatal(err)
	}
	return server.URL
}

// keepEmpty keeps what the tables of a new journal have.
var keepEmpty = sync.OnceValue(func() error {
	j, err := journal.Open(context.Background(), server.URL)
	if err != nil {
		return err
	}
	if err := j.Close(); err != nil {
		return err
	}
	return server.Exec(server.URL, `CREATE SCHEMA empty;`+forEachTable(`CREATE TABLE empty.%1$I AS TABLE polarbell.%1$I`))
})

func forEachTable(do string) string {
	return `DO $$ DECLARE one text; BEGIN
		FOR one IN SELECT tablename FROM pg_tables WHERE schemaname = 'polarbell' LOOP EXECUTE format('` + do + `', one); END LOOP;
	END $$`
}

func open(t testing.TB, url string) *world {
	t.Helper()
	j, err := journal.Open(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { j.Close() })
	return &world{t: t, url: url, journal: j, ledger: ledger.New(j, ledger.Options{})}
}

// hold has this process deliver, until the test ends.
func (w *world) hold() {
	w.t.Helper()
	lease, err := w.journal.AcquireLease(w.t.Context(), func() {})
	w.must(err)
	w.t.Cleanup(lease.Release)
}

// deliver stores what a shop sent, as the webhook does.
func (w *world) deliver(sent ...polartest.Delivery) {
	w.t.Helper()
	for _, d := range sent {
		w.deliverOf("", d.At, d.Body)
	}
}

func (w *world) deliverOf(organization string, received time.Time, body []byte) {
	w.t.Helper()
	d, err := polar.Parse(body)
	if err != nil {
		w.t.Fatal(err)
	}
	w.n++
	_, _, err = w.journal.Append(w.t.Context(), journal.Entry{
		ID: fmt.Sprint("delivery-", w.n), Type: d.Type, Subject: d.Subject, Object: d.Object, State: d.State.Encode(), At: d.At,
		Received: received, Body: body, Organization: organization,
	})
	if err != nil {
		w.t.Fatal(err)
	}
}

// follow brings the ledger up to all that was delivered.
func (w *world) follow() {
	w.t.Helper()
	head, err := w.journal.Head(w.t.Context())
	if err == nil {
		err = w.ledger.Follow(w.t.Context(), head)
	}
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) sums(p ledger.Period, by string) string {
	w.t.Helper()
	sums, err := w.ledger.Sums(w.t.Context(), p, by)
	if err != nil {
		w.t.Fatal(err)
	}
	return fmt.Sprint(sums)
}

func (w *world) refunds(p ledger.Period) string {
	w.t.Helper()
	sums, err := w.ledger.Refunds(w.t.Context(), p)
	if err != nil {
		w.t.Fatal(err)
	}
	return fmt.Sprint(sums)
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}
