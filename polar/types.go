package polar

import (
	"strings"
	"time"
)

// Amounts are in the currency's smallest unit as Polar counts it; nil means
// that the payload does not say. Payloads come in three dialects, of 2024, of
// 2025 and of today; complete fills in what a dialect lacks from other fields.

// Order is one invoice: a purchase, a renewal or a change of plan.
type Order struct {
	ID                   string        `json:"id"`
	CreatedAt            Time          `json:"created_at"`
	Status               string        `json:"status"` // draft, pending, paid, refunded, partially_refunded, void; "" in 2024
	SubtotalAmount       *int64        `json:"subtotal_amount"`
	DiscountAmount       *int64        `json:"discount_amount"` // what came off this order
	NetAmount            *int64        `json:"net_amount"`
	Amount               *int64        `json:"amount"` // deprecated: the same as NetAmount
	TaxAmount            *int64        `json:"tax_amount"`
	TotalAmount          *int64        `json:"total_amount"`
	AppliedBalanceAmount *int64        `json:"applied_balance_amount"` // negative: the customer's balance paid; positive: an old debt was added
	DueAmount            *int64        `json:"due_amount"`             // what the card is charged
	RefundedAmount       *int64        `json:"refunded_amount"`        // cumulative, without RefundedTaxAmount
	RefundedTaxAmount    *int64        `json:"refunded_tax_amount"`
	FeeAmount            *int64        `json:"platform_fee_amount"` // Polar's; 0 until Polar books it
	FeeCurrency          string        `json:"platform_fee_currency"`
	Currency             string        `json:"currency"`
	BillingReason        string        `json:"billing_reason"`
	NextPaymentAttemptAt Time          `json:"next_payment_attempt_at"` // of one whose payment failed
	BillingName          string        `json:"billing_name"`
	BillingAddress       *Address      `json:"billing_address"`
	InvoiceNumber        string        `json:"invoice_number"`
	Description          string        `json:"description"`
	Seats                *int64        `json:"seats"`
	Units                *int64        `json:"units"`
	CustomerID           string        `json:"customer_id"`
	ProductID            string        `json:"product_id"`
	SubscriptionID       string        `json:"subscription_id"`
	CheckoutID           string        `json:"checkout_id"`
	CustomFieldData      Fields        `json:"custom_field_data"`
	Metadata             Fields        `json:"metadata"`
	Customer             *Customer     `json:"customer"`
	User                 *User         `json:"user"` // deprecated: who bought, in 2024
	Product              *Product      `json:"product"`
	ProductPrice         *Price        `json:"product_price"` // deprecated
	Discount             *Discount     `json:"discount"`
	Subscription         *Subscription `json:"subscription"`
	Items                []Item        `json:"items"`
}

// Item is one line of an order; the times bound the period it bills.
type Item struct {
	Label string `json:"label"`
	Start Time   `json:"start_timestamp"`
	End   Time   `json:"end_timestamp"`
}

// Checkout is a visit to Polar's payment page.
type Checkout struct {
	ID             string    `json:"id"`
	URL            string    `json:"url"` // its host tells sandbox from production
	CreatedAt      Time      `json:"created_at"`
	ExpiresAt      Time      `json:"expires_at"`
	Amount         *int64    `json:"amount"` // before discount and tax
	DiscountAmount *int64    `json:"discount_amount"`
	NetAmount      *int64    `json:"net_amount"`
	TaxAmount      *int64    `json:"tax_amount"` // nil: not known yet
	TotalAmount    *int64    `json:"total_amount"`
	Currency       string    `json:"currency"`
	FreePrice      bool      `json:"is_free_product_price"`
	ProductID      string    `json:"product_id"`
	CustomerName   string    `json:"customer_name"`
	CustomerEmail  string    `json:"customer_email"`
	ExternalID     string    `json:"external_customer_id"` // the merchant's own
	BillingName    string    `json:"customer_billing_name"`
	BillingAddress *Address  `json:"customer_billing_address"`
	Product        *Product  `json:"product"`
	Prices         []Price   `json:"prices"`
	Discount       *Discount `json:"discount"`
	TrialEnd       Time      `json:"trial_end"`
	Seats          *int64    `json:"seats"`
	Units          *int64    `json:"units"`
	Metadata       Fields    `json:"metadata"`
}

