package compose

import (
	"errors"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/text/language"

	"polarbell/formatter"
)

// condition is what a card must have besides, such as "amount>=100usd/90eur" or
// "country=NO/SE".
type condition struct {
	about  string // amount, product, country, organization
	text   []string
	least  []formatter.Money // of amount: one for each currency
	values []string          // of the others, folded
}

// What conditions are about.
const (
	aboutAmount       = "amount"
	aboutProduct      = "product"
	aboutCountry      = "country"
	aboutOrganization = "organization"
)

var conditionForm = regexp.MustCompile(`^\s*(\pL*)\s*(>=|≥|=>|<=|==|!=|=|>|<|:)(.*)$`)

// parseConditions reads "[…&…]", or an amount without the brackets.
func parseConditions(text string) ([]condition, *Mistake) {
	if text == "" {
		return nil, nil
	}
	inner := text
	if inside, hasBracket := strings.CutPrefix(text, "["); hasBracket {
		closed := false
		if inner, closed = strings.CutSuffix(strings.TrimSpace(inside), "]"); !closed || strings.ContainsAny(inner, "[]") {
			return nil, &Mistake{text, "has a [ whose ] is missing or not at the end", "write it as refund" + conditionExample + ", with single quotes around the whole value: a shell cuts it off at > & and |"}
		}
	}
	var all []condition
	for part := range strings.SplitSeq(inner, "&") {
		c, mistake := parseCondition(part)
		if mistake != nil {
			mistake.Part = part
			return nil, mistake
		}
		all = append(all, c)
	}
	return all, nil
}

func parseCondition(text string) (condition, *Mistake) {
	parts := conditionForm.FindStringSubmatch(text)
	if parts == nil {
		return condition{}, &Mistake{Fault: "has a condition that cannot be read", Cure: "write it as in " + conditionExample + ", [product=Team Plan], [country=NO/SE] or [organization=nimbus]"}
	}
	c := condition{about: strings.ToLower(parts[1])}
	switch c.about {
	case "":
		c.about = aboutAmount
	case "org":
		c.about = aboutOrganization
	}
	isComparison := parts[2] == ">=" || parts[2] == "≥"
	switch c.about {
	case aboutAmount:
		if !isComparison {
			return c, &Mistake{Fault: "has a condition on the amount without >=", Cure: "write it as in " + conditionExample}
		}
		return c, c.addAmounts(parts[3])
	case aboutProduct, aboutCountry, aboutOrganization:
		switch parts[2] {
		case "=", "==":
			return c, c.addValues(parts[3])
		case "!=":
			return c, &Mistake{Fault: "has a condition with !=", Cure: "take it away instead: sale|-sale[" + c.about + "=…]"}
		}
		return c, &Mistake{Fault: "has a condition on the " + c.about + " without =", Cure: "write " + c.about + "=…"}
	}
	return c, &Mistake{Fault: "has an unknown condition", Cure: "write amount, product, country or organization"}
}

func (c *condition) addAmounts(text string) *Mistake {
	if strings.Contains(text, ",") {
		return &Mistake{Fault: "has a comma in an amount", Cure: "write it without: 1000usd"}
	}
	for part := range strings.SplitSeq(text, "/") {
		m, err := formatter.ParseMoney(part)
		twice := slices.ContainsFunc(c.least, func(other formatter.Money) bool { return other.Currency == m.Currency })
		switch {
		case errors.Is(err, formatter.ErrNoCurrency):
			return &Mistake{Fault: "has an amount without a currency", Cure: "write it as in " + conditionExample}
		case err != nil:
			return &Mistake{Fault: "has an amount that cannot be read", Cure: "write it as in [amount>=100usd/90.50eur]"}
		case twice:
			return &Mistake{Fault: "has two amounts in one currency", Cure: "write one for each currency, as in [amount>=100usd/90eur]"}
		}
		c.least = append(c.least, m)
		c.text = append(c.text, strings.ToLower(strings.Join(strings.Fields(part), "")))
	}
	return nil
}

func (c *condition) addValues(text string) *Mistake {
	if strings.ContainsAny(text, ",|") {
		cure := "put a / between values"
		if c.about == aboutProduct {
			cure += ", and write the product's ID where its name has a comma, | or /: its page in Polar has it in its address"
		}
		return &Mistake{Fault: "has a comma or a | in a condition", Cure: cure}
	}
	for part := range strings.SplitSeq(text, "/") {
		value := strings.Join(strings.Fields(part), " ")
		if value == "" {
			return &Mistake{Fault: "has a condition without a value", Cure: "write it as in [" + c.about + "=…]"}
		}
		c.text = append(c.text, value)
		if c.about == aboutCountry {
			name, found := countryNamed(value)
			if !found {
				return &Mistake{Fault: "has an unknown country", Cure: "write its code of two letters, such as NO"}
			}
			value = name
		}
		c.values = append(c.values, folded(value))
	}
	return nil
}

// folded makes blanks and upper case not matter.
func folded(s string) string { return strings.ToLower(strings.Join(strings.Fields(s), " ")) }

// countryNamed finds a country by its code or its English name.
func countryNamed(text string) (name string, found bool) {
	if region, err := language.ParseRegion(text); err == nil && region.Canonicalize().IsCountry() {
		return countries.Name(region.Canonicalize()), true
	}
	for a := 'A'; a <= 'Z'; a++ {
		for b := 'A'; b <= 'Z'; b++ {
			region, err := language.ParseRegion(string([]rune{a, b}))
			if err == nil && region.IsCountry() && folded(countries.Name(region)) == folded(text) {
				return countries.Name(region), true
			}
		}
	}
	return "", false
}

func (c condition) String() string {
	if c.about == aboutAmount {
		return "amount>=" + strings.Join(c.text, "/")
	}
	return c.about + "=" + strings.Join(c.text, "/")
}

// isMet reports whether a card meets the condition. What cannot be compared
// meets it where the pattern gives, and not where it takes away: one card too
// many is better than one that is lost.
func (c condition) isMet(card formatter.Card, gives bool) bool {
	facts := card.Facts
	switch {
	case c.about == aboutAmount:
		return c.isReached(facts.Amount, gives)
	case card.Kind == formatter.Bridge:
		return gives
	case c.about == aboutProduct:
		return c.has(facts.Products...)
	case c.about == aboutCountry:
		return c.has(facts.Country)
	}
	return c.has(facts.Organization)
}

func (c condition) isReached(amount *formatter.Money, otherwise bool) bool {
	if amount == nil {
		return otherwise
	}
	for _, least := range c.least {
		if strings.EqualFold(least.Currency, amount.Currency) {
			return max(amount.Amount, -amount.Amount) >= least.Amount
		}
	}
	return otherwise
}

func (c condition) has(values ...string) bool {
	return slices.ContainsFunc(values, func(v string) bool { return v != "" && slices.Contains(c.values, folded(v)) })
}
