package admin

import (
	"context"
	"html/template"
	"net/http"
	"strconv"

	"polarbell/formatter"
	"polarbell/journal"
	"polarbell/notifier"
)

type deliveryPage struct {
	frame
	delivered
	Forgotten bool // the body was blanked
	Payload   string
	Tells     bool // there is a card
	Slack     template.HTML
	Discord   template.HTML
	Public    string // the headline that strangers read, if some destination is public
	Again     []string
}

// delivery shows one entry: what became of it, its card, its payload.
func (a *admin) delivery(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), searchTimeout)
	defer cancel()
	e, kept, err := a.entry(ctx, r)
	if err != nil {
		a.broken(w, err)
		return
	}
	if !kept {
		http.Error(w, "the journal has no such delivery; it keeps them for RETENTION", http.StatusNotFound)
		return
	}
	page := deliveryPage{frame: a.frame(r, "Delivery "+strconv.FormatInt(int64(e.Seq), 10))}
	page.Live = true
	if err := a.fillDelivery(ctx, &page, e); err != nil {
		a.broken(w, err)
		return
	}
	a.render(w, "delivery", page)
}

// entry is the one that the path names by its number.
func (a *admin) entry(ctx context.Context, r *http.Request) (journal.Entry, bool, error) {
	seq, err := strconv.ParseInt(r.PathValue("seq"), 10, 64)
	if err != nil {
		return journal.Entry{}, false, nil
	}
	return a.Journal.Entry(ctx, journal.Seq(seq))
}

func (a *admin) fillDelivery(ctx context.Context, p *deliveryPage, e journal.Entry) error {
	standings, err := a.standings(ctx)
	if err != nil {
		return err
	}
	told, err := a.tell(ctx, standings, []journal.Entry{e})
	if err != nil || len(told) == 0 {
		return err
	}
	p.delivered = told[0]
	p.Forgotten, p.Payload = len(e.Body) == 0, payload(e.Body)
	for _, o := range p.Outcomes {
		if o.Fate != notRouted {
			p.Again = append(p.Again, o.Destination)
		}
	}
	return a.fillCards(ctx, p, e)
}

func (a *admin) fillCards(ctx context.Context, p *deliveryPage, e journal.Entry) error {
	card, tells, err := notifier.Preview(ctx, a.Journal, e, a.options(false))
	if err != nil {
		return err
	}
	if p.Tells = tells; tells {
		cards := []formatter.Card{card}
		p.Slack = recoloured(formatter.SlackHTML(formatter.Slack(cards)))
		p.Discord = recoloured(formatter.DiscordHTML(*formatter.Discord(cards)))
	}
	for _, d := range a.Destinations {
		if d.Public {
			card, _, err = notifier.Preview(ctx, a.Journal, e, a.options(true))
			p.Public = card.Headline
			break
		}
	}
	return err
}
