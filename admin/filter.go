package admin

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"polarbell/formatter"
	"polarbell/journal"
	"polarbell/notifier"
)

// filter says which deliveries a page lists. It is the page's address, so that
// the address can be given to somebody else.
type filter struct {
	Text         string
	Outcome      string // a result as its class is called; "": any
	Destination  string // where the outcome is; "": anywhere
	Organization string // "": any
	Day          string // "2006-01-02", of the bridge's time zone; "": any

	Before, After journal.Seq // the page's place in the list; 0: its newest end
}

func filterOf(v url.Values) filter {
	return filter{
		Text: strings.TrimSpace(v.Get("q")), Outcome: v.Get("outcome"), Destination: v.Get("destination"),
		Organization: v.Get("organization"), Day: v.Get("day"), Before: seqOf(v.Get("before")), After: seqOf(v.Get("after")),
	}
}

func seqOf(text string) journal.Seq {
	n, _ := strconv.ParseInt(text, 10, 64)
	return journal.Seq(max(0, n))
}

// Address is the page's address, without what is not asked for.
func (f filter) Address() string {
	v := url.Values{}
	for name, value := range map[string]string{
		"q": f.Text, "outcome": f.Outcome, "destination": f.Destination, "organization": f.Organization, "day": f.Day,
	} {
		if value != "" {
			v.Set(name, value)
		}
	}
	for name, seq := range map[string]journal.Seq{"before": f.Before, "after": f.After} {
		if seq > 0 {
			v.Set(name, strconv.FormatInt(int64(seq), 10))
		}
	}
	return strings.TrimSuffix("/?"+v.Encode(), "?")
}

// Older and Newer are the addresses of the pages beside this one.
func (f filter) Older(than journal.Seq) string { return f.at(than, 0).Address() }
func (f filter) Newer(than journal.Seq) string { return f.at(0, than).Address() }

// All is the filter without a place: the first page.
func (f filter) All() filter { return f.at(0, 0) }

func (f filter) at(before, after journal.Seq) filter {
	f.Before, f.After = before, after
	return f
}

// IsSet reports whether the page lists not simply all.
func (f filter) IsSet() bool { return f.All() != filter{} }

// IsNewest reports whether the page shows the newest end of the list.
func (f filter) IsNewest() bool { return f == f.All() }

// Words say what is listed: "with “jane” refused at sales on Thu 26 Nov 2026".
func (f filter) Words() string {
	var words []string
	add := func(before, value, after string) {
		if value != "" {
			words = append(words, before+value+after)
		}
	}
	add("with “", f.Text, "”")
	add("", strings.ToLower(f.result()), "")
	add("at ", f.Destination, "")
	add("of ", f.Organization, "")
	if day, err := time.Parse(time.DateOnly, f.Day); err == nil {
		add("on ", day.Format("Mon 2 Jan 2006"), "")
	}
	return formatter.Clean(strings.Join(words, " "))
}

// title is the page's, for the window.
func (f filter) title() string {
	if !f.IsSet() {
		return "Status"
	}
	return "Deliveries " + f.Words()
}

func (f filter) result() string {
	i := slices.IndexFunc(notifier.Results, func(r notifier.Result) bool { return classOf(r) == f.Outcome })
	if i < 0 {
		return ""
	}
	return string(notifier.Results[i])
}

func classOf(r notifier.Result) string {
	return strings.ReplaceAll(strings.ToLower(string(r)), " ", "-")
}

// fault says what the filter asks for that does not exist.
func (a *admin) fault(f filter) string {
	_, notDay := time.Parse(time.DateOnly, f.Day)
	switch {
	case f.Destination != "" && len(a.named(f.Destination)) == 0:
		return noDestination
	case f.Outcome != "" && f.result() == "":
		return "There is no outcome of this name."
	case f.Day != "" && notDay != nil:
		return "This is not a day: write it as 2026-11-26."
	}
	return ""
}

// byOutcome reports whether the outcomes decide, which are not in the journal
// but composed.
func (f filter) byOutcome() bool { return f.Outcome != "" || f.Destination != "" }

// passes reports whether a delivery with these outcomes is listed. A destination
// alone asks for what was routed to it.
func (f filter) passes(outcomes []notifier.Outcome) bool {
	return !f.byOutcome() || slices.ContainsFunc(outcomes, func(o notifier.Outcome) bool {
		if f.Outcome == "" {
			return o.Result != notifier.ResultNotRouted
		}
		return classOf(o.Result) == f.Outcome
	})
}
