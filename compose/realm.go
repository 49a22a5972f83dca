package compose

import (
	"bytes"
	"encoding/json"
	"net/url"
	"strings"

	"polarbell/formatter"
	"polarbell/polar"
)

// dashboardHost is Polar's own; its sandbox has another one.
const (
	dashboardHost = "polar.sh"
	sandboxHost   = "sandbox.polar.sh"
)

// realm says what a history's headlines start with, where it is not revenue,
// and where its links lead.
func (c *composer) realm() (prefix, host string) {
	host = dashboardHost
	if c.isSandbox() {
		prefix, host = "TEST", sandboxHost
	}
	for _, e := range c.history.entries {
		if isSample(e.Body) {
			prefix = "SAMPLE"
		}
	}
	return prefix, host
}

// isSandbox goes by the settings, by the secret's label, or by the address of
// the checkout's page.
func (c *composer) isSandbox() bool {
	for _, checkout := range c.checkouts {
		page, err := url.Parse(checkout.URL)
		if err == nil && strings.HasPrefix(page.Host, "sandbox") && strings.HasSuffix(page.Host, ".polar.sh") {
			return true
		}
	}
	return c.Sandbox || c.history.Organization.IsSandbox()
}

// address is a page of the dashboard where the organization is known by name:
// otherwise the address leads to the reader's own.
func (c *composer) address(url string) string {
	if name := c.history.Organization.Name(); name != "" {
		url = strings.Replace(url, "/to/dashboard/", "/dashboard/"+name+"/", 1)
	}
	return strings.Replace(url, dashboardHost, c.host, 1)
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

// The pages of Polar's dashboard. Without the organization's name in it, the
// address leads to the reader's own.
const (
	orderPage        = "sales/"
	checkoutPage     = "sales/checkouts/"
	subscriptionPage = "sales/subscriptions/"
	customerPage     = "customers/"
	productPage      = "products/"
	benefitPage      = "products/benefits/"
)

// open is the link to the page where a person acts on the news.
func open(page, id string) formatter.Link {
	if id == "" {
		return formatter.Link{}
	}
	return formatter.Link{Text: "Open in Polar", URL: "https://" + dashboardHost + "/to/dashboard/" + page + url.PathEscape(id)}
}

func customerID(c *polar.Customer) string {
	if c == nil {
		return ""
	}
	return c.ID
}
