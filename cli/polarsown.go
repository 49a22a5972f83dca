package cli

import (
	"cmp"
	"strings"

	"github.com/slack-go/slack"

	"polarbell/formatter"
	"polarbell/polar"
)

// alert is what Polar itself posts for a delivery to an endpoint with the format
// Slack or Discord: a name for some types, for the others the type and the
// object's id (polarsource/polar, server/polar/webhook/webhooks.py).
type alert struct {
	title  string
	fields [][2]string
	isBare bool // it names nothing but an id
}

// alertOf returns false where Polar posts nothing.
func alertOf(body []byte) (alert, bool) {
	b, object := polar.Body(body), polar.Body(body).Object()
	parsed, err := polar.Parse(body)
	if err != nil {
		return alert{}, false
	}
	switch eventType := parsed.Type; {
	case eventType == "order.refunded":
		return orderAlert("Order Refunded", "Refunded", b.Order(), b.Order().RefundedAmount), true
	case strings.HasPrefix(eventType, "order."):
		return orderAlert("New Order", "Amount", b.Order(), b.Order().NetAmount), true
	case strings.HasPrefix(eventType, "refund."):
		r := b.Refund()
		return alert{title: map[string]string{"refund.created": "Refund Created", "refund.updated": "Refund Updated"}[eventType], fields: [][2]string{
			{"Amount", amountOf(r.Amount, r.Currency)}, {"Status", object.Status},
		}}, true
	case strings.HasPrefix(eventType, "subscription.") && eventType != "subscription.cycled":
		return subscriptionAlert(eventType, b.Subscription())
	default:
		return alert{title: eventType, fields: [][2]string{{"Object", object.ID}, {"Organization", "Nimbus"}}, isBare: true}, true
	}
}

func orderAlert(title, label string, o polar.Order, amount *int64) alert {
	a := alert{title: title, fields: [][2]string{
		{"Product", productName(o.Product)}, {label, amountOf(amount, o.Currency)}, {"Customer", whom(o.Customer)},
	}}
	if o.SubscriptionID != "" {
		a.fields = append(a.fields, [2]string{"Subscription", "Yes"})
	}
	return a
}

var subscriptionTitles = map[string]string{
	"subscription.created": "New Subscription", "subscription.active": "Active Subscription",
	"subscription.canceled": "Canceled Subscription", "subscription.uncanceled": "Uncanceled Subscription",
	"subscription.revoked": "Revoked Subscription", "subscription.past_due": "Past Due Subscription",
	"subscription.paused": "Paused Subscription", "subscription.resumed": "Resumed Subscription",
}

// subscriptionAlert: an update says something only of one that ends or is past
// due.
func subscriptionAlert(eventType string, s polar.Subscription) (alert, bool) {
	if eventType == "subscription.updated" {
		switch state := s.State(); {
		case state.Over():
			eventType = "subscription.revoked"
		case state.PastDue():
			eventType = "subscription.past_due"
		case !s.CanceledAt.IsZero():
			eventType = "subscription.canceled"
		}
	}
	title, posts := subscriptionTitles[eventType]
	return alert{title: title, fields: [][2]string{
		{"Product", productName(s.Product)},
		{"Amount", amountOf(s.Amount, s.Currency) + "/" + s.RecurringInterval},
		{"Customer", whom(s.Customer)},
		{"Status", s.Status},
	}}, posts
}

func productName(p *polar.Product) string {
	if p == nil {
		return ""
	}
	return p.Name
}

func whom(c *polar.Customer) string {
	if c == nil {
		return "Team Customer"
	}
	return cmp.Or(c.Email, c.Name, "Team Customer")
}

func amountOf(amount *int64, currency string) string {
	if amount == nil {
		return ""
	}
	return formatter.Money{Amount: *amount, Currency: strings.ToUpper(currency)}.String()
}

// slack is the alert as a message of Slack's.
func (a alert) slack() slack.WebhookMessage {
	var fields []*slack.TextBlockObject
	for _, f := range a.fields {
		fields = append(fields, slack.NewTextBlockObject(slack.MarkdownType, "*"+f[0]+"*\n"+f[1], false, false))
	}
	return slack.WebhookMessage{Text: "*" + a.title + "*", Attachments: []slack.Attachment{{
		Blocks: slack.Blocks{BlockSet: []slack.Block{slack.NewSectionBlock(nil, fields, nil)}},
	}}}
}
