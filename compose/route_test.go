package compose_test

import (
	"slices"
	"strings"
	"testing"

	"polarbell/compose"
	"polarbell/formatter"
	"polarbell/polar"
)

// eachNews is a card of each kind of news, by the names that the tests use.
func eachNews(t *testing.T, o compose.Options) map[string]formatter.Card {
	t.Helper()
	c := castOf(t)
	// Routes look at money and countries, so subscriptions have the same ones.
	pro := func(eventType string) object {
		return sampleObject(t, eventType).with("currency", "usd", "amount", 3000, "prices", fixed(3000), "product.prices", fixed(3000),
			"product.name", "Pro Plan", "discount", nil, "discount_id", nil, "seats", nil, "customer.billing_address", object{"country": "NO"})
	}
	visit := func(eventType string) object {
		return sampleObject(t, eventType).with("currency", "usd", "total_amount", 11250, "customer_billing_address", nil)
	}
	sub := pro("subscription.created")
	big := c.order.with("id", "7d2f6b1a-1111-4000-8000-000000000001", "currency", "eur", "total_amount", 45000, "due_amount", 45000,
		"product.name", "Team  Plan", "product_id", "7d2f6b1a-2222-4000-8000-000000000002", "billing_address.country", "DE")
	free := c.order.with("id", "7d2f6b1a-1111-4000-8000-000000000003", "total_amount", 0, "due_amount", 0, "product.name", "Hobby")
	failed := c.refund.with("status", "failed")
	grant := sampleObject(t, "benefit_grant.created").with("is_granted", false, "error", object{"message": "no such role"})
	bodies := map[string][][]byte{
		"sale":       {c.order.as("order.paid")},
		"big":        {big.as("order.paid")},
		"subscriber": {sub.as("subscription.created")},
		"trial":      {sub.with("status", "trialing", "trial_end", "2026-12-10T12:00:00Z").as("subscription.created")},
		"free":       {free.as("order.paid")},
		"renewal":    {c.renewal("1", "2026-04-12T10:02:46Z").with("status", "paid").as("order.paid")},
		"paused":     {pro("subscription.paused").as("subscription.paused")},
		"resumed":    {pro("subscription.resumed").as("subscription.resumed")},
		"cancel":     {pro("subscription.canceled").as("subscription.canceled")},
		"stays":      {pro("subscription.uncanceled").as("subscription.uncanceled")},
		"unpaid":     {pro("subscription.past_due").as("subscription.past_due")},
		"refund":     {c.order.as("order.paid"), c.refund.as("refund.created")},
		"unrefunded": {c.order.as("order.paid"), failed.as("refund.updated")},
		"abandoned":  {visit("checkout.expired").as("checkout.expired")},
		"waiting":    {visit("checkout.created").as("checkout.created")},
		"record":     {sampleOf(t, "customer.created")},
		"ungranted":  {grant.as("benefit_grant.created")},
		"parked":     {sampleOf(t, polar.Parked)},
		"works":      {sampleOf(t, polar.Recovered)},
		"newtype":    {sampleOf(t, polar.NewType)},
		"dispute":    {object{"id": "d1", "created_at": "2026-03-12T10:02:44Z"}.as("dispute.opened")},
		"cycled":     {pro("subscription.cycled").as("subscription.cycled")},
	}
	cards := map[string]formatter.Card{}
	for name, of := range bodies {
		all := slices.DeleteFunc(cardsOf(t, o, of...), func(c formatter.Card) bool { return c.Over })
		if len(all) > 0 {
			cards[name] = all[len(all)-1]
		}
	}
	return cards
}

const (
	everyNews  = "sale big subscriber trial free renewal paused resumed cancel stays unpaid refund unrefunded abandoned parked works newtype"
	everyAlert = "resumed stays unpaid unrefunded ungranted parked works"
	underWay   = "waiting"
	records    = "record ungranted dispute"
)

