package notifier_test

import (
	"strings"
	"testing"
	"time"

	"polarbell/standin"
)

// TestThreadsAreChecked: check says where a thread stands, as far as Discord
// tells a webhook without a post.
func TestThreadsAreChecked(t *testing.T) {
	for _, tt := range []struct {
		name, thread string
		state        standin.State
		want, cure   string // in the line, or in the error and its cure
	}{
		{"no thread", "", "", `the webhook "polarbell" posts to channel ` + disc, ""},
		{"open", "901", "", ", into thread 901; whether that is locked only --send tells", ""},
		{"deleted", "901", standin.ChannelDeleted, "404/10003", "Thread 901 was deleted: put another"},
		{"another channel's", "777", "", "404/10003", "Thread 777 was deleted"},
		{"archived, which a post reopens", "901", standin.Archived, "into thread 901", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				w.platforms.Thread(disc, "901")
				if tt.state != "" {
					w.platforms.Revoke("901", tt.state)
				}
				w.add("thread", "Discord", w.api.Webhook(disc, "secret", tt.thread))
				got, err := w.to[0].Sender.Check(w.t.Context())
				cure := ""
				if err != nil {
					got, cure = err.Error(), w.to[0].Cure(err)
				}
				if !strings.Contains(got, tt.want) || !strings.Contains(cure, tt.cure) || (cure == "") != (tt.cure == "") {
					t.Errorf("got %q, cure %q; want %q and %q", got, cure, tt.want, tt.cure)
				}
				if got := w.shown(disc); len(got) > 0 {
					t.Errorf("the check posted %v", got)
				}
			})
		})
	}
}

// TestThreadThatTakesNoPosts: the destination is parked with a cure that names
// the thread, and goes on once the thread is open again.
func TestThreadThatTakesNoPosts(t *testing.T) {
	inWorld(t, func(w *world) {
		w.platforms.Thread(disc, "901")
		w.slack(sales)
		w.add("thread", "Discord", w.api.Webhook(disc, "secret", "901"))
		w.start()
		w.platforms.Revoke("901", standin.Locked)
		w.deliver(sale(1))
		w.pass(time.Minute)
		state, err := w.journal.Destination(w.t.Context(), "thread")
		if err != nil || state.ParkedCode != "400/160005" {
			t.Errorf("its state is %+v, %v; want it parked", state, err)
		}
		if got := string(w.shown(sales)[1].Body); !strings.Contains(got, "Thread 901 is locked: unlock it") {
			t.Errorf("the other channel says %s, want what to do about the thread", got)
		}
		w.platforms.Restore("901")
		w.pass(10 * time.Minute)
		if got := w.headlines(disc); len(got) == 0 || customer(got[0]) != "1" {
			t.Errorf("the thread shows %q, want the sale", got)
		}
	})
}
