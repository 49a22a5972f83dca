package compose_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"polarbell/formatter"
	"polarbell/internal/polartest"
)

var saysFree = regexp.MustCompile(`(?i)\bfree\b`)

// TestFreeIsWhatCostsNothing: "free" is said only of what costs nothing, now or
// later, by any price.
func TestFreeIsWhatCostsNothing(t *testing.T) {
	eachMoment(t, func(t *testing.T, known []object, cards []formatter.Card) {
		for _, c := range cards {
			if !saysFree.MatchString(dump(c)) && c.Kind != formatter.Free {
				continue
			}
			if !slices.ContainsFunc(known, costsNothing) {
				t.Errorf("nothing is free here:\n%s", dump(c))
			}
			if named(known) && saysFree.MatchString(c.Headline) && !strings.Contains(c.Headline, "Hobby") && !slices.ContainsFunc(told(known, c), isGift) {
				t.Errorf("this is not free:\n%s", dump(c))
			}
		}
	})
}

// costsNothing holds for what the shop sells at no price, and for a purchase
// that a discount made free.
func costsNothing(o object) bool { return o["product_id"] == polartest.Hobby.ID() || isGift(o) }

// isGift holds for an order or a checkout of nothing, of something that is
// bought once.
func isGift(o object) bool {
	id := o["product_id"]
	return (id == polartest.Gift.ID() || id == polartest.Book.ID()) && whole(o["net_amount"]) == 0
}

func named(known []object) bool {
	return slices.ContainsFunc(known, func(o object) bool { return o["product"] != nil })
}

// TestUpgradedIsAnotherPlan: "Upgraded" and "Downgraded" are said only where
// product, list price, seats, units or interval moved.
func TestUpgradedIsAnotherPlan(t *testing.T) {
	eachMoment(t, func(t *testing.T, known []object, cards []formatter.Card) {
		for _, c := range cards {
			if !strings.HasPrefix(c.Headline, "Upgraded") && !strings.HasPrefix(c.Headline, "Downgraded") {
				continue
			}
			about := told(known, c)
			if c.Outcome == "in effect" {
				about = known
			}
			moved := slices.ContainsFunc(about, func(o object) bool {
				before := stateBefore(known, o)
				for before != nil && !changed(before).Before(c.Time) && samePlan(before, o) {
					before = stateBefore(known, before) // said so first, and is told by another card or by none
				}
				return before != nil && !samePlan(before, o)
			})
			if !moved {
				t.Errorf("the plan is the same as ever:\n%s", dump(c))
			}
		}
	})
}

// samePlan compares all that makes a plan, and nothing that a discount changes.
func samePlan(a, b object) bool {
	for _, name := range []string{"product_id", "seats", "units", "recurring_interval", "prices"} {
		if fmt.Sprint(a[name]) != fmt.Sprint(b[name]) {
			return false
		}
	}
	return true
}

// TestHeadlinesNameSomebody: a message names a person or a company where a
// delivery of its does, or the order that a refund is of.
func TestHeadlinesNameSomebody(t *testing.T) {
	eachMoment(t, func(t *testing.T, known []object, cards []formatter.Card) {
		for _, c := range cards {
			about := told(known, c)
			for _, o := range known {
				if slices.ContainsFunc(about, func(refund object) bool { return refund["order_id"] == o["id"] }) {
					about = append(about, o)
				}
			}
			for _, o := range about {
				checkNamed(t, o, c)
			}
		}
	})
}

// checkNamed wants somebody in a headline whose object names somebody, within
// what a phone's notification shows of it; of a name its beginning will do.
func checkNamed(t *testing.T, o object, c formatter.Card) {
	t.Helper()
	const phone, beginning = 60, 8
	shown := firstRunes(formatter.Headline(c), phone)
	names := namesOf(o)
	isShown := func(name string) bool { return strings.Contains(shown, firstRunes(name, beginning)) }
	if len(names) > 0 && !slices.ContainsFunc(names, isShown) {
		t.Errorf("none of %q:\n%s", names, dump(c))
	}
}

func firstRunes(s string, n int) string {
	runes := []rune(s)
	return string(runes[:min(len(runes), n)])
}

// namesOf are those of the people and companies that an object names.
func namesOf(o object) (names []string) {
	customer, _ := o["customer"].(map[string]any)
	member, _ := o["member"].(map[string]any)
	user, _ := o["user"].(map[string]any)
	for _, name := range []any{
		member["name"], member["email"], customer["name"], o["customer_name"], customer["billing_name"], o["customer_billing_name"],
		customer["email"], o["customer_email"], o["email"], customer["external_id"], o["external_customer_id"],
		o["name"], o["billing_name"], o["external_id"], user["public_name"], user["email"],
	} {
		if text, _ := name.(string); text != "" {
			names = append(names, text)
		}
	}
	return names
}
