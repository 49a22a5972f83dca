// Bench measures the real binary beside a yardstick, a bare net/http handler
// that checks the signature and stores nothing, in alternating rounds on one
// machine, so that its ratios hold on any. All traffic stays on loopback.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"strings"
	"time"
)

// yardstickVariable makes this program the yardstick; its value is where it
// listens.
const yardstickVariable = "POLARBELL_BENCH_YARDSTICK"

func main() {
	if address := os.Getenv(yardstickVariable); address != "" {
		fmt.Fprintln(os.Stderr, serveYardstick(address))
		os.Exit(1)
	}
	var b bench
	var folder string
	flag.BoolVar(&b.quick, "quick", false, "fewer rounds, 5,000 deliveries instead of 100,000, no million: under two minutes")
	flag.StringVar(&b.only, "only", "", "only the parts whose name contains this: "+strings.Join(partNames(), ", "))
	flag.StringVar(&b.binary, "binary", "", "measure this binary instead of building one")
	flag.StringVar(&folder, "dir", os.TempDir(), "where journals are kept while they are measured")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := b.run(ctx, folder); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// bench is one run.
type bench struct {
	quick  bool
	only   string
	binary string
	dir    string
	table  table
}

// part measures a few figures and puts them into the table.
type part struct {
	name string
	run  func(*bench, context.Context) error
}

var parts = []part{
	{"size", (*bench).size},
	{"format", (*bench).format},
	{"accept", (*bench).accept},
	{"unlimited", (*bench).unlimited},
	{"postgres", (*bench).postgres},
	{"open", (*bench).open},
	{"idle", (*bench).idle},
	{"memory", (*bench).memory},
	{"million", (*bench).million},
}

func partNames() []string {
	var names []string
	for _, p := range parts {
		names = append(names, p.name)
	}
	return names
}

func (b *bench) run(ctx context.Context, folder string) (err error) {
	if b.dir, err = os.MkdirTemp(folder, "polarbell-bench-"); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(b.dir)) }()
	// Postgres gives up root and must still reach its own folder.
	if err := os.Chmod(b.dir, 0o755); err != nil {
		return err
	}
	if b.binary == "" {
		if err := b.build(ctx); err != nil {
			return err
		}
	}
	err = b.measure(ctx)
	fmt.Printf("%s, %s/%s, %s, %d CPUs, %s\n\n", time.Now().UTC().Format(time.DateOnly),
		runtime.GOOS, runtime.GOARCH, runtime.Version(), runtime.NumCPU(), processor())
	return errors.Join(err, b.table.print(os.Stdout))
}

// measure runs the parts asked for, up to the first that fails.
func (b *bench) measure(ctx context.Context) error {
	start := time.Now()
	for _, p := range parts {
		if !strings.Contains(p.name, b.only) {
			continue
		}
		fmt.Fprintf(os.Stderr, "%4.0f s  %s\n", time.Since(start).Seconds(), p.name)
		if err := p.run(b, ctx); err != nil {
			return fmt.Errorf("%s: %w", p.name, err)
		}
	}
	return nil
}

// build makes the binary as it is released.
func (b *bench) build(ctx context.Context) error {
	b.binary = filepath.Join(b.dir, "polarbell")
	build := exec.CommandContext(ctx, "go", "build", "-trimpath", "-ldflags", "-s -w", "-o", b.binary, "polarbell")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	build.Stderr = os.Stderr
	return build.Run()
}

// processor is what Linux says of the first one.
func processor() string {
	info, _ := os.ReadFile("/proc/cpuinfo")
	_, model, _ := strings.Cut(string(info), "model name\t: ")
	model, _, _ = strings.Cut(model, "\n")
	return model
}

// rounds are how many times the bridge and the yardstick take turns.
func (b *bench) rounds() int {
	if b.quick {
		return 3
	}
	return 7
}