// TestRoutes says for each route which news it asks for.
func TestRoutes(t *testing.T) {
	without := func(all string, names ...string) string {
		return strings.Join(slices.DeleteFunc(strings.Fields(all), func(s string) bool { return slices.Contains(names, s) }), " ")
	}
	everything := everyNews + " " + underWay + " " + records
	bridge := "parked works newtype"
	cards := eachNews(t, compose.Options{})
	for _, c := range []struct{ route, want string }{
		{"*", everything},
		{"news", everyNews},
		{"NEWS", everyNews},
		{"alerts", everyAlert},
		{"sale", "sale big"},
		{"subscriber", "subscriber"},
		{"trial", "trial"},
		{"free", "free"},
		{"renewal", "renewal"},
		{"plan", "paused resumed"},
		{"cancel", "cancel stays"},
		{"unpaid", "unpaid"},
		{"refund", "refund unrefunded"},
		{"abandoned", "abandoned"},
		{"waiting", "waiting"},
		{"record", records},
		{"bridge", bridge},
		{"Sale | Refund", "sale big refund unrefunded"},
		{" sale|subscriber ", "sale big subscriber"},
		{"news|waiting", everyNews + " waiting"},
		{"news|alerts", everyNews + " ungranted"},
		{"news|record", everyNews + " " + records},

		// Types and families look at the deliveries.
		{"order.paid", "sale big free renewal"},
		{"Order.Paid", "sale big free renewal"},
		{"order.created", ""},
		{"order.refunded", ""},
		{"order.*", "sale big free renewal"},
		{"subscription.*", "subscriber trial paused resumed cancel stays unpaid"},
		{"subscription.cycled", "cycled"},
		{"subscription.canceled", "cancel"},
		{"subscription.past_due|subscription.resumed", "unpaid resumed"},
		{"refund.*", "refund unrefunded"},
		{"refund.created", "refund"},
		{"checkout.*", "abandoned waiting"},
		{"checkout.expired", "abandoned"},
		{"customer.*", "record"},
		{"customer.created", "record"},
		{"polarbell.*", bridge},
		{"polarbell.parked", "parked"},
		{"dispute.opened", "dispute"},
		{"dispute.*", "dispute"},
		{"payment.failed", ""},
		{"order.*|refund.*", "sale big free renewal refund unrefunded"},
		{"news|subscription.cycled", everyNews + " cycled"},
		{"sale|order.paid", "sale big free renewal"},

		// Taken away again.
		{"news|-abandoned", without(everyNews, "abandoned")},
		{"news | - abandoned", without(everyNews, "abandoned")},
		{"-abandoned|news", without(everyNews, "abandoned")},
		{"-abandoned", without(everything, "abandoned")},
		{"-abandoned|-record", without(everything, "abandoned", "record", "ungranted", "dispute")},
		{"*|-record|-waiting", everyNews},
		{"*|-news", "waiting " + records},
		{"news|-alerts", without(everyNews, strings.Fields(everyAlert)...)},
		{"alerts|-bridge", "resumed stays unpaid unrefunded ungranted"},
		{"news|-order.paid", without(everyNews, "sale", "big", "free", "renewal")},
		{"news|-subscription.*", without(everyNews, "subscriber", "trial", "paused", "resumed", "cancel", "stays", "unpaid")},
		{"news|-refund|alerts", without(everyNews, "refund") + " ungranted"},
		{"news|-sale|sale>=100usd", without(everyNews, "sale")},
		{"news|-sale[amount>=90usd]", without(everyNews, "sale")},
		{"news|-sale[amount>=100usd]", everyNews},
		{"news|-sale[amount>=90usd/500eur]", without(everyNews, "sale")},
		{"news|-news[country=NO]", without(everyNews, "sale", "free", "renewal", "subscriber", "trial", "paused", "resumed", "cancel", "stays", "unpaid", "refund", "unrefunded")},
		{"*|-*", ""},
		{"*|-*|sale", "sale big"},

		// Amounts: in another currency, or none, passes.
		{"sale[amount>=97.20usd]", "sale big"},
		{"sale[amount>=97.21usd]", "big"},
		{"sale[>=100usd]", "big"},
		{"sale>=100usd", "big"},
		{"sale >= 100 USD", "big"},
		{"Sale [ Amount >= 100 usd ]", "big"},
		{"sale[amount≥100usd]", "big"},
		{"sale[amount>=$100]", "big"},
		{"sale[amount>=100usd/500eur]", ""},
		{"sale[amount>=90usd/450eur]", "sale big"},
		{"sale[amount>=90usd/450.01eur]", "sale"},
		{"sale[amount>=90usd / €450]", "sale big"},
		{"sale[amount>=1000jpy]", "sale big"},
		{"refund[amount>=20usd]", "refund unrefunded"},
		{"refund>=20.01usd", ""},
		{"renewal>=30usd", "renewal"},
		{"renewal>=31usd", ""},
		{"unpaid[amount>=30usd]", "unpaid"},
		{"unpaid[amount>=31usd]", ""},
		{"subscriber>=30usd", "subscriber"},
		{"subscriber>=31usd", ""},
		{"cancel>=31usd", ""},
		{"free>=1usd", ""},
		{"abandoned>=112.50usd", "abandoned"},
		{"abandoned>=113usd", ""},
		{"bridge>=100usd", bridge},
		{"record>=100usd", records},
		{"news>=100usd", "big abandoned " + bridge},
		{"*>=100usd", "big abandoned " + bridge + " waiting " + records},
		{"alerts>=30usd", "resumed stays unpaid ungranted parked works"},

		// Only what has them; the bridge always.
		{"sale[product=Pro Plan]", "sale"},
		{"sale[product=pro  PLAN]", "sale"},
		{"sale[product=Team Plan]", "big"},
		{"sale[product=team plan/pro plan]", "sale big"},
		{"sale[product=7d2f6b1a-2222-4000-8000-000000000002]", "big"},
		{"sale[product=Pro]", ""},
		{"news[product=Hobby]", "free " + bridge},
		{"record[product=Hobby]", ""},
		{"sale[country=NO]", "sale"},
		{"sale[country=no/SE]", "sale"},
		{"sale[country=Norway]", "sale"},
		{"sale[country=DE/AT/CH]", "big"},
		{"sale[country=germany]", "big"},
		{"sale[country=UK]", ""},
		{"bridge[country=NO]", bridge},
		{"record[country=NO]", ""},
		{"sale[organization=nimbus]", ""},
		{"sale[org=nimbus]|bridge[organization=nimbus]", bridge},
		{"sale[amount>=90usd&country=NO]", "sale"},
		{"sale[amount>=100usd&country=NO]", ""},
		{"sale>=90usd&country=NO/DE", "sale big"},
		{"sale[country=DE & product=Team Plan & amount>=450eur]", "big"},
		{"sale[country=NO]|refund>=100usd|trial", "sale trial"},
	} {
		route, mistakes := compose.ParseRoute(c.route)
		if len(mistakes) > 0 {
			t.Errorf("%s: %v, want a route", c.route, mistakes)
			continue
		}
		again, _ := compose.ParseRoute(route.String())
		for name, card := range cards {
			want := slices.Contains(strings.Fields(c.want), name)
			if got := route.Wants(card); got != want {
				t.Errorf("%s wants %s (%s) = %t, want %t", c.route, name, card.Headline, got, want)
			}
			if again.Wants(card) != want {
				t.Errorf("%s, written as %s, wants %s otherwise", c.route, route, name)
			}
		}
	}
	if len(cards) != 22 {
		t.Errorf("%d cards, want one of each news", len(cards))
	}
}

