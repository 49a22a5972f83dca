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
	"syscall"
	"testing"
	"time"
)

// crash prunes what is old, and appends until it is killed; it prints each
// number acknowledged.
func crash(path string) {
	ctx := context.Background()
	j, err := Open(ctx, path)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	var print sync.Mutex
	for worker := range 16 {
		go func() {
			for i := 0; ; i++ {
				e := entry(fmt.Sprintf("%d-%d-%d", os.Getpid(), worker, i), "s", "o")
				e.Body = body
				seq, _, err := j.Append(ctx, e)
				if err != nil {
					continue
				}
				print.Lock()
				fmt.Println(seq, e.ID)
				print.Unlock()
			}
		}()
	}
	for {
		j.Prune(ctx, day, nil, 5, nil)
	}
}

// killed starts a process that crashes, and returns what was acknowledged
// until it was killed, after so many appends.
func killed(t *testing.T, path string, appends int) map[string]string {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "JOURNAL_TEST_CRASH="+path)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	must(t, err)
	must(t, cmd.Start())
	acknowledged := map[string]string{}
	for lines := bufio.NewScanner(out); lines.Scan(); {
		seq, id, _ := strings.Cut(lines.Text(), " ")
		if id != "" { // the last line may be cut
			acknowledged[seq] = id
		}
		if len(acknowledged) == appends {
			cmd.Process.Kill()
		}
	}
	cmd.Wait()
	return acknowledged
}

func TestKilledProcessLosesNothing(t *testing.T) {
	t.Parallel()
	const old = 3000
	path := filepath.Join(t.TempDir(), "polarbell.db")
	j := open(t, path)
	var entries []*Entry
	for i := range old {
		e := entry(fmt.Sprint("old-", i), "s", "o")
		e.Seq, e.Received = Seq(i+1), day.Add(-time.Hour)
		entries = append(entries, &e)
	}
	must(t, j.write(t.Context(), false, func(ctx context.Context, s *session) error {
		if err := s.d.insert(ctx, s, entries); err != nil {
			return err
		}
		return s.exec(ctx, `UPDATE polarbell.head SET last = $1`, old)
	}))
	must(t, j.Close())
	for range 3 {
		check(t, path, killed(t, path, 400))
	}
}

// check opens the journal after a crash: it holds what was acknowledged, and
// its numbers run without a gap to the head.
func check(t *testing.T, path string, acknowledged map[string]string) {
	t.Helper()
	j := open(t, path)
	defer j.Close()
	entries, err := j.After(t.Context(), 0, 1<<20)
	must(t, err)
	for i, e := range entries {
		if want := entries[0].Seq + Seq(i); e.Seq != want {
			t.Fatalf("number %d follows %d", e.Seq, want-1)
		}
		if id := acknowledged[fmt.Sprint(e.Seq)]; id != "" && strings.HasPrefix(e.ID, id) {
			delete(acknowledged, fmt.Sprint(e.Seq))
		}
	}
	if len(acknowledged) > 0 {
		t.Errorf("acknowledged, but not there: %v", acknowledged)
	}
	if head, err := j.Head(t.Context()); err != nil || head != entries[len(entries)-1].Seq {
		t.Errorf("head %d, %v; want that of the last entry", head, err)
	}
	var verdict string
	must(t, j.db.QueryRow(`PRAGMA integrity_check`).Scan(&verdict))
	if verdict != "ok" {
		t.Errorf("the file is damaged: %s", verdict)
	}
}

func TestKilledWhileMigrating(t *testing.T) {
	t.Parallel()
	for delay := range 12 {
		path := filepath.Join(t.TempDir(), "polarbell.db")
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), "JOURNAL_TEST_CRASH="+path)
		must(t, cmd.Start())
		for range 200 { // until the file is made
			if _, err := os.Stat(path); err == nil {
				break
			}
			time.Sleep(time.Millisecond)
		}
		time.Sleep(time.Duration(delay) * time.Millisecond / 2)
		cmd.Process.Kill()
		cmd.Wait()
		j := open(t, path)
		if _, fresh, err := j.Append(t.Context(), entry("after", "s", "o")); !fresh || err != nil {
			t.Errorf("killed after %d half milliseconds: %v, %v", delay, fresh, err)
		}
		must(t, j.Close())
	}
}

