package formatter

import (
	"errors"
	"math"
	"regexp"
	"strconv"
	"strings"

	"golang.org/x/text/currency"
)

// Why ParseMoney refuses a text.
var (
	ErrNotAmount  = errors.New("not an amount")
	ErrNoCurrency = errors.New("an amount without a currency")
)

var amountForm = regexp.MustCompile(`^([^0-9.,]*)([0-9]+)(?:\.([0-9]{1,2}))?([^0-9.,]*)$`)

// ParseMoney reads an amount as people write it: "100usd", "USD 99.90", "$100",
// "90 €". The error is ErrNotAmount or ErrNoCurrency.
func ParseMoney(text string) (Money, error) {
	parts := amountForm.FindStringSubmatch(strings.Join(strings.Fields(text), ""))
	if parts == nil || parts[1] != "" && parts[4] != "" {
		return Money{}, ErrNotAmount
	}
	whole, err := strconv.ParseInt(parts[2], 10, 64)
	if err != nil || whole > math.MaxInt64/1000 {
		return Money{}, ErrNotAmount
	}
	if parts[1]+parts[4] == "" {
		return Money{}, ErrNoCurrency
	}
	code, ok := codeOf(parts[1] + parts[4])
	if !ok {
		return Money{}, ErrNotAmount
	}
	if decimals[code] == counted {
		if parts[3] != "" {
			return Money{}, ErrNotAmount
		}
		return Money{whole, code}, nil
	}
	rest, _ := strconv.ParseInt((parts[3] + "00")[:2], 10, 64) // at most two digits
	return Money{100*whole + rest, code}, nil
}

// codeOf finds a currency by its code or by its symbol.
func codeOf(text string) (string, bool) {
	for code, symbol := range symbols {
		if strings.EqualFold(symbol, text) {
			return code, true
		}
	}
	unit, err := currency.ParseISO(text)
	return unit.String(), err == nil
}
