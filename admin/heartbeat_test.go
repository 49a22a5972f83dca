package admin_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"polarbell/admin"
	"polarbell/journal"
)

// switchboard is a dead man's switch: it counts the calls it answers.
type switchboard struct {
	calls  int
	status int
	err    error
}

func (s *switchboard) RoundTrip(r *http.Request) (*http.Response, error) {
	s.calls++
	if s.err != nil {
		return nil, s.err
	}
	return &http.Response{StatusCode: s.status, Body: http.NoBody, Request: r}, nil
}

const heartbeatURL = "https://hc-ping.com/heartbeatsecret"

// inHeartbeat runs a heartbeat in a bubble, where minutes pass in no time.
func inHeartbeat(t *testing.T, f func(t *testing.T, j *journal.Journal, s *switchboard, log *bytes.Buffer)) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "journal.db")
	synctest.Test(t, func(t *testing.T) {
		j, err := journal.Open(t.Context(), path)
		if err != nil {
			t.Fatal(err)
		}
		if err := j.Join(t.Context(), "sales"); err != nil {
			t.Fatal(err)
		}
		s := &switchboard{status: http.StatusOK}
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
		if s.calls != 1 {
			t.Errorf("%d calls at the start, want 1", s.calls)
		}
		minutes(10)
		if s.calls != 11 {
			t.Errorf("%d calls after ten minutes, want 11", s.calls)
		}
		if log.Len() > 0 {
			t.Errorf("logged %q, want nothing", log)
		}
	})
}

func TestHeartbeatEndsWhileADestinationIsParked(t *testing.T) {
	inHeartbeat(t, func(t *testing.T, j *journal.Journal, s *switchboard, _ *bytes.Buffer) {
		now := time.Now()
		if err := j.Park(t.Context(), "sales", "token_revoked", "token_revoked", now, now); err != nil {
			t.Fatal(err)
		}
		before := s.calls
		minutes(5)
		if s.calls != before {
			t.Errorf("%d calls while parked, want none", s.calls-before)
		}
		if err := j.Settle(t.Context(), journal.Settlement{Destination: "sales", Delivered: time.Now()}); err != nil {
			t.Fatal(err)
		}
		minutes(2)
		if s.calls != before+2 {
			t.Errorf("%d calls in two minutes after it, want 2", s.calls-before)
		}
	})
}

func TestHeartbeatEndsWithAJournalThatTakesNothing(t *testing.T) {
	inHeartbeat(t, func(t *testing.T, j *journal.Journal, s *switchboard, log *bytes.Buffer) {
		if err := j.Close(); err != nil {
			t.Fatal(err)
		}
		minutes(5)
		if s.calls != 1 {
			t.Errorf("%d calls, want the first alone", s.calls)
		}
		if !strings.Contains(log.String(), "journal cannot be written") {
			t.Errorf("logged %q, want the reason", log)
		}
	})
}

func TestHeartbeatLogsAFailureOnceAndNeverItsURL(t *testing.T) {
	for name, fail := range map[string]func(*switchboard){
		"an answer of 500": func(s *switchboard) { s.status = http.StatusInternalServerError },
		"no connection":    func(s *switchboard) { s.err = fmt.Errorf("dial %s: %w", heartbeatURL, errors.New("refused")) },
	} {
		t.Run(name, func(t *testing.T) {
			inHeartbeat(t, func(t *testing.T, _ *journal.Journal, s *switchboard, log *bytes.Buffer) {
				fail(s)
				minutes(5)
				if got := strings.Count(log.String(), "level=WARN"); got != 1 {
					t.Errorf("%d warnings in five minutes, want 1: %s", got, log)
				}
				s.status, s.err = http.StatusOK, nil
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
