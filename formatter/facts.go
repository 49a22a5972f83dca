package formatter

import (
	"fmt"
	"time"

	"polarbell/polar"
)

// facts are a piece of news and the objects it is told from. An object that is
// not known is an empty one, and what it would tell is "".
type facts struct {
	news
	order    *polar.Order        // for the details
	invoice  *polar.Order        // for the money: the order that the news is about
	sub      *polar.Subscription // else the one inside the order
	checkout *polar.Checkout
	refund   *polar.Refund
	plain    polar.Plain
	notice   polar.Notice
	refunded int64           // of the invoice in all, tax included
	buyer    *polar.Customer // nil where no customer is known
	now      polar.Brief     // the newest state of what the news is about
	time     time.Time       // when it happened, as shown
}

// factsByName are the facts by the names they have in words.go.
var factsByName = map[string]func(*facts) string{
	"who":     (*facts).who,
	"contact": (*facts).contact,
	"country": func(f *facts) string { return country(f.address()) },
	"product": (*facts).product,
	"price":   (*facts).price,
	"plan":    func(f *facts) string { return joined(f.product(), f.price()) },
	"offer":   func(f *facts) string { return joined(f.product(), f.offered()) },
	"seats":   func(f *facts) string { return number(f.seats()) },

	"amount":        (*facts).amount,
	"nothing":       (*facts).nothing,
	"paid":          func(f *facts) string { return money(f.charged(), f.invoice.Currency) },
	"total":         func(f *facts) string { return money(f.charged(), f.invoice.Currency) },
	"tax":           (*facts).tax,
	"balance":       (*facts).balance,
	"discount":      (*facts).discount,
	"invoice":       func(f *facts) string { return f.invoice.InvoiceNumber },
	"renewal":       (*facts).renewal,
	"order status":  func(f *facts) string { return inWords(f.invoice.Status) },
	"refund status": func(f *facts) string { return inWords(f.refund.Status) },
	"refund":        (*facts).thisRefund,
	"refunded":      (*facts).refundedInAll,
	"left":          (*facts).left,
	"refund reason": func(f *facts) string { return inWords(f.refund.Reason) },
	"tax included":  (*facts).taxIncluded,

	"trial":         func(f *facts) string { return span(f.trialStart(), f.sub.TrialEnd.Time) },
	"ends":          func(f *facts) string { return f.date(firstTime(f.sub.EndsAt, f.sub.CurrentPeriodEnd)) },
	"period end":    func(f *facts) string { return f.date(f.sub.CurrentPeriodEnd.Time) },
	"canceled":      func(f *facts) string { return f.date(f.sub.CanceledAt.Time) },
	"resumes":       func(f *facts) string { return f.date(f.sub.ResumesAt.Time) },
	"cancel reason": func(f *facts) string { return inWords(f.sub.CustomerCancellationReason) },
	"since":         (*facts).since,
	"lasted":        func(f *facts) string { return span(f.dueSince, f.at) },
	"products":      (*facts).products,
	"prices":        (*facts).prices,
	"seats change":  func(f *facts) string { return change(number(f.before.Seats), number(f.now.Seats)) },
	"times":         (*facts).howOften,

	"destination": func(f *facts) string { return fmt.Sprintf("%s “%s”", f.notice.Platform, f.notice.ID) },
	"fault":       func(f *facts) string { return f.notice.Code },
	"cure":        func(f *facts) string { return f.notice.Cure },
	"waiting":     (*facts).waiting,
	"delivered":   (*facts).delivered,

	"id":           (*facts).id,
	"title":        (*facts).title,
	"email":        (*facts).email,
	"holder":       (*facts).holder,
	"holder's":     (*facts).holderContact,
	"status":       func(f *facts) string { return inWords(f.plain.Status) },
	"error":        func(f *facts) string { return f.plain.Error },
	"plain reason": func(f *facts) string { return inWords(f.plain.Reason) },
	"plain amount": (*facts).plainAmount,
	"role":         func(f *facts) string { return inWords(f.plain.Role) },
	"code":         func(f *facts) string { return f.plain.Code },
	"type":         (*facts).plainType,
}

// timesByName are the times that a field may show.
var timesByName = map[string]func(*facts) []time.Time{
	"trial end":    func(f *facts) []time.Time { return known(f.sub.TrialEnd) },
	"takes effect": (*facts).takesEffect,
	"retries":      (*facts).retries,
}

var (
	noOrder        polar.Order
	noSubscription polar.Subscription
	noCheckout     polar.Checkout
	noRefund       polar.Refund
)
