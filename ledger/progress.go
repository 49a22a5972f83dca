package ledger

import (
	"time"

	"polarbell/journal"
)

const (
	// many is how many deliveries the log speaks of: they take a second, as they do
	// at the first start after an upgrade.
	many = 20_000
	// tellEvery is how often it says how far it is.
	tellEvery = 10 * time.Second
)

// progress tells the log how far the reading of many deliveries is.
type progress struct {
	ledger      *Ledger
	first, last journal.Seq
	began, told time.Time
}

func (l *Ledger) progress(upTo journal.Seq) *progress {
	return &progress{ledger: l, first: l.cursor, last: upTo}
}

func (p *progress) of() journal.Seq { return p.last - p.first }

// tell is called before each page.
func (p *progress) tell() {
	now, log := time.Now(), p.ledger.options.Log
	switch {
	case p.of() < many:
	case p.began.IsZero():
		p.began, p.told = now, now
		log.Info("making the ledger of orders from the journal, messages about orders wait for it", "deliveries", p.of())
	case now.Sub(p.told) >= tellEvery:
		p.told = now
		log.Info("still making the ledger of orders", "read", p.ledger.cursor-p.first, "deliveries", p.of())
	}
}

// end says that all is read, unless something failed, which the caller says.
func (p *progress) end() {
	if !p.began.IsZero() && p.ledger.cursor >= p.last {
		p.ledger.options.Log.Info("the ledger of orders is made", "deliveries", p.of(), "took", time.Since(p.began).Round(time.Millisecond))
	}
}
