package notifier

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/slack-go/slack"
)

// Check asks whose the token is and what it may do, and whether the channel can
// be posted to as far as the token may ask that.
func (s *slackChannel) Check(ctx context.Context) (string, error) {
	who, err := s.client.AuthTestContext(ctx)
	if err != nil {
		return "", slackError("", err)
	}
	if who.UserID == "" {
		return "", slackError("", nil)
	}
	scopes := strings.Split(who.Header.Get("X-OAuth-Scopes"), ",")
	may := func(scope string) bool {
		return slices.ContainsFunc(scopes, func(s string) bool { return strings.TrimSpace(s) == scope })
	}
	if who.Header.Get("X-OAuth-Scopes") != "" && !may("chat:write") {
		return "", &Fault{Verdict: Broken, Code: "missing_scope", Detail: "needs the scope chat:write"}
	}
	where, fault := s.reaches(ctx, may("chat:write.public"))
	if fault != nil {
		return "", fault
	}
	return fmt.Sprintf("the token is %s's in workspace %s; %s", who.User, who.Team, where), nil
}

// reaches tells whether a message would arrive. Slack tells of a channel by its
// ID only, and only to apps with a scope that posting does not need
// (docs.slack.dev/reference/methods/conversations.info).
func (s *slackChannel) reaches(ctx context.Context, uninvited bool) (string, *Fault) {
	unknown := "whether it may post to " + s.channel + " only --send tells"
	if !strings.HasPrefix(s.channel, "C") && !strings.HasPrefix(s.channel, "G") {
		return unknown, nil
	}
	c, err := s.client.GetConversationInfoContext(ctx, &slack.GetConversationInfoInput{ChannelID: s.channel})
	fault := slackError(s.channel, err)
	switch {
	case fault != nil && fault.Code == "missing_scope":
		return unknown + ", since the app has no scope channels:read", nil
	case fault != nil:
		return "", fault
	case c.IsArchived:
		return "", &Fault{Verdict: Broken, Code: "is_archived", Detail: "#" + c.Name}
	case !c.IsMember && (c.IsPrivate || !uninvited):
		return "", &Fault{Verdict: Broken, Code: "not_in_channel", Detail: "#" + c.Name}
	}
	return "it may post to #" + c.Name, nil
}