// TestNoRoute: a destination without a route gets everything that has a kind.
func TestNoRoute(t *testing.T) {
	for name, c := range eachNews(t, compose.Options{}) {
		if got := compose.Route(nil).Wants(c); got != (name != "cycled") {
			t.Errorf("no route wants %s = %t", name, got)
		}
	}
}

// TestRoutesOfOrganizations go by the label of the secret.
func TestRoutesOfOrganizations(t *testing.T) {
	for _, c := range []struct {
		route, label  string
		wants, others bool // whether the organization is reached, and another one
	}{
		{"sale[organization=nimbus]", "nimbus", true, false},
		{"sale[org=Nimbus/acme]", "nimbus@sandbox", true, false},
		{"sale", "nimbus", true, true},
		{"*|-*[organization=nimbus]", "nimbus", false, true},
		{"-*[organization=nimbus]", "nimbus", false, true},
		{"news|-sale[organization=nimbus]|sale", "nimbus", true, true},
		{"news[organization=acme]|alerts[organization=nimbus]|sale[organization=nimbus]", "nimbus", true, false},
	} {
		h := compose.NewHistory([]compose.Entry{entryOf(t, sampleOf(t, "order.paid"))})
		h.Organization = compose.Organization(c.label)
		route := compose.MustRoute(c.route)
		if got := route.Wants(compose.Cards(h, compose.Options{})[0]); got != c.wants {
			t.Errorf("%s wants a sale of %s = %t, want %t", c.route, c.label, got, c.wants)
		}
		if got := route.Reaches(h.Organization.Name()); got != c.wants {
			t.Errorf("%s reaches %s = %t, want %t", c.route, c.label, got, c.wants)
		}
		if got := route.Reaches("other"); got != c.others {
			t.Errorf("%s reaches others = %t, want %t", c.route, got, c.others)
		}
	}
}

