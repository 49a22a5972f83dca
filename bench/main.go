// Bench measures the real binary beside a yardstick, a bare net/http handler
// that checks the signature and stores nothing, by turns on one machine, so
// that its ratios hold on any. All traffic stays on loopback.
package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"
)

func main() {
	only := flag.String("only", "", "only the parts whose name contains this: kill, idle, memory, accept, postgres, format")
	flag.Parse()
	switch flag.Arg(0) {
	case "yardstick":
		fmt.Fprintln(os.Stderr, http.ListenAndServe(yardstickAddress, http.HandlerFunc(yardstick)))
		os.Exit(1)
	case "route":
		fmt.Fprintln(os.Stderr, route())
		os.Exit(1)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, *only); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// bench is one run.
type bench struct {
	dir    string // removed at the end
	binary string
}

// parts measure a few figures each.
var parts = []struct {
	name string
	run  func(bench, context.Context) error
}{
	{"kill", bench.kill}, // what people feel goes first
	{"idle", bench.idle},
	{"memory", bench.memory},
	{"accept", bench.accept},
	{"postgres", bench.postgres},
	{"format", bench.format},
}

func run(ctx context.Context, only string) (err error) {
	dir, err := os.MkdirTemp("", "polarbell-bench-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	b := bench{dir: dir, binary: filepath.Join(dir, "polarbell")}
	if err := b.build(ctx); err != nil {
		return err
	}
	fmt.Printf("%s, %s/%s, %s, %d CPUs\n\n", time.Now().UTC().Format(time.DateOnly),
		runtime.GOOS, runtime.GOARCH, runtime.Version(), runtime.NumCPU())
	row("figure", "target", "measured")
	row("---", "---", "---")
	for _, p := range parts {
		if !strings.Contains(p.name, only) {
			continue
		}
		if err := p.run(b, ctx); err != nil {
			return fmt.Errorf("%s: %w", p.name, err)
		}
	}
	return nil
}

// build makes the binary as it is released.
func (b bench) build(ctx context.Context) error {
	build := exec.CommandContext(ctx, "go", "build", "-trimpath", "-ldflags", "-s -w", "-o", b.binary, "polarbell")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	build.Stderr = os.Stderr
	return build.Run()
}

// row prints a figure as a row of a Markdown table.
func row(figure, target, format string, args ...any) {
	fmt.Printf("| %-52s | %-58s | %-26s |\n", figure, fmt.Sprintf(format, args...), target)
}

// quantile is the value that so many percent of all do not exceed; at 50 it is
// the median.
func quantile[T cmp.Ordered](values []T, percent int) T {
	sorted := slices.Sorted(slices.Values(values))
	return sorted[min(len(sorted)*percent/100, len(sorted)-1)]
}
