package formatter

import (
	"strconv"
	"time"
)

// mustPaid is the key of a purchase that is paid, or starts free.
const mustPaid = "paid"

// must is the key of news that people must not miss. It holds what tells this
// news from the next of its kind.
func (f *facts) must() string {
	when := func(t time.Time) string { return strconv.FormatInt(t.Unix(), 10) }
	switch f.kind {
	case newsPaid, newsSubscriber, newsTrial, newsFree:
		return mustPaid
	case newsRefunded, newsRefundedAll:
		return "refunded:" + strconv.FormatInt(f.refunded, 10)
	case newsRefundPending, newsRefundFailed, newsRefundCanceled:
		return "refund " + f.refund.Status + ":" + f.refund.ID
	case newsCheckoutDeclined, newsCheckoutFailed:
		return "declined:" + strconv.Itoa(f.times)
	case newsPastDue:
		return "past due:" + when(f.time)
	case newsRecovered:
		return "recovered:" + when(f.dueSince)
	case newsCancels:
		return "cancels:" + when(f.time)
	case newsUncanceled:
		return "uncanceled:" + when(f.time)
	case newsCanceled, newsEnded, newsLost:
		return "ended"
	case newsParked, newsWorks:
		return "destination:" + when(f.time)
	}
	return ""
}

// sale is what a paid order brought, where the card is about that.
func (f *facts) sale() *Money {
	switch f.kind {
	case newsRefunded, newsRefundedAll, newsRefundPending, newsRefundFailed, newsRefundCanceled, newsRefund:
		return nil
	}
	amount := amountOr0(f.charged())
	if orderStatuses[f.invoice.Status] != newsPaid || amount <= 0 {
		return nil
	}
	return &Money{Amount: amount, Currency: f.invoice.Currency}
}
