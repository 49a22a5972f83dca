package formatter

import (
	"strings"

	"polarbell/polar"
)

var refundStatuses = map[string]kind{
	"succeeded": newsRefunded, "pending": newsRefundPending,
	"failed": newsRefundFailed, "canceled": newsRefundCanceled,
}

// refundNews is what became of one refund.
func refundNews(t *track) (news, bool) {
	last := t.last()
	k, ok := refundStatuses[last.brief.Status]
	if !ok || last.old {
		return news{}, false
	}
	return news{kind: k, at: last.at, track: t, update: t.onlyUpdated() && len(t.steps) == 1}, true
}

// orderRefundNews finds a refund in an order's growing sum of refunds, for
// those who do not receive the refunds themselves.
func orderRefundNews(t *track) (news, bool) {
	if t.last().brief.Refunded == 0 {
		return news{}, false
	}
	for i := len(t.steps) - 1; i >= 0; i-- {
		var before int64
		if i > 0 {
			before = t.steps[i-1].brief.Refunded
		}
		if s := t.steps[i]; s.brief.Refunded > before {
			return news{kind: newsRefunded, at: s.at, track: t, update: i == 0 && t.onlyUpdated()}, !s.old
		}
	}
	return news{}, false
}

// refundsOf sums up an order's refunds that succeeded, as far as they are told
// one by one: without and with tax.
func refundsOf(order string, refunds []*track) (net, gross int64) {
	for _, t := range refunds {
		if t.last().brief.Status != "succeeded" {
			continue
		}
		r := t.decode().Refund()
		if strings.EqualFold("order:"+r.OrderID, order) {
			net += amountOr0(r.Amount)
			gross += amountOr0(r.Amount) + amountOr0(r.TaxAmount)
		}
	}
	return net, gross
}

// refundedInAll is what went back to the buyer of an order, tax included. The
// refunds and the order's own sum arrive one after the other: the larger of
// the two is up to date.
func refundedInAll(order string, o *polar.Order, refunds []*track) int64 {
	_, gross := refundsOf(order, refunds)
	return max(gross, amountOr0(o.RefundedAmount)+amountOr0(o.RefundedTaxAmount))
}

func amountOr0(amount *int64) int64 {
	if amount == nil {
		return 0
	}
	return *amount
}
