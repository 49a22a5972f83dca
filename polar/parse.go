package polar

import (
	"errors"
	"strings"
	"time"
)

// Why a body is no delivery.
var (
	ErrNotJSON   = errors.New("not JSON")
	ErrNoEvent   = errors.New("no Polar event")
	ErrFormatted = errors.New("a message in Polar's Slack or Discord format")
)

// delivered is as much of any object as a Delivery tells.
type delivered struct {
	ID                string  `json:"id"`
	CreatedAt         Time    `json:"created_at"`
	ModifiedAt        Time    `json:"modified_at"`
	Status            string  `json:"status"`
	Amount            *int64  `json:"amount"`
	NetAmount         *int64  `json:"net_amount"`
	RefundedAmount    *int64  `json:"refunded_amount"`
	Seats             *int64  `json:"seats"`
	Interval          string  `json:"recurring_interval"`
	Intervals         int64   `json:"recurring_interval_count"`
	BillingReason     string  `json:"billing_reason"`
	CancelAtPeriodEnd bool    `json:"cancel_at_period_end"`
	PauseAtPeriodEnd  bool    `json:"pause_at_period_end"`
	CustomerEmail     string  `json:"customer_email"`
	CheckoutID        string  `json:"checkout_id"`
	OrderID           string  `json:"order_id"`
	ProductID         string  `json:"product_id"`
	SubscriptionID    string  `json:"subscription_id"`
	Product           Product `json:"product"`
}

type envelope struct {
	Type      string     `json:"type"`
	Timestamp Time       `json:"timestamp"`
	Data      *delivered `json:"data"`
}

// Parse reads what a signed body says about itself. A buyer waits meanwhile,
// so it decodes no more than that. An unknown type is an event too; the error
// is ErrNotJSON, ErrFormatted or, for any other body without a text "type" and
// an object "data", ErrNoEvent. The Delivery holds no part of the body.
func Parse(body []byte) (Delivery, error) {
	var e envelope
	if !decode(body, &e) {
		return Delivery{}, ErrNotJSON
	}
	if e.Type == "" || e.Data == nil {
		return Delivery{}, noEvent(body)
	}
	d := Delivery{Type: typeName(e.Type), At: e.at()}
	d.Object = objectKey(d.Type, e.Data.ID, body)
	d.Subject, d.Follows = e.subject(d.Object)
	d.Brief = e.Data.brief(family(d.Type))
	for _, part := range []*string{&d.Type, &d.Brief.Status, &d.Brief.Product, &d.Brief.ProductID, &d.Brief.Interval} {
		*part = strings.Clone(*part)
	}
	return d, nil
}

func (e envelope) at() time.Time {
	for _, t := range []Time{e.Data.ModifiedAt, e.Data.CreatedAt} {
		if !t.IsZero() {
			return t.Time
		}
	}
	return e.Timestamp.Time
}

// noEvent says why a body is none. Polar posts Slack and Discord messages to
// endpoints that are not set to the Raw format: they are told by their keys.
func noEvent(body []byte) error {
	s, err := newScanner(body), ErrNoEvent
	whole := s.whole(func() {
		if s.next() != '{' {
			s.value()
			return
		}
		s.object(func(name string) {
			switch name {
			case "text", "blocks", "content", "embeds":
				err = ErrFormatted
			}
			s.value()
		})
	})
	if !whole {
		return ErrNotJSON
	}
	return err
}

func (o delivered) brief(family string) Brief {
	b := Brief{Status: bounded(o.Status, maxID)}
	switch family {
	case "subscription":
		b.Canceling, b.Pausing = o.CancelAtPeriodEnd, o.PauseAtPeriodEnd
		b.Product, b.ProductID = bounded(o.Product.Name, maxName), key(o.ProductID)
		b.Amount, b.Seats = o.Amount, o.Seats
		b.Interval = bounded(o.Interval, maxID)
		if o.Intervals > 1 {
			b.Intervals = o.Intervals
		}
	case "checkout":
		b.Email = o.CustomerEmail != ""
	case "order":
		b.Status = orderStatus(b.Status, o.NetAmount, o.Amount)
		if o.RefundedAmount != nil {
			b.Refunded = *o.RefundedAmount
		}
	}
	return b
}
