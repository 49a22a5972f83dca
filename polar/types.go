package polar

import "time"

// Amounts are in the currency's smallest unit as Polar counts it; nil means
// that the payload does not say. Dialects: 2024-11, 2025, today; what a
// dialect lacks is filled in by complete where another field tells it.

// Order is one invoice: a purchase, a renewal or a change of plan.
type Order struct {
	ID                   string        `json:"id"`
	CreatedAt            Time          `json:"created_at"`
	ModifiedAt           Time          `json:"modified_at"`
	Status               string        `json:"status"` // draft, pending, paid, refunded, partially_refunded, void; "" in 2024
	SubtotalAmount       *int64        `json:"subtotal_amount"`
	DiscountAmount       *int64        `json:"discount_amount"`
	NetAmount            *int64        `json:"net_amount"`
	Amount               *int64        `json:"amount"` // deprecated: the same as NetAmount
	TaxAmount            *int64        `json:"tax_amount"`
	TotalAmount          *int64        `json:"total_amount"`
	AppliedBalanceAmount *int64        `json:"applied_balance_amount"`
	DueAmount            *int64        `json:"due_amount"`
	RefundedAmount       *int64        `json:"refunded_amount"`
	RefundedTaxAmount    *int64        `json:"refunded_tax_amount"`
	Currency             string        `json:"currency"`
	BillingReason        string        `json:"billing_reason"`
	BillingName          string        `json:"billing_name"`
	BillingAddress       *Address      `json:"billing_address"`
	InvoiceNumber        string        `json:"invoice_number"`
	Description          string        `json:"description"`
	Seats                *int64        `json:"seats"`
	NextPaymentAttemptAt Time          `json:"next_payment_attempt_at"`
	CustomerID           string        `json:"customer_id"`
	ProductID            string        `json:"product_id"`
	SubscriptionID       string        `json:"subscription_id"`
	CheckoutID           string        `json:"checkout_id"`
	CustomFieldData      Fields        `json:"custom_field_data"`
	Customer             *Customer     `json:"customer"`
	User                 *User         `json:"user"` // deprecated: who bought, in 2024
	Product              *Product      `json:"product"`
	Discount             *Discount     `json:"discount"`
	Subscription         *Subscription `json:"subscription"`
	Items                []Item        `json:"items"`
}

// Item is one line of an order.
type Item struct {
	Label     string `json:"label"`
	Amount    *int64 `json:"amount"`
	TaxAmount *int64 `json:"tax_amount"`
	Proration bool   `json:"proration"`
}

// Checkout is a visit to Polar's payment page.
type Checkout struct {
	ID              string    `json:"id"`
	CreatedAt       Time      `json:"created_at"`
	ModifiedAt      Time      `json:"modified_at"`
	Status          string    `json:"status"` // open, expired, confirmed, succeeded, failed
	URL             string    `json:"url"`    // its host tells sandbox from production
	ExpiresAt       Time      `json:"expires_at"`
	Amount          *int64    `json:"amount"` // before discount and tax
	DiscountAmount  *int64    `json:"discount_amount"`
	NetAmount       *int64    `json:"net_amount"`
	TaxAmount       *int64    `json:"tax_amount"` // nil: not known yet
	TotalAmount     *int64    `json:"total_amount"`
	Currency        string    `json:"currency"`
	ProductID       string    `json:"product_id"`
	SubscriptionID  string    `json:"subscription_id"`
	CustomerID      string    `json:"customer_id"`
	CustomerName    string    `json:"customer_name"`
	CustomerEmail   string    `json:"customer_email"`
	BillingAddress  *Address  `json:"customer_billing_address"`
	CustomFieldData Fields    `json:"custom_field_data"`
	Product         *Product  `json:"product"`
	Discount        *Discount `json:"discount"`
	Seats           *int64    `json:"seats"`
}

// Subscription is a customer's standing agreement; Amount is the price of one
// interval before tax, 0 when free.
type Subscription struct {
	ID                          string    `json:"id"`
	CreatedAt                   Time      `json:"created_at"`
	ModifiedAt                  Time      `json:"modified_at"`
	Status                      string    `json:"status"` // incomplete, incomplete_expired, trialing, active, past_due, canceled, unpaid, paused
	Amount                      *int64    `json:"amount"`
	Currency                    string    `json:"currency"`
	RecurringInterval           string    `json:"recurring_interval"` // day, week, month, year
	RecurringIntervalCount      int64     `json:"recurring_interval_count"`
	CurrentPeriodStart          Time      `json:"current_period_start"`
	CurrentPeriodEnd            Time      `json:"current_period_end"`
	TrialStart                  Time      `json:"trial_start"`
	TrialEnd                    Time      `json:"trial_end"`
	CancelAtPeriodEnd           bool      `json:"cancel_at_period_end"`
	PauseAtPeriodEnd            bool      `json:"pause_at_period_end"`
	StartedAt                   Time      `json:"started_at"`
	CanceledAt                  Time      `json:"canceled_at"`
	EndsAt                      Time      `json:"ends_at"`
	EndedAt                     Time      `json:"ended_at"`
	PastDueAt                   Time      `json:"past_due_at"`
	PausedAt                    Time      `json:"paused_at"`
	ResumesAt                   Time      `json:"resumes_at"`
	CustomerID                  string    `json:"customer_id"`
	ProductID                   string    `json:"product_id"`
	CheckoutID                  string    `json:"checkout_id"`
	CustomerCancellationReason  string    `json:"customer_cancellation_reason"`
	CustomerCancellationComment string    `json:"customer_cancellation_comment"`
	Seats                       *int64    `json:"seats"`
	Customer                    *Customer `json:"customer"`
	User                        *User     `json:"user"`
	Product                     *Product  `json:"product"`
	Discount                    *Discount `json:"discount"`
	PendingUpdate               *Pending  `json:"pending_update"`
}

// Pending is a change of plan that takes effect later.
type Pending struct {
	AppliesAt Time   `json:"applies_at"`
	ProductID string `json:"product_id"`
	Seats     *int64 `json:"seats"`
}

// Refund is money going back; Amount is without its TaxAmount.
type Refund struct {
	ID             string `json:"id"`
	CreatedAt      Time   `json:"created_at"`
	ModifiedAt     Time   `json:"modified_at"`
	Status         string `json:"status"` // pending, succeeded, failed, canceled
	Reason         string `json:"reason"`
	Amount         *int64 `json:"amount"`
	TaxAmount      *int64 `json:"tax_amount"`
	Currency       string `json:"currency"`
	OrderID        string `json:"order_id"`
	SubscriptionID string `json:"subscription_id"`
	CustomerID     string `json:"customer_id"`
}

// Customer is who buys; Name and Email may both be empty for a team.
type Customer struct {
	ID             string   `json:"id"`
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
	ID                     string `json:"id"`
	Name                   string `json:"name"`
	RecurringInterval      string `json:"recurring_interval"`
	RecurringIntervalCount int64  `json:"recurring_interval_count"`
	IsRecurring            bool   `json:"is_recurring"`
}

// Discount is the price cut of an order or a checkout.
type Discount struct {
	Name        string `json:"name"`
	Code        string `json:"code"`
	Type        string `json:"type"`         // fixed, percentage
	BasisPoints *int64 `json:"basis_points"` // 1000 is 10 %
	Amount      *int64 `json:"amount"`
	Currency    string `json:"currency"`
}

// Fields is what a buyer filled in besides, by the field's slug.
type Fields map[string]any

// Time is an instant; what is no RFC 3339 text is read as the zero time.
type Time struct{ time.Time }
