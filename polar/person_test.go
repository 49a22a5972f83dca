package polar_test

import (
	"testing"

	"polarbell/polar"
)

const (
	annsID = "22222222-0000-4000-8000-000000000002"
	proID  = "33333333-0000-4000-8000-000000000003"
)

func TestPersonBy(t *testing.T) {
	for text, want := range map[string]bool{
		"ann@example.com": true, " ann@example.com ": true, annsID: true,
		"https": false, "ann@": false, "ann": false, "ann@example.com, bob@example.com": false, "": false, "12345678": false,
	} {
		if _, got := polar.PersonBy(text); got != want {
			t.Errorf("PersonBy(%q) = %t, want %t", text, got, want)
		}
	}
}

func TestPersonIsIn(t *testing.T) {
	const ann = "ann@example.com"
	for _, c := range []struct {
		name, who, body string
		want            bool
	}{
		{"the customer's address", ann, `{"type":"order.paid","data":{"customer":{"email":"Ann@Example.com"}}}`, true},
		{"a user's, as before 2025", ann, `{"type":"order.paid","data":{"user":{"email":"ann@example.com"}}}`, true},
		{"a checkout's", ann, `{"type":"checkout.expired","data":{"customer_email":"ann@example.com"}}`, true},
		{"of the customer itself", ann, `{"type":"customer.created","data":{"email":"ann@example.com"}}`, true},
		{"who sits on a seat", ann, `{"type":"customer_seat.claimed","data":{"member":{"email":"ann@example.com"}}}`, true},
		{"deep inside", ann, `{"type":"benefit_grant.created","data":{"order":{"items":[{"customer":{"email":"ann@example.com"}}]}}}`, true},
		{"escaped", ann, `{"type":"order.paid","data":{"customer":{"email":"ann\u0040example.com"}}}`, true},
		{"typed into a field of the shop's own", ann, `{"type":"order.paid","data":{"custom_field_data":{"Your address":"ann@example.com"}}}`, true},

		{"another address that contains it", ann, `{"type":"order.paid","data":{"customer":{"email":"joann@example.com"}}}`, false},
		{"in a text", ann, `{"type":"product.updated","data":{"description":"Write to ann@example.com"}}`, false},
		{"the organization's", ann, `{"type":"organization.updated","data":{"email":"ann@example.com"}}`, false},
		{"the organization's, inside an order", ann, `{"type":"order.paid","data":{"organization":{"email":"ann@example.com"}}}`, false},
		{"beside the data", ann, `{"type":"order.paid","email":"ann@example.com","data":{}}`, false},
		{"no JSON", ann, `ann@example.com`, false},

		{"the customer's id", annsID, `{"type":"refund.created","data":{"customer_id":"22222222-0000-4000-8000-000000000002"}}`, true},
		{"in capitals", "ABCDEF01-0000-4000-8000-000000000002", `{"type":"refund.created","data":{"customer_id":"abcdef01-0000-4000-8000-000000000002"}}`, true},
		{"the customer's own", annsID, `{"type":"order.paid","data":{"customer":{"id":"22222222-0000-4000-8000-000000000002"}}}`, true},
		{"of the customer itself by id", annsID, `{"type":"customer.created","data":{"id":"22222222-0000-4000-8000-000000000002"}}`, true},
		{"a product's", proID, `{"type":"order.paid","data":{"product":{"id":"33333333-0000-4000-8000-000000000003"}}}`, false},
		{"an order's", annsID, `{"type":"order.paid","data":{"id":"22222222-0000-4000-8000-000000000002"}}`, false},
		{"a discount's of a customer", proID, `{"type":"order.paid","data":{"customer":{"discount":{"id":"33333333-0000-4000-8000-000000000003"}}}}`, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			who, ok := polar.PersonBy(c.who)
			if got := who.IsIn([]byte(c.body)); !ok || got != c.want {
				t.Errorf("%s is in %s: %t, want %t", c.who, c.body, got, c.want)
			}
		})
	}
}

func TestOthers(t *testing.T) {
	const ann = "ann@example.com"
	for _, c := range []struct{ name, who, body, want string }{
		{"an id by the address", ann, `{"type":"order.paid","data":{"customer":{"id":"22222222-0000-4000-8000-000000000002","email":"Ann@Example.com"}}}`, annsID},
		{"an address by the id", annsID, `{"type":"order.paid","data":{"customer":{"id":"22222222-0000-4000-8000-000000000002","email":"Ann@Example.com"}}}`, ann},
		{"of the customer itself", ann, `{"type":"customer.created","data":{"id":"22222222-0000-4000-8000-000000000002","email":"ann@example.com"}}`, annsID},
		{"of a checkout", ann, `{"type":"checkout.expired","data":{"customer_id":"22222222-0000-4000-8000-000000000002","customer_email":"ann@example.com"}}`, annsID},
		{"a checkout of somebody new", ann, `{"type":"checkout.expired","data":{"id":"22222222-0000-4000-8000-000000000002","customer_id":null,"customer_email":"ann@example.com"}}`, ""},
		{"a seat's holder is not its customer", ann, `{"type":"customer_seat.claimed","data":{"customer_id":"22222222-0000-4000-8000-000000000002","customer_email":"ann@example.com"}}`, ""},
		{"somebody else", ann, `{"type":"order.paid","data":{"customer":{"id":"22222222-0000-4000-8000-000000000002","email":"bob@example.com"}}}`, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			who, _ := polar.PersonBy(c.who)
			got := ""
			for _, other := range who.Others([]byte(c.body)) {
				got += other.String()
			}
			if got != c.want {
				t.Errorf("also called %q, want %q", got, c.want)
			}
		})
	}
}

func TestThing(t *testing.T) {
	for _, c := range []struct{ name, body, kind, thing string }{
		{"a product by its name", `{"type":"order.paid","data":{"product_id":"33333333-0000-4000-8000-000000000003","product":{"name":"Pro","id":"33333333-0000-4000-8000-000000000003"}}}`, "product", "Pro"},
		{"one of several", `{"type":"checkout.expired","data":{"products":[{"id":"33333333-0000-4000-8000-000000000003","name":"Pro"}]}}`, "product", "Pro"},
		{"by a reference alone", `{"type":"order.paid","data":{"organization_id":"33333333-0000-4000-8000-000000000003"}}`, "organization", ""},
		{"the event's own object", `{"type":"benefit_grant.created","data":{"id":"33333333-0000-4000-8000-000000000003"}}`, "benefit grant", ""},
		{"nothing", `{"type":"order.paid","data":{"id":"1"}}`, "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			who, _ := polar.PersonBy(proID)
			if kind, name := who.Thing([]byte(c.body)); kind != c.kind || name != c.thing {
				t.Errorf("it is the %q %q, want the %q %q", kind, name, c.kind, c.thing)
			}
		})
	}
}
