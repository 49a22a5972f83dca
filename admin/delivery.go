package admin

import (
	"context"
	"html/template"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"polarbell/formatter"
	"polarbell/journal"
	"polarbell/lookalike"
	"polarbell/notifier"
)

type deliveryPage struct {
	frame
	description
	Forgotten bool // the body was blanked
	Payload   string
	Cards     []cardView
	Public    string   // the headlines that strangers read, if some destination is public
	Again     []string // destinations that may show it again
}

// cardView is a card as both platforms show it.
type cardView struct {
	Over           bool // it is not posted any more
	Slack, Discord template.HTML
}

// notKept is what to say of a number that the journal does not have.
const notKept = "The journal does not have this delivery: it has not come yet, or is older than RETENTION."

// delivery shows one entry: its outcomes, its cards, its payload.
func (a *admin) delivery(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), searchTimeout)
	defer cancel()
	e, isKept, err := a.entry(ctx, r)
	if err != nil {
		a.broken(w, err)
		return
	}
	if !isKept {
		a.missing(w, r, notKept)
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
	return a.numbered(ctx, r.PathValue("seq"))
}

// numbered is the entry of a number, as Polar's list of deliveries shows it.
func (a *admin) numbered(ctx context.Context, number string) (journal.Entry, bool, error) {
	seq, err := strconv.ParseInt(number, 10, 64)
	if err != nil {
		return journal.Entry{}, false, nil
	}
	return a.Journal.Entry(ctx, journal.Seq(seq))
}

func (a *admin) fillDelivery(ctx context.Context, p *deliveryPage, e journal.Entry) error {
	statuses, err := a.statuses(ctx)
	if err != nil {
		return err
	}
	if p.description, err = a.describe(ctx, statuses, e); err != nil {
		return err
	}
	p.Forgotten, p.Payload = len(e.Body) == 0, payload(e.Body)
	for _, o := range p.Outcomes {
		if o.Result != notifier.ResultNotRouted {
			p.Again = append(p.Again, o.Destination)
		}
	}
	return a.fillCards(ctx, p, e)
}

func (a *admin) fillCards(ctx context.Context, p *deliveryPage, e journal.Entry) error {
	cards, err := a.Viewer.Cards(ctx, e, false)
	if err != nil {
		return err
	}
	for _, card := range cards {
		m := formatter.Message{Cards: []formatter.Card{card}}
		p.Cards = append(p.Cards, cardView{
			Over: card.Over, Slack: lookalike.Slack(formatter.Slack(m)), Discord: lookalike.Discord(*formatter.Discord(m)),
		})
	}
	p.Public, err = a.publicHeadlines(ctx, e)
	return err
}

func (a *admin) publicHeadlines(ctx context.Context, e journal.Entry) (string, error) {
	if !slices.ContainsFunc(a.Destinations, func(d notifier.Destination) bool { return d.Public }) {
		return "", nil
	}
	cards, err := a.Viewer.Cards(ctx, e, true)
	var headlines []string
	for _, card := range cards {
		headlines = append(headlines, formatter.Headline(card))
	}
	return strings.Join(headlines, ", "), err
}
