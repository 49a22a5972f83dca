package standin_test

import (
	"testing"

	"polarbell/standin"
)

// messages posts one message on each platform, edits it, and is what deletes it.
func messages(t *testing.T, s *standin.Server) (deletions map[string]func() answer) {
	t.Helper()
	ts := send(t, s, "POST", post, hello).field(t, "ts").(string)
	send(t, s, "POST", update, form("channel", "C1", "ts", ts, "text", "y"))
	id := send(t, s, "POST", hooks+"?wait=true", `{"content":"x"}`).field(t, "id").(string)
	send(t, s, "PATCH", hooks+"/messages/"+id, `{"content":"y"}`)
	return map[string]func() answer{
		"C1":   func() answer { return send(t, s, "POST", remove, form("channel", "C1", "ts", ts)) },
		"2001": func() answer { return send(t, s, "DELETE", hooks+"/messages/"+id, "") },
	}
}

func TestDeletedMessageIsKept(t *testing.T) {
	s := world(standin.Options{})
	deletions := messages(t, s)
	for channel, want := range map[string]struct {
		body, earlier string
		status        int
		again         string // the answer to a second deletion
	}{
		"C1":   {`{"text":"y"}`, `{"text":"x"}`, 200, `{"error":"message_not_found","ok":false}`},
		"2001": {`{"content":"y"}`, `{"content":"x"}`, 204, `{"code":10008,"message":"Unknown Message"}`},
	} {
		t.Run(channel, func(t *testing.T) {
			if a := deletions[channel](); a.status != want.status {
				t.Errorf("got %d %s, want %d", a.status, a.body, want.status)
			}
			m := s.Messages(channel)[0]
			if !m.Deleted || string(m.Body) != want.body || len(m.History) != 1 || string(m.History[0]) != want.earlier {
				t.Errorf("got %s, deleted %v, history %s; want %s, deleted, %s", m.Body, m.Deleted, m.History, want.body, want.earlier)
			}
			if a := deletions[channel](); a.body != want.again {
				t.Errorf("again: got %s, want %s", a.body, want.again)
			}
			if got := s.Calls(channel + " delete"); len(got) != 2 || got[0].Status != want.status {
				t.Errorf("calls %+v, want two deletions", got)
			}
		})
	}
}

func TestDeletionFails(t *testing.T) {
	for name, tt := range map[string]struct {
		outcome standin.Outcome
		deleted bool
	}{
		"answer lost": {standin.Outcome{Applied: true, Status: 504}, true},
		"not done":    {standin.Outcome{Status: 503}, false},
	} {
		t.Run(name, func(t *testing.T) {
			s := world(standin.Options{})
			for channel, remove := range messages(t, s) {
				s.Fail(channel+" delete", 1, tt.outcome)
				a := remove()
				if got := s.Messages(channel)[0].Deleted; got != tt.deleted || a.status != tt.outcome.Status {
					t.Errorf("%s: got %d, deleted %v; want %d, %v", channel, a.status, got, tt.outcome.Status, tt.deleted)
				}
			}
		})
	}
}

func TestSlackStatesOfOneAction(t *testing.T) {
	tests := []struct {
		target           string
		state            standin.State
		edited, deletion any
	}{
		{"slack", standin.DeletionForbidden, nil, "compliance_exports_prevent_deletion"},
		{"C1", "cant_delete_message", nil, "cant_delete_message"},
		{"C1", "edit_window_closed", "edit_window_closed", nil},
		{"slack", "cant_update_message", "cant_update_message", nil},
	}
	for _, tt := range tests {
		t.Run(string(tt.state), func(t *testing.T) {
			s := world(standin.Options{})
			ts := send(t, s, "POST", post, hello).field(t, "ts").(string)
			s.Revoke(tt.target, tt.state)
			if a := send(t, s, "POST", post, hello); a.field(t, "ok") != true {
				t.Errorf("post: got %s, want it taken", a.body)
			}
			if a := send(t, s, "POST", update, form("channel", "C1", "ts", ts, "text", "y")); a.field(t, "error") != tt.edited {
				t.Errorf("edit: got %s, want error %v", a.body, tt.edited)
			}
			if a := send(t, s, "POST", remove, form("channel", "C1", "ts", ts)); a.field(t, "error") != tt.deletion {
				t.Errorf("deletion: got %s, want error %v", a.body, tt.deletion)
			}
		})
	}
}
