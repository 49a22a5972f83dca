package compose

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/rivo/uniseg"

	"polarbell/formatter"
)

// headline joins the parts that say something: "Sale · $97.20 · Jane Doe".
func headline(parts ...string) string { return joined(" · ", parts...) }

// listed puts a comma between the parts that say something.
func listed(parts ...string) string { return joined(", ", parts...) }

func joined(separator string, parts ...string) string {
	var b strings.Builder
	for _, p := range parts {
		if p == "" {
			continue
		}
		if b.Len() > 0 {
			b.WriteString(separator)
		}
		b.WriteString(p)
	}
	return b.String()
}

// with puts words before a text that says something.
func with(words, text string) string {
	if text == "" {
		return ""
	}
	return words + text
}

// short cuts a person's or a product's name for a headline, between what
// readers see as characters.
func short(name string) string {
	const limit = 28
	if uniseg.GraphemeClusterCount(name) <= limit {
		return name
	}
	g := uniseg.NewGraphemes(name)
	end := 0
	for range limit - 1 {
		g.Next()
		_, end = g.Positions()
	}
	return strings.TrimSpace(name[:end]) + "…"
}

func capital(s string) string   { return withFirst(s, unicode.ToUpper) }
func lowercase(s string) string { return withFirst(s, unicode.ToLower) }

func withFirst(s string, to func(rune) rune) string {
	if s == "" {
		return ""
	}
	first, size := utf8.DecodeRuneInString(s)
	return string(to(first)) + s[size:]
}

// money is "" for an amount that is not known.
func money(amount *int64, currency string) string {
	if amount == nil {
		return ""
	}
	return formatter.Money{Amount: *amount, Currency: currency}.String()
}

// moneyOf is money for a value that is known.
func moneyOf(amount int64, currency string) string { return money(&amount, currency) }

// moneyIf is nil for an amount that is not known.
func moneyIf(amount *int64, currency string) *formatter.Money {
	if amount == nil {
		return nil
	}
	return &formatter.Money{Amount: *amount, Currency: currency}
}

// signed shows a difference with its sign: "+$40.00", "−$20.00".
func signed(difference int64, currency string) string {
	if difference < 0 {
		return "−" + moneyOf(-difference, currency)
	}
	return "+" + moneyOf(difference, currency)
}

func amountOr0(amount *int64) int64 {
	if amount == nil {
		return 0
	}
	return *amount
}

func number(n *int64) string {
	if n == nil {
		return ""
	}
	return strconv.FormatInt(*n, 10)
}

// percent shows hundredths of a percent: 1250 is "12.5%".
func percent(basisPoints int64) string {
	return strconv.FormatFloat(float64(basisPoints)/100, 'f', -1, 64) + "%"
}

// everyInterval is "a month", "every 3 months", or "" for a price that is paid
// once.
func everyInterval(interval string, count int64) string {
	switch {
	case interval == "":
		return ""
	case count > 1:
		return "every " + strconv.FormatInt(count, 10) + " " + interval + "s"
	}
	return "a " + interval
}

// span says how long it is between two times, in days from a day and a half
// on. Unless both are known and in order it is "".
func span(from, to time.Time) string {
	d := to.Sub(from)
	switch {
	case from.IsZero() || to.IsZero() || d < time.Minute:
		return ""
	case d < time.Hour:
		return plural(int(d.Minutes()), "minute")
	case d < 36*time.Hour && d.Round(24*time.Hour) != 24*time.Hour:
		return plural(int(d.Hours()), "hour")
	}
	return plural(int((d+12*time.Hour)/(24*time.Hour)), "day")
}

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// day is a date in a zone, with the year where it is not the year of the news.
func day(t, news time.Time, zone *time.Location) string {
	t, news = t.In(zone), news.In(zone)
	switch {
	case t.IsZero():
		return ""
	case t.Year() != news.Year():
		return t.Format("2 Jan 2006")
	}
	return t.Format("2 Jan")
}

// clock is a time of day in a zone. A bridge whose zone nobody has set is in UTC,
// and most readers are elsewhere.
func clock(t time.Time, zone *time.Location) string {
	if t = t.In(zone); zone == time.UTC {
		return t.Format("15:04 UTC")
	}
	return t.Format("15:04")
}

// month is "March 2026".
func month(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("January 2006")
}