// TestOrganization is named where a destination gets several, and its links lead
// to its own dashboard.
func TestOrganization(t *testing.T) {
	const order = "sales/7d2a5e8f-b16c-4093-8a7e-f4c1d9b3e052"
	for _, c := range []struct {
		name, label          string
		options              compose.Options
		eventType            string
		wantHeadline, wantIn string
	}{
		{"none", "", compose.Options{Names: true}, "order.paid", "💰 Sale · $97.20 · Jane Doe · Pro Plan", "https://polar.sh/to/dashboard/" + order},
		{"one alone", "nimbus", compose.Options{}, "order.paid", "💰 Sale · $97.20 · Jane Doe · Pro Plan", "https://polar.sh/dashboard/nimbus/" + order},
		{"several", "nimbus", compose.Options{Names: true}, "order.paid", "💰 nimbus · Sale · $97.20 · Jane Doe · Pro Plan", "https://polar.sh/dashboard/nimbus/" + order},
		{"a sandbox", "nimbus@sandbox", compose.Options{Names: true}, "order.paid", "TEST · nimbus · Sale · $97.20 · Jane Doe · Pro Plan", "https://sandbox.polar.sh/dashboard/nimbus/" + order},
		{"one message per event", "nimbus", compose.Options{Names: true, PerEvent: true}, "order.paid", "💰 nimbus · Order paid · $97.20 · Jane Doe · Pro Plan", "https://polar.sh/dashboard/nimbus/" + order},
		{"anonymous", "nimbus", compose.Options{Names: true, Anonymous: true}, "order.paid", "💰 nimbus · Sale · $97.20 · Pro Plan · Norway", ""},
		{"the bridge itself", "nimbus", compose.Options{Names: true}, polar.Recovered, "✅ Slack “sales” works again · 4 waiting follow", ""},
	} {
		h := compose.NewHistory([]compose.Entry{entryOf(t, sampleOf(t, c.eventType))})
		h.Organization = compose.Organization(c.label)
		card := compose.Cards(h, c.options)[0]
		if got := formatter.Headline(card); got != c.wantHeadline || card.Link.URL != c.wantIn {
			t.Errorf("%s: %s, %s; want %s, %s", c.name, got, card.Link.URL, c.wantHeadline, c.wantIn)
		}
	}
}

func entryOf(t *testing.T, body []byte) compose.Entry {
	t.Helper()
	var l ledger
	l.add(t, body)
	return l.entries[0]
}

// TestRoutesOfStrangers: conditions look at what the card for everybody else
// says, though strangers do not see it.
func TestRoutesOfStrangers(t *testing.T) {
	cards := eachNews(t, compose.Options{Public: true})
	delete(cards, "refund") // where the sale is all that strangers see
	delete(cards, "unrefunded")
	for _, c := range []struct{ route, want string }{
		{"*", "sale big subscriber"},
		{"news", "sale big subscriber"},
		{"sale>=100usd", "big"},
		{"sale[amount>=100usd/500eur]", ""},
		{"sale[country=NO]", "sale"},
		{"sale[product=team plan]", "big"},
		{"alerts", ""},
		{"order.paid", "sale big"},
	} {
		for name, card := range cards {
			want := slices.Contains(strings.Fields(c.want), name)
			if got := compose.MustRoute(c.route).Wants(card); got != want {
				t.Errorf("%s wants %s (%s) = %t, want %t", c.route, name, card.Headline, got, want)
			}
		}
	}
}

