package notifier

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/slack-go/slack"
)

// Check asks whose token this is and what it allows, and whether the channel
// can be posted to, as far as the token may ask that.
func (s *slackChannel) Check(ctx context.Context) (string, error) {
	who, err := s.client.AuthTestContext(ctx)
	if err != nil {
		return "", harmless(slackFault(slackVerdict, "", err))
	}
	if who.UserID == "" {
		return "", formless("Slack", "SLACK_API_URL", "the app's user")
	}
	scopes := scopesOf(who.Header)
	if len(scopes) > 0 && !slices.Contains(scopes, "chat:write") {
		return "", &Fault{Verdict: Broken, Code: "missing_scope", Detail: "needs the scope chat:write"}
	}
	where, err := s.reaches(ctx, slices.Contains(scopes, "chat:write.public"))
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("the token is %s's in workspace %s; %s", who.User, who.Team, where), nil
}

// Answers asks whose token this is.
func (s *slackChannel) Answers(ctx context.Context) error {
	if _, err := s.client.AuthTestContext(ctx); err != nil {
		return slackFault(slackVerdict, "", err)
	}
	return nil
}

// scopesOf are the scopes of a token, none if Slack does not list them.
func scopesOf(h http.Header) []string {
	return strings.FieldsFunc(h.Get("X-OAuth-Scopes"), func(r rune) bool { return r == ',' || r == ' ' })
}

// reaches asks whether a message would arrive; uninvited apps may post to public
// channels. Slack describes a channel only by its ID, and only to apps with a
// scope that posting does not need
// (docs.slack.dev/reference/methods/conversations.info).
func (s *slackChannel) reaches(ctx context.Context, uninvited bool) (string, error) {
	unknown := "whether it may post to " + s.channel + " only --send tells"
	if !strings.HasPrefix(s.channel, "C") && !strings.HasPrefix(s.channel, "G") {
		return unknown, nil
	}
	c, err := s.client.GetConversationInfoContext(ctx, &slack.GetConversationInfoInput{ChannelID: s.channel})
	fault := harmless(slackFault(slackVerdict, s.channel, err))
	switch {
	case fault != nil && fault.Code == "missing_scope":
		return unknown + ", since the app has no scope channels:read", nil
	case fault != nil:
		return "", fault
	case c.ID == "":
		return "", formless("Slack", "SLACK_API_URL", "the channel")
	case c.IsArchived:
		return "", &Fault{Verdict: Broken, Code: "is_archived", Detail: "#" + c.Name}
	case !c.IsMember && (c.IsPrivate || !uninvited):
		return "", &Fault{
			Verdict: Broken, Code: "not_in_channel", Detail: "#" + c.Name,
			Cure: "Invite the app: /invite @polarbell in #" + c.Name,
		}
	}
	return "it may post to #" + c.Name, nil
}
