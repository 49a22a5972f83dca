package formatter

var checkoutStatuses = map[string]kind{
	"open": newsCheckoutOpen, "confirmed": newsCheckoutPaying, "expired": newsCheckoutLeft,
	"failed": newsCheckoutFailed, "succeeded": newsCheckoutDone,
}

// checkoutNews is where a checkout stands. A payment that did not go through
// has no event of its own: the checkout is open again after it was confirmed,
// and has an e-mail, which one that was merely reset lacks.
func checkoutNews(t *track) news {
	n := news{kind: checkoutStatuses[t.last().brief.Status], at: t.last().at, track: t}
	for i := 1; i < len(t.steps); i++ {
		before, now := t.steps[i-1].brief, t.steps[i].brief
		if before.Status == "confirmed" && now.Status == "open" && now.Email {
			n.times++
		}
	}
	switch {
	case n.kind == newsCheckoutFailed:
		n.times++
	case n.kind == newsCheckoutOpen && n.times > 0:
		n.kind = newsCheckoutDeclined
	}
	return n
}
