package formatter

import (
	"cmp"
	"strings"
)

// id is the object's own, as its payload has it.
func (f *facts) id() string {
	return cmp.Or(f.plain.ID, f.checkout.ID, f.sub.ID)
}

// title names a Basic object: its name, else what it says of itself.
func (f *facts) title() string {
	p := f.plain
	title := cmp.Or(p.Name, p.Description, p.Email)
	if title == "" && f.track.family == "customer" {
		return wordTeam
	}
	return strings.TrimSpace(title)
}

func (f *facts) email() string {
	if email := strings.TrimSpace(f.plain.Email); email != f.title() {
		return email
	}
	return ""
}

// holder is whose the object is, where that is known and not the object itself.
func (f *facts) holder() string {
	c := f.plain.Customer
	if c == nil || c.Name == "" && (c.Email == "" || c.Email == f.plain.Email) {
		return ""
	}
	return f.who()
}

func (f *facts) holderContact() string {
	if f.holder() == "" {
		return ""
	}
	return f.contact()
}

// plainType is told of those objects whose type says what they are.
func (f *facts) plainType() string {
	switch f.track.family {
	case "benefit", "benefit_grant":
		return inWords(f.plain.Type)
	}
	return ""
}

func (f *facts) plainAmount() string {
	p := f.plain
	if p.BasisPoints != nil && *p.BasisPoints != 0 {
		return percent(*p.BasisPoints)
	}
	return price(p.Amount, p.Currency, everyInterval(p.Interval, p.Count))
}

func (f *facts) waiting() string {
	if f.notice.Events == 1 {
		return wordOneWaits
	}
	return plural(int(f.notice.Events), "event") + wordWait
}

func (f *facts) delivered() string {
	return plural(int(f.notice.Events), "event") + wordDelivered
}
