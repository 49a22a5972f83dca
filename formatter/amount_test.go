package formatter_test

import (
	"errors"
	"testing"

	"polarbell/formatter"
)

func TestParseMoney(t *testing.T) {
	for _, c := range []struct {
		text string
		want formatter.Money
		err  error
	}{
		{"100usd", formatter.Money{Amount: 10000, Currency: "USD"}, nil},
		{"100 USD", formatter.Money{Amount: 10000, Currency: "USD"}, nil},
		{"usd 99.90", formatter.Money{Amount: 9990, Currency: "USD"}, nil},
		{"99.9eur", formatter.Money{Amount: 9990, Currency: "EUR"}, nil},
		{"$100", formatter.Money{Amount: 10000, Currency: "USD"}, nil},
		{"90 €", formatter.Money{Amount: 9000, Currency: "EUR"}, nil},
		{"A$5", formatter.Money{Amount: 500, Currency: "AUD"}, nil},
		{"1000jpy", formatter.Money{Amount: 1000, Currency: "JPY"}, nil},
		{"2000ugx", formatter.Money{Amount: 200000, Currency: "UGX"}, nil},
		{"0eur", formatter.Money{Amount: 0, Currency: "EUR"}, nil},
		{"100", formatter.Money{}, formatter.ErrNoCurrency},
		{"", formatter.Money{}, formatter.ErrNotAmount},
		{"usd", formatter.Money{}, formatter.ErrNotAmount},
		{"100bucks", formatter.Money{}, formatter.ErrNotAmount},
		{"100zzq", formatter.Money{}, formatter.ErrNotAmount},
		{"$100usd", formatter.Money{}, formatter.ErrNotAmount},
		{"1,000usd", formatter.Money{}, formatter.ErrNotAmount},
		{"1.000usd", formatter.Money{}, formatter.ErrNotAmount},
		{"10.5jpy", formatter.Money{}, formatter.ErrNotAmount},
		{"-5usd", formatter.Money{}, formatter.ErrNotAmount},
		{"99999999999999999999usd", formatter.Money{}, formatter.ErrNotAmount},
		{"9223372036854775807usd", formatter.Money{}, formatter.ErrNotAmount},
	} {
		got, err := formatter.ParseMoney(c.text)
		if got != c.want || !errors.Is(err, c.err) {
			t.Errorf("ParseMoney(%q) = %+v, %v; want %+v, %v", c.text, got, err, c.want, c.err)
		}
	}
}
