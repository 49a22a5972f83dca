package compose

import (
	"cmp"
	"strings"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"

	"polarbell/formatter"
	"polarbell/polar"
)

// person is who bought.
type person struct {
	name, company, email, externalID string
	country                          string // its English name
	unnamed                          bool   // a customer of whom nothing is known
}

func personOf(c *polar.Customer, billingName string, address *polar.Address) person {
	p := person{company: strings.TrimSpace(billingName), country: country(address)}
	if c == nil {
		return p
	}
	p.name, p.email = strings.TrimSpace(c.Name), strings.TrimSpace(c.Email)
	p.company = cmp.Or(p.company, strings.TrimSpace(c.BillingName))
	p.externalID = strings.TrimSpace(c.ExternalID)
	p.country = cmp.Or(p.country, country(c.BillingAddress))
	p.unnamed = c.ID != ""
	return p
}

// who is the name, else the company, the e-mail address, the merchant's own id,
// and "" only where no customer is known at all.
func (p person) who() string {
	who := cmp.Or(p.name, p.company, p.email, p.externalID)
	if who == "" && p.unnamed {
		return "a team customer"
	}
	return who
}

// field is the customer with company, address and country.
func (p person) field() formatter.Field {
	company := p.company
	if strings.EqualFold(company, p.name) {
		company = ""
	}
	contact := listed(company, cmp.Or(p.email, p.externalID))
	return formatter.Field{Name: "Customer", Text: listed(cmp.Or(contact, p.who()), p.country), Email: p.email}
}

var countries = display.English.Regions()

// country is the English name of a two-letter code, and "" for anything else.
func country(a *polar.Address) string {
	if a == nil || len(a.Country) != 2 {
		return ""
	}
	region, err := language.ParseRegion(a.Country)
	if err != nil {
		return ""
	}
	return countries.Name(region)
}
