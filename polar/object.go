package polar

import "cmp"

// Object is what any object may say of itself, for the one layout that serves
// every Basic event. Each field may be empty.
type Object struct {
	ID          string    `json:"id"`
	Status      string    `json:"status"`
	Reason      string    `json:"reason"`
	Type        string    `json:"type"`         // of a benefit, also of the one granted; of a discount; of a customer
	Role        string    `json:"role"`         // of a member
	Name        string    `json:"name"`         // the object's own
	Email       string    `json:"email"`        // the object's own, or of a seat's holder
	BillingName string    `json:"billing_name"` // of a customer: its company
	ExternalID  string    `json:"external_id"`  // of a customer: the merchant's own
	Description string    `json:"description"`  // of a benefit, also of the one granted; of a product
	Code        string    `json:"code"`         // of a discount
	Product     string    `json:"-"`            // the product's name
	Amount      *int64    `json:"amount"`       // with tax where the object says both; of a product, its price
	Currency    string    `json:"currency"`
	BasisPoints *int64    `json:"basis_points"`             // of a discount: 1000 is 10 %
	Interval    string    `json:"recurring_interval"`       // day, week, month, year
	Count       int64     `json:"recurring_interval_count"` // of intervals; at least 1
	Seats       *int64    `json:"seats"`
	Customer    *Customer `json:"customer"`   // nil if the object is one, or names none
	Error       string    `json:"-"`          // of a benefit that could not be granted
	Member      *Customer `json:"member"`     // of a benefit's grant: the member of the team who has it
	Granted     bool      `json:"is_granted"` // of a benefit's grant
	Revoked     bool      `json:"is_revoked"` // of a benefit's grant
}

// wireObject is an Object with what Polar sends in another place.
type wireObject struct {
	Object
	CancellationReason string   `json:"customer_cancellation_reason"`
	TotalAmount        *int64   `json:"total_amount"`
	CustomerID         string   `json:"customer_id"`
	CustomerName       string   `json:"customer_name"`
	CustomerEmail      string   `json:"customer_email"`
	User               *User    `json:"user"`
	Product            *Product `json:"product"`
	Benefit            struct {
		Type        string `json:"type"`
		Description string `json:"description"`
	} `json:"benefit"`
	Error struct {
		Message string `json:"message"`
	} `json:"error"`
	Prices []Price `json:"prices"`
}

// Object reads the object as any object.
func (b Body) Object() Object {
	o := read[wireObject](b)
	p := o.Object
	p.Reason = cmp.Or(p.Reason, o.CancellationReason)
	p.Type, p.Description = cmp.Or(o.Benefit.Type, p.Type), cmp.Or(o.Benefit.Description, p.Description)
	p.Amount, p.Count = cmp.Or(o.TotalAmount, p.Amount), max(p.Count, 1)
	p.Customer, p.Error = o.customer(), o.Error.Message
	if o.Product != nil {
		p.Product = o.Product.Name
	}
	if p.Member != nil && o.Benefit.Description == "" { // who sits on a seat
		p.Name, p.Email = cmp.Or(p.Name, p.Member.Name), cmp.Or(p.Email, p.Member.Email)
		p.Member = nil
	}
	if p.Amount == nil && len(o.Prices) > 0 {
		p.Amount, p.Currency = o.Prices[0].Amount, o.Prices[0].Currency
	}
	return p
}

func (o wireObject) customer() *Customer {
	if c := customer(o.Customer, o.User, o.CustomerID); c != nil {
		return c
	}
	c := Customer{ID: o.CustomerID, Name: o.CustomerName, Email: o.CustomerEmail}
	if c == (Customer{}) {
		return nil
	}
	return &c
}
