package notifier_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"polarbell/journal"
	"polarbell/notifier"
	"polarbell/polar"
	"polarbell/standin"
)

// forget has the journal forget a person and the channels cleared.
func (w *world) forget(who string) (erased int, remaining []notifier.Remaining) {
	w.t.Helper()
	return notifier.New(w.journal, w.to, w.options).Erase(w.t.Context(), w.blank(who))
}

// blank has the journal forget a person.
func (w *world) blank(who string) []journal.Message {
	w.t.Helper()
	person, _ := polar.PersonBy(who)
	subjects, err := w.journal.Subjects(w.t.Context(), who, person.IsIn)
	if err != nil {
		w.t.Fatal(err)
	}
	rows, err := w.journal.Forget(w.t.Context(), subjects)
	if err != nil {
		w.t.Fatal(err)
	}
	return rows
}

// by is a sale to a person of that name.
func by(n int, name string) []byte {
	return sale(n, map[string]any{"customer": map[string]any{"name": name, "email": strings.ToLower(name) + "@forget.example"}})
}

func TestEraseClearsEveryChannelOfAPerson(t *testing.T) {
	for name, perEvent := range map[string]bool{"one message per news": false, "one message per event": true} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				w.options.PerEvent = perEvent
				w.platforms.Thread(disc, "31")
				w.slack(sales)
				w.discord()
				w.add("thread", "Discord", w.api.Webhook(disc, "secret", "31"))
				w.start()
				for n, name := range []string{"Ann", "Bob"} {
					w.deliver(by(n, name))
					w.pass(time.Minute) // a message each
				}
				erased, remaining := w.forget("ann@forget.example")
				if erased != 3 || len(remaining) != 0 {
					t.Errorf("cleared %d, %v remain; want 3 and none", erased, remaining)
				}
				for channel, want := range map[string]int{sales: 1, disc: 2} {
					got := w.headlines(channel)
					if shown := strings.Join(got, "\n"); strings.Contains(shown, "Ann") || len(got) != want {
						t.Errorf("%s shows %q, want %d of Bob", channel, got, want)
					}
				}
				if erased, remaining := w.forget("ann@forget.example"); erased != 0 || len(remaining) != 0 {
					t.Errorf("once more: cleared %d, %v remain; want none", erased, remaining)
				}
			})
		})
	}
}

func TestEraseKeepsTheOthersOfAMessage(t *testing.T) {
	for name, perEvent := range map[string]bool{"one message per news": false, "one message per event": true} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				w.options.PerEvent = perEvent
				w.slack(sales)
				w.discord()
				w.open()
				for n, name := range []string{"Bob", "Ann", "Eve"} {
					w.deliver(by(n, name)) // a backlog, so all are one message
				}
				w.start()
				w.pass(time.Minute)
				if erased, remaining := w.forget("ann@forget.example"); erased != 2 || len(remaining) != 0 {
					t.Errorf("cleared %d, %v remain; want 2 and none", erased, remaining)
				}
				for _, channel := range []string{sales, disc} {
					got := w.headlines(channel)
					if len(got) != 2 || !strings.Contains(got[0], "Bob") || !strings.Contains(got[1], "Eve") {
						t.Errorf("%s shows %q, want Bob's and Eve's cards", channel, got)
					}
				}
			})
		})
	}
}

func TestEraseTellsWhatRemains(t *testing.T) {
	inWorld(t, func(w *world) {
		w.slack(sales)
		w.slack(ops)
		w.slackHook()
		w.start()
		w.deliver(by(1, "Ann"))
		w.pass(time.Minute)
		w.platforms.Revoke(sales, standin.BotRemoved)
		w.platforms.Fail(ops+" delete", 2, standin.Outcome{Status: 503})
		rows := append(w.blank("ann@forget.example"), journal.Message{Destination: "old", Ref: "C1/1.0"})
		erased, remaining := notifier.New(w.journal, w.to, w.options).Erase(w.t.Context(), rows)
		got := []string{}
		for _, l := range remaining {
			got = append(got, fmt.Sprintf("%s: %v", l.Destination, l.Err))
		}
		slices.Sort(got) // the destinations posted side by side
		want := "C0SALES: not_in_channel, hook: an incoming webhook cannot delete, old: the destination is no longer configured"
		if strings.Join(got, ", ") != want || erased != 1 {
			t.Errorf("cleared %d, %q remain; want ops cleared, and %s", erased, got, want)
		}
		if shown := w.shown(ops); len(shown) != 0 {
			t.Errorf("ops shows %d messages, want none", len(shown))
		}
	})
}

func TestErasedByHandIsErased(t *testing.T) {
	inWorld(t, func(w *world) {
		w.slack(sales)
		w.discord()
		w.start()
		w.deliver(by(1, "Ann"))
		w.pass(time.Minute)
		for _, channel := range []string{sales, disc} {
			w.platforms.Delete(channel, w.shown(channel)[0].ID)
		}
		if erased, remaining := w.forget("ann@forget.example"); erased != 2 || len(remaining) != 0 {
			t.Errorf("cleared %d, %v remain; want 2 and none", erased, remaining)
		}
	})
}

// TestEraseTellsWhatCannotBeEdited: a message that keeps others' cards is edited;
// where that is too late it stands, and names the person.
func TestEraseTellsWhatCannotBeEdited(t *testing.T) {
	for name, play := range map[string]func(w *world){
		"edit_window_closed": func(w *world) { w.platforms.Fail(sales+" edit", 1, failed("edit_window_closed")) },
		"not_in_channel": func(w *world) {
			w.platforms.Revoke(sales, standin.BotRemoved)
			w.to[0].Sender = w.app.Channel(ops) // it was another channel before
		},
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				w.slack(sales)
				w.open()
				for n, name := range []string{"Bob", "Ann"} {
					w.deliver(by(n, name))
				}
				w.start()
				w.pass(time.Minute)
				play(w)
				erased, remaining := w.forget("ann@forget.example")
				if erased != 0 || len(remaining) != 1 || !strings.Contains(remaining[0].Err.Error(), name) {
					t.Errorf("cleared %d, %v remain; want none and the message, for %s", erased, remaining, name)
				}
			})
		})
	}
}
