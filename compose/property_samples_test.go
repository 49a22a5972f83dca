package compose_test

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"polarbell/compose"
	"polarbell/formatter"
	"polarbell/polar"
)

// TestDamagedSamples: whatever a sample lacks, and whatever amount is 0, its
// message names whom it still names, shows amounts that it still has, and calls
// nothing free that has a price.
func TestDamagedSamples(t *testing.T) {
	const most = 25 // of each sample
	r := rand.New(rand.NewPCG(11, 12))
	for _, k := range polar.Types() {
		whole := sampleObject(t, k.Name)
		for range most {
			o := whole.with()
			damage(r, o, 1+r.IntN(6))
			for _, c := range cardsOf(t, compose.Options{}, o.as(k.Name)) {
				checkNamed(t, o, c)
				if saysFree.MatchString(strings.Join(texts(c), "\n")) && hasPrice(o) {
					t.Errorf("%s: this is not free:\n%s", k.Name, dump(c))
				}
				checkAmounts(t, o, c)
			}
		}
	}
}

// keepers are what a delivery is nothing without.
var keepers = []string{"id", "status", "created_at", "modified_at", "currency", "price_currency", "order_id", "billing_reason"}

// damage takes fields out of an object, at any depth, or sets amounts to 0.
func damage(r *rand.Rand, o map[string]any, times int) {
	for range times {
		at := o
		for {
			names := fieldsOf(at)
			if len(names) == 0 {
				break
			}
			name := names[r.IntN(len(names))]
			inner, isObject := at[name].(map[string]any)
			if isObject && r.IntN(2) == 0 {
				at = inner
				continue
			}
			if _, isNumber := at[name].(float64); isNumber && strings.Contains(name, "amount") && r.IntN(2) == 0 {
				at[name] = 0.0
			} else {
				delete(at, name)
			}
			break
		}
	}
}

// fieldsOf are the names that damage chooses from, in order.
func fieldsOf(o map[string]any) (names []string) {
	for name := range o {
		if !slices.Contains(keepers, name) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// hasPrice reports whether an object or its prices say that money is asked for.
func hasPrice(o map[string]any) bool {
	for _, name := range []string{"total_amount", "net_amount", "amount"} {
		if o[name] != nil && whole(o[name]) > 0 {
			return true
		}
		if o[name] != nil {
			break
		}
	}
	prices, _ := o["prices"].([]any)
	for _, p := range prices {
		if price := p.(map[string]any); whole(price["price_amount"]) > 0 || strings.HasPrefix(text(price["amount_type"]), "metered") {
			return true
		}
	}
	return false
}

func text(value any) string {
	s, _ := value.(string)
	return s
}

// checkAmounts looks for amounts that are neither a number of the payload nor
// one with its tax, after its discount or less what went back.
func checkAmounts(t *testing.T, o object, c formatter.Card) {
	t.Helper()
	var numbers []int
	collect(map[string]any(o), &numbers)
	numbers = distinct(append(numbers, listPrice(o, text(o["currency"]))))
	sums := slices.Clone(numbers)
	for _, a := range numbers {
		for _, b := range numbers {
			sums = append(sums, a+b, a-b)
			for _, d := range numbers {
				sums = append(sums, a-b-d)
			}
		}
	}
	for _, shown := range money.FindAllString(strings.Join(texts(c), "\n"), -1) {
		if !slices.ContainsFunc(distinct(sums), func(sum int) bool { return moneyOf(sum, o) == shown }) {
			t.Errorf("where does %s come from?\n%s", shown, dump(c))
		}
	}
}

// collect finds all amounts in an object.
func collect(value any, into *[]int) {
	switch v := value.(type) {
	case map[string]any:
		for name, inner := range v {
			if n, isNumber := inner.(float64); isNumber && strings.Contains(name, "amount") {
				*into = append(*into, int(n))
			}
			collect(inner, into)
		}
	case []any:
		for _, inner := range v {
			collect(inner, into)
		}
	}
}

// moneyOf is an amount in an object's currency, of a product in its first price's.
func moneyOf(amount int, o object) string {
	currency := text(o["currency"])
	if prices, _ := o["prices"].([]any); currency == "" && len(prices) > 0 {
		currency = text(prices[0].(map[string]any)["price_currency"])
	}
	return formatter.Money{Amount: int64(max(amount, -amount)), Currency: currency}.String()
}
