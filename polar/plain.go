package polar

import "cmp"

// Plain is what any object may say of itself, for the one layout that serves
// every Basic event. Each field may be empty.
type Plain struct {
	ID          string
	Status      string
	Reason      string
	Type        string // of a benefit, also of the one granted; of a discount; of a customer
	Role        string // of a member
	Name        string // the object's own
	Email       string // the object's own, or of a seat's holder
	Description string // of a benefit, also of the one granted; of a product
	Code        string // of a discount
	Product     string // the product's name
	Amount      *int64 // with tax where the object says both; of a product, its price
	Currency    string
	BasisPoints *int64 // of a discount: 1000 is 10 %
	Interval    string // day, week, month, year
	Count       int64  // of intervals; at least 1
	Seats       *int64
	Customer    *Customer // nil if the object is one, or names none
	Error       string    // of a benefit that could not be granted
	ModifiedAt  Time
	CreatedAt   Time
}

// plainObject is the wire form of everything that Plain is made of.
type plainObject struct {
	ID                     string    `json:"id"`
	CreatedAt              Time      `json:"created_at"`
	ModifiedAt             Time      `json:"modified_at"`
	Status                 string    `json:"status"`
	Reason                 string    `json:"reason"`
	CancellationReason     string    `json:"customer_cancellation_reason"`
	Type                   string    `json:"type"`
	Role                   string    `json:"role"`
	Name                   string    `json:"name"`
	Email                  string    `json:"email"`
	Description            string    `json:"description"`
	Code                   string    `json:"code"`
	TotalAmount            *int64    `json:"total_amount"`
	Amount                 *int64    `json:"amount"`
	Currency               string    `json:"currency"`
	BasisPoints            *int64    `json:"basis_points"`
	RecurringInterval      string    `json:"recurring_interval"`
	RecurringIntervalCount int64     `json:"recurring_interval_count"`
	Seats                  *int64    `json:"seats"`
	CustomerID             string    `json:"customer_id"`
	CustomerName           string    `json:"customer_name"`
	CustomerEmail          string    `json:"customer_email"`
	Customer               *Customer `json:"customer"`
	User                   *User     `json:"user"`
	Product                *Product  `json:"product"`
	Member                 *Customer `json:"member"` // who sits on a seat
	Benefit                struct {
		Type        string `json:"type"`
		Description string `json:"description"`
	} `json:"benefit"`
	Error struct {
		Message string `json:"message"`
	} `json:"error"`
	Prices []struct {
		Amount   *int64 `json:"price_amount"`
		Currency string `json:"price_currency"`
	} `json:"prices"`
}

// Plain reads the object as any object.
func (b Body) Plain() Plain {
	o := read[plainObject](b)
	p := Plain{
		ID: o.ID, Status: o.Status, Reason: cmp.Or(o.Reason, o.CancellationReason),
		Type: cmp.Or(o.Benefit.Type, o.Type), Role: o.Role,
		Name: o.Name, Email: o.Email,
		Description: cmp.Or(o.Benefit.Description, o.Description), Code: o.Code,
		Amount: first(o.TotalAmount, o.Amount), Currency: o.Currency, BasisPoints: o.BasisPoints,
		Interval: o.RecurringInterval, Count: max(o.RecurringIntervalCount, 1), Seats: o.Seats,
		Customer: o.customer(), Error: o.Error.Message,
		ModifiedAt: o.ModifiedAt, CreatedAt: o.CreatedAt,
	}
	if o.Product != nil {
		p.Product = o.Product.Name
	}
	if o.Member != nil {
		p.Name, p.Email = cmp.Or(p.Name, o.Member.Name), cmp.Or(p.Email, o.Member.Email)
	}
	if p.Amount == nil && len(o.Prices) > 0 {
		p.Amount, p.Currency = o.Prices[0].Amount, o.Prices[0].Currency
	}
	return p
}

func (o plainObject) customer() *Customer {
	if c := customer(o.Customer, o.User, o.CustomerID); c != nil {
		return c
	}
	c := Customer{ID: o.CustomerID, Name: o.CustomerName, Email: o.CustomerEmail}
	if c == (Customer{}) {
		return nil
	}
	return &c
}
