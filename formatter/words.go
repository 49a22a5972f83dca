package formatter

// Every word of a composed card stands in this file, so that changing a
// wording changes one line.
//
// A headline is made of parts with " · " between them. {name} is a fact about
// the news (facts.go has them all); a part that lacks one is left out, and so
// is what stands in [square brackets] and lacks one.

// wording is how a kind of news is told.
type wording struct {
	headline string
	state    string // the state in words, where the headline does not start with it
	unsaid   string // event types whose own words say the state already
	tone     Tone
	fields   []label
	custom   bool // shows what the buyer filled in besides
	note     string
	context  string
	silent   bool
}

// label is a field's name, its text, and the times that follow it.
type label struct{ name, text, times string }

var (
	labelCustomer    = label{name: "Customer", text: "{contact}"}
	labelPaid        = label{name: "Paid", text: "{paid}[, {tax} of it tax][, {balance}]"}
	labelPaidToday   = label{name: "Paid today", text: "{paid}[, {tax} of it tax][, {balance}]"}
	labelAmount      = label{name: "Amount", text: "{nothing}"}
	labelDiscount    = label{name: "Discount", text: "{discount}"}
	labelSeats       = label{name: "Seats", text: "{seats}"}
	labelFirstCharge = label{name: "First charge", times: "trial end"}
	labelNextTries   = label{name: "Next tries, expected", times: "retries"}
	labelTakesEffect = label{name: "Takes effect", times: "takes effect"}
	labelReason      = label{name: "Reason", text: "{cancel reason}"}
	labelWhyLeaving  = label{name: "Reason for leaving", text: "{cancel reason}"}
	labelRefundWhy   = label{name: "Reason", text: "{refund reason}"}
	labelLeft        = label{name: "Left", text: "{left}"}
	labelCure        = label{name: "What to do", text: "{cure}"}

	labelStatus      = label{name: "Status", text: "{status}"}
	labelError       = label{name: "Error", text: "{error}"}
	labelPlainReason = label{name: "Reason", text: "{plain reason}"}
	labelPlainAmount = label{name: "Amount", text: "{plain amount}"}
	labelProduct     = label{name: "Product", text: "{product}"}
	labelRole        = label{name: "Role", text: "{role}"}
	labelCode        = label{name: "Code", text: "{code}"}
	labelHolder      = label{name: "Customer", text: "{holder's}"}
	labelType        = label{name: "Type", text: "{type}"}
)

const (
	contextInvoice = "{invoice}"
	contextSince   = "since {since}"
	contextID      = "ID {id}"
	contextTax     = "{tax included}"

	startTypes  = "subscription.created subscription.active"
	refundTypes = "order.refunded refund.created"
)

