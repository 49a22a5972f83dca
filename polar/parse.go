package polar

import (
	"errors"
	"time"
)

// Why Parse refuses a body.
var (
	ErrNotJSON  = errors.New("not JSON")
	ErrNotEvent = errors.New("not a Polar event: no text \"type\" or no object \"data\"")
)

// delivered is as much of any object as a Delivery tells.
type delivered struct {
	ID                string    `json:"id"`
	CreatedAt         Time      `json:"created_at"`
	ModifiedAt        Time      `json:"modified_at"`
	Status            string    `json:"status"`
	Amount            *int64    `json:"amount"`
	Currency          string    `json:"currency"`
	NetAmount         *int64    `json:"net_amount"`
	RefundedAmount    *int64    `json:"refunded_amount"`
	RefundedTax       *int64    `json:"refunded_tax_amount"`
	Seats             *int64    `json:"seats"`
	Units             *int64    `json:"units"`
	Prices            []Price   `json:"prices"`
	Discount          *Discount `json:"discount"`
	DiscountID        string    `json:"discount_id"`
	TrialEnd          Time      `json:"trial_end"`
	PendingUpdate     *Pending  `json:"pending_update"`
	Interval          string    `json:"recurring_interval"`
	Intervals         int64     `json:"recurring_interval_count"`
	BillingReason     string    `json:"billing_reason"`
	CancelAtPeriodEnd bool      `json:"cancel_at_period_end"`
	EndsAt            Time      `json:"ends_at"`
	CurrentPeriodEnd  Time      `json:"current_period_end"`
	PauseAtPeriodEnd  bool      `json:"pause_at_period_end"`
	CustomerEmail     string    `json:"customer_email"`
	CheckoutID        string    `json:"checkout_id"`
	OrderID           string    `json:"order_id"`
	ProductID         string    `json:"product_id"`
	SubscriptionID    string    `json:"subscription_id"`
	Product           Product   `json:"product"`
	Customer          addressed `json:"customer"`
	User              addressed `json:"user"`
}

type addressed struct {
	Email string `json:"email"`
}

type envelope struct {
	Type       string     `json:"type"`
	Timestamp  Time       `json:"timestamp"`
	APIVersion string     `json:"api_version"`
	Provider   string     `json:"provider"` // of subscription.migrated
	Data       *delivered `json:"data"`
}

// Parse reads what a signed body says about itself. A buyer waits meanwhile,
// so it decodes no more than that. An unknown type is an event too; the error
// is ErrNotJSON or, for a body without a text "type" and an object "data",
// ErrNotEvent.
func Parse(body []byte) (Delivery, error) {
	var e envelope
	if !decode(body, &e) {
		return Delivery{}, ErrNotJSON
	}
	if e.Type == "" || e.Data == nil {
		return Delivery{}, ErrNotEvent
	}
	d := Delivery{Type: typeName(e.Type), At: e.at(), APIVersion: APIVersion(e.APIVersion)}
	d.Object = objectKey(d.Type, e.Data.ID, body)
	d.Subject = e.subject(d.Object)
	d.State = e.Data.state(family(d.Type))
	d.State.Provider = bounded(e.Provider, maxID)
	d.State.Sent = e.sent(d.At)
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
