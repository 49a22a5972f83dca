package main_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// floors is the house: what each package may import of ours. Data flows one
// way, webhook → journal → notifier → platform, and so do imports.
var floors = map[string][]string{
	"polar":       {},
	"journal":     {},
	"formatter":   {},
	"certificate": {},
	"standin":     {},
	"config":      {"polar", "formatter", "compose"},
	"compose":     {"polar", "formatter"},
	"lookalike":   {"formatter"},
	"webhook":     {"polar", "journal"},
	"ledger":      {"polar", "journal"},
	"notifier":    {"polar", "journal", "formatter", "compose", "ledger"},
	"reporter":    {"polar", "journal", "formatter", "webhook", "compose", "ledger"},
	"fetcher":     {"polar", "journal", "webhook", "ledger"},
	"admin":       {"polar", "journal", "formatter", "compose", "lookalike", "ledger", "notifier", "reporter"},
	"cli": {
		"polar", "journal", "formatter", "certificate", "standin", "config", "compose", "lookalike", "webhook", "ledger", "notifier", "reporter",
		"fetcher",
		"admin",
	},
	".": {"cli"},

	// For tests and bench: no room may import these.
	"internal/journaltest": {"journal"},
	"internal/pgtest":      {},
	"internal/polartest":   {},
}

func TestImportsRunOneWay(t *testing.T) {
	seen := map[string]bool{}
	for file, imports := range sources(t) {
		room := path.Dir(file)
		seen[room] = true
		allowed, known := floors[room]
		if !known {
			t.Errorf("%s: no floor is laid for %q", file, room)
		}
		for _, imported := range imports {
			if ours, found := strings.CutPrefix(imported, "polarbell/"); found && !slices.Contains(allowed, ours) {
				t.Errorf("%s imports %s; %s may import only %v of ours", file, ours, room, allowed)
			}
		}
	}
	for room := range maps.Keys(floors) {
		if !seen[room] {
			t.Errorf("a floor is laid for %q, which does not exist", room)
		}
	}
}

// sources lists the imports of every Go file that users compile.
func sources(t *testing.T) map[string][]string {
	t.Helper()
	found := map[string][]string{}
	err := filepath.WalkDir(".", func(file string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := d.Name()
		if d.IsDir() && (name == "testdata" || name == "bench" || (name != "." && strings.HasPrefix(name, "."))) {
			return fs.SkipDir
		}
		if d.IsDir() || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return nil
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		for _, spec := range parsed.Imports {
			imported, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return err
			}
			found[filepath.ToSlash(file)] = append(found[filepath.ToSlash(file)], imported)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}
