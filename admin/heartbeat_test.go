package admin_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"polarbell/admin"
	"polarbell/internal/journaltest"
	"polarbell/journal"
)

// switchboard is a dead man's switch: it counts the calls it answers.
type switchboard struct {
	calls atomic.Int32
	down  atomic.Pointer[error] // what a call ends with instead of 200
}

func (s *switchboard) RoundTrip(r *http.Request) (*http.Response, error) {
	s.calls.Add(1)
	answer := &http.Response{StatusCode: http.StatusOK, Body: http.NoBody, Request: r}
	switch down := s.down.Load(); {
	case down == nil:
	case *down == nil:
		answer.StatusCode = http.StatusInternalServerError
	default:
		return nil, *down
	}
	return answer, nil
}

const heartbeatURL = "https://hc-ping.com/heartbeatsecret"

// inHeartbeat runs a heartbeat in a bubble, where minutes pass in no time.
func inHeartbeat(t *testing.T, f func(t *testing.T, j *journal.Journal, s *switchboard, log *bytes.Buffer)) {
	t.Helper()
	path := journaltest.New(t)
	synctest.Test(t, func(t *testing.T) {
		j, err := journal.Open(t.Context(), path)
		if err != nil {
			t.Fatal(err)
		}
		if err := j.Register(t.Context(), "sales"); err != nil {
			t.Fatal(err)
		}
		s := &switchboard{}
		var log bytes.Buffer
		ctx, cancel := context.WithCancel(t.Context())
		var running sync.WaitGroup
		running.Go(func() {
			admin.Heartbeat{
				URL: heartbeatURL, Journal: j, Destinations: []string{"sales"}, HTTP: s,
				Log: slog.New(slog.NewTextHandler(&log, nil)),
			}.Run(ctx)
		})
		synctest.Wait()
		f(t, j, s, &log)
		cancel()
		running.Wait()
		_ = j.Close()
	})
}

// minutes lets them pass.
func minutes(n int) {
	time.Sleep(time.Duration(n) * time.Minute)
	synctest.Wait()
}

func TestHeartbeatBeatsAtOnceAndEachMinute(t *testing.T) {
	inHeartbeat(t, func(t *testing.T, _ *journal.Journal, s *switchboard, log *bytes.Buffer) {
		if s.calls.Load() != 1 {
			t.Errorf("%d calls at the start, want 1", s.calls.Load())
		}
		minutes(10)
		if s.calls.Load() != 11 {
			t.Errorf("%d calls after ten minutes, want 11", s.calls.Load())
		}
		if log.Len() > 0 {
			t.Errorf("logged %q, want nothing", log)
		}
	})
}

func TestHeartbeatEndsWhileADestinationIsParked(t *testing.T) {
	inHeartbeat(t, func(t *testing.T, j *journal.Journal, s *switchboard, _ *bytes.Buffer) {
		if err := j.RecordFailure(t.Context(), journal.Failure{
			Destination: "sales", Code: "token_revoked", Text: "token_revoked", At: time.Now(), Parked: true, Retry: time.Now(),
		}); err != nil {
			t.Fatal(err)
		}
		before := s.calls.Load()
		minutes(5)
		if s.calls.Load() != before {
			t.Errorf("%d calls while parked, want none", s.calls.Load()-before)
		}
		if err := j.Settle(t.Context(), journal.Settlement{Destination: "sales", Delivered: time.Now()}); err != nil {
			t.Fatal(err)
		}
		minutes(2)
		if s.calls.Load() != before+2 {
			t.Errorf("%d calls in two minutes after it, want 2", s.calls.Load()-before)
		}
	})
}

func TestHeartbeatEndsWhilePolarIsSilent(t *testing.T) {
	inHeartbeat(t, func(t *testing.T, j *journal.Journal, s *switchboard, log *bytes.Buffer) {
		note := func(value string) {
			if err := j.PutNote(t.Context(), "silence", value); err != nil {
				t.Fatal(err)
			}
		}
		note(`{"since":"1999-12-31T00:00:00Z","usual":7200}`)
		before := s.calls.Load()
		minutes(5)
		if s.calls.Load() != before {
			t.Errorf("%d calls while Polar is silent, want none", s.calls.Load()-before)
		}
		const want = "nothing has come from Polar since 1999-12-31T00:00:00Z"
		if got := log.String(); strings.Count(got, want) != 1 {
			t.Errorf("logged %q, want once %q", got, want)
		}
		note(`{}`)
		minutes(2)
		if s.calls.Load() != before+2 {
			t.Errorf("%d calls in two minutes after it, want 2", s.calls.Load()-before)
		}
	})
}

func TestHeartbeatEndsWithAJournalThatTakesNothing(t *testing.T) {
	inHeartbeat(t, func(t *testing.T, j *journal.Journal, s *switchboard, log *bytes.Buffer) {
		if err := j.Close(); err != nil {
			t.Fatal(err)
		}
		minutes(5)
		if s.calls.Load() != 1 {
			t.Errorf("%d calls, want the first alone", s.calls.Load())
		}
		if !strings.Contains(log.String(), "journal cannot be written") {
			t.Errorf("logged %q, want the reason", log)
		}
	})
}

func TestHeartbeatLogsAFailureOnceAndNeverItsURL(t *testing.T) {
	refused := fmt.Errorf("dial %s: connection refused", heartbeatURL)
	for name, down := range map[string]error{"an answer of 500": nil, "no connection": refused} {
		t.Run(name, func(t *testing.T) {
			inHeartbeat(t, func(t *testing.T, _ *journal.Journal, s *switchboard, log *bytes.Buffer) {
				s.down.Store(&down)
				minutes(5)
				if got := strings.Count(log.String(), "level=WARN"); got != 1 {
					t.Errorf("%d warnings in five minutes, want 1: %s", got, log)
				}
				s.down.Store(nil)
				minutes(1)
				if !strings.Contains(log.String(), "heartbeat works again") {
					t.Errorf("the recovery is not logged: %s", log)
				}
				if strings.Contains(log.String(), "heartbeatsecret") {
					t.Errorf("the log holds the URL: %s", log)
				}
			})
		})
	}
}

// TestHeartbeatEndsWhileNothingReachesADestination: at 30 minutes.
func TestHeartbeatEndsWhileNothingReachesADestination(t *testing.T) {
	inHeartbeat(t, func(t *testing.T, j *journal.Journal, s *switchboard, log *bytes.Buffer) {
		for range 40 {
			if err := j.RecordFailure(t.Context(), journal.Failure{Destination: "sales", Text: "503", At: time.Now()}); err != nil {
				t.Fatal(err)
			}
			minutes(1)
		}
		if got := s.calls.Load(); got != 30 {
			t.Errorf("%d calls in 40 minutes, want one at once and 29 in the first 30 minutes", got)
		}
		if !strings.Contains(log.String(), "nothing has reached destination sales since 00:00:00: 503") {
			t.Errorf("logged %q, want the reason", log)
		}
		if err := j.Settle(t.Context(), journal.Settlement{Destination: "sales", Delivered: time.Now()}); err != nil {
			t.Fatal(err)
		}
		minutes(2)
		if got := s.calls.Load(); got != 32 {
			t.Errorf("%d calls two minutes after a success, want 32", got)
		}
	})
}