var wordings = [kinds]wording{
	newsPaid: {
		headline: "{amount} · {product} · {who}",
		tone:     Green, state: "paid", unsaid: "order.created order.paid",
		fields: []label{labelCustomer, labelPaid, labelDiscount, labelSeats}, custom: true,
		context: contextInvoice,
	},
	newsWaiting: {
		headline: "Waiting for payment · {renewal} · {amount} · {product} · {who}",
		tone:     Amber,
		fields:   []label{labelCustomer, labelDiscount}, custom: true,
		context: contextInvoice,
	},
	newsVoid: {
		headline: "Never paid · {renewal} · {amount} · {product} · {who}",
		tone:     Grey, state: "void, never paid",
		fields: []label{labelCustomer},
	},
	newsFree: {
		headline: "Free signup · {product} · {who}",
		tone:     Grey,
		fields:   []label{labelAmount, labelDiscount, labelCustomer, labelSeats}, custom: true,
	},
	newsSubscriber: {
		headline: "New subscriber · {plan} · {who}",
		tone:     Green, unsaid: startTypes,
		fields: []label{labelPaidToday, labelDiscount, labelCustomer, labelSeats}, custom: true,
		context: contextInvoice,
	},
	newsTrial: {
		headline: "Trial started · {plan}[ after {trial}] · {who}",
		tone:     Blue,
		fields:   []label{labelFirstCharge, labelPaidToday, labelDiscount, labelCustomer}, custom: true,
	},
	newsConverted: {
		headline: "Trial converted · {price} · {product} · {who}",
		tone:     Green,
		fields:   []label{labelPaid, labelDiscount, labelCustomer},
		context:  contextInvoice,
	},
	newsRenewed: {
		headline: "Renewed · {amount} · {product} · {who}",
		tone:     PaleGreen,
		context:  contextSince,
	},
	newsUsage: {
		headline: "Usage billed · {amount} · {product} · {who}",
		tone:     PaleGreen,
		context:  contextSince,
	},
	newsPlanCharge: {
		headline: "Plan change paid · {amount} · {product} · {who}",
		tone:     Green,
		fields:   []label{labelPaid, labelCustomer},
		context:  contextInvoice,
	},
	newsLastCharge: {
		headline: "Last charge · {amount} · {product} · {who}",
		tone:     PaleGreen,
		fields:   []label{labelCustomer},
		context:  contextSince,
	},
	newsOrder: {
		headline: "{amount} · {product} · {who}",
		tone:     Grey, state: "{order status}",
		fields: []label{labelCustomer},
	},

	newsRefunded: {
		headline: "Refunded · {refunded}[ of {total}] · {product} · {who}",
		tone:     Red, unsaid: refundTypes,
		fields:  []label{labelRefundWhy, labelLeft, labelCustomer},
		context: contextTax,
	},
	newsRefundedAll: {
		headline: "Refunded · {refunded} in full · {product} · {who}",
		tone:     Red, unsaid: refundTypes,
		fields:  []label{labelRefundWhy, labelCustomer},
		context: contextTax,
	},
	newsRefundPending: {
		headline: "Refund pending · {refund}[ of {total}] · {product} · {who}",
		tone:     Amber, state: "pending",
		fields:  []label{labelRefundWhy, labelCustomer},
		context: contextTax,
	},
	newsRefundFailed: {
		headline: "Refund failed · {refund}[ of {total}] · {product} · {who}",
		tone:     Amber, state: "failed",
		fields:  []label{labelRefundWhy, labelCustomer},
		note:    "The money has not gone back; look at it in Polar.",
		context: contextTax,
	},
	newsRefundCanceled: {
		headline: "Refund canceled · {refund}[ of {total}] · {product} · {who}",
		tone:     Amber, state: "canceled",
		fields:  []label{labelRefundWhy, labelCustomer},
		context: contextTax,
	},

	newsRefund: {
		headline: "{refund}[ of {total}] · {product} · {who}",
		tone:     Grey, state: "{refund status}",
		fields:  []label{labelRefundWhy, labelCustomer},
		context: contextTax,
	},

	newsPastDue: {
		headline: "Renewal failed · {amount} · {product} · {who}",
		tone:     Red,
		fields:   []label{labelNextTries, labelCustomer},
		note:     "Polar retries by itself; a new card in the customer portal is charged at once.",
		context:  contextSince,
	},
	newsRecovered: {
		headline: "Recovered · {amount} · {product} · {who} · after {lasted}",
		tone:     Green,
		fields:   []label{labelCustomer},
		context:  contextSince,
	},
	newsCancels: {
		headline: "Cancels[ on {ends}] · {plan} · {who}",
		tone:     Amber,
		fields:   []label{labelReason, labelCustomer},
		context:  contextSince,
	},
	newsCanceled: {
		headline: "Canceled at once · {plan} · {who}",
		tone:     Amber,
		fields:   []label{labelReason, labelCustomer},
		context:  contextSince,
	},
	newsUncanceled: {
		headline: "Uncanceled · stays on {plan} · {who}",
		tone:     Green, unsaid: "subscription.uncanceled",
		fields:  []label{labelCustomer},
		context: contextSince,
	},
	newsEnded: {
		headline: "Ended · {product} · {who}[ (canceled on {canceled})]",
		tone:     Grey, unsaid: "subscription.revoked",
		fields:  []label{labelReason, labelCustomer},
		context: contextSince,
	},
	newsLost: {
		headline: "Lost, unpaid · {plan} · {who}",
		tone:     Red,
		fields:   []label{labelCustomer},
		context:  contextSince,
	},
	newsPauses: {
		headline: "Pauses[ on {period end}] · {plan} · {who}",
		tone:     Blue,
		fields:   []label{labelCustomer},
		context:  contextSince,
	},
	newsUnpauses: {
		headline: "Pause called off · stays on {plan} · {who}",
		tone:     Blue,
		fields:   []label{labelCustomer},
		context:  contextSince,
	},
	newsPaused: {
		headline: "Paused[ until {resumes}] · {plan} · {who}",
		tone:     Blue,
		fields:   []label{labelCustomer},
		context:  contextSince,
	},
	newsResumed: {
		headline: "Resumed · {plan} · {who}",
		tone:     Blue, unsaid: "subscription.resumed",
		fields:  []label{labelPaidToday, labelCustomer},
		context: contextSince,
	},
	newsUpgraded: {
		headline: "Upgraded · {products} · {prices} · {who}",
		tone:     Green,
		fields:   []label{labelPaidToday, labelTakesEffect, labelSeats, labelCustomer},
		context:  contextSince,
	},
	newsDowngraded: {
		headline: "Downgraded · {products} · {prices} · {who}",
		tone:     Amber,
		fields:   []label{labelPaidToday, labelTakesEffect, labelSeats, labelCustomer},
		context:  contextSince,
	},
	newsSwitched: {
		headline: "Plan changed · {products} · {prices} · {who}",
		tone:     Blue,
		fields:   []label{labelPaidToday, labelTakesEffect, labelSeats, labelCustomer},
		context:  contextSince,
	},
	newsMoreSeats: {
		headline: "Seats {seats change} · {product} · {prices} · {who}",
		tone:     Green,
		fields:   []label{labelPaidToday, labelTakesEffect, labelCustomer},
		context:  contextSince,
	},
	newsFewerSeats: {
		headline: "Seats {seats change} · {product} · {prices} · {who}",
		tone:     Amber,
		fields:   []label{labelPaidToday, labelTakesEffect, labelCustomer},
		context:  contextSince,
	},
	newsActive: {
		headline: "Active · {plan} · {who}",
		tone:     PaleGreen, unsaid: startTypes,
		fields:  []label{labelCustomer},
		context: contextSince,
	},
	newsCycled: {
		headline: "New billing period · {plan} · {who}",
		tone:     Grey, silent: true,
		fields:  []label{labelCustomer},
		context: contextID,
	},

	newsCheckoutOpen: {
		headline: "Checkout open · {offer} · {who}",
		tone:     Grey, silent: true, state: "open",
		fields:  []label{labelCustomer, labelDiscount},
		context: contextID,
	},
	newsCheckoutPaying: {
		headline: "Checkout confirmed, payment under way · {offer} · {who}",
		tone:     Grey, silent: true, state: "confirmed, payment under way",
		fields:  []label{labelCustomer, labelDiscount},
		context: contextID,
	},
	newsCheckoutDeclined: {
		headline: "Payment did not go through[ ({times})] · {offer} · {who}",
		tone:     Amber,
		fields:   []label{labelCustomer, labelDiscount},
		note:     "The buyer can try again: a declined card and a confirmation broken off look the same from here.",
		context:  contextID,
	},
	newsCheckoutFailed: {
		headline: "Checkout failed · {offer} · {who}",
		tone:     Amber, state: "failed",
		fields:  []label{labelCustomer, labelDiscount},
		context: contextID,
	},
	newsCheckoutLeft: {
		headline: "Left at checkout · {offer} · {who}",
		tone:     Amber, silent: true,
		fields:  []label{labelCustomer, labelDiscount},
		context: contextID,
	},
	newsCheckoutDone: {
		headline: "Checkout completed · {offer} · {who}",
		tone:     Grey, silent: true, state: "completed",
		fields:  []label{labelCustomer, labelDiscount},
		context: contextID,
	},

	newsParked: {
		headline: "{destination} stopped · {fault} · {waiting}",
		tone:     Red,
		fields:   []label{labelCure},
	},
	newsWorks: {
		headline: "{destination} works again · {delivered}",
		tone:     Green,
	},

	newsBasic: {
		headline: "{title} · {email} · {holder}",
		tone:     Grey, silent: true,
		fields:  []label{labelStatus, labelError, labelPlainReason, labelPlainAmount, labelCode, labelRole, labelProduct, labelType, labelHolder, labelSeats},
		context: contextID,
	},
}

// Words within facts.
const (
	wordTeam        = "a team customer"
	wordFree        = "free"
	wordPaid        = "paid"
	wordRenewal     = "renewal"
	wordFirstCharge = "first charge"
	wordFromBalance = " from the customer's balance"
	wordOldDebt     = " of it an old balance"
	wordTaxIncluded = "amounts include tax"
	wordOneWaits    = "1 event waits and is not lost"
	wordWait        = " wait, none is lost"
	wordDelivered   = " delivered"
)

// Marks go before the headline of what is not revenue.
const (
	markSample = "SAMPLE" + separator
	markTest   = "TEST" + separator
)

// What strangers read: the words of a public card.
const (
	publicSale         = "Someone[ in {country}] bought {product}"
	publicSaleOf       = "Someone[ in {country}] bought something"
	publicSubscription = "Someone[ in {country}] subscribed[ to {product}]"
)
