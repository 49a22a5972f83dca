package formatter

import (
	"bytes"
	"cmp"
	"encoding/json"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// Marks go before the headline of what is not revenue.
const (
	markSample = "SAMPLE" + separator
	markTest   = "TEST" + separator
)

// mark is a sample's, else the sandbox's.
func (s *story) mark() string {
	for _, d := range s.known.Entries {
		if isSample(d.Body) {
			return markSample
		}
	}
	return either(s.sandbox(), markTest, "")
}

// isSample finds "polarbell": "sample" in an object's metadata, where the
// samples that the bridge sends itself have it.
func isSample(body []byte) bool {
	if !bytes.Contains(body, []byte(`"polarbell"`)) {
		return false
	}
	var e struct {
		Data struct {
			Metadata struct {
				Polarbell string `json:"polarbell"`
			} `json:"metadata"`
		} `json:"data"`
	}
	err := json.Unmarshal(body, &e)
	return err == nil && e.Data.Metadata.Polarbell == "sample"
}

// sandbox tells whether this is play money: by the settings, or by the address
// of the checkout's page.
func (s *story) sandbox() bool {
	if s.options.Sandbox {
		return true
	}
	for _, t := range s.checkouts {
		for _, d := range t.deliveries {
			if !bytes.Contains(d.Body, []byte("sandbox")) {
				continue
			}
			page, err := url.Parse(t.decode().Checkout().URL)
			if err == nil && strings.HasPrefix(page.Host, "sandbox") && strings.HasSuffix(page.Host, ".polar.sh") {
				return true
			}
		}
	}
	return false
}

// The pages of Polar's dashboard, by the family of what they show. Without the
// organization's name in it, the address leads to the reader's own.
var dashboard = map[string]string{
	"order": "sales/", "checkout": "sales/checkouts/", "subscription": "sales/subscriptions/",
	"customer": "customers/", "product": "products/", "benefit": "products/benefits/",
}

// link leads to the page where a person would act on the news.
func (s *story) link(f *facts) string {
	family, id := f.track.family, cmp.Or(f.invoice.ID, f.sub.ID, f.checkout.ID, f.plain.ID)
	switch {
	case f.kind == newsSubscriber || f.kind == newsTrial:
		family, id = "subscription", cmp.Or(f.invoice.SubscriptionID, f.sub.ID)
	case family == "subscription":
		id = f.sub.ID
	case family == "refund":
		family, id = "order", f.refund.OrderID
	case family == "benefit_grant" || family == "customer_seat" || family == "member":
		family, id = "customer", customerID(f)
	}
	page, ok := dashboard[family]
	if !ok || id == "" {
		return ""
	}
	host := either(s.sandbox(), "sandbox.polar.sh", "polar.sh")
	return "https://" + host + "/to/dashboard/" + page + url.PathEscape(id)
}

func customerID(f *facts) string {
	if f.buyer == nil {
		return ""
	}
	return f.buyer.ID
}

// must is the key of news that people must not miss. It holds what tells this
// news from the next of its kind.
func (f *facts) must() string {
	when := func(t time.Time) string { return strconv.FormatInt(t.Unix(), 10) }
	switch f.kind {
	case newsPaid, newsSubscriber, newsTrial, newsFree:
		return "paid"
	case newsRefunded, newsRefundedAll:
		return "refunded:" + strconv.FormatInt(f.refunded, 10)
	case newsRefundPending, newsRefundFailed, newsRefundCanceled:
		return "refund " + f.refund.Status + ":" + f.refund.ID
	case newsCheckoutDeclined, newsCheckoutFailed:
		return "declined:" + strconv.Itoa(f.times)
	case newsPastDue:
		return "past due:" + when(f.time)
	case newsRecovered:
		return "recovered:" + when(f.dueSince)
	case newsCancels:
		return "cancels:" + when(f.time)
	case newsUncanceled:
		return "uncanceled:" + when(f.time)
	case newsCanceled, newsEnded, newsLost:
		return "ended"
	case newsParked, newsWorks:
		return "destination:" + when(f.time)
	}
	return ""
}

// sale is what a paid order brought, where the card is about that.
func (f *facts) sale() *Money {
	switch f.kind {
	case newsRefunded, newsRefundedAll, newsRefundPending, newsRefundFailed, newsRefundCanceled:
		return nil
	}
	amount := amountOr0(f.charged())
	if orderStatuses[f.invoice.Status] != newsPaid || amount <= 0 {
		return nil
	}
	return &Money{Amount: amount, Currency: f.invoice.Currency}
}
