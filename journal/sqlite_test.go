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
	must(t, j.Join(ctx, "sales"))
	refund := entry("2", "s", "refund")
	refund.Follows = "order"
	add(t, j, entry("1", "s", "order"))
	add(t, j, refund)
	settle(t, j, Settlement{
		Destination: "sales", Cursor: 1, Posted: []Slot{slot("m", 0, "s", 1)}, Told: map[string]Seq{"s": 2},
		Edited: "m", Shown: 2, Gone: "n", Again: []Replay{{Subject: "s"}}, Done: []Replay{{Subject: "s"}},
		Refused: []Refusal{{Subject: "s", Seq: 1}}, Delivered: day,
	})
	for name, err := range map[string]error{
		"After":   second(j.After(ctx, 1, 10)),
		"Story":   second(j.Story(ctx, "s", 2)),
		"Message": second(j.Message(ctx, "sales", "m")),
		"Replay":  second(j.Replay(ctx, Selection{Seqs: []Seq{1}})),
		"Since":   second(j.Replay(ctx, Selection{Since: day})),
		"Again":   second(j.Again(ctx, "sales", 10)),
		"Replays": second(j.Replays(ctx, "sales")),
		"Prune":   second(j.Prune(ctx, day.Add(time.Hour), []string{"sales"}, 10)),
		"Latest":  second(j.Latest(ctx, 0, "", 10)),
		"Waiting": second(j.Beyond(ctx, 1, "")),
		"Beyond":  second(j.Beyond(ctx, 1, "o")),
	} {
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
	}
	_, _, cardErr := j.Card(ctx, "sales", "s")
	_, _, owedErr := j.Owed(ctx, "sales", day)
	must(t, cardErr)
	must(t, owedErr)
	queries := []string{}
	for query := range j.stmts {
		queries = append(queries, query)
	}
	for query := range j.writer.session.stmts {
		queries = append(queries, query)
	}
	if len(queries) < 25 {
		t.Errorf("only %d statements were seen", len(queries))
	}
	for _, query := range queries {
		explain(t, j, query)
	}
}

func second[T any](_ T, err error) error { return err }

var (
	param    = regexp.MustCompile(`[$?]\d?`)
	wholeOne = regexp.MustCompile(`^SCAN (e|entries|c|cards|a|again|refused)$`)
	sorting  = regexp.MustCompile(`USE TEMP B-TREE FOR ORDER BY`)
	byKey    = regexp.MustCompile(`polarbell\.entries (?s:.*)(\s|e\.)(object|subject) = `)
)

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
	indexed := !byKey.MatchString(query)
	for rows.Next() {
		var id, parent, unused int
		var detail string
		must(t, rows.Scan(&id, &parent, &unused, &detail))
		if wholeOne.MatchString(detail) || sorting.MatchString(detail) {
			t.Errorf("%s\nplan: %s", query, detail)
		}
		indexed = indexed || strings.Contains(detail, "USING INDEX entries_")
	}
	if !indexed {
		t.Errorf("%s\nfinds a key without its index", query)
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
	for pragma, want := range map[string]string{
		"synchronous": "2", "journal_mode": "wal", "wal_autocheckpoint": "0",
	} {
		got := ""
		must(t, j.write(t.Context(), false, func(ctx context.Context, s *session) error {
			return s.each(ctx, `PRAGMA `+pragma, nil, &got)
		}))
		if got != want {
			t.Errorf("%s is %s, want %s", pragma, got, want)
		}
	}
}
