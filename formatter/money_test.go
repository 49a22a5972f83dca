package formatter

import (
	"math"
	"os"
	"strings"
	"testing"
)

func TestMoney(t *testing.T) {
	tests := []struct {
		name string
		in   Money
		want string
	}{
		{"dollars", Money{123450, "usd"}, "$1,234.50"},
		{"yen have no decimals", Money{1050, "jpy"}, "¥1,050"},
		{"less than one", Money{99, "EUR"}, "€0.99"},
		{"negative", Money{-2500, "usd"}, "-$25.00"},
		{"zero", Money{0, "usd"}, "$0.00"},
		{"a code keeps its distance", Money{123450, "chf"}, "CHF 1,234.50"},
		{"hundredths that are hidden", Money{200000, "ugx"}, "UGX 2,000"},
		{"hundredths that are there", Money{200050, "ugx"}, "UGX 2,000.50"},
		{"a currency that Polar does not have", Money{1050, "xyz"}, "XYZ 10.50"},
		{"no code", Money{1050, "Pa'anga"}, "1,050 Pa'anga"},
		{"no code, negative", Money{-1050, "Pa'anga"}, "-1,050 Pa'anga"},
		{"three bytes that are not letters", Money{1050, "€"}, "1,050 €"},
		{"no currency", Money{1050, ""}, "1,050"},
		{"the greatest", Money{math.MaxInt64, "usd"}, "$92,233,720,368,547,758.07"},
		{"the least", Money{math.MinInt64, "jpy"}, "-¥9,223,372,036,854,775,808"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := tt.in.String(); got != tt.want {
				t.Errorf("%#v: got %q, want %q", tt.in, got, tt.want)
			}
		})
	}
}

// currencies.tsv holds Polar's 126 presentment currencies, each with what
// Intl.NumberFormat (CLDR 48, en-US) makes of the amounts 123400 and -5.
func TestMoneyOfEveryCurrency(t *testing.T) {
	table, err := os.ReadFile("testdata/currencies.tsv")
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(string(table)), "\n")
	if want := 126; len(lines) != want {
		t.Errorf("got %d currencies, want %d", len(lines), want)
	}
	for _, line := range lines {
		column := strings.Split(line, "\t")
		code, whole, fraction := column[0], column[1], column[2]
		if got := (Money{123400, code}).String(); got != whole {
			t.Errorf("123400 %s: got %q, want %q", code, got, whole)
		}
		if got := (Money{-5, code}).String(); got != fraction {
			t.Errorf("-5 %s: got %q, want %q", code, got, fraction)
		}
	}
}

func BenchmarkMoney(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		_ = Money{123450, "usd"}.String()
	}
}