// acknowledge appends one by one and tells of each.
func acknowledge(path string) {
	ctx := context.Background()
	j, err := Open(ctx, path)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	for i := range 20 {
		if err := j.Book(ctx, Booking{Cursor: Seq(i), Change: func(map[string]*Account) {}}); err != nil { // which is not synced
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		fmt.Println("booked")
		if _, _, err := j.Append(ctx, entry(fmt.Sprint(i), "s", "o")); err == nil {
			fmt.Println("acknowledged")
		}
	}
	os.Exit(0)
}

// TestSyncComesBeforeTheAnswer watches the system calls: before each answer there
// is a sync that ended well, and what the ledger books beforehand has none.
func TestSyncComesBeforeTheAnswer(t *testing.T) {
	log := filepath.Join(t.TempDir(), "calls")
	cmd := exec.Command("strace", "-f", "-e", "trace=fsync,fdatasync,write", "-o", log, os.Args[0])
	cmd.Env = append(os.Environ(), "JOURNAL_TEST_SYNC="+filepath.Join(t.TempDir(), "polarbell.db"))
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Skipf("no strace here: %v %.200s", err, out)
	}
	calls, err := os.ReadFile(log)
	must(t, err)
	answers, synced := 0, false
	for line := range strings.Lines(string(calls)) {
		switch {
		case strings.Contains(line, "sync") && strings.HasSuffix(line, "= 0\n"):
			synced = true
		case strings.Contains(line, `"booked`):
			if synced && answers > 0 { // the log's first page is synced
				t.Errorf("a booking after answer %d was synced", answers)
			}
		case strings.Contains(line, `"acknowledged`):
			answers++
			if !synced {
				t.Errorf("answer %d came without a sync", answers)
			}
			synced = false
		}
	}
	if answers != 20 {
		t.Errorf("saw %d answers, want 20", answers)
	}
}

// TestFullDisk lets the process write no file beyond 1 MB, as a full disk would.
func TestFullDisk(t *testing.T) {
	path := filepath.Join(t.TempDir(), "polarbell.db")
	j := open(t, path)
	must(t, j.Register(t.Context(), "sales"))
	var limit syscall.Rlimit
	must(t, syscall.Getrlimit(syscall.RLIMIT_FSIZE, &limit))
	full := limit
	full.Cur = 1 << 20
	must(t, syscall.Setrlimit(syscall.RLIMIT_FSIZE, &full))
	room := func() { must(t, syscall.Setrlimit(syscall.RLIMIT_FSIZE, &limit)) }
	t.Cleanup(room)

	acknowledged, refused := map[string]string{}, 0
	for i := 0; refused < 5 && i < 1000; i++ {
		e := entry(fmt.Sprint("msg_", i), "s", "o")
		e.Body = body
		if seq, _, err := j.Append(t.Context(), e); err != nil {
			refused++
		} else {
			acknowledged[fmt.Sprint(seq)] = e.ID
		}
	}
	if refused != 5 || len(acknowledged) == 0 {
		t.Fatalf("took %d entries and refused %d", len(acknowledged), refused)
	}
	var err error
	for i := 0; err == nil && i < 1000; i++ { // uses the last bytes up
		err = j.Writable(t.Context())
	}
	if err == nil {
		t.Error("a full disk is writable")
	}
	room()
	must(t, j.Writable(t.Context()))
	if got, want := add(t, j, entry("later", "s", "o")), Seq(len(acknowledged)+1); got != want {
		t.Errorf("number %d after the disk was full, want %d", got, want)
	}
	must(t, j.Close())
	check(t, path, acknowledged)
}