// Subscription is a customer's standing agreement. Amount is what one period
// costs before tax and after the discount; see ListPrice.
type Subscription struct {
	ID                          string    `json:"id"`
	CreatedAt                   Time      `json:"created_at"`
	Status                      string    `json:"status"` // incomplete, incomplete_expired, trialing, active, past_due, canceled, unpaid, paused
	Amount                      *int64    `json:"amount"`
	Currency                    string    `json:"currency"`
	RecurringInterval           string    `json:"recurring_interval"` // day, week, month, year
	RecurringIntervalCount      int64     `json:"recurring_interval_count"`
	CurrentPeriodEnd            Time      `json:"current_period_end"`
	TrialEnd                    Time      `json:"trial_end"`
	StartedAt                   Time      `json:"started_at"`
	CanceledAt                  Time      `json:"canceled_at"` // Polar nulls it when the customer stays
	EndsAt                      Time      `json:"ends_at"`
	EndedAt                     Time      `json:"ended_at"`
	PastDueAt                   Time      `json:"past_due_at"` // Polar nulls it when the payment comes in
	ResumesAt                   Time      `json:"resumes_at"`
	CustomerID                  string    `json:"customer_id"`
	ProductID                   string    `json:"product_id"`
	CheckoutID                  string    `json:"checkout_id"`
	DiscountID                  string    `json:"discount_id"`
	CustomerCancellationReason  string    `json:"customer_cancellation_reason"`
	CustomerCancellationComment string    `json:"customer_cancellation_comment"`
	Seats                       *int64    `json:"seats"`
	Units                       *int64    `json:"units"`
	Customer                    *Customer `json:"customer"`
	User                        *User     `json:"user"`
	Product                     *Product  `json:"product"`
	Prices                      []Price   `json:"prices"`
	Discount                    *Discount `json:"discount"`
}

// Pending is a change of plan that takes effect later; what stays is empty.
type Pending struct {
	AppliesAt Time   `json:"applies_at"`
	ProductID string `json:"product_id"`
	Seats     *int64 `json:"seats"`
	Units     *int64 `json:"units"`
}

// Refund is money going back; Amount is without its TaxAmount.
type Refund struct {
	ID         string   `json:"id"`
	CreatedAt  Time     `json:"created_at"`
	Reason     string   `json:"reason"`
	Amount     *int64   `json:"amount"`
	TaxAmount  *int64   `json:"tax_amount"`
	Currency   string   `json:"currency"`
	OrderID    string   `json:"order_id"`
	CustomerID string   `json:"customer_id"`
	Dispute    *Dispute `json:"dispute"` // of a chargeback that the refund prevented
}

// Dispute is what a card network says of a payment.
type Dispute struct {
	Reason string `json:"reason"`
}

// Customer is who buys; Name and Email may both be empty for a team.
type Customer struct {
	ID             string   `json:"id"`
	CreatedAt      Time     `json:"created_at"`
	ExternalID     string   `json:"external_id"` // the merchant's own
	Email          string   `json:"email"`
	Name           string   `json:"name"`
	BillingName    string   `json:"billing_name"`
	BillingAddress *Address `json:"billing_address"`
}

// User is the customer as the 2024 dialect had it.
type User struct {
	ID         string `json:"id"`
	Email      string `json:"email"`
	PublicName string `json:"public_name"`
}

// Address is a billing address; only the country is ever shown.
type Address struct {
	Country string `json:"country"` // ISO 3166-1 alpha-2
}

// Product is what is sold.
type Product struct {
	ID     string  `json:"id"`
	Name   string  `json:"name"`
	Prices []Price `json:"prices"`
}

// Title is the name without the spaces around it; "" of a product that is nil.
func (p *Product) Title() string {
	if p == nil {
		return ""
	}
	return strings.TrimSpace(p.Name)
}

// AllPrices are none of a product that is nil.
func (p *Product) AllPrices() []Price {
	if p == nil {
		return nil
	}
	return p.Prices
}

// Discount is the price cut of an order, a subscription or a checkout. What a
// fixed one takes off is the order's own DiscountAmount: its amount here is in
// the organization's default currency.
type Discount struct {
	Name             string `json:"name"`
	Code             string `json:"code"`
	BasisPoints      *int64 `json:"basis_points"` // of a percentage: 1000 is 10 %
	Duration         string `json:"duration"`     // once, forever, repeating
	DurationInMonths int64  `json:"duration_in_months"`
}

// Fields is what a buyer filled in besides, by the field's slug. Each value is
// a string, a Number or a bool, and nil if the payload has anything else.
type Fields map[string]any

// Number is a number as it was typed, since a float64 would round it.
type Number string

// Time is an instant; what is not RFC 3339 text is read as the zero time.
type Time struct{ time.Time }
