package formatter

import (
	"cmp"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Money is an amount in the currency's smallest unit as Polar counts it.
type Money struct {
	Amount   int64
	Currency string // ISO 4217, upper or lower case
}

// symbols are the currency symbols of CLDR 48, locale en-US; every other
// currency shows its code. golang.org/x/text has CLDR 32, which lacks some of
// these and prints "$ 25.00" for "$25.00", hence a table of our own.
var symbols = map[string]string{
	"AUD": "A$", "BRL": "R$", "CAD": "CA$", "CNY": "CN¥", "EUR": "€", "GBP": "£",
	"HKD": "HK$", "ILS": "₪", "INR": "₹", "JPY": "¥", "KRW": "₩", "MXN": "MX$",
	"NZD": "NZ$", "PHP": "₱", "TWD": "NT$", "USD": "$", "VND": "₫", "XAF": "FCFA",
	"XCD": "EC$", "XCG": "Cg.", "XOF": "F CFA", "XPF": "CFPF",
}

// decimals lists the currencies that are not both counted in hundredths and
// shown with two decimals.
// Source: polarsource/polar, server/polar/kit/currency.py.
var decimals = map[string]int{
	"BIF": counted, "CLP": counted, "DJF": counted, "GNF": counted, "JPY": counted,
	"KMF": counted, "KRW": counted, "MGA": counted, "PYG": counted, "RWF": counted,
	"VND": counted, "VUV": counted, "XAF": counted, "XOF": counted, "XPF": counted,
	"ALL": hidden, "ISK": hidden, "LAK": hidden, "RSD": hidden, "SOS": hidden,
	"UGX": hidden, "YER": hidden,
}

const (
	counted = iota + 1 // Polar counts whole units
	hidden             // Polar counts hundredths; CLDR shows them only where there are any
)

// String shows an amount as CLDR en-US does: "$1,234.50", "¥1,050", "-$25.00",
// "UGX 2,000". Decimals are shown whenever they are not zero. The space is an
// ordinary one where CLDR has a no-break space, so that a search finds what
// people type. A currency that is not a code follows the bare amount:
// "1,050 Pa'anga".
func (m Money) String() string {
	b := make([]byte, 0, 32)
	size := magnitude(m.Amount)
	if m.Amount < 0 {
		b = append(b, '-')
	}
	code, ok := currencyCode(m.Currency)
	if !ok {
		return strings.TrimSpace(string(appendGrouped(b, size)) + " " + m.Currency)
	}
	b = appendSymbol(b, code)
	kind := decimals[code]
	if kind == counted {
		return string(appendGrouped(b, size))
	}
	b = appendGrouped(b, size/100)
	if rest := size % 100; rest != 0 || kind != hidden {
		b = append(b, '.', byte('0'+rest/10), byte('0'+rest%10))
	}
	return string(b)
}

// magnitude is |n|, also of the least int64.
func magnitude(n int64) uint64 {
	if n < 0 {
		return -uint64(n)
	}
	return uint64(n)
}

// currencyCode gives three Latin letters in upper case.
func currencyCode(s string) (string, bool) {
	if len(s) != 3 {
		return "", false
	}
	for i := range 3 {
		if c := s[i] | 0x20; c < 'a' || c > 'z' {
			return "", false
		}
	}
	return strings.ToUpper(s), true
}

// appendSymbol follows CLDR's rule for spacing: a symbol that ends in a letter
// or a full stop keeps its distance from the digits.
func appendSymbol(b []byte, code string) []byte {
	symbol := cmp.Or(symbols[code], code)
	b = append(b, symbol...)
	last, _ := utf8.DecodeLastRuneInString(symbol)
	if last == '.' || last >= 'A' && last <= 'Z' {
		b = append(b, ' ')
	}
	return b
}

// appendGrouped writes n in groups of three: 1234567 is "1,234,567".
func appendGrouped(b []byte, n uint64) []byte {
	digits := strconv.AppendUint(make([]byte, 0, 20), n, 10)
	for i, c := range digits {
		if i > 0 && (len(digits)-i)%3 == 0 {
			b = append(b, ',')
		}
		b = append(b, c)
	}
	return b
}
