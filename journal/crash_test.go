//go:build unix

package journal

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// crash appends until it is killed, and prints each number acknowledged.
func crash(path string) {
	j, err := Open(context.Background(), path)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	var print sync.Mutex
	for worker := range 16 {
		go func() {
			for i := 0; ; i++ {
				e := entry(fmt.Sprintf("%d-%d-%d", os.Getpid(), worker, i), "s", "o")
				e.Body = make([]byte, 6000)
				seq, _, err := j.Append(context.Background(), e)
				if err != nil {
					continue
				}
				print.Lock()
				fmt.Println(seq, e.ID)
				print.Unlock()
			}
		}()
	}
	select {}
}

func TestKilledProcessLosesNothing(t *testing.T) {
	path := filepath.Join(t.TempDir(), "polarbell.db")
	acknowledged := map[string]string{}
	for range 3 {
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), "JOURNAL_TEST_CRASH="+path)
		cmd.Stderr = os.Stderr
		out, err := cmd.StdoutPipe()
		must(t, err)
		must(t, cmd.Start())
		lines := bufio.NewScanner(out)
		for n := 0; lines.Scan(); n++ {
			seq, id, _ := strings.Cut(lines.Text(), " ")
			if id != "" { // the last line may be cut
				acknowledged[seq] = id
			}
			if n == 500 {
				cmd.Process.Kill()
			}
		}
		cmd.Wait()
	}
	j := open(t, path)
	entries, err := j.After(t.Context(), 0, 1<<20)
	must(t, err)
	for i, e := range entries {
		if e.Seq != Seq(i+1) {
			t.Fatalf("entry %d has number %d", i+1, e.Seq)
		}
		if id, ok := acknowledged[fmt.Sprint(e.Seq)]; ok && strings.HasPrefix(e.ID, id) {
			delete(acknowledged, fmt.Sprint(e.Seq))
		}
	}
	if len(entries) < 1500 || len(acknowledged) > 0 {
		t.Errorf("%d entries; acknowledged, but not there: %v", len(entries), acknowledged)
	}
	if got, want := add(t, j, entry("next", "s", "o")), Seq(len(entries)+1); got != want {
		t.Errorf("next number %d, want %d", got, want)
	}
}
