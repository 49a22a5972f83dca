package formatter

import (
	"time"

	"polarbell/polar"
)

// news is one thing that happened to one object.
type news struct {
	kind     kind
	at       time.Time   // by which the newest is found
	track    *track      // of the object it happened to
	before   polar.Brief // the state it changed; zero if unknown
	dueSince time.Time   // of newsRecovered: since when a payment was due
	times    int         // of newsCheckoutDeclined: how often

	// update marks an object first heard of through *.updated: what it tells
	// may be an old story, so it is told as an update and never as a sale.
	update bool
}

// kind is what a piece of news is about.
type kind int

const (
	newsNone kind = iota

	newsPaid       // a purchase, once
	newsWaiting    // an order or a subscription not paid yet
	newsVoid       // one that never will be
	newsFree       // a purchase or a subscription of 0
	newsSubscriber // a subscription that is paid from the start
	newsTrial
	newsConverted // the first charge after a trial
	newsRenewed
	newsUsage      // metered usage billed within a period
	newsPlanCharge // a change of plan billed at once, the change itself unknown
	newsLastCharge // billed when the subscription has ended
	newsOrder      // an order in a state unknown to us

	newsRefunded
	newsRefundedAll
	newsRefundPending
	newsRefundFailed
	newsRefundCanceled
	newsRefund // a refund in a state unknown to us

	newsPastDue
	newsRecovered
	newsCancels  // at the end of the period
	newsCanceled // at once
	newsUncanceled
	newsEnded // as canceled before
	newsLost  // after payments that failed
	newsPauses
	newsUnpauses
	newsPaused
	newsResumed
	newsUpgraded
	newsDowngraded
	newsSwitched // another product at the same price, or at an unknown one
	newsMoreSeats
	newsFewerSeats
	newsActive // active, and since when is not known
	newsCycled

	newsCheckoutOpen
	newsCheckoutPaying
	newsCheckoutDeclined // back from paying to open
	newsCheckoutFailed
	newsCheckoutLeft
	newsCheckoutDone

	newsParked
	newsWorks

	newsBasic
	kinds // how many there are
)