// TestAlertsOfTheSandbox: cards that say TEST have no mark, and are alerts all
// the same.
func TestAlertsOfTheSandbox(t *testing.T) {
	for name, c := range eachNews(t, compose.Options{Sandbox: true}) {
		want := slices.Contains(strings.Fields(everyAlert), name)
		if got := compose.MustRoute("alerts").Wants(c); got != want || c.Mark != "" {
			t.Errorf("alerts wants %s = %t, marked %q; want %t and no mark", name, got, c.Mark, want)
		}
	}
}

// TestMayShow: a type may be shown where any of its cards may be.
func TestMayShow(t *testing.T) {
	for _, c := range []struct{ route, may, not string }{
		{"*", "order.paid customer.created dispute.opened polarbell.parked", "subscription.cycled"},
		{"news", "order.created order.paid order.refunded refund.updated checkout.expired polarbell.parked polarbell.new_type", "order.updated checkout.created checkout.updated customer.created dispute.opened subscription.cycled"},
		{"refund>=100usd", "refund.created order.refunded", "order.paid"},
		{"news|-abandoned", "order.paid", "checkout.expired"},
		{"news|-abandoned[country=NO]", "checkout.expired", ""},
		{"-record", "order.paid", "dispute.opened"},
		{"alerts", "subscription.past_due refund.updated benefit_grant.created polarbell.recovered", "order.created subscription.paused"},
		{"dispute.opened", "dispute.opened", "order.paid"},
		{"subscription.cycled", "subscription.cycled", "subscription.active"},
		{"order.*", "order.paid order.updated order.voided", "refund.created"},
		{"unpaid", "order.paid subscription.updated", "order.created"},
	} {
		route := compose.MustRoute(c.route)
		for _, eventType := range strings.Fields(c.may) {
			if !route.MayShow(eventType, false) {
				t.Errorf("%s may not show %s, want that it may", c.route, eventType)
			}
		}
		for _, eventType := range strings.Fields(c.not) {
			if route.MayShow(eventType, false) {
				t.Errorf("%s may show %s, want that it may not", c.route, eventType)
			}
		}
	}
	for eventType, want := range map[string]bool{"order.paid": true, "refund.created": false, "polarbell.parked": false, "checkout.expired": false} {
		if got := compose.Route(nil).MayShow(eventType, true); got != want {
			t.Errorf("a public destination may show %s = %t, want %t", eventType, got, want)
		}
	}
}

func TestMayShowOf(t *testing.T) {
	for _, c := range []struct{ route, organization, eventType, want string }{
		{"sale[organization=nimbus]", "nimbus", "order.paid", "yes"},
		{"sale[organization=nimbus]", "nimbus@sandbox", "order.paid", "yes"},
		{"sale[organization=nimbus]", "acme", "order.paid", "no"},
		{"sale[organization=nimbus]", "", "order.paid", "yes"}, // not known
		{"sale[organization=nimbus&amount>=100usd]", "nimbus", "order.paid", "yes"},
		{"sale[organization=nimbus]|refund", "acme", "order.paid", "no"},
		{"sale[organization=nimbus]|refund", "acme", "refund.created", "yes"},
		{"news|-sale[organization=nimbus]", "nimbus", "refund.created", "yes"},
		{"refund|-refund[organization=nimbus]", "nimbus", "refund.created", "no"},
		{"refund|-refund[organization=nimbus]", "acme", "refund.created", "yes"},
		{"refund|-refund[organization=nimbus&country=NO]", "nimbus", "refund.created", "yes"},
		{"bridge[organization=nimbus]", "", "polarbell.parked", "yes"},
	} {
		got := "no"
		if compose.MustRoute(c.route).MayShowOf(compose.Organization(c.organization), c.eventType, false) {
			got = "yes"
		}
		if got != c.want {
			t.Errorf("%s may show %s of %q: %s, want %s", c.route, c.eventType, c.organization, got, c.want)
		}
	}
	for eventType, want := range map[string]bool{"checkout.created": true, "order.created": false, "customer.created": false} {
		if got := compose.IsUnderWay(eventType); got != want {
			t.Errorf("%s is only under way: %t, want %t", eventType, got, want)
		}
	}
}

