package cli

import (
	"log/slog"
	"time"

	"polarbell/compose"
	"polarbell/config"
	"polarbell/journal"
	"polarbell/ledger"
	"polarbell/reporter"
)

// reporting are the settings of the reporter. In Polar's sandbox there is nothing
// to tell of a day: tests count nowhere.
func reporting(c config.Config, orders *ledger.Ledger, log *slog.Logger) reporter.Options {
	o := reporter.Options{Zone: c.TimeZone, Retention: c.Retention, Ledger: orders, Log: log}
	for _, d := range c.Destinations {
		for _, digest := range d.Digests {
			if !c.Sandbox {
				o.Digests = append(o.Digests, digestOf(c, d, digest))
			}
		}
	}
	return o
}

// ordersOf is the ledger of a journal. In Polar's sandbox nothing counts.
func ordersOf(j *journal.Journal, c config.Config, log *slog.Logger) *ledger.Ledger {
	return ledger.New(j, ledger.Options{Sandbox: c.Sandbox, Log: log})
}

func digestOf(c config.Config, d config.Destination, digest config.Digest) reporter.Digest {
	return reporter.Digest{
		Destination: d.Name, Organizations: told(c, d), Weekly: digest.Weekly, Weekday: digest.Weekday,
		At: time.Duration(digest.Hour)*time.Hour + time.Duration(digest.Minute)*time.Minute,
	}
}

// told are the organizations that a destination hears of, none where it hears of
// all: the routes decide, so that nobody reads of another's business.
func told(c config.Config, d config.Destination) []string {
	var reached []string
	all := labels(c)
	for _, label := range all {
		if d.Routes.Reaches(compose.Organization(label).Name()) {
			reached = append(reached, label)
		}
	}
	if len(reached) == len(all) {
		return nil
	}
	return reached
}
