package journal

import (
	"context"
	"regexp"
	"strings"
	"testing"
	"time"
)

// TestPlansUseIndexes runs through the journal, and then has SQLite explain
// every statement prepared meanwhile: none may read a whole table that grows
// with the deliveries. Counting what waits reads what waits.
func TestPlansUseIndexes(t *testing.T) {
	j := openFile(t)
	ctx := t.Context()
	must(t, j.Register(ctx, "sales"))
	add(t, j, entry("1", "s", "order"))
	settle(t, j, Settlement{
		Destination: "sales", Cursor: 1, Delivered: day, Announce: []Entry{entry("2", "s", "o"), entry("3", "s", "o")},
		Posted: []Message{message("m", 0, "s", 1)}, Changed: []Message{{ID: 1, Ref: "m"}}, Removed: []int64{2}, Replayed: []int64{1},
		DeadLetters: []DeadLetter{{Subject: "s", Seq: 1}},
	})
	for name, err := range map[string]error{
		"After":           second(j.After(ctx, 1, 10)),
		"Contents":        second(j.Contents(ctx, []Seq{1})),
		"History":         second(j.History(ctx, 2, "s")),
		"Find":            second(j.Find(ctx, Filter{Text: "a"}, 10)),
		"of organization": second(j.Find(ctx, Filter{Organization: "nimbus"}, 10)),
		"Refused":         second(j.Refused(ctx, []string{"sales"})),
		"ReceivedFrom":    second(j.ReceivedFrom(ctx, day)),
		"Count":           second(j.Count(ctx, 1, 2, "own")),
		"Since":           second(j.Since(ctx, day, 2)),
		"waiting":         second(j.CountAfter(ctx, 1, "")),
		"CountAfter":      second(j.CountAfter(ctx, 1, "o")),
		"Messages":        second(j.Messages(ctx, "sales", []string{"s"})),
		"Message":         second(j.Message(ctx, "sales", "m")),
		"Records":         second(j.Records(ctx, []string{"s"})),
		"RequestReplays":  j.RequestReplays(ctx, []Replay{{Destination: "sales", Subject: "s"}}, true),
		"PendingReplays":  second(j.PendingReplays(ctx, "sales", 10)),
		"CountReplays":    second(j.CountReplays(ctx, "sales")),
		"CountDeadLetter": second(j.CountDeadLetters(ctx, "sales")),
		"Prune":           second(j.Prune(ctx, day.Add(time.Hour), []string{"sales"}, 10, nil)),
	} {
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
	}
	_, _, _, err := j.NextDue(ctx, "sales")
	must(t, err)
	var queries []string
	for _, s := range []*statements{j.reads, j.writer.session.statements} {
		for query := range s.prepared.Range {
			queries = append(queries, query.(string))
		}
	}
	if len(queries) < 40 {
		t.Errorf("only %d statements were seen", len(queries))
	}
	for _, query := range queries {
		explain(t, j, query)
	}
}

func second[T any](_ T, err error) error { return err }

var (
	param      = regexp.MustCompile(`[$?]\d?`)
	wholeTable = regexp.MustCompile(`^SCAN (\w|entries|messages|replays|dead_letters|refused)$`)
	byNumber   = regexp.MustCompile(`^SEARCH entries USING INTEGER PRIMARY KEY \(rowid[<>]`)
	sorting    = regexp.MustCompile(`USE TEMP B-TREE FOR ORDER BY`)
	byOwner    = regexp.MustCompile(`organization = `)
	compared   = regexp.MustCompile(`polarbell\.entries\s(?s:.*[\s(])([en]\.)?(object|subject) (=|IN) `)
	byName     = regexp.MustCompile(`SUBSTR\((\w\.)?(id|object|subject), [^)]+\) - 11\) (=|IN) `)
)

// explain checks that each name that the query looks for in the entries is
// found by its index: neither by reading all nor by reading up to a number.
func explain(t *testing.T, j *Journal, query string) {
	t.Helper()
	if strings.HasPrefix(query, "BEGIN") || query == "COMMIT" {
		return
	}
	rows, err := j.db.Query("EXPLAIN QUERY PLAN "+j.d.sql(query), make([]any, parameters(query))...)
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	defer rows.Close()
	names := map[string]int{} // by column, how often it is looked for
	for _, m := range byName.FindAllStringSubmatch(query, -1) {
		names[m[2]]++
	}
	if compared.MatchString(query) && len(names) == 0 {
		t.Errorf("%s\ncompares a name without its end, which the index holds", query)
	}
	for rows.Next() {
		var id, parent, unused int
		var detail string
		must(t, rows.Scan(&id, &parent, &unused, &detail))
		if wholeTable.MatchString(detail) || sorting.MatchString(detail) || len(names) > 0 && byNumber.MatchString(detail) {
			t.Errorf("%s\nplan: %s", query, detail)
		}
		for name := range names {
			if strings.Contains(detail, "INDEX entries_"+name) {
				names[name]--
			}
		}
		if byOwner.MatchString(query) && !strings.Contains(detail, "USING INDEX entries_organization") {
			t.Errorf("%s\nlooks for the organization without its index: %s", query, detail)
		}
	}
	for name, n := range names {
		if n > 0 {
			t.Errorf("%s\nlooks for the %s without its index", query, name)
		}
	}
}

// parameters counts $1, however often it is named, and each bare ?.
func parameters(query string) int {
	named, bare := map[string]bool{}, 0
	for _, p := range param.FindAllString(query, -1) {
		if p == "?" {
			bare++
		} else {
			named[p] = true
		}
	}
	return len(named) + bare
}

// TestCommitsAreSynced: with these, SQLite syncs its log before COMMIT returns.
func TestCommitsAreSynced(t *testing.T) {
	j := openFile(t)
	must(t, j.Writable(t.Context()))
	must(t, j.Book(t.Context(), Booking{Cursor: 1, Change: func(map[string]*Account) {}}))
	for pragma, want := range map[string]string{
		"synchronous": "2", "journal_mode": "wal", "wal_autocheckpoint": "0",
	} {
		got := ""
		must(t, j.write(t.Context(), false, func(ctx context.Context, s *session) error {
			value, _, err := first(collect(ctx, s.statements, scalar[string], `PRAGMA `+pragma))
			got = value
			return err
		}))
		if got != want {
			t.Errorf("%s is %s, want %s", pragma, got, want)
		}
	}
}
