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
	if !ok {
		k = newsRefund
	}
	return news{kind: k, at: last.at, track: t, update: t.onlyUpdated() && len(t.steps) == 1}, !last.old
}

// orderRefundNews finds a refund in an order's growing sum of refunds, for
// those who do not receive the refunds themselves.
func orderRefundNews(t *track) (news, bool) {
	last, first := t.last(), t.steps[0]
	n := news{kind: newsRefunded, at: last.at, track: t}
	for i := len(t.steps) - 1; i > 0 && (last.brief.Refunded > 0 || isRefunded(last.brief)); i-- {
		before, now := t.steps[i-1].brief, t.steps[i].brief
		if now.Refunded > before.Refunded || isRefunded(now) && !isRefunded(before) {
			n.at = t.steps[i].at
			return n, !t.steps[i].old
		}
	}
	if isRefunded(last.brief) {
		n.at, n.update = first.at, t.onlyUpdated()
		return n, !first.old
	}
	return n, t.deliveries[len(t.deliveries)-1].Type == "order.refunded"
}

// isRefunded goes by the status, which knows of refunds without a sum, and of
// no refund where there is only a placeholder for one.
func isRefunded(b polar.Brief) bool {
	return b.Status == "refunded" || b.Status == "partially_refunded" || b.Refunded > 0 && b.Status != "paid"
}

// refundsOf sums up an order's refunds that succeeded, as far as they are told
// one by one: without and with tax.
func refundsOf(order string, refunds []*track) (net, gross int64) {
	for _, t := range refunds {
		if t.last().brief.Status != "succeeded" {
			continue
		}
		r := t.body().Refund()
		if strings.EqualFold("order:"+r.OrderID, order) {
			net += amountOr0(r.Amount)
			gross += amountOr0(r.Amount) + amountOr0(r.TaxAmount)
		}
	}
	return net, gross
}

// refundedInAll is what went back to the buyer of an order, tax included, or 0
// if that is not known. The refunds and the order's own sum arrive one after
// the other: the larger of the two is up to date.
func refundedInAll(order string, o *polar.Order, refunds []*track) int64 {
	_, gross := refundsOf(order, refunds)
	own := amountOr0(o.RefundedAmount) + amountOr0(o.RefundedTaxAmount)
	if own == 0 && o.Status == "refunded" {
		own = amountOr0(o.TotalAmount)
	}
	return max(gross, own)
}

func amountOr0(amount *int64) int64 {
	if amount == nil {
		return 0
	}
	return *amount
}