// TestMayShowIsTrue: in the ordinary course each card is told by at least one
// delivery whose type may lead to its kind, and an alert by one that may lead to
// an alert.
func TestMayShowIsTrue(t *testing.T) {
	rare := []string{
		"sdk_order_updated_snake.json", "checkout in a state to come", "waiting order heard of as updated", "order heard of as updated",
		"order in a state to come", "checkout failed", "order refunded in 2025, by its status alone",
	}
	for name, bodies := range everyHistory(t) {
		if slices.Contains(rare, name) {
			continue
		}
		for _, c := range cardsOf(t, compose.Options{}, bodies...) {
			if c.To != "" {
				continue // no route leads to it
			}
			routes := []string{string(c.Kind)}
			if c.Facts.Alert {
				routes = append(routes, "alerts")
			}
			for _, text := range routes {
				mayShow := func(e formatter.Event) bool { return compose.MustRoute(text).MayShow(e.Type, false) }
				if c.Kind != "" && !slices.ContainsFunc(c.Events, mayShow) {
					t.Errorf("%s: no delivery of %v may lead to %s: %s", name, c.Events, text, c.Headline)
				}
			}
		}
	}
}

// TestConditionsLookAtTheHeadline: the amount that routes compare is the one
// that people read, and where they read none, there is none; what is free is 0.
func TestConditionsLookAtTheHeadline(t *testing.T) {
	for name, bodies := range everyHistory(t) {
		for _, c := range cardsOf(t, compose.Options{}, bodies...) {
			amount := c.Facts.Amount
			switch isFree := strings.Contains(strings.ToLower(c.Headline), "free"); {
			case c.Over, c.Kind == "", c.To != "", isFree:
			case amount == nil && strings.Contains(c.Headline, "$"):
				t.Errorf("%s: no amount for routes: %s", name, c.Headline)
			case amount != nil && !strings.Contains(c.Headline, amount.String()):
				t.Errorf("%s: routes compare %s: %s", name, amount, c.Headline)
			}
		}
	}
}

// TestSettingsOfBefore: what people have in their settings goes on.
func TestSettingsOfBefore(t *testing.T) {
	cards := eachNews(t, compose.Options{})
	for route, want := range map[string]string{
		"news":                                everyNews,
		"order.refunded|refund.*|polarbell.*": "refund unrefunded parked works newtype",
		"order.refunded|refund.*":             "refund unrefunded",
		"order.created|order.paid|subscription.created|subscription.canceled|*": everyNews + " " + underWay + " " + records,
		"checkout.*|customer.created":                                           "abandoned waiting record",
	} {
		for name, c := range cards {
			if got, want := compose.MustRoute(route).Wants(c), slices.Contains(strings.Fields(want), name); got != want {
				t.Errorf("%s wants %s = %t, want %t", route, name, got, want)
			}
		}
	}
}

