package compose_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"polarbell/formatter"
)

// TestAmountsAreOfThePayload: every amount on a card is a field of a delivery or
// a sum that has a name here, in the currency of what was sold.
func TestAmountsAreOfThePayload(t *testing.T) {
	eachMoment(t, func(t *testing.T, known []object, cards []formatter.Card) {
		allowed := amounts(known)
		for _, c := range cards {
			for _, shown := range money.FindAllString(strings.Join(texts(c), "\n"), -1) {
				if !allowed[shown] {
					t.Errorf("where does %s come from?\n%s", shown, dump(c))
				}
			}
		}
	})
}

// money finds amounts in the currencies of the generator and of the samples.
var money = regexp.MustCompile(`(?:CA\$|R\$|SEK |\$|€|£|¥)[0-9]+(?:,[0-9]{3})*(?:\.[0-9]+)?`)

// texts are all of a card that people read.
func texts(c formatter.Card) []string {
	all := append([]string{c.Headline, c.Quote, c.Note, c.Outcome}, c.Context...)
	for _, f := range c.Fields {
		all = append(all, f.Text)
	}
	return all
}

// amounts are the fields of the deliveries and the sums that people read.
func amounts(known []object) map[string]bool {
	sums := map[int]bool{}
	refunds := map[any]int{} // the gross by the refund
	refunded := []int{0}     // the gross as the orders have it
	var prices, charged []int
	currency := ""
	for _, o := range known {
		currency = o["currency"].(string)
		for _, name := range []string{"amount", "discount_amount", "net_amount", "tax_amount", "total_amount", "due_amount", "applied_balance_amount", "subtotal_amount"} {
			sums[whole(o[name])] = true
		}
		net, tax := whole(o["net_amount"]), whole(o["tax_amount"])
		_, isRefund := o["order_id"]
		_, isOrder := o["billing_reason"]
		switch {
		case isRefund: // what goes back, with its tax
			refunds[o["id"]] = whole(o["amount"]) + tax
		case isOrder: // the total, where the payload has only its parts; a credit
			sums[net+tax], sums[-(net+tax)] = true, true
			charged = append(charged, net+tax, whole(o["due_amount"]), whole(o["total_amount"]))
			refunded = append(refunded, whole(o["refunded_amount"])+whole(o["refunded_tax_amount"]))
			if sub, _ := o["subscription"].(map[string]any); sub != nil {
				prices = append(prices, whole(sub["amount"]))
			}
		default:
			prices = append(prices, whole(o["amount"]))
		}
		prices = append(prices, listPrice(o, currency))
	}
	for _, a := range prices { // a plan's price, and what it differs by from another
		for _, b := range prices {
			sums[a], sums[max(a, b)-min(a, b)] = true, true
		}
	}
	refunded, charged = distinct(refunded), distinct(charged)
	for _, parts := range subsetSums(refunds) { // what went back in several parts, and what remains
		for _, before := range refunded {
			back := parts + before
			sums[back] = true
			for _, total := range charged {
				sums[total-back] = true
			}
		}
	}
	for _, a := range refunded {
		for _, b := range refunded {
			sums[a-b] = true
		}
	}
	shown := map[string]bool{}
	for amount := range sums {
		shown[formatter.Money{Amount: int64(max(amount, -amount)), Currency: currency}.String()] = true
	}
	return shown
}

func whole(value any) int {
	n, _ := value.(float64)
	return int(n)
}

// listPrice is the sum of an object's prices in its currency, of its seats too.
func listPrice(o object, currency string) (sum int) {
	list, _ := o["prices"].([]any)
	if product, _ := o["product"].(map[string]any); list == nil && product != nil {
		list, _ = product["prices"].([]any)
	}
	for _, p := range list {
		if p := p.(map[string]any); p["price_currency"] == currency {
			sum += whole(p["price_amount"])
			if rate, isByOne := p["seat_tiers"].(map[string]any); isByOne {
				sum += whole(o["seats"]) * whole(rate["tiers"].([]any)[0].(map[string]any)["price_per_seat"])
			}
		}
	}
	return sum
}

func subsetSums(of map[any]int) []int {
	sums := []int{0}
	for _, amount := range of {
		for _, sum := range sums {
			sums = append(sums, sum+amount)
		}
	}
	return distinct(sums)
}

func distinct(all []int) []int {
	slices.Sort(all)
	return slices.Compact(all)
}
