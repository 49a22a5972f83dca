package formatter

import (
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"

	"polarbell/polar"
)

// joined puts a comma between what there is.
func joined(parts ...string) string {
	var b strings.Builder
	for _, p := range parts {
		if p == "" {
			continue
		}
		if b.Len() > 0 {
			b.WriteString(", ")
		}
		b.WriteString(p)
	}
	return b.String()
}

// change shows both sides of one, and only the second where nothing changed or
// the first is not known.
func change(before, now string) string {
	if before == "" || before == now {
		return now
	}
	if now == "" {
		return ""
	}
	return before + " → " + now
}

// money is "" for an amount that is not known.
func money(amount *int64, currency string) string {
	if amount == nil {
		return ""
	}
	return Money{Amount: *amount, Currency: currency}.String()
}

// price is an amount for every interval, or "free".
func price(amount *int64, currency, every string) string {
	switch {
	case amount != nil && *amount == 0:
		return wordFree
	case amount == nil || every == "":
		return money(amount, currency)
	}
	return money(amount, currency) + " " + every
}

func number(n *int64) string {
	if n == nil {
		return ""
	}
	return strconv.FormatInt(*n, 10)
}

// percent shows hundredths of a percent: 1250 is "12.5 %".
func percent(basisPoints int64) string {
	return strconv.FormatFloat(float64(basisPoints)/100, 'f', -1, 64) + " %"
}

// inWords reads Polar's own words, "too_expensive", as "Too expensive"; also
// such as we do not know yet.
func inWords(s string) string {
	return withFirst(strings.TrimSpace(strings.ReplaceAll(s, "_", " ")), unicode.ToUpper)
}

// withFirst changes the case of a text's first letter.
func withFirst(s string, to func(rune) rune) string {
	if s == "" {
		return ""
	}
	first, size := utf8.DecodeRuneInString(s)
	return string(to(first)) + s[size:]
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

var countries = display.English.Regions()

// country is the English name of a two-letter code, and of no code what was
// written in its place.
func country(a *polar.Address) string {
	if a == nil || len(a.Country) != 2 {
		return ""
	}
	region, err := language.ParseRegion(a.Country)
	if err != nil {
		return ""
	}
	return countries.Name(region)
}

// firstTime is the first that is known.
func firstTime(times ...polar.Time) time.Time {
	for _, t := range times {
		if !t.IsZero() {
			return t.Time
		}
	}
	return time.Time{}
}

func known(t polar.Time) []time.Time {
	if t.IsZero() {
		return nil
	}
	return []time.Time{t.Time}
}