func TestRouteMistakes(t *testing.T) {
	const example = "[amount>=100usd]"
	for _, c := range []struct{ route, fault, cure string }{
		{"", "has an empty pattern", "write news"},
		{"news|", "has an empty pattern", "write news"},
		{"-", "has an empty pattern", "write news"},
		{"order.payed", "has an unknown pattern", "did you mean order.paid?"},
		{"subscription.cancelled", "has an unknown pattern", "did you mean subscription.canceled?"},
		{"order", "has an unknown pattern", "did you mean sale?"},
		{"sales", "has an unknown pattern", "did you mean sale?"},
		{"refunds", "has an unknown pattern", "did you mean refund?"},
		{"upgrade", "has an unknown pattern", "did you mean plan?"},
		{"churn", "has an unknown pattern", "did you mean cancel?"},
		{"everything", "has an unknown pattern", "did you mean *?"},
		{"alert", "has an unknown pattern", "did you mean alerts?"},
		{"new", "has an unknown pattern", "did you mean news?"},
		{"x", "has an unknown pattern", "write a kind such as sale or refund, a type such as order.paid, or order.*, *, news or alerts"},
		{"!abandoned", "has an unknown pattern", "to take something away, write a - before it, as in news|-abandoned"},
		{"news;ops:*", "has a semicolon", "put a comma between destinations: sales:news,ops:*"},
		{"news ops:*", "has a second colon", "put a comma between destinations: sales:news,ops:*"},
		{"sale subscriber", "has patterns without a | between them", "write sale|subscriber"},
		{"sale+refund", "has patterns without a | between them", "write sale|refund"},
		{"sale/refund", "has patterns without a | between them", "write sale|refund"},
		{"refund[amount>100]", "has a condition on the amount without >=", "write it as in " + example},
		{"refund[amount>=100]", "has an amount without a currency", "write it as in " + example},
		{"refund[amount>100usd]", "has a condition on the amount without >=", "write it as in " + example},
		{"refund[amount=100usd]", "has a condition on the amount without >=", "write it as in " + example},
		{"refund[amount=>100usd]", "has a condition on the amount without >=", "write it as in " + example},
		{"refund[amount>=1,000usd]", "has a comma in an amount", "write it without: 1000usd"},
		{"refund[amount>=100bucks]", "has an amount that cannot be read", "write it as in [amount>=100usd/90.50eur]"},
		{"refund[amount>=1usd/2usd]", "has two amounts in one currency", "write one for each currency, as in [amount>=100usd/90eur]"},
		{"refund[amount", "has a [ whose ] is missing or not at the end", "write it as refund" + example + ", with single quotes around the whole value: a shell cuts it off at > & and |"},
		{"refund[amount>=100usd]x", "has a [ whose ] is missing or not at the end", "write it as refund" + example + ", with single quotes around the whole value: a shell cuts it off at > & and |"},
		{"refund[]", "has a condition that cannot be read", "write it as in " + example + ", [product=Team Plan], [country=NO/SE] or [organization=nimbus]"},
		{"refund[100usd]", "has a condition that cannot be read", "write it as in " + example + ", [product=Team Plan], [country=NO/SE] or [organization=nimbus]"},
		{"sale[product=Team, yearly]", "has a comma or a | in a condition", "put a / between values, and write the product's ID where its name has a comma, | or /: its page in Polar has it in its address"},
		{"sale[country=NO,SE]", "has a comma or a | in a condition", "put a / between values"},
		{"sale[country=Norge]", "has an unknown country", "write its code of two letters, such as NO"},
		{"sale[country=EU]", "has an unknown country", "write its code of two letters, such as NO"},
		{"sale[country=]", "has a condition without a value", "write it as in [country=…]"},
		{"sale[product>=Pro]", "has a condition on the product without =", "write product=…"},
		{"sale[product!=Pro]", "has a condition with !=", "take it away instead: sale|-sale[product=…]"},
		{"sale[ammount>=100usd]", "has an unknown condition", "write amount, product, country or organization"},
		{"order.refunded[amount>=100usd]", "has a condition on a type, and only kinds have them", "write refund" + example},
		{"order.paid>=100usd", "has a condition on a type, and only kinds have them", "write sale" + example},
		{"refund.*>=100usd", "has a condition on a type, and only kinds have them", "write refund" + example},
	} {
		_, mistakes := compose.ParseRoute(c.route)
		if len(mistakes) != 1 || mistakes[0].Fault != c.fault || mistakes[0].Cure != c.cure {
			t.Errorf("%s: got %+v, want %q and %q", c.route, mistakes, c.fault, c.cure)
		}
	}
}

// TestUnknownTypes are taken, since Polar may have added them.
func TestUnknownTypes(t *testing.T) {
	for text, want := range map[string]bool{"dispute.opened": true, "payout_v2.paid2": true, "dispute.*": true, "order.voided": true, "order.paid": false, "order.*": false, "sale": false, "*": false} {
		route, mistakes := compose.ParseRoute(text)
		if len(mistakes) > 0 || route[0].IsUnknownType() != want {
			t.Errorf("%s: %v, unknown = %t; want %t", text, mistakes, !want, want)
		}
	}
}

// FuzzRoute: whatever people write is a mistake with a cure, or a route that is
// read again as it is written.
func FuzzRoute(f *testing.F) {
	for _, text := range []string{"news|-abandoned", "refund[amount>=100usd/90eur&country=NO]", "sale>=1usd", "[|]-=>", "order.payed", "sale[product=A/B]"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		route, mistakes := compose.ParseRoute(text)
		for _, m := range mistakes {
			if m.Fault == "" || m.Cure == "" {
				t.Errorf("%q: mistake %+v without a fault or a cure", text, m)
			}
		}
		if len(mistakes) > 0 {
			return
		}
		again, mistakes := compose.ParseRoute(route.String())
		if len(mistakes) > 0 || again.String() != route.String() {
			t.Errorf("%q, written as %q, is read as %q, %v", text, route, again, mistakes)
		}
	})
}
