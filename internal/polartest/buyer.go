package polartest

import "fmt"

// Buyer is how much is known of a customer.
type Buyer int

const (
	Named       Buyer = iota // a name and an address
	InCompany                // a company besides
	Company                  // a team that has only a company's name
	Address                  // only an e-mail address
	MerchantsID              // only the merchant's own id
)

// fields are what a customer has, beside or instead of a name and an address.
func (b Buyer) fields(n int) object {
	company := fmt.Sprintf("Company %d", n)
	switch b {
	case InCompany:
		return object{"billing_name": company, "type": "team"}
	case Company:
		return object{"name": nil, "email": nil, "billing_name": company, "type": "team"}
	case Address:
		return object{"name": nil}
	case MerchantsID:
		return object{"name": nil, "email": nil, "external_id": fmt.Sprintf("user_%d", n)}
	}
	return nil
}

// fill writes the rest of what a customer types into a checkout.
func (b Buyer) fill(checkout, customer object) {
	if b != Named {
		checkout["customer_billing_name"], checkout["external_customer_id"] = customer["billing_name"], customer["external_id"]
	}
}
