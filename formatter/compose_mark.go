package formatter

import (
	"bytes"
	"cmp"
	"encoding/json"
	"net/url"
	"strings"
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
	if !bytes.Contains(body, []byte(`polarbell"`)) {
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
			page, err := url.Parse(t.body().Checkout().URL)
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
	case f.kind == newsSubscriber || f.kind == newsTrial || f.kind == newsRecovered:
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
