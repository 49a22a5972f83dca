package ledger_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"polarbell/internal/polartest"
	"polarbell/ledger"
)

// plain is what a list of deliveries says, added up in the plainest way.
type plain struct {
	orders  map[string]*plainOrder
	refunds map[string]*object
}

type plainOrder struct {
	newest object
	waited bool
	paid   time.Time // the oldest paid state
}

type object struct {
	ID          string
	Created     time.Time `json:"created_at"`
	Modified    time.Time `json:"modified_at"`
	Status      string
	Currency    string
	Reason      string `json:"billing_reason"`
	Total       int64  `json:"total_amount"`
	Net         int64  `json:"net_amount"`
	Tax         int64  `json:"tax_amount"`
	Fee         int64  `json:"platform_fee_amount"`
	Refunded    int64  `json:"refunded_amount"`
	RefundedTax int64  `json:"refunded_tax_amount"`
	Amount      int64
	Order       string `json:"order_id"`
	Customer    string `json:"customer_id"`
}

func (o object) at() time.Time {
	if o.Modified.IsZero() {
		return o.Created
	}
	return o.Modified
}

func (o object) isPaid() bool {
	return slices.Contains([]string{"paid", "refunded", "partially_refunded"}, o.Status)
}

func plainly(sent []polartest.Delivery) plain {
	p := plain{map[string]*plainOrder{}, map[string]*object{}}
	for _, d := range sent {
		var event struct{ Data object }
		if err := json.Unmarshal(d.Body, &event); err != nil {
			panic(err)
		}
		o := event.Data
		switch family, _, _ := strings.Cut(d.Type, "."); family {
		case "order":
			p.addOrder(o)
		case "refund":
			if r := p.refunds[o.ID]; r == nil || !o.at().Before(r.at()) {
				p.refunds[o.ID] = &o
			}
		}
	}
	return p
}

func (p plain) addOrder(o object) {
	of := p.orders[o.ID]
	if of == nil {
		of = &plainOrder{}
		p.orders[o.ID] = of
	}
	if !o.at().Before(of.newest.at()) {
		of.newest = o
	}
	of.waited = of.waited || o.Status == "pending"
	if o.isPaid() && (of.paid.IsZero() || o.at().Before(of.paid)) {
		of.paid = o.at()
	}
}

func (o plainOrder) paidAt() time.Time {
	if o.waited {
		return o.paid
	}
	return o.newest.Created
}

func (p plain) paidIn(from, to time.Time) (paid []plainOrder) {
	for _, o := range p.orders {
		if at := o.paidAt(); o.newest.isPaid() && !at.Before(from) && at.Before(to) && o.newest.Total != 0 {
			paid = append(paid, *o)
		}
	}
	return paid
}

// sums are those of a period as the ledger gives them.
func (p plain) sums(from, to time.Time) string {
	sums := map[string]*ledger.Sum{}
	for _, o := range p.paidIn(from, to) {
		s := sums[o.newest.Currency]
		if s == nil {
			s = &ledger.Sum{Currency: o.newest.Currency}
			sums[o.newest.Currency] = s
		}
		s.Total, s.Net, s.Tax = s.Total+o.newest.Total, s.Net+o.newest.Net, s.Tax+o.newest.Tax
		if o.newest.Total > 0 {
			s.Orders++
		}
		if o.newest.Total > 0 && o.newest.Fee > 0 {
			s.FeeKnown++
			s.Fee += o.newest.Fee
			s.Kept += o.newest.Net - o.newest.Fee
		}
	}
	return listed(sums)
}

// refundSums are those of a period. All shops here send their refunds.
func (p plain) refundSums(from, to time.Time) string {
	sums := map[string]*ledger.RefundSum{}
	for _, r := range p.refunds {
		if r.Status != "succeeded" || r.Created.Before(from) || !r.Created.Before(to) {
			continue
		}
		s := sums[r.Currency]
		if s == nil {
			s = &ledger.RefundSum{Currency: r.Currency}
			sums[r.Currency] = s
		}
		s.Refunds++
		s.Amount += r.Amount + r.Tax
	}
	return listed(sums)
}

func listed[T any](byCurrency map[string]*T) string {
	all := []T{}
	for _, currency := range []string{"eur", "jpy", "usd"} {
		if s := byCurrency[currency]; s != nil {
			all = append(all, *s)
		}
	}
	return fmt.Sprint(all)
}
